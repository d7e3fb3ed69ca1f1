"""The end of a zip: how large its table of contents is, and mending names that break all of it.

`zipfile` reads the whole table before it can be asked anything, and gives up on all of it when one
name is flagged as UTF-8 and is none. Both are looked at here first.
"""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["Directory", "MendedFile", "find_directory"]

_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT = 0xFFFF
_END64_LOCATOR = b"PK\x06\x07"
_END64_LOCATOR_SIZE = 20
_END64 = b"PK\x06\x06"
_END64_SIZE = 56
_ENTRY = b"PK\x01\x02"
_ENTRY_SIZE = 46
_UTF8_FLAG = 1 << 11


@dataclass(frozen=True)
class Directory:
    """Where a zip's table of contents lies; offsets and sizes in bytes."""

    start: int
    size: int


def find_directory(file: BinaryIO) -> Directory | None:
    """The table of contents that the end of a zip points to.

    Parameters
    ----------
    file : binary file
        Seekable.

    Returns
    -------
    directory : Directory or None
        None when there is no end record: no zip, or a zip cut off.
    """
    length = file.seek(0, io.SEEK_END)
    tail_start = max(length - _END_SIZE - _MAX_COMMENT, 0)
    file.seek(tail_start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        return None
    size, offset = struct.unpack_from("<LL", tail, at + 12)
    end = tail_start + at
    if 0xFFFFFFFF in (size, offset):
        wide = _find_wide(file, end)
        if wide is None:
            return None
        size, end = wide
    start = end - size  # as `zipfile` does: something may stand before the first entry
    return Directory(start, size) if start >= 0 else None


def _find_wide(file: BinaryIO, end: int) -> tuple[int, int] | None:
    """Size of the table and offset of its end record in a zip64, or None."""
    at = end - _END64_LOCATOR_SIZE - _END64_SIZE
    if at < 0:
        return None
    file.seek(at)
    records = file.read(_END64_SIZE + _END64_LOCATOR_SIZE)
    if not records.startswith(_END64) or records[_END64_SIZE:][:4] != _END64_LOCATOR:
        return None
    return struct.unpack_from("<Q", records, 40)[0], at


class MendedFile(io.RawIOBase):
    """A zip whose names flagged as UTF-8 that are none have lost their flag; read only.

    Only the table of contents is held in memory. The entries concerned still cannot be opened,
    but all others can.
    """

    def __init__(self, file: BinaryIO, directory: Directory):
        self._file = file
        self._start = directory.start
        self._length = file.seek(0, io.SEEK_END)
        file.seek(directory.start)
        self._table = _without_false_flags(file.read(directory.size))
        self._position = 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def seekable(self) -> bool:
        """Whether it can be sought in: always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset in bytes."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = base + offset
        return self._position

    def readinto(self, buffer) -> int:
        """Fill a buffer with what stands here, mended."""
        start = self._position
        self._file.seek(start)
        data = bytearray(self._file.read(len(buffer)))
        low = max(start, self._start)
        high = min(start + len(data), self._start + len(self._table))
        if low < high:
            data[low - start : high - start] = self._table[low - self._start : high - self._start]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _without_false_flags(table: bytes) -> bytes:
    mended, at = bytearray(table), 0
    while table[at : at + 4] == _ENTRY and at + _ENTRY_SIZE <= len(table):
        (flags,) = struct.unpack_from("<H", table, at + 8)
        lengths = struct.unpack_from("<HHH", table, at + 28)  # name, extra fields, comment
        name = table[at + _ENTRY_SIZE : at + _ENTRY_SIZE + lengths[0]]
        if flags & _UTF8_FLAG and not _is_utf8(name):
            struct.pack_into("<H", mended, at + 8, flags & ~_UTF8_FLAG)
        at += _ENTRY_SIZE + sum(lengths)
    return bytes(mended)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
