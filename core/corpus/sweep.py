"""The start-up sweep: what a crash left behind is put right, and no sound is ever deleted."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.corpus.database import Database
from core.corpus.storage import AudioStore
from core.files import TEMPORARY

__all__ = ["MIN_AGE", "SweepReport", "sweep"]

MIN_AGE = 3_600.0  # s; what is younger may belong to an import under way
QUARANTINE = "quarantine"


@dataclass(frozen=True)
class SweepReport:
    """What a sweep found."""

    temporary: int = 0  # unfinished files, removed
    quarantined: tuple[str, ...] = ()  # files without a row, moved to ``quarantine/``
    missing: tuple[str, ...] = ()  # names of clips whose file is gone
    skipped: bool = False  # another process was sweeping


def sweep(database: Database, store: AudioStore, *, min_age: float = MIN_AGE) -> SweepReport:
    """Remove unfinished files, move files without a row aside, and name missing files.

    Parameters
    ----------
    database : Database
    store : AudioStore
    min_age : float
        Seconds; younger files are left alone.

    Returns
    -------
    report : SweepReport
    """
    store.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.folder / ".sweep.lock", timeout=0):
            return _sweep(database, store, time.time() - min_age)
    except Timeout:
        return SweepReport(skipped=True)


def _sweep(database: Database, store: AudioStore, before: float) -> SweepReport:
    recordings = {
        f"{row['content']}.{row['extension']}": row["content"]
        for row in database.rows("SELECT content, extension FROM recordings")
    }
    temporary, strays, seen = [], [], set()
    for entry in store.files():
        if entry.name in recordings:
            seen.add(entry.name)
        elif entry.name.startswith(TEMPORARY):
            temporary.append(Path(entry.path))
        else:
            strays.append(Path(entry.path))
    gone = {recordings[name] for name in recordings.keys() - seen}
    return SweepReport(
        temporary=sum(_remove_old(path, before) for path in temporary),
        quarantined=tuple(_quarantine(database, store, strays, before)),
        missing=_names_of(database, gone),
    )


def _remove_old(path: Path, before: float) -> bool:
    try:
        if path.stat().st_mtime > before:
            return False
        path.unlink()
    except FileNotFoundError:
        return False  # its writer has just finished
    return True


def _quarantine(
    database: Database, store: AudioStore, strays: Iterable[Path], before: float
) -> list[str]:
    """Move files without a row aside, while no import can be writing rows."""
    strays = list(strays)
    if not strays:
        return []
    moved = []
    place = store.folder.parent / QUARANTINE
    place.mkdir(exist_ok=True)
    with database.write() as connection:
        for path in strays:
            known = connection.execute(
                "SELECT 1 FROM recordings WHERE content = ? AND extension = ?",
                (path.stem, path.suffix[1:]),
            ).fetchone()
            if known is None and path.exists() and path.stat().st_mtime <= before:
                os.replace(path, place / path.name)  # noqa: PTH105 - as the protocol names it
                moved.append(path.name)
    return moved


def _names_of(database: Database, contents: set[str]) -> tuple[str, ...]:
    import json

    rows = database.rows(
        """SELECT DISTINCT name FROM utterances
           WHERE content IN (SELECT value FROM json_each(?)) ORDER BY name_key""",
        (json.dumps(sorted(contents)),),
    )
    return tuple(row["name"] for row in rows)
