"""Zips as any tool might write them, byte by byte: names, flags, sizes and methods at will."""

import stat
import struct
import zlib
from dataclasses import dataclass

UTF8_FLAG = 1 << 11
ENCRYPTED_FLAG = 1
STORED, DEFLATED = 0, 8
SYMLINK = stat.S_IFLNK | 0o777


@dataclass
class Entry:
    """One entry; what is None is written truthfully."""

    name: bytes
    content: bytes = b"RIFF"
    flags: int = 0
    method: int = DEFLATED
    says_size: int | None = None
    says_packed: int | None = None
    says_crc: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    mode: int = 0


def deflated(content: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(content) + squeeze.flush()


def zip_bytes(*entries: Entry, before: bytes = b"", comment: bytes = b"") -> bytes:
    body, table = bytearray(before), bytearray()
    for entry in entries:
        packed = entry.packed
        if packed is None:
            packed = deflated(entry.content) if entry.method == DEFLATED else entry.content
        crc = zlib.crc32(entry.content) if entry.says_crc is None else entry.says_crc
        size = len(entry.content) if entry.says_size is None else entry.says_size
        says_packed = len(packed) if entry.says_packed is None else entry.says_packed
        facts = struct.pack(
            "<HHHHHLLLHH", 20, entry.flags, entry.method, 0, 0x21, crc, says_packed, size,
            len(entry.name), len(entry.extra),
        )  # fmt: skip
        offset = len(body) - len(before)
        body += b"PK\x03\x04" + facts + entry.name + entry.extra + packed
        table += b"PK\x01\x02" + struct.pack("<H", 3 << 8 | 20) + facts
        table += struct.pack("<HHHLL", 0, 0, 0, entry.mode << 16, offset) + entry.name + entry.extra
    end = struct.pack(
        "<HHHHLLH", 0, 0, min(len(entries), 0xFFFF), min(len(entries), 0xFFFF), len(table),
        len(body) - len(before), len(comment),
    )  # fmt: skip
    return bytes(body + table + b"PK\x05\x06" + end + comment)
