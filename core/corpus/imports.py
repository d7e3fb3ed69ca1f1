"""What each import brought, and how to take it back: nothing is deleted, it is put on a shelf.

A *shelf* is a corpus out of sight, made when an import is taken back. Its clips keep their labels
and their history there; the same files can come in again meanwhile, with better labels say.
"""

import time
from sqlite3 import Connection

from core.corpus.database import Database
from core.corpus.records import ImportOrigin, ImportRecord

__all__ = ["bring_back", "imports", "members", "note_import", "take_back"]


def note_import(connection: Connection, corpus_id: int, origin: ImportOrigin) -> int:
    """Open the record of an import, within the transaction that adds its clips.

    Parameters
    ----------
    connection : Connection
    corpus_id : int
    origin : ImportOrigin

    Returns
    -------
    import_id : int
    """
    return connection.execute(
        """INSERT INTO imports (corpus_id, at, place, convention, n)
           VALUES (?, ?, ?, ?, 0) RETURNING id""",
        (corpus_id, time.time(), origin.place, origin.convention),
    ).fetchone()["id"]


def imports(database: Database, corpus: str | None = None) -> list[ImportRecord]:
    """The imports that brought something, the latest first.

    Parameters
    ----------
    database : Database
    corpus : str, optional
        Only into this one.

    Returns
    -------
    records : list of ImportRecord
    """
    rows = database.rows(
        """SELECT i.id, c.name AS corpus, i.at, i.place, i.convention, i.n, i.removed
           FROM imports i JOIN corpora c ON c.id = i.corpus_id
           WHERE (:corpus IS NULL OR c.name = :corpus)
             AND (c.removed IS NULL OR i.removed IS NOT NULL)
           ORDER BY i.id DESC""",
        {"corpus": corpus},
    )
    return [ImportRecord(**dict(row)) for row in rows]


def members(database: Database, import_id: int) -> list[int]:
    """The clips that an import brought.

    Parameters
    ----------
    database : Database
    import_id : int

    Returns
    -------
    ids : list of int
    """
    rows = database.rows("SELECT id FROM utterances WHERE import_id = ? ORDER BY id", (import_id,))
    return [row["id"] for row in rows]


def take_back(database: Database, import_id: int) -> int:
    """Put what an import brought out of sight; a corpus that is empty then goes, too.

    Parameters
    ----------
    database : Database
    import_id : int

    Returns
    -------
    n : int
        Clips that went; 0 when the import is unknown or was taken back before.
    """
    now = time.time()
    with database.write() as connection:
        row = connection.execute(
            "SELECT corpus_id FROM imports WHERE id = ? AND removed IS NULL", (import_id,)
        ).fetchone()
        if row is None:
            return 0
        home = row["corpus_id"]
        shelf = connection.execute(
            """INSERT INTO corpora (name, title, created, removed)
               SELECT name, title, ?, ? FROM corpora WHERE id = ? RETURNING id""",
            (now, now, home),
        ).fetchone()["id"]
        moved = connection.execute(
            "UPDATE utterances SET corpus_id = ? WHERE import_id = ? AND corpus_id = ?",
            (shelf, import_id, home),
        ).rowcount
        connection.execute(
            "UPDATE imports SET removed = ?, shelf_id = ? WHERE id = ?", (now, shelf, import_id)
        )
        connection.execute(
            """UPDATE corpora SET removed = ? WHERE id = ? AND removed IS NULL
               AND NOT EXISTS (SELECT 1 FROM utterances WHERE corpus_id = ?)""",
            (now, home, home),
        )
    return moved


def bring_back(database: Database, import_id: int) -> int:
    """Undo `take_back`: the clips return, with the labels they had.

    Parameters
    ----------
    database : Database
    import_id : int

    Returns
    -------
    n : int
        Clips that returned; those whose sound came in again meanwhile stay on the shelf. 0 when
        the import is unknown or was not taken back.
    """
    with database.write() as connection:
        row = connection.execute(
            "SELECT corpus_id, shelf_id FROM imports WHERE id = ? AND removed IS NOT NULL",
            (import_id,),
        ).fetchone()
        if row is None:
            return 0
        home = _home_again(connection, row["corpus_id"])
        moved = connection.execute(
            "UPDATE OR IGNORE utterances SET corpus_id = ? WHERE corpus_id = ?",
            (home, row["shelf_id"]),
        ).rowcount
        if moved:
            connection.execute(
                "UPDATE imports SET corpus_id = ?, removed = NULL, shelf_id = NULL WHERE id = ?",
                (home, import_id),
            )
    return moved


def _home_again(connection: Connection, corpus_id: int) -> int:
    """The corpus of this name that is in sight, be it another one by now."""
    seen = connection.execute(
        """SELECT id FROM corpora WHERE removed IS NULL
           AND name = (SELECT name FROM corpora WHERE id = ?)""",
        (corpus_id,),
    ).fetchone()
    if seen is not None:
        return seen["id"]
    connection.execute("UPDATE corpora SET removed = NULL WHERE id = ?", (corpus_id,))
    return corpus_id
