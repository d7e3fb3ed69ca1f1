"""What a file is, told by its first bytes; its extension only helps to explain a refusal.

Conventions
-----------
`container` knows the formats that are read and who reads them. `looks_like` names everything
else in words a user understands; its answers are gettext message ids.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from core.i18n import N_

__all__ = ["HEAD_BYTES", "NO_SOUND_STREAM", "Container", "container", "looks_like"]

HEAD_BYTES = 512  # enough for every magic number, and to tell text from noise

NO_SOUND_STREAM = N_("a picture or a video without sound")
_UNKNOWN = N_("something unknown")
_RAW = N_("raw samples without a header")
_TEXT = N_("text")
_WEB_PAGE = N_("a web page (HTML)")

_W64 = bytes.fromhex("726966662e91cf11a5d628db04c10000")  # the GUID of "riff"


@dataclass(frozen=True)
class Container:
    """A container format and its reader."""

    label: str  # as it is shown: "WAV", "M4A"
    demuxer: str = ""  # FFmpeg's name, when PyAV reads it; otherwise libsndfile does
    states_duration: bool = True  # the header's duration is written down, not estimated


_ISO_LABELS = {b"M4A ": "M4A", b"M4B ": "M4A", b"qt  ": "MOV", b"3gp": "3GP", b"3g2": "3GP"}

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", N_("a PNG image")),
    (b"\xff\xd8\xff", N_("a JPEG image")),
    (b"GIF8", N_("a GIF image")),
    (b"%PDF", N_("a PDF document")),
    (b"PK\x03\x04", N_("a zip archive")),
    (b"PK\x05\x06", N_("a zip archive")),
    (b"7z\xbc\xaf\x27\x1c", N_("a 7-Zip archive")),
    (b"ALZ\x01", N_("an ALZ or EGG archive")),
    (b"EGGA", N_("an ALZ or EGG archive")),
    (b"Rar!", N_("a RAR archive")),
    (b"\x1f\x8b", N_("a gzip archive")),
    (b"MThd", N_("a MIDI file (notes, not sound)")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", N_("a Windows Media file (WMA or WMV)")),
)
_FOREIGN_RIFF = {b"AVI ": N_("an AVI video"), b"WEBP": N_("a WebP image")}


def container(head: bytes) -> Container | None:
    """The sound container that a file's first bytes belong to.

    Parameters
    ----------
    head : bytes
        At least 16 first bytes, fewer if the file has fewer.

    Returns
    -------
    container : Container or None
        None if it is no format that is read here.

    Examples
    --------
    >>> container(b"fLaC").label
    'FLAC'
    >>> container(b"ID3 is what I am") is None
    False
    >>> container(b"Dear Sir or Madam")
    """
    if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] in (b"WAVE", b""):
        return Container("RF64" if head[:4] == b"RF64" else "WAV")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Container("AIFF")
    if head.startswith(_W64):
        return Container("W64")
    if head.startswith(b"fLaC"):
        return Container("FLAC")
    if head.startswith(b"OggS"):
        return Container("OGG")
    if head[4:8] == b"ftyp":
        return Container(_iso_label(head[8:12]), "mov")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Container("WebM" if b"webm" in head[:64] else "Matroska", "matroska")
    if head.startswith(b"#!AMR"):
        return Container("AMR", "amr", states_duration=False)
    return _mpeg(head)


def _mpeg(head: bytes) -> Container | None:
    """MP3 or bare AAC, both told by the sync bits of their first frame header."""
    if head.startswith(b"ID3"):
        return Container("MP3")
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 0b11
    if layer == 0 and head[1] & 0xF0 == 0xF0:
        return Container("AAC", "aac", states_duration=False)
    version, bitrate, rate = head[1] >> 3 & 0b11, head[2] >> 4, head[2] >> 2 & 0b11
    # Layer 3 and 2 only: layer 1 has died out, and UTF-16 text begins like it.
    if layer in (0b01, 0b10) and version != 0b01 and bitrate != 0b1111 and rate != 0b11:
        return Container("MP3")
    return None


def _iso_label(brand: bytes) -> str:
    return _ISO_LABELS.get(brand) or _ISO_LABELS.get(brand[:3]) or "MP4"


def looks_like(head: bytes, name: str) -> str:
    """What a file that is no sound looks like.

    Parameters
    ----------
    head : bytes
        First `HEAD_BYTES` bytes.
    name : str
        File name; only for content that says nothing itself.

    Returns
    -------
    kind : str
        Message id, to be put after “its content looks like”.

    Examples
    --------
    >>> looks_like(b"%PDF-1.7", "speech.wav")
    'a PDF document'
    """
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] in _FOREIGN_RIFF:
        return _FOREIGN_RIFF[head[8:12]]
    text = _as_text(head)
    if text is not None:
        start = text.lstrip("\ufeff \t\r\n").lower()
        return _WEB_PAGE if start.startswith(("<!doctype html", "<html")) else _TEXT
    if PurePosixPath(name).suffix.lower() in {".raw", ".pcm", ".sln", ".vox"}:
        return _RAW
    return _UNKNOWN


def _as_text(head: bytes) -> str | None:
    """The bytes as text, or None if they hold what text does not hold."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", errors="ignore")
    for encoding in ("utf-8", "cp949"):
        for cut in range(min(4, len(head))):  # the head may end inside a character
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            if all(c >= " " or c in "\t\r\n\f" for c in text) and "\x7f" not in text:
                return text
    return None
