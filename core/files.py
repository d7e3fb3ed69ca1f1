"""Files that are there whole or not at all, whatever happens while they are written."""

import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DiskFullError

__all__ = ["TEMPORARY", "full_disk_told", "write_atomically"]

TEMPORARY = ".tmp-"  # how unfinished files begin
_LEFT_OVER = 3600.0  # s; nothing is written that long
_FULL = {errno.ENOSPC, errno.EDQUOT}


def write_atomically(path: Path, data: bytes, *, tidy: bool = False) -> None:
    """Put bytes in place so that a reader sees the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        Its folder is made if needed.
    data : bytes
    tidy : bool
        Whether unfinished files that a crash left in the folder long ago are removed first.

    Raises
    ------
    DiskFullError
        If there is no room left; the old file stays.
    OSError
        If it cannot be written for another reason; the old file stays.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with full_disk_told(path.name):
            if not path.parent.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                _sync_folder(path.parent.parent)
            if tidy:
                _remove_left_overs(path.parent)
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def full_disk_told(name: str) -> Iterator[None]:
    """Tell a user that the disk is full, where what is written inside finds out.

    Parameters
    ----------
    name : str
        What is written.

    Raises
    ------
    DiskFullError
        If there is no room left, or the owner's quota is used up.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(name) from error
        raise


def _remove_left_overs(folder: Path) -> None:
    for left_over in folder.glob(TEMPORARY + "*"):
        if time.time() - left_over.stat().st_mtime > _LEFT_OVER:
            left_over.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk; a no-op where the system has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
