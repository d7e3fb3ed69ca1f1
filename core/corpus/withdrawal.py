"""Withdrawing a voice: what there is of it, listed; then nothing of it left in the workspace.

Conventions
-----------
A withdrawal is the one thing here that cannot be undone. It deletes the clips, their files and
labels, every feature, finding and picture made of them, and the runs, snapshots and models that
learnt from them. The ledger keeps that and when a consent was withdrawn, without the name. Where
others speak in the same recording, it is written anew with silence in place of the voice. What has
left the workspace before (exports, backups, bundles handed on) cannot be reached; it is said.
"""

import contextlib
import json
import shutil
import sqlite3
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.audio import decode, encode_wav
from core.corpus.catalog import Catalog
from core.corpus.clip_features import feature_store
from core.corpus.consents import speakers_of
from core.corpus.sheets import save_sheet, sheet_of
from core.corpus.storage import recording_of
from core.errors import TrainingUnderWayError, UnknownSpeakerError
from core.models import list_models
from core.settings import LONG_TAKE, SR

__all__ = ["Withdrawal", "plan_withdrawal", "withdraw"]

_DERIVED = ("thumbnails", "exports")  # folders of the cache that name no recording: emptied


@dataclass(frozen=True)
class Withdrawal:
    """Everything that goes with a voice."""

    speaker: str
    clips: tuple[tuple[str, str], ...]  # corpus and name of each, disabled and shelved ones too
    ids: tuple[int, ...]
    contents: tuple[str, ...]  # SHA-256 of the recordings in which they speak
    shared: tuple[str, ...]  # those in which others speak, too
    snapshots: tuple[str, ...]
    runs: tuple[str, ...]
    models: tuple[str, ...]
    jobs: tuple[str, ...]
    consents: int


def plan_withdrawal(catalog: Catalog, speaker: str, corpus: str | None = None) -> Withdrawal:
    """What goes when a speaker withdraws; nothing is changed.

    Parameters
    ----------
    catalog : Catalog
    speaker : str
    corpus : str, optional
        Only there: a number such as 1 may be another person in another corpus. Synthesised
        voices are no persons and are never among them.

    Returns
    -------
    plan : Withdrawal

    Raises
    ------
    UnknownSpeakerError
        If nothing of this speaker is here.
    """
    rows = catalog.database.rows(
        """SELECT u.id, u.name, u.content, c.name AS corpus FROM utterances u
           JOIN corpora c ON c.id = u.corpus_id
           WHERE u.speaker = :speaker AND NOT c.synthesised
             AND (:corpus IS NULL OR c.name = :corpus) ORDER BY u.id""",
        {"speaker": speaker, "corpus": corpus},
    )
    known = speakers_of(catalog)
    if speaker not in known or (corpus is not None and not rows):
        raise UnknownSpeakerError(speaker, list(known))
    ids, contents = {r["id"] for r in rows}, sorted({r["content"] for r in rows})
    snapshots = _snapshots_with(catalog, ids, set(contents))
    jobs = _of_snapshots(catalog, "SELECT id, spec FROM jobs", snapshots)
    runs = _of_snapshots(catalog, "SELECT id, spec FROM runs", snapshots)
    counted = catalog.database.row(
        "SELECT COUNT(*) AS n FROM consents WHERE speaker = ?", (speaker,)
    )
    return Withdrawal(
        speaker=speaker,
        clips=tuple((r["corpus"], r["name"]) for r in rows),
        ids=tuple(sorted(ids)),
        contents=tuple(contents),
        shared=tuple(c for c in contents if _others(catalog, c, sorted(ids))),
        snapshots=tuple(snapshots),
        runs=tuple(runs),
        models=tuple(_models_of(catalog, snapshots, runs)),
        jobs=tuple(jobs),
        consents=counted["n"] if counted else 0,
    )


def _snapshots_with(catalog: Catalog, ids: set[int], contents: set[str]) -> list[str]:
    found = []
    for row in catalog.database.rows("SELECT digest, members FROM snapshots"):
        members = json.loads(zlib.decompress(row["members"]))
        if any(m[0] in ids or m[2] in contents for m in members):
            found.append(row["digest"])
    return found


def _of_snapshots(catalog: Catalog, query: str, snapshots: Sequence[str]) -> list[str]:
    rows = catalog.database.rows(query)
    return [r["id"] for r in rows if json.loads(r["spec"]).get("snapshot") in snapshots]


def _models_of(catalog: Catalog, snapshots: Sequence[str], runs: Sequence[str]) -> list[str]:
    """The team's models that learnt from these clips, by what the catalog and their files say."""
    rows = catalog.database.rows("SELECT name, run_id FROM models")
    names = {r["name"] for r in rows if r["run_id"] in runs}
    for entry in list_models():
        manifest = entry.manifest or {}
        if not entry.shipped and manifest.get("snapshot") in snapshots:
            names.add(entry.name)
    return sorted(names)


def _others(catalog: Catalog, content: str, ids: Sequence[int]) -> list[sqlite3.Row]:
    """The pieces of a recording that stay."""
    return catalog.database.rows(
        """SELECT id, start, "end" FROM utterances
           WHERE content = ? AND id NOT IN (SELECT value FROM json_each(?))""",
        (content, json.dumps(list(ids))),
    )


def withdraw(catalog: Catalog, speaker: str, corpus: str | None = None) -> Withdrawal:
    """Remove a voice and everything made of it; this cannot be undone.

    Parameters
    ----------
    catalog : Catalog
    speaker : str
    corpus : str, optional
        Only there, see `plan_withdrawal`.

    Returns
    -------
    done : Withdrawal
        What went.

    Raises
    ------
    UnknownSpeakerError
        If nothing of this speaker is here.
    TrainingUnderWayError
        If a training with this voice is running; nothing is changed then.
    """
    plan = plan_withdrawal(catalog, speaker, corpus)
    _refuse_while_training(catalog, plan)
    files = [catalog.audio_path(content) for content in plan.contents]
    kept = {content: _without_voice(catalog, content, plan.ids) for content in plan.shared}
    models = [e.path for e in list_models() if e.name in plan.models and not e.shipped]
    with catalog.database.write() as connection:
        connection.execute("PRAGMA secure_delete = ON")
        triggers = _lift_triggers(connection)
        _delete_rows(connection, plan, kept)
        for script in triggers:
            connection.execute(script)
    for corpus in {r["corpus"] for r in catalog.database.rows("SELECT corpus FROM sheets")}:
        sheet = sheet_of(catalog, corpus)
        if speaker in sheet.speakers:
            rest = tuple(s for s in sheet.speakers if s != speaker)
            save_sheet(catalog, corpus, replace(sheet, speakers=rest))
    _delete_files(catalog, plan, [*files, *models])
    _compact(catalog.place.catalog)
    return plan


def _refuse_while_training(catalog: Catalog, plan: Withdrawal) -> None:
    running = catalog.database.rows("SELECT id FROM jobs WHERE state = 'running'")
    if {r["id"] for r in running} & set(plan.jobs):
        raise TrainingUnderWayError(plan.speaker)


def _without_voice(catalog: Catalog, content: str, ids: Sequence[int]) -> Any:
    """A shared recording with nothing but what others say in it, stored under its new content."""
    others = _others(catalog, content, ids)
    data = catalog.audio_path(content).read_bytes()
    sound = decode(data, name=f"{content[:8]}.wav", limits=LONG_TAKE)
    y = sound.y * 0
    for piece in others:
        first = round(piece["start"] * SR)
        last = len(y) if piece["end"] is None else round(piece["end"] * SR)
        y[first:last] = sound.y[first:last]
    fresh = encode_wav(y)
    recording = recording_of(decode(fresh, name="kept.wav", limits=LONG_TAKE), fresh)
    catalog.store.put(recording.content, recording.extension, fresh)
    return recording


def _lift_triggers(connection: sqlite3.Connection) -> list[str]:
    """Let the history be deleted from, within this transaction; how to forbid it again."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'label_changes'"
    ).fetchall()
    for row in rows:
        connection.execute(f"DROP TRIGGER {row['name']}")
    return [row["sql"] for row in rows]


def _delete_rows(connection: sqlite3.Connection, plan: Withdrawal, kept: dict[str, Any]) -> None:
    def each(query: str, values: Sequence[Any]) -> None:
        connection.executemany(query, [(value,) for value in values])

    each("DELETE FROM models WHERE name = ?", plan.models)
    each("UPDATE models SET run_id = NULL WHERE run_id = ?", plan.runs)
    each("DELETE FROM jobs WHERE id = ?", plan.jobs)
    each("DELETE FROM runs WHERE id = ?", plan.runs)
    each("DELETE FROM snapshots WHERE digest = ?", plan.snapshots)
    each("DELETE FROM label_changes WHERE utterance_id = ?", plan.ids)
    touched = connection.execute(
        """SELECT DISTINCT corpus_id, import_id FROM utterances
           WHERE id IN (SELECT value FROM json_each(?))""",
        (json.dumps(plan.ids),),
    ).fetchall()
    connection.execute(
        """DELETE FROM label_changes WHERE field = 'speaker' AND (before = :who OR after = :who)
           AND utterance_id IN (SELECT id FROM utterances WHERE corpus_id IN
               (SELECT id FROM corpora WHERE NOT synthesised))""",
        {"who": plan.speaker},
    )
    corpora = sorted({row["corpus_id"] for row in touched})
    each("DELETE FROM quality_results WHERE corpus_id = ?", corpora)
    each("DELETE FROM listening_tests WHERE corpus_id = ?", corpora)
    each("DELETE FROM utterances WHERE id = ?", plan.ids)
    for corpus_id in corpora:  # one of which nothing is left goes out of sight
        connection.execute(
            """UPDATE corpora SET removed = ? WHERE id = ? AND removed IS NULL
               AND NOT EXISTS (SELECT 1 FROM utterances WHERE corpus_id = corpora.id)""",
            (time.time(), corpus_id),
        )
    each("DELETE FROM heard WHERE content = ?", plan.contents)
    for content, recording in kept.items():
        _move_others(connection, content, recording)
    each("DELETE FROM recordings WHERE content = ?", plan.contents)
    for number in {row["import_id"] for row in touched} - {None}:
        _recount_import(connection, number)
    connection.execute("UPDATE changes SET by = '' WHERE by = ?", (plan.speaker,))
    connection.execute(
        "UPDATE consents SET speaker = NULL, note = '', withdrawn = ? WHERE speaker = ?",
        (time.time(), plan.speaker),
    )


def _recount_import(connection: sqlite3.Connection, number: int) -> None:
    """An import counts what is left of it; one of which nothing is left goes, name and all."""
    left = connection.execute(
        "SELECT COUNT(*) AS n FROM utterances WHERE import_id = ?", (number,)
    ).fetchone()["n"]
    if left:
        connection.execute("UPDATE imports SET n = ? WHERE id = ?", (left, number))
    else:
        connection.execute("DELETE FROM imports WHERE id = ?", (number,))


def _move_others(connection: sqlite3.Connection, content: str, recording: Any) -> None:
    connection.execute(
        "INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            recording.content,
            recording.extension,
            recording.size,
            recording.duration,
            recording.source_sr,
            recording.source_channels,
            recording.format,
            json.dumps(recording.flags),
            time.time(),
        ),
    )
    connection.execute(
        "UPDATE utterances SET content = ? WHERE content = ?", (recording.content, content)
    )


def _delete_files(catalog: Catalog, plan: Withdrawal, files: Sequence[Path]) -> None:
    place = catalog.place
    for file in files:
        file.unlink(missing_ok=True)
    for run in plan.runs:
        shutil.rmtree(place.runs / run, ignore_errors=True)
    for folder in _DERIVED:
        shutil.rmtree(place.cache / folder, ignore_errors=True)
    store = feature_store(place)
    store.forget(plan.contents)
    _compact(store.path)
    for left in place.root.rglob("*"):  # quarantined or half-written copies
        if left.is_file() and any(content in left.name for content in plan.contents):
            left.unlink(missing_ok=True)
    show = place.root / "show.json"
    with contextlib.suppress(OSError):
        said = show.read_text(encoding="utf-8")
        if any(content in said for content in plan.contents) or plan.speaker in said:
            show.unlink()


def _compact(file: Path) -> None:
    """Rewrite a database so that no page of it holds what was deleted."""
    if not file.exists():
        return
    with contextlib.closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
