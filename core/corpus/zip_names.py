"""What the names in a zip really say, whoever packed it.

A zip may flag a name as UTF-8. Where it does not, Korean Windows writes cp949 (a superset of
EUC-KR) and several other tools write UTF-8 all the same; nothing in the zip tells which. The bytes
do, if one looks at all names of the archive together: cp949 Hangul is hardly ever valid UTF-8, and
where it is by accident, it reads as letters of Latin, Greek, Hebrew or Arabic strewn in between.
"""

import re
import struct
import zlib
from collections.abc import Sequence
from typing import Literal

from core.corpus.clip_names import name_parts, nfc_path

__all__ = ["Encoding", "decode_name", "harmless_name", "sniff_encoding", "unicode_path"]

Encoding = Literal["utf-8", "cp949", "cp437"]

_UNICODE_PATH = 0x7075  # Info-ZIP extra field, also written by Bandizip and WinRAR
_DRIVE = re.compile(r"[A-Za-z]:")
_LAST_TWO_BYTE_CHARACTER = "\u07ff"


def sniff_encoding(names: Sequence[bytes]) -> Encoding:
    """The encoding of an archive's names that carry no UTF-8 flag.

    Parameters
    ----------
    names : sequence of bytes
        The names as they stand in the zip.

    Returns
    -------
    encoding : {"utf-8", "cp949", "cp437"}
        UTF-8 only if every name is valid UTF-8 and none looks like cp949 read wrongly.

    Examples
    --------
    >>> sniff_encoding(["안녕_1_N.wav".encode("cp949")])
    'cp949'
    >>> sniff_encoding(["안녕_1_N.wav".encode()]), sniff_encoding(["Müller_1_N.wav".encode()])
    ('utf-8', 'utf-8')
    """
    foreign = [name for name in names if not name.isascii()]
    as_utf8 = [_decoded(name, "utf-8") for name in foreign]
    as_cp949 = [_decoded(name, "cp949") for name in foreign]
    readable = [text for text in as_utf8 if text is not None]
    if len(readable) == len(foreign):
        # Three bytes and more (Hangul, too) do not arise from cp949 by accident, two bytes do.
        certain = any(
            character > _LAST_TWO_BYTE_CHARACTER for text in readable for character in text
        )
        if certain or None in as_cp949 or not any(map(_looks_misread, readable)):
            return "utf-8"
    return "cp949" if any(text is not None for text in as_cp949) else "cp437"


def decode_name(name: bytes, encoding: Encoding) -> str:
    """One name in an archive's encoding, or in the next best where it does not fit.

    Parameters
    ----------
    name : bytes
    encoding : {"utf-8", "cp949", "cp437"}
        Of the archive, see `sniff_encoding`.

    Returns
    -------
    text : str
        Never fails: cp437, the encoding of the standard, gives each byte a character.
    """
    for candidate in (encoding, "utf-8", "cp949"):
        text = _decoded(name, candidate)
        if text is not None:
            return text
    return name.decode("cp437")


def unicode_path(extra: bytes, name: bytes) -> str | None:
    """The name in the extra field for Unicode names, if it belongs to this name.

    Parameters
    ----------
    extra : bytes
        Extra fields of the entry.
    name : bytes
        The entry's name as it stands in the zip; the field holds its checksum.

    Returns
    -------
    text : str or None
    """
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (checksum,) = struct.unpack_from("<I", field, 1)
            return _decoded(field[5:], "utf-8") if checksum == zlib.crc32(name) else None
    return None


def harmless_name(name: str) -> str:
    """The name as a relative path in NFC that leads nowhere else.

    An absolute path, a drive letter or a ``..`` is cut down to the file's own name. Nothing is ever
    written under this name; it is shown, and parsed.

    Parameters
    ----------
    name : str
        As decoded.

    Returns
    -------
    name : str
        With forward slashes; empty if nothing is left of it.

    Examples
    --------
    >>> harmless_name("a/b.wav"), harmless_name("../../b.wav"), harmless_name("C:/b.wav")
    ('a/b.wav', 'b.wav', 'b.wav')
    """
    parts = name_parts(name)
    outside = nfc_path(name).startswith("/") or ".." in parts
    if outside or (parts and _DRIVE.match(parts[0])):
        parts = tuple(_DRIVE.sub("", part) for part in parts[-1:] if part != "..")
    return "/".join(parts)


def _decoded(name: bytes, encoding: str) -> str | None:
    try:
        return name.decode(encoding)
    except UnicodeDecodeError:
        return None


def _looks_misread(text: str) -> bool:
    """Whether letters beyond ASCII stand where no European word would have them."""
    for run in re.finditer(r"[^\x00-\x7f]+", text):
        around = text[max(run.start() - 1, 0) : run.start()] + text[run.end() : run.end() + 1]
        in_a_word = any(c.isalpha() for c in around)
        if not in_a_word or len(run[0]) > 2 or any(not "\u00c0" <= c <= "\u024f" for c in run[0]):
            return True
    return False
