"""The 592 functionals: what a clip's spectrum, cepstrum, voice and rhythm do over time.

Conventions
-----------
The signal's mean is removed. Only the **active part** counts: from the first to the last frame
within `ACTIVE_RANGE` of the loud part, so that silence around an utterance changes nothing.
Where a clip has no voiced frame, F0, HNR and what is taken over voiced frames are 0 for F0 (in
semitones from `SEMITONE_REFERENCE`, so near the middle of voices) and HNR, and the value over all
frames for the rest. Every feature is finite for every finite signal.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import fft

from core.features.descriptors import DESCRIPTORS, POWER_FLOOR, frame_descriptors
from core.features.frames import frame, power_spectra, zero_padded
from core.features.pitch import HOP_DURATION, WINDOW_DURATION, PitchTrack, pitch
from core.features.rhythm import RHYTHM_FIGURES, rhythm_figures
from core.features.statistics import STATISTICS, deltas, mean_and_std, ten_statistics
from core.mel import mel_filters
from core.settings import FunctionalsSpec

__all__ = ["ACTIVE_RANGE", "SEMITONE_REFERENCE", "functionals", "functionals_names"]

ACTIVE_RANGE = 6.9  # nats below the 99th percentile of log energy: 30 dB
SEMITONE_REFERENCE = 100.0  # Hz


class _Curves(NamedTuple):
    """Curves over the active part; matrices are (n_frames, n_curves)."""

    log_mel: np.ndarray
    mfcc: np.ndarray
    descriptors: np.ndarray
    active: np.ndarray  # bool, (n_frames,)
    track: PitchTrack


def functionals(y: np.ndarray, spec: FunctionalsSpec) -> np.ndarray:
    """The functionals of a clip, in the order of `functionals_names`.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at ``spec.sr``. Anything shorter than a frame is padded with zeros.
    spec : FunctionalsSpec

    Returns
    -------
    features : np.ndarray [shape=(n_features,)], float32
    """
    curves = _active_curves(y, spec)
    time = np.linspace(0, 1, len(curves.active))
    voiced = _voiced_frames(curves, spec)
    cepstral_and_spectral = np.hstack([curves.mfcc, curves.descriptors])
    first = deltas(cepstral_and_spectral)
    second = deltas(first[:, : spec.n_mfcc])
    over_voiced = cepstral_and_spectral[voiced] if voiced.any() else cepstral_and_spectral
    return np.concatenate(
        [
            mean_and_std(curves.log_mel).ravel(),
            ten_statistics(cepstral_and_spectral, time).ravel(),
            first.std(axis=0),
            second.std(axis=0),
            _pitch_statistics(curves.track).ravel(),
            mean_and_std(over_voiced).ravel(),
            _rhythm(curves, voiced, spec),
        ]
    ).astype(np.float32)


@lru_cache(maxsize=8)
def functionals_names(spec: FunctionalsSpec) -> tuple[str, ...]:
    """Names such as ``mfcc_3_p95``, ``f0_st_mean`` or ``voiced_zcr_std``, one a feature.

    Parameters
    ----------
    spec : FunctionalsSpec

    Returns
    -------
    names : tuple of str
    """
    mel = [f"log_mel_{band}" for band in range(spec.n_mels)]
    mfcc = [f"mfcc_{i}" for i in range(spec.n_mfcc)]
    curves = [*mfcc, *DESCRIPTORS]
    return (
        *(f"{curve}_{s}" for s in ("mean", "std") for curve in mel),
        *(f"{curve}_{s}" for s in STATISTICS for curve in curves),
        *(f"{curve}_delta_std" for curve in curves),
        *(f"{curve}_delta2_std" for curve in mfcc),
        *(f"{curve}_{s}" for s in STATISTICS for curve in ("f0_st", "hnr")),
        *(f"voiced_{curve}_{s}" for s in ("mean", "std") for curve in curves),
        *RHYTHM_FIGURES,
    )


def _active_curves(y: np.ndarray, spec: FunctionalsSpec) -> _Curves:
    y = zero_padded(y - y.mean() if y.size else y, spec.frame_length)
    frames = frame(y, spec.frame_length, spec.hop_length)
    power = power_spectra(frames, spec.n_fft)
    log_energy = np.log(power.sum(axis=1) + POWER_FLOOR)
    active = log_energy > np.percentile(log_energy, 99) - ACTIVE_RANGE
    first, last = np.flatnonzero(active)[[0, -1]]
    part = slice(first, last + 1)
    frames, power = frames[part], power[part]
    bank = mel_filters(
        spec.sr, spec.n_fft, spec.n_mels, spec.fmin, spec.fmax, scale="htk", unit_area=False
    )
    log_mel = np.log(power @ bank + np.float32(POWER_FLOOR)).astype(np.float64)
    return _Curves(
        log_mel=log_mel,
        mfcc=fft.dct(log_mel, axis=1, norm="ortho")[:, : spec.n_mfcc],
        descriptors=frame_descriptors(frames, power, spec.sr),
        active=active[part],
        track=pitch(
            y[first * spec.hop_length : last * spec.hop_length + spec.frame_length],
            spec.sr,
            f0_min=spec.f0_min,
            f0_max=spec.f0_max,
        ),
    )


def _voiced_frames(curves: _Curves, spec: FunctionalsSpec) -> np.ndarray:
    """Whether the pitch frame nearest to each frame is voiced, (n_frames,) bool."""
    centres = (np.arange(len(curves.active)) * spec.hop_length + spec.frame_length / 2) / spec.sr
    nearest = np.rint((centres - WINDOW_DURATION / 2) / HOP_DURATION).astype(int)
    return ~np.isnan(curves.track.f0)[np.clip(nearest, 0, len(curves.track.f0) - 1)]


def _semitones(track: PitchTrack) -> np.ndarray:
    return 12 * np.log2(track.f0 / SEMITONE_REFERENCE)


def _pitch_statistics(track: PitchTrack) -> np.ndarray:
    voiced = ~np.isnan(track.f0)
    values = np.column_stack([_semitones(track), track.hnr])[voiced]
    return ten_statistics(values, (track.times / track.times[-1])[voiced])


def _rhythm(curves: _Curves, voiced: np.ndarray, spec: FunctionalsSpec) -> np.ndarray:
    return rhythm_figures(
        curves.descriptors[:, DESCRIPTORS.index("log_energy")],
        curves.active,
        voiced,
        _semitones(curves.track),
        hop_duration=spec.hop_length / spec.sr,
        pitch_hop_duration=HOP_DURATION,
    )
