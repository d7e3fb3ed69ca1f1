"""The original recipe's features: mel power averaged over time, scaled to unit length.

The numbers are those of librosa's ``melspectrogram`` with its defaults, written for speed: the
mean over time is taken before the filter bank, which is linear, so the bank is applied once.
"""

import numpy as np

from core.features.frames import frame, power_spectra
from core.mel import mel_filters
from core.settings import OriginalSpec

__all__ = ["original_features", "original_names"]


def original_features(y: np.ndarray, spec: OriginalSpec) -> np.ndarray:
    """Mean mel power over time, L2-normalised.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at ``spec.sr``.
    spec : OriginalSpec

    Returns
    -------
    features : np.ndarray [shape=(spec.n_mels,)], float32
        Of unit length; all zero for digital silence.
    """
    frames = frame(np.pad(y, spec.n_fft // 2), spec.n_fft, spec.hop_length)
    mean_power = power_spectra(frames, spec.n_fft).mean(axis=0)
    mel = mean_power @ mel_filters(spec.sr, spec.n_fft, spec.n_mels, 0.0, spec.sr / 2)
    length = np.linalg.norm(mel)
    return mel / length if length > 0 else mel


def original_names(spec: OriginalSpec) -> tuple[str, ...]:
    """Names of the columns, ``mel_power_0`` upwards in frequency.

    Parameters
    ----------
    spec : OriginalSpec

    Returns
    -------
    names : tuple of str
    """
    return tuple(f"mel_power_{band}" for band in range(spec.n_mels))
