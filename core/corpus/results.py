"""Results that took long, kept as long as what they were made from stays the same."""

import hashlib
import json
import time
import zlib
from collections.abc import Iterable
from typing import Any

from core.corpus.database import Database

__all__ = ["find_result", "keep_result", "result_digest"]


def result_digest(parts: Iterable[object]) -> str:
    """A digest of everything that a result is made from.

    Parameters
    ----------
    parts : iterable of JSON values
        In an order that does not depend on chance.

    Returns
    -------
    digest : str
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()[:32]


def find_result(database: Database, corpus: str, kind: str, digest: str) -> Any:
    """A result that was kept, or None.

    Parameters
    ----------
    database : Database
    corpus : str
    kind : str
    digest : str

    Returns
    -------
    result : JSON values or None
        None when it was made from anything else.
    """
    row = database.row(
        """SELECT result FROM quality_results r JOIN corpora c ON c.id = r.corpus_id
           WHERE c.name = ? AND c.removed IS NULL AND kind = ? AND digest = ?""",
        (corpus, kind, digest),
    )
    return None if row is None else json.loads(zlib.decompress(row["result"]))


def keep_result(database: Database, corpus: str, kind: str, digest: str, result: Any) -> None:
    """Keep a result in place of the one before it.

    Parameters
    ----------
    database : Database
    corpus : str
    kind : str
    digest : str
    result : JSON values
    """
    blob = zlib.compress(json.dumps(result, ensure_ascii=False).encode())
    with database.write() as connection:
        connection.execute(
            """INSERT OR REPLACE INTO quality_results (corpus_id, kind, digest, result, created)
               SELECT id, ?, ?, ?, ? FROM corpora WHERE name = ? AND removed IS NULL""",
            (kind, digest, blob, time.time(), corpus),
        )
