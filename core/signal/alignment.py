"""Whether two signals are one recording: the waveform itself, laid over the other at every shift.

What a fingerprint takes for the same may also be the same sentence said, or synthesised, in the
same way twice. Their waveforms then go apart after a few periods, those of a copy never do.
"""

import numpy as np
from scipy import fft

from core.audio import resample
from core.settings import SR

__all__ = ["copy_overlap", "overlap"]

_MOST_STRETCHED = 1.15  # by which a copy may be faster or slower
_LOWEST = 80.0  # Hz; hum and rumble are alike in all takes of a room


def overlap(a: np.ndarray, b: np.ndarray, sr: int = SR) -> float:
    """The greatest correlation of two signals over all shifts, either way round.

    Parameters
    ----------
    a, b : np.ndarray [shape=(n_samples,)]
        Mono, of any lengths.
    sr : int
        Hz, of both.

    Returns
    -------
    overlap : float in [0, 1]
        1 for the same signal at any gain; for a part of it, the root of its share of the energy. 0
        where one is silent.
    """
    n = fft.next_fast_len(len(a) + len(b), real=True)
    spectra = [fft.rfft(np.asarray(y, dtype=np.float32), n) for y in (a, b)]
    for spectrum in spectra:
        spectrum[: int(_LOWEST * n / sr) + 1] = 0
    first, second = (fft.irfft(spectrum, n) for spectrum in spectra)
    energy = float(np.dot(first, first)) * float(np.dot(second, second))
    if energy <= 0:
        return 0.0
    products = fft.irfft(spectra[0] * np.conj(spectra[1]), n)
    return float(min(1.0, np.abs(products).max() / np.sqrt(energy)))


def copy_overlap(a: np.ndarray, b: np.ndarray, sr: int = SR) -> float:
    """`overlap`, also after one of them was played faster or slower.

    Parameters
    ----------
    a, b : np.ndarray [shape=(n_samples,)]
        Mono.
    sr : int
        Hz, of both.

    Returns
    -------
    overlap : float in [0, 1]
    """
    plain = overlap(a, b, sr)
    ratio = max(len(a), len(b)) / max(1, min(len(a), len(b)))
    if not 1 < ratio <= _MOST_STRETCHED:
        return plain
    return max(plain, overlap(a, resample(b, len(b), len(a)), sr))
