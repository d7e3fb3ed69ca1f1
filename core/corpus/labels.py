"""Labels as an append-only history: every change can be seen, and taken back by another one."""

import json
import time
from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from core.corpus.database import Database
from core.corpus.records import LabelChange
from core.errors import ChangedSinceError, UnknownUtteranceError

__all__ = ["FIELDS", "change", "change_each", "history", "undo"]

FIELDS: tuple[str, ...] = ("emotion", "speaker", "sentence", "take", "status", "correction")


def change(
    database: Database, ids: Sequence[int], values: Mapping[str, Any], *, by: str = ""
) -> int | None:
    """Set some fields of some utterances, as one change.

    Parameters
    ----------
    database : Database
    ids : sequence of int
    values : mapping of str to value
        By field, of `FIELDS`.
    by : str
        Who did it.

    Returns
    -------
    change : int or None
        Its id; None when nothing was different from before.

    Raises
    ------
    UnknownUtteranceError
        If an utterance does not exist; nothing is changed then.
    """
    return change_each(database, dict.fromkeys(ids, values), by=by)


def change_each(
    database: Database, values: Mapping[int, Mapping[str, Any]], *, by: str = ""
) -> int | None:
    """Set fields of utterances, each its own, as one change.

    Parameters
    ----------
    database : Database
    values : mapping of int to mapping of str to value
        By utterance and field, of `FIELDS`.
    by : str
        Who did it.

    Returns
    -------
    change : int or None
        Its id; None when nothing was different from before.

    Raises
    ------
    UnknownUtteranceError
        If an utterance does not exist; nothing is changed then.
    """
    assert {field for own in values.values() for field in own} <= set(FIELDS), f"only {FIELDS}"
    with database.write() as connection:
        before = _current(connection, list(values))
        missing = sorted(set(values) - set(before))
        if missing:
            raise UnknownUtteranceError(missing)
        steps = [
            (utterance, field, labels[field], value)
            for utterance, labels in before.items()
            for field, value in values[utterance].items()
            if labels[field] != value
        ]
        return _write(connection, steps, by=by) if steps else None


def _current(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = connection.execute(
        f"""SELECT id, {", ".join(FIELDS)} FROM utterances
            WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id""",  # noqa: S608 - our own words
        (json.dumps([int(i) for i in ids]),),
    )
    return {row["id"]: dict(row) for row in rows}


def _write(
    connection: Connection,
    steps: Sequence[tuple[int, str, Any, Any]],
    *,
    by: str,
    undoes: int | None = None,
) -> int:
    """Note the steps in the history and do them."""
    change_id = connection.execute(
        "INSERT INTO changes (at, by, undoes) VALUES (?, ?, ?) RETURNING id",
        (time.time(), by, undoes),
    ).fetchone()["id"]
    connection.executemany(
        """INSERT INTO label_changes (change_id, utterance_id, field, before, after)
           VALUES (?, ?, ?, ?, ?)""",
        [(change_id, *step) for step in steps],
    )
    for field in {step[1] for step in steps}:
        connection.executemany(
            f"UPDATE utterances SET {field} = ? WHERE id = ?",  # noqa: S608 - one of FIELDS
            [(after, utterance) for utterance, name, _, after in steps if name == field],
        )
    return change_id


def undo(database: Database, *, by: str | None = None) -> int | None:
    """Take back the latest change that is not taken back yet; called again, the one before it.

    Parameters
    ----------
    database : Database
    by : str, optional
        Only this person's changes; anybody's by default.

    Returns
    -------
    change : int or None
        Id of the change taken back; None when there is none left.

    Raises
    ------
    ChangedSinceError
        If somebody has changed one of its clips again since; nothing is changed then.
    """
    with database.write() as connection:
        row = connection.execute(
            """SELECT id, by FROM changes WHERE undoes IS NULL AND (:by IS NULL OR by = :by)
               AND id NOT IN (SELECT undoes FROM changes WHERE undoes IS NOT NULL)
               ORDER BY id DESC LIMIT 1""",
            {"by": by},
        ).fetchone()
        if row is None:
            return None
        done = connection.execute(
            """SELECT utterance_id, field, before, after FROM label_changes
               WHERE change_id = ? ORDER BY id""",
            (row["id"],),
        ).fetchall()
        now = _current(connection, [step["utterance_id"] for step in done])
        stale = {
            step["utterance_id"]
            for step in done
            if now[step["utterance_id"]][step["field"]] != step["after"]
        }
        if stale:
            raise ChangedSinceError(len(stale))
        steps = [(s["utterance_id"], s["field"], s["after"], s["before"]) for s in done]
        _write(connection, steps, by=row["by"] if by is None else by, undoes=row["id"])
        return row["id"]


def history(database: Database, utterance_id: int) -> list[LabelChange]:
    """All changes of an utterance, the oldest first.

    Parameters
    ----------
    database : Database
    utterance_id : int

    Returns
    -------
    changes : list of LabelChange
    """
    rows = database.rows(
        """SELECT c.id AS change, at, by, field, before, after, undoes
           FROM label_changes l JOIN changes c ON c.id = l.change_id
           WHERE utterance_id = ? ORDER BY l.id""",
        (utterance_id,),
    )
    return [LabelChange(**row) for row in rows]
