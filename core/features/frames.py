"""Frames of a signal, their windows and their power spectra.

Conventions
-----------
Inside this room a matrix over time is ``(n_frames, n_values)``, because every FFT and filter bank
then works on contiguous rows. What leaves the room has time last.
"""

from functools import lru_cache

import numpy as np
from scipy import fft

__all__ = ["frame", "hann", "power_spectra", "zero_padded"]


@lru_cache(maxsize=16)
def hann(length: int) -> np.ndarray:
    """The periodic Hann window, read-only.

    Parameters
    ----------
    length : int
        Samples.

    Returns
    -------
    window : np.ndarray [shape=(length,)], float32
    """
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
    window.flags.writeable = False
    return window


def zero_padded(y: np.ndarray, length: int) -> np.ndarray:
    """The signal, with zeros at its end where it is shorter than ``length`` samples.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    length : int
        Samples.

    Returns
    -------
    y : np.ndarray [shape=(max(n_samples, length),)]
    """
    return np.pad(y, (0, length - y.size)) if y.size < length else y


def frame(y: np.ndarray, frame_length: int, hop_length: int) -> np.ndarray:
    """Overlapping frames as a view; samples after the last whole frame are left out.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        At least one frame long; see `zero_padded`.
    frame_length, hop_length : int
        Samples.

    Returns
    -------
    frames : np.ndarray [shape=(n_frames, frame_length)]
        Read-only.
    """
    return np.lib.stride_tricks.sliding_window_view(y, frame_length)[::hop_length]


def power_spectra(frames: np.ndarray, n_fft: int) -> np.ndarray:
    """Squared magnitude of the spectrum of each frame, Hann-windowed, in one batched FFT.

    Parameters
    ----------
    frames : np.ndarray [shape=(n_frames, frame_length)], float32
    n_fft : int
        Samples, at least ``frame_length``; the rest is zeros.

    Returns
    -------
    power : np.ndarray [shape=(n_frames, n_fft // 2 + 1)], float32
    """
    spectra = fft.rfft(frames * hann(frames.shape[1]), n=n_fft, axis=1)
    return spectra.real**2 + spectra.imag**2
