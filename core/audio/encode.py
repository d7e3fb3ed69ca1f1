"""Signals to WAV, for playing, exporting and sending on."""

import io
import wave

import numpy as np

from core.settings import SR

__all__ = ["encode_wav"]

_FULL_SCALE = 32_768  # of 16-bit PCM; decoders divide by the same number


def encode_wav(y: np.ndarray, sr: int = SR) -> bytes:
    """A mono 16-bit PCM WAV file; a decoded 16-bit file comes back sample for sample.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono signal; what exceeds [-1, 1] is clipped.
    sr : int
        Sampling rate, in Hz.

    Returns
    -------
    data : bytes

    Raises
    ------
    ValueError
        If ``y`` is not one-dimensional, or holds NaN or infinity.

    Examples
    --------
    >>> len(encode_wav(np.zeros(16_000)))
    32044
    """
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"A mono signal has one dimension; found shape {y.shape}.")
    if not np.isfinite(y).all():
        raise ValueError("The signal holds NaN or infinity.")
    pcm = np.clip(np.round(y * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(sr)
        writer.writeframes(pcm.tobytes())
    return file.getvalue()
