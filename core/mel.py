"""Mel filter banks on two scales.

``"slaney"`` is that of Slaney's Auditory Toolbox (1998), librosa's default and so the original
recipe's. ``"htk"`` is O'Shaughnessy's (1987), which HTK, Kaldi and openSMILE use for speech.
"""

from functools import lru_cache
from typing import Literal

import numpy as np

__all__ = ["MelScale", "mel_filters", "mel_frequencies"]

MelScale = Literal["slaney", "htk"]

_HZ_PER_MEL = 200 / 3  # below 1 kHz the scale is linear
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27  # above, 27 mel take the frequency to 6.4 times itself


def _mel_of(hz: float, scale: MelScale) -> float:
    if scale == "htk":
        return 2595 * float(np.log10(1 + hz / 700))
    if hz < _BREAK_HZ:
        return hz / _HZ_PER_MEL
    return _BREAK_MEL + float(np.log(hz / _BREAK_HZ)) / _LOG_STEP


def mel_frequencies(n: int, fmin: float, fmax: float, *, scale: MelScale = "slaney") -> np.ndarray:
    """Frequencies at equal distances on a mel scale.

    Parameters
    ----------
    n : int
        How many.
    fmin, fmax : float
        The first and the last, in Hz.
    scale : {"slaney", "htk"}

    Returns
    -------
    freqs : np.ndarray [shape=(n,)]
        Hz.
    """
    mels = np.linspace(_mel_of(fmin, scale), _mel_of(fmax, scale), n)
    if scale == "htk":
        return 700 * (10 ** (mels / 2595) - 1)
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    return np.where(mels < _BREAK_MEL, mels * _HZ_PER_MEL, above)


@lru_cache(maxsize=16)
def mel_filters(
    sr: int,
    n_fft: int,
    n_mels: int,
    fmin: float,
    fmax: float,
    *,
    scale: MelScale = "slaney",
    unit_area: bool = True,
) -> np.ndarray:
    """Triangular filters over the bins of a power spectrum, read-only.

    Parameters
    ----------
    sr : int
        Hz.
    n_fft : int
        Samples.
    n_mels : int
        Bands.
    fmin, fmax : float
        Lower edge of the first band and upper edge of the last, in Hz.
    scale : {"slaney", "htk"}
    unit_area : bool
        Scale every band to the same area (Slaney). Otherwise every triangle peaks at 1, and
        overlapping bands add up to 1.

    Returns
    -------
    filters : np.ndarray [shape=(n_fft // 2 + 1, n_mels)], float32
        Ready for ``power @ filters``.
    """
    bins = np.fft.rfftfreq(n_fft, 1 / sr)
    edges = mel_frequencies(n_mels + 2, fmin, fmax, scale=scale)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins[:, None] - lower) / (centre - lower)
    falling = (upper - bins[:, None]) / (upper - centre)
    filters = np.maximum(0, np.minimum(rising, falling))
    if unit_area:
        filters *= 2 / (upper - lower)
    filters = np.ascontiguousarray(filters, dtype=np.float32)
    filters.flags.writeable = False
    return filters
