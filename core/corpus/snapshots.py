"""Snapshots: a digest that names exactly what a model was trained on.

Conventions
-----------
The digest covers the name, content, piece, labels and correction of every clip, in an order that
does not depend on the machine: the same clips and labels give the same digest in every workspace.
Row ids are not in it; they are kept beside it, so that a snapshot leads back to the catalog.
"""

import hashlib
import json
import time
import zlib
from collections.abc import Sequence

from core.corpus import queries
from core.corpus.database import Database
from core.corpus.records import Snapshot, Utterance
from core.emotions import label_scheme

__all__ = ["digest_of", "members", "take_snapshot"]

_DIGITS = 16
# What the digest covers, in this order.
_MEMBER = ("name", "content", "start", "end", "emotion", "speaker", "sentence", "correction")


def take_snapshot(database: Database, corpus: str, emotions: Sequence[str]) -> Snapshot:
    """The active clips of some emotions as they are now; kept in the catalog.

    Parameters
    ----------
    database : Database
    corpus : str
        One that exists.
    emotions : sequence of str
        Ids of a label scheme.

    Returns
    -------
    snapshot : Snapshot

    Raises
    ------
    UnknownEmotionError
        If an id is not an emotion.
    UnusableSchemeError
        If there are fewer than two of them.
    """
    scheme = label_scheme(emotions)
    found = queries.utterances(database, corpus, {"emotions": scheme}, sort="id")
    ordered = tuple(sorted(found, key=lambda u: (u.name, u.content, u.start, u.duration)))
    digest = digest_of(ordered)
    if database.row("SELECT 1 FROM snapshots WHERE digest = ?", (digest,)) is None:
        _keep(database, digest, corpus, scheme, ordered)
    return Snapshot(digest, corpus, scheme, ordered)


def _keep(
    database: Database,
    digest: str,
    corpus: str,
    scheme: Sequence[str],
    utterances: Sequence[Utterance],
) -> None:
    rows = [[u.id, *_member(u)] for u in utterances]
    with database.write() as connection:
        connection.execute(
            """INSERT INTO snapshots (digest, corpus_id, emotions, n, members, created)
               SELECT ?, id, ?, ?, ?, ? FROM corpora WHERE name = ? AND removed IS NULL
               ON CONFLICT DO NOTHING""",
            (
                digest,
                json.dumps(scheme),
                len(rows),
                zlib.compress(json.dumps(rows, ensure_ascii=False).encode()),
                time.time(),
                corpus,
            ),
        )


def _member(utterance: Utterance) -> list[object]:
    return [getattr(utterance, name) for name in _MEMBER]


def digest_of(utterances: Sequence[Utterance]) -> str:
    """The digest of some utterances in this order.

    Parameters
    ----------
    utterances : sequence of Utterance

    Returns
    -------
    digest : str
        Sixteen hexadecimal digits.
    """
    text = json.dumps([_member(u) for u in utterances], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def members(database: Database, digest: str) -> list[dict[str, object]] | None:
    """What a snapshot held when it was taken, whatever has become of it.

    Parameters
    ----------
    database : Database
    digest : str

    Returns
    -------
    members : list of dict, or None
        ``id`` and the labels of each clip; None when the digest is not known here.
    """
    row = database.row("SELECT members FROM snapshots WHERE digest = ?", (digest,))
    if row is None:
        return None
    names = ["id", *_MEMBER]
    return [dict(zip(names, member, strict=True)) for member in json.loads(zlib.decompress(row[0]))]
