"""How much sound a container promises and how much of it the file really has.

Decoders read what is there and say nothing about what is missing; the chunk sizes do.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["Payload", "data_chunk", "flac_is_unwritten"]

# What writers put where the size belongs while they do not know it yet.
_OPEN_ENDED_FROM = 0xFFFFFF00
_OPEN_ENDED = frozenset({0x7FFFF000, 0x7FFFFFFF})  # SoX and others, to a pipe
_AFTER_DATA = frozenset({b"LIST", b"fact", b"id3 ", b"ID3 ", b"bext", b"iXML", b"cue ", b"PEAK"})
_MAX_CHUNKS = 10_000


@dataclass(frozen=True)
class Payload:
    """The part of a file that holds the sound: its size as promised, and what is there of it."""

    claimed: int | None  # bytes; None when the writer left it open
    present: int  # bytes
    unwritten: bool = False  # the size is 0 although samples follow: a stream saved as it came
    lacks_end: bool = False  # the mark that closes the file is missing

    @property
    def share(self) -> float:
        """How much of the claimed data is there, in [0, 1]."""
        if not self.claimed:
            return 1.0
        return min(1.0, self.present / self.claimed)

    @property
    def is_cut(self) -> bool:
        """Whether data is missing; one byte is forgiven, some writers count the padding."""
        return self.lacks_end or (self.claimed is not None and self.claimed - self.present > 1)


def data_chunk(file: BinaryIO, size: int) -> Payload | None:
    """The content of the data chunk of a WAV, RF64, W64 or AIFF file.

    Parameters
    ----------
    file : binary file
        Seekable; its position is not kept.
    size : int
        Length of the file, in bytes.

    Returns
    -------
    payload : Payload or None
        None if the file is none of these, or has no such chunk.
    """
    long_size = None  # of RF64, from its ds64 chunk
    for position, (name, claimed, start) in enumerate(_chunks(file, size)):
        if position >= _MAX_CHUNKS:
            return None
        if name == b"ds64":
            file.seek(start + 8)  # after the size of the whole file
            field = file.read(8)
            long_size = struct.unpack("<Q", field)[0] if len(field) == 8 else None
        if name in (b"data", b"SSND"):
            return _measured(file, long_size or claimed, start, size - start)
    return None


def _measured(file: BinaryIO, claimed: int, start: int, present: int) -> Payload:
    if claimed == 0:
        file.seek(start)
        if not present or file.read(4) in _AFTER_DATA:
            return Payload(claimed=0, present=0)
        return Payload(claimed=None, present=present, unwritten=True)
    is_open = _OPEN_ENDED_FROM <= claimed <= 0xFFFFFFFF or claimed in _OPEN_ENDED
    return Payload(claimed=None if is_open else claimed, present=present)


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, claimed size and first payload byte of each chunk, in order."""
    file.seek(0)
    magic = file.read(4)
    if magic == b"riff":
        yield from _w64_chunks(file, size)
        return
    if magic not in (b"RIFF", b"RIFX", b"RF64", b"FORM"):
        return
    order = "<" if magic in (b"RIFF", b"RF64") else ">"
    start = 12
    while start + 8 <= size:
        file.seek(start)
        name, claimed = struct.unpack(f"{order}4sI", file.read(8))
        yield name, claimed, start + 8
        start += 8 + claimed + claimed % 2


def _w64_chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """As `_chunks`; W64 names chunks by GUID and counts their 24-byte headers in."""
    start = 40  # after the GUIDs of riff and wave, and one size
    while start + 24 <= size:
        file.seek(start)
        name, _guid, claimed = struct.unpack("<4s12sQ", file.read(24))
        yield name, max(0, claimed - 24), start + 24
        start += max(24, (claimed + 7) // 8 * 8)


def flac_is_unwritten(head: bytes) -> bool:
    """Whether a FLAC header leaves the number of samples open, as streams do.

    Parameters
    ----------
    head : bytes
        The first 26 bytes or more.

    Returns
    -------
    unwritten : bool
    """
    # 36 bits of STREAMINFO, after "fLaC", a block header and 13 bytes and a half
    return len(head) >= 26 and not head[21] & 0x0F and head[22:26] == bytes(4)
