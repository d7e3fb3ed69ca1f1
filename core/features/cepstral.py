"""Log-mel bands and mel-frequency cepstral coefficients, summed up over a whole clip.

Conventions
-----------
Frames are centred, zeros stand around the signal, the mel scale is Slaney's: librosa's defaults,
so that a reader can repeat every number with ``librosa.feature.melspectrogram``. Levels are dB
against a power of 1, never below `FLOOR_POWER`; no clip is scaled by its own peak, so loudness is
part of what these features say.
"""

import numpy as np
from scipy import fft

from core.features.frames import frame, power_spectra
from core.features.statistics import deltas, mean_and_std
from core.mel import mel_filters
from core.settings import LogmelSpec, MfccSpec

__all__ = ["FLOOR_POWER", "logmel_features", "logmel_names", "mfcc_features", "mfcc_names"]

FLOOR_POWER = 1e-10  # -100 dB; librosa's ``amin``


def logmel_features(y: np.ndarray, spec: LogmelSpec) -> np.ndarray:
    """Mean, then standard deviation, of the level in each mel band.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at ``spec.sr``.
    spec : LogmelSpec

    Returns
    -------
    features : np.ndarray [shape=(2 * spec.n_mels,)], float32
        dB. Means of -100 and deviations of 0 for digital silence.
    """
    return mean_and_std(_log_mel(y, spec)).ravel().astype(np.float32)


def logmel_names(spec: LogmelSpec) -> tuple[str, ...]:
    """Names of the columns, such as ``log_mel_0_mean``; bands upwards in frequency.

    Parameters
    ----------
    spec : LogmelSpec

    Returns
    -------
    names : tuple of str
    """
    return tuple(f"log_mel_{band}_{s}" for s in ("mean", "std") for band in range(spec.n_mels))


def mfcc_features(y: np.ndarray, spec: MfccSpec) -> np.ndarray:
    """Mean and standard deviation of each coefficient and, if wanted, of its slope.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at ``spec.sr``.
    spec : MfccSpec

    Returns
    -------
    features : np.ndarray [shape=(2 * spec.n_mfcc,) or (4 * spec.n_mfcc,)], float32
    """
    curves = fft.dct(_log_mel(y, spec), axis=1, norm="ortho")[:, : spec.n_mfcc]
    if spec.deltas:
        curves = np.hstack([curves, deltas(curves)])
    return mean_and_std(curves).ravel().astype(np.float32)


def mfcc_names(spec: MfccSpec) -> tuple[str, ...]:
    """Names of the columns, such as ``mfcc_3_mean`` or ``mfcc_3_delta_std``.

    Parameters
    ----------
    spec : MfccSpec

    Returns
    -------
    names : tuple of str
    """
    curves = [f"mfcc_{i}" for i in range(spec.n_mfcc)]
    if spec.deltas:
        curves += [f"{curve}_delta" for curve in curves]
    return tuple(f"{curve}_{s}" for s in ("mean", "std") for curve in curves)


def _log_mel(y: np.ndarray, spec: LogmelSpec | MfccSpec) -> np.ndarray:
    """Level of each band in each frame, dB, (n_frames, n_mels) float64."""
    frames = frame(np.pad(y, spec.n_fft // 2), spec.n_fft, spec.hop_length)
    bank = mel_filters(spec.sr, spec.n_fft, spec.n_mels, spec.fmin, spec.fmax)
    power = (power_spectra(frames, spec.n_fft) @ bank).astype(np.float64)
    return 10 * np.log10(np.maximum(power, FLOOR_POWER))
