"""How much memory is free on this machine, as its system tells it."""

import ctypes
import os
import sys
from pathlib import Path

__all__ = ["free_memory"]

_MEMINFO = Path("/proc/meminfo")
_LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container, and what it uses
_USED = Path("/sys/fs/cgroup/memory.current")
_SHARE = 0.5  # of all memory, where the system does not say what is free


def free_memory() -> int:
    """Bytes that a new program could use without others having to give way.

    Returns
    -------
    n_bytes : int
        On macOS half of all memory: the system gives no figure without a further library.
    """
    if sys.platform == "win32":
        return _on_windows()
    if _MEMINFO.exists():
        return min(_on_linux(), _in_container())
    return int(_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def _on_linux() -> int:
    for line in _MEMINFO.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return sys.maxsize


def _in_container() -> int:
    try:
        return max(0, int(_LIMIT.read_text()) - int(_USED.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return sys.maxsize


class _Status(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")),
    ]


def _on_windows() -> int:
    status = _Status()
    status.length = ctypes.sizeof(_Status)
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined,unused-ignore]
    return int(status.free)
