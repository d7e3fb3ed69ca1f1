"""Ogg pages: libogg drops a damaged one without a word, their checksums tell.

References
----------
RFC 3533, The Ogg Encapsulation Format Version 0, section 6.
"""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from core.audio.chunks import Payload

__all__ = ["ogg_pages", "page_checksum"]

_MAGIC = b"OggS"
_HEADER_BYTES = 27
_MAX_SEGMENTS = 255
_SEARCH_BYTES = 4_096
_MAX_PAGES = 200_000  # sound or not; an hour of speech has 180,000 at most
_LAST_PAGE = 0b100  # of the header type flags
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def page_checksum(page: bytes) -> int:
    """The CRC-32 of an Ogg page, its own checksum field taken as zero.

    Ogg feeds the bits of the usual polynomial in the other order and inverts nothing; with each
    byte reversed, zlib's fast CRC gives the same number, reversed.

    Parameters
    ----------
    page : bytes
        A whole page.

    Returns
    -------
    checksum : int
    """
    blank = page[:22] + bytes(4) + page[26:]
    crc = zlib.crc32(blank.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)


def ogg_pages(file: BinaryIO, size: int) -> Payload:
    """How much of an Ogg file lies in sound pages, and whether its last page is there.

    Parameters
    ----------
    file : binary file
        Seekable; its position is not kept.
    size : int
        Length of the file, in bytes.

    Returns
    -------
    payload : Payload
    """
    n_sound = 0
    is_last = False
    for page in _sound_pages(file, size):
        n_sound += len(page)
        is_last = bool(page[5] & _LAST_PAGE)
    return Payload(claimed=size, present=n_sound, lacks_end=not is_last)


def _sound_pages(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The pages whose checksum is right, in order."""
    position = 0
    for _ in range(_MAX_PAGES):
        if position + _HEADER_BYTES > size:
            return
        page = _page_at(file, position)
        if page and int.from_bytes(page[22:26], "little") == page_checksum(page):
            yield page
            position += len(page)
        else:
            position = _next_magic(file, position + 1)


def _page_at(file: BinaryIO, position: int) -> bytes | None:
    file.seek(position)
    header = file.read(_HEADER_BYTES + _MAX_SEGMENTS)
    if not header.startswith(_MAGIC):
        return None
    n_segments = header[26]
    n_bytes = _HEADER_BYTES + n_segments + sum(header[27 : 27 + n_segments])
    file.seek(position)
    page = file.read(n_bytes)
    return page if len(page) == n_bytes else None


def _next_magic(file: BinaryIO, position: int) -> int:
    """Where the next page may begin; the end of the file if nowhere."""
    file.seek(position)
    while data := file.read(_SEARCH_BYTES):
        found = data.find(_MAGIC)
        if found >= 0:
            return position + found
        step = max(1, len(data) - len(_MAGIC) + 1)
        position += step
        file.seek(position)
        if len(data) < _SEARCH_BYTES:
            break
    return position + len(_MAGIC)
