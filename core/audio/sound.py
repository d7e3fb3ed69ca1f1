"""A decoded sound, its name and the digest of the bytes it came from."""

import hashlib
import unicodedata
from dataclasses import dataclass

import numpy as np

from core.i18n import N_

__all__ = ["FLAGS", "RawSound", "Sound", "content_digest", "nfc_name"]

# What decoding can notice without refusing the file: flag to caption (gettext message id).
FLAGS: dict[str, str] = {
    "truncated": N_("A part of the file is missing"),
    "narrow-band": N_("Telephone quality: nothing above 4 kHz"),
    "antiphase": N_("The channels cancel each other; only the first is used"),
    "clipped": N_("The loudest parts are cut off"),
    "dc": N_("The signal does not rest at zero"),
    "silent": N_("There is no sound in it"),
    "over-full-scale": N_("The signal exceeds full scale"),
}

_NAMELESS = "sound"
# Marks that turn the direction of text, with which a name can pose as another one.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound as every other room sees it: mono at 16 kHz, with where it came from."""

    y: np.ndarray  # (n_samples,) float32 at SR; may exceed [-1, 1] when "over-full-scale"
    name: str  # the user's file name, NFC
    duration: float  # s
    source_sr: int  # Hz, of the file
    source_channels: int
    format: str  # "WAV/PCM_16", "MP3", "M4A/AAC" …
    content: str  # SHA-256 of the original bytes, hexadecimal
    flags: tuple[str, ...]  # keys of `FLAGS`, in their order


@dataclass(frozen=True, eq=False)
class RawSound:
    """Samples as they stand in a file, in its own rate and channels."""

    y: np.ndarray  # (n_frames, channels) float32
    sr: int  # Hz


def content_digest(data: bytes) -> str:
    """The name under which original bytes are stored: their SHA-256.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    digest : str
        64 hexadecimal digits.

    Examples
    --------
    >>> content_digest(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()


def nfc_name(name: str) -> str:
    r"""A user's file name without folders, composed (NFC), without invisible marks.

    macOS hands over decomposed Hangul (NFD): the same name in other bytes, hence a second,
    phantom class when an emotion is read from it.

    Parameters
    ----------
    name : str
        A name or a path with ``/`` or ``\``.

    Returns
    -------
    name : str
        For showing and for parsing; never used as a path.

    Examples
    --------
    >>> nfc_name("C:\\recordings\\1_1_N.wav")
    '1_1_N.wav'
    >>> nfc_name("../../etc/1_1_N.wav")
    '1_1_N.wav'
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = (c for c in base if unicodedata.category(c) != "Cc" and c not in _DIRECTION_MARKS)
    return "".join(kept).strip() or _NAMELESS
