"""Frame sequences: a clip moment by moment, brought to one fixed shape.

Conventions
-----------
A sequence is ``(n_frames, n_values)``; a row of the feature store is that matrix frame after
frame. A longer clip gives its middle. A shorter one is followed by **padding: frames of nothing
but zeros**, which a real frame never is, so that `core.models.neural` finds them again and leaves
them out. Levels are dB against a power of 1, never below -100; no clip is scaled by its own
peak.
"""

from functools import lru_cache

import numpy as np
from scipy import fft

from core.features.cepstral import FLOOR_POWER
from core.features.frames import frame, power_spectra
from core.features.statistics import deltas
from core.mel import mel_filters
from core.settings import MelspecSpec, MfccFramesSpec, SequenceSpec, StftSpec

__all__ = ["sequence_features", "sequence_names"]


def sequence_features(y: np.ndarray, spec: SequenceSpec) -> np.ndarray:
    """The frames of a clip as one row.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at the rate of the spec.
    spec : SequenceSpec

    Returns
    -------
    row : np.ndarray [shape=(n_frames * n_values,)], float32
        Of ``spec.shape``, flattened.

    Raises
    ------
    TypeError
        If there are no such sequences.
    """
    match spec:
        case StftSpec():
            curves = _level(_power(y, spec)[:, : spec.shape[1]])
        case MelspecSpec():
            curves = _level(_mel_power(y, spec))
        case MfccFramesSpec():
            curves = _coefficients(y, spec)
        case _:
            raise TypeError(f"No sequences are known for {type(spec).__name__}.")
    return _fitted(curves.astype(np.float32), spec.shape[0]).ravel()


def _power(y: np.ndarray, spec: SequenceSpec) -> np.ndarray:
    frames = frame(np.pad(y, spec.n_fft // 2), spec.n_fft, spec.hop_length)  # type: ignore[attr-defined]
    return power_spectra(frames, spec.n_fft)  # type: ignore[attr-defined]


def _mel_power(y: np.ndarray, spec: MelspecSpec | MfccFramesSpec) -> np.ndarray:
    bank = mel_filters(spec.sr, spec.n_fft, spec.n_mels, spec.fmin, spec.fmax)
    return _power(y, spec) @ bank


def _level(power: np.ndarray) -> np.ndarray:
    return 10 * np.log10(np.maximum(power.astype(np.float64), FLOOR_POWER))


def _coefficients(y: np.ndarray, spec: MfccFramesSpec) -> np.ndarray:
    curves = fft.dct(_level(_mel_power(y, spec)), axis=1, norm="ortho")[:, : spec.n_mfcc]
    return np.hstack([curves, deltas(curves)]) if spec.deltas else curves


def _fitted(curves: np.ndarray, n_frames: int) -> np.ndarray:
    """The middle of a long clip, or a short one with zeros behind it."""
    if len(curves) >= n_frames:
        first = (len(curves) - n_frames) // 2
        return curves[first : first + n_frames]
    return np.pad(curves, ((0, n_frames - len(curves)), (0, 0)))


@lru_cache(maxsize=8)
def sequence_names(spec: SequenceSpec) -> tuple[str, ...]:
    """Names of the columns, such as ``melspec_t12_3``: the frame, then the band or coefficient.

    Parameters
    ----------
    spec : SequenceSpec

    Returns
    -------
    names : tuple of str
    """
    n_frames, n_values = spec.shape
    return tuple(f"{spec.kind}_t{t}_{v}" for t in range(n_frames) for v in range(n_values))
