"""A restored workspace takes the place of the old one: the one or the other is there, never half.

Conventions
-----------
What is moved in is whole and checked before. Where the system can exchange two folders in one
step (Linux), there is no moment without a workspace; elsewhere the old one is renamed and then the
new one, and both lie side by side, whole, should the machine stop between the two.
"""

import ctypes
import errno
import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from core.corpus.backup_contents import files_under
from core.errors import WorkspaceInUseError
from core.settings import Workspace

__all__ = ["STAGING", "hand_out_models", "put_in_place", "remove_left_overs"]

STAGING = ".restoring-"  # behind the workspace's name: what a restore is unpacking
WORKER_LOCK = "worker.lock"  # of core.training.worker, which runs only while it holds it
_LEFT_OVER = 3_600.0  # s; no restore unpacks one file that long
_HERE = -100  # AT_FDCWD: paths from the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def put_in_place(staging: Path, place: Workspace, *, filled: bool) -> Path | None:
    """Make an unpacked workspace the workspace, while nobody has the old one open.

    Parameters
    ----------
    staging : Path
        A folder beside the workspace's; gone afterwards.
    place : Workspace
    filled : bool
        Whether the old one holds what a backup would hold; it is then set aside.

    Returns
    -------
    aside : Path or None
        Where the old workspace lies, if it was filled. Else what it had, logs and settings of
        this machine, has been taken over.

    Raises
    ------
    WorkspaceInUseError
        If a program has it open; nothing was changed.
    OSError
        If it cannot be moved; nothing was changed.
    """
    root = place.root
    if not root.exists():
        staging.rename(root)
        return None
    _check_nobody_inside(place)
    aside = root.with_name(f"{root.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    while aside.exists():
        aside = aside.with_name(aside.name + "x")
    # Named so before the exchange: whatever is killed when, no old workspace bears the name of
    # what is unpacked, which a later restore removes.
    staging.rename(aside)
    try:
        _exchange(aside, root)
    except OSError:  # and nothing else: after an interrupt it may be the old one by now
        if aside.exists():
            aside.rename(staging)
        raise
    if filled:
        return aside
    _take_over(aside, root)
    return None


def _exchange(one: Path, other: Path) -> None:
    """Exchange the names of two folders."""
    if sys.platform == "linux" and _exchanged(one, other):
        return
    between = other.with_name(one.name + "-old")
    other.rename(between)
    try:
        one.rename(other)
    except OSError:
        between.rename(other)
        raise
    between.rename(one)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system or its disk cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def _take_over(aside: Path, root: Path) -> None:
    """Bring logs, caches and this machine's settings home from a workspace without a catalog."""
    for entry in aside.iterdir():
        target = root / entry.name
        if not target.exists():
            entry.replace(target)
    shutil.rmtree(aside, ignore_errors=True)  # empty folders and locks


def remove_left_overs(root: Path) -> None:
    """Remove what restores that were killed had unpacked beside a workspace.

    Parameters
    ----------
    root : Path
        Of the workspace.
    """
    for folder in root.parent.glob(f"{root.name}{STAGING}*"):
        times = [path.lstat().st_mtime for path in (folder, *folder.rglob("*"))]
        if time.time() - max(times) > _LEFT_OVER:
            shutil.rmtree(folder, ignore_errors=True)


def hand_out_models(place: Workspace, aside: Path | None) -> None:
    """Models may lie outside the workspace; those that are replaced are kept.

    Parameters
    ----------
    place : Workspace
    aside : Path or None
        As from `put_in_place`.
    """
    models = place.root / "models"
    if models == place.models or not models.is_dir():
        return
    for file in files_under(models):
        target = place.models / file.relative_to(models)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            old = (aside or place.root) / "models.replaced" / target.name
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target, old)
        shutil.move(file, target)
    shutil.rmtree(models)


def _check_nobody_inside(place: Workspace) -> None:
    """Refuse where the worker or any connection uses the workspace."""
    try:
        for lock in (WORKER_LOCK, "catalog.lock"):
            with FileLock(place.root / lock, timeout=0):
                pass
    except Timeout:
        raise WorkspaceInUseError(str(place.root)) from None
    if place.catalog.exists() and not _is_closed(place.catalog):
        raise WorkspaceInUseError(str(place.root))


def _is_closed(catalog: Path) -> bool:
    """Whether no other connection is open: SQLite leaves the write-ahead log for the last one."""
    try:
        with closing(sqlite3.connect(catalog, timeout=0, isolation_level=None)) as connection:
            return connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True  # damaged: nobody works with it, and it is what a restore is for
