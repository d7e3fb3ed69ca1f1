"""Files that are there whole or not at all, whatever happens while they are written."""

import os
import tempfile
import time
from pathlib import Path

__all__ = ["write_atomically"]

_PREFIX = ".tmp-"
_LEFT_OVER = 3600.0  # s; nothing is written that long


def write_atomically(path: Path, data: bytes) -> None:
    """Put bytes in place so that a reader sees the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        Its folder is made if needed.
    data : bytes

    Raises
    ------
    OSError
        If it cannot be written; the old file is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left_over in path.parent.glob(_PREFIX + "*"):
        if time.time() - left_over.stat().st_mtime > _LEFT_OVER:
            left_over.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
