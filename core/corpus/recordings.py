"""Recordings and utterances entering the catalog: file first, then all rows in one transaction."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from core.corpus.database import Database
from core.corpus.imports import note_import
from core.corpus.ordering import natural_key
from core.corpus.records import CorpusFacts, ImportOrigin, NewUtterance, Recording
from core.corpus.storage import AudioStore
from core.errors import UnreadableFileError
from core.i18n import N_

__all__ = ["Added", "add_utterances", "discard_unlisted", "find_recording", "known_pieces"]

Piece = tuple[str, float, float | None]  # content, start, end


@dataclass(frozen=True)
class Added:
    """What came of adding: one id a row, None for a piece that the corpus had already."""

    ids: tuple[int | None, ...]
    import_id: int | None = None  # None where nothing was added, or nobody asked for a record


def find_recording(database: Database, content: str) -> Recording | None:
    """The recording of a content, in whichever corpus it was met first.

    Parameters
    ----------
    database : Database
    content : str
        SHA-256 in hexadecimal.

    Returns
    -------
    recording : Recording or None
    """
    row = database.row(
        """SELECT content, extension, size, duration, source_sr, source_channels, format, flags
           FROM recordings WHERE content = ?""",
        (content,),
    )
    if row is None:
        return None
    return Recording(**{**dict(row), "flags": tuple(json.loads(row["flags"]))})


def known_pieces(connection: Connection, corpus: str) -> set[Piece]:
    """What a corpus holds already, disabled clips included.

    Parameters
    ----------
    connection : Connection
    corpus : str

    Returns
    -------
    pieces : set of (content, start, end)
    """
    rows = connection.execute(
        """SELECT content, start, "end" FROM utterances
           WHERE corpus_id = (SELECT id FROM corpora WHERE name = ? AND removed IS NULL)""",
        (corpus,),
    )
    return {tuple(row) for row in rows}


def add_utterances(
    database: Database,
    store: AudioStore,
    corpus: str,
    facts: CorpusFacts,
    utterances: Sequence[NewUtterance],
    *,
    origin: ImportOrigin | None = None,
) -> Added:
    """Add utterances whose files are in the store; all of them or none.

    Parameters
    ----------
    database : Database
    store : AudioStore
    corpus : str
        Made with ``facts`` when it is not there; ``facts`` do not change one that is.
    facts : CorpusFacts
    utterances : sequence of NewUtterance
    origin : ImportOrigin, optional
        Kept as the record of an import, which can be taken back by its id.

    Returns
    -------
    added : Added

    Raises
    ------
    UnreadableFileError
        If a file is not in the store any more; nothing is added then.
    DiskFullError
        If there is no room left; nothing is added then.
    """
    with database.write() as connection:
        corpus_id = _corpus_id(connection, corpus, facts)
        known = known_pieces(connection, corpus)
        import_id = note_import(connection, corpus_id, origin) if origin else None
        ids: list[int | None] = []
        for utterance in utterances:
            piece = (utterance.recording.content, utterance.start, utterance.end)
            if piece in known:
                ids.append(None)
                continue
            known.add(piece)
            _add_recording(connection, store, utterance)
            ids.append(_add_utterance(connection, corpus_id, utterance, import_id))
        if import_id is not None:
            import_id = _close_import(connection, import_id, sum(i is not None for i in ids))
    return Added(tuple(ids), import_id)


def _close_import(connection: Connection, import_id: int, n: int) -> int | None:
    """Count what an import brought; one that brought nothing leaves no record."""
    if n == 0:
        connection.execute("DELETE FROM imports WHERE id = ?", (import_id,))
        return None
    connection.execute("UPDATE imports SET n = ? WHERE id = ?", (n, import_id))
    return import_id


def _corpus_id(connection: Connection, name: str, facts: CorpusFacts) -> int:
    row = connection.execute(
        "SELECT id FROM corpora WHERE name = ? AND removed IS NULL", (name,)
    ).fetchone()
    if row is not None:
        return row["id"]
    corpus_id = connection.execute(
        """INSERT INTO corpora
           (name, title, language, licence, citation, synthesised, note, convention, created)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            name,
            facts.title,
            facts.language,
            facts.licence,
            facts.citation,
            facts.synthesised,
            facts.note,
            facts.convention,
            time.time(),
        ),
    ).fetchone()["id"]
    for sentence, text in facts.sentences.items():
        connection.execute("INSERT INTO sentences VALUES (?, ?, ?)", (corpus_id, sentence, text))
    return corpus_id


def _add_recording(connection: Connection, store: AudioStore, utterance: NewUtterance) -> None:
    """The row of a file that is surely there: sweeps move files only while nobody writes."""
    new = utterance.recording
    connection.execute(
        """INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (content) DO NOTHING""",
        (
            new.content,
            new.extension,
            new.size,
            new.duration,
            new.source_sr,
            new.source_channels,
            new.format,
            json.dumps(new.flags),
            time.time(),
        ),
    )
    extension = connection.execute(
        "SELECT extension FROM recordings WHERE content = ?", (new.content,)
    ).fetchone()["extension"]
    if not store.path(new.content, extension).exists():
        raise UnreadableFileError(utterance.name, N_("its copy in the workspace is gone"))


def _add_utterance(
    connection: Connection, corpus_id: int, new: NewUtterance, import_id: int | None
) -> int:
    end = new.recording.duration if new.end is None else new.end
    row = connection.execute(
        """INSERT INTO utterances
           (corpus_id, content, name, name_key, start, "end", duration,
            sentence, speaker, emotion, take, flags, created, import_id)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            corpus_id,
            new.recording.content,
            new.name,
            natural_key(new.name),
            new.start,
            new.end,
            end - new.start,
            new.sentence,
            new.speaker,
            new.emotion,
            new.take,
            json.dumps(new.recording.flags),
            time.time(),
            import_id,
        ),
    ).fetchone()
    if new.sentence is not None and new.sentence_text:
        connection.execute(
            "INSERT INTO sentences VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (corpus_id, new.sentence, new.sentence_text),
        )
    return row["id"]


def discard_unlisted(database: Database, store: AudioStore, stored: Sequence[Recording]) -> None:
    """Take back files of an import that failed; those that have a row by now stay.

    Parameters
    ----------
    database : Database
    store : AudioStore
    stored : sequence of Recording
        What that import itself put into the store.
    """
    with database.write() as connection:
        for recording in stored:
            listed = connection.execute(
                "SELECT 1 FROM recordings WHERE content = ?", (recording.content,)
            ).fetchone()
            if listed is None:
                store.path(recording.content, recording.extension).unlink(missing_ok=True)
