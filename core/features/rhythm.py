"""Seventeen figures of rhythm and voicing over the active part of a clip."""

from functools import lru_cache

import numpy as np
from scipy import fft
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

__all__ = ["RHYTHM_FIGURES", "rhythm_figures"]

RHYTHM_FIGURES: tuple[str, ...] = (
    "voiced_share",  # of all frames from the first active one to the last
    "voiced_share_active",  # of the active ones among them
    "voiced_segments_per_s",
    "voiced_segment_duration",  # s, mean
    "voiced_gap_duration",  # s, mean, between two voiced segments
    "active_share",
    "f0_change_mean",  # semitones from one voiced frame to the next, without sign
    "f0_change_median",
    "energy_change_mean",  # nats from frame to frame, without sign
    "energy_rise_mean",
    "energy_fall_mean",
    "modulation_0.5_2",  # share of the energy envelope's modulation power, by Hz
    "modulation_2_4",
    "modulation_4_8",
    "modulation_8_16",
    "modulation_16_32",
    "energy_peaks_per_s",  # near the syllable rate
)
_MODULATION_EDGES = np.array([0.5, 2, 4, 8, 16, 32])  # Hz
_N_FFT_ENVELOPE = 1024  # frames, at least: bins of 0.1 Hz at a hop of 10 ms
_SMOOTHING = 0.05  # s, of the energy before its peaks are counted
_PEAK_RISE = 0.7  # nats, 3 dB: what a peak stands above the lowest point on either side
_PEAK_FLANK = 0.24  # s, how far away that point may lie
_PEAK_DISTANCE = 0.1  # s, nothing higher within it


def rhythm_figures(
    log_energy: np.ndarray,
    active: np.ndarray,
    voiced: np.ndarray,
    semitones: np.ndarray,
    *,
    hop_duration: float,
    pitch_hop_duration: float,
) -> np.ndarray:
    """The `RHYTHM_FIGURES` of a clip.

    Parameters
    ----------
    log_energy : np.ndarray [shape=(n_frames,)]
        Nats.
    active, voiced : np.ndarray [shape=(n_frames,)], bool
        By frame of `log_energy`.
    semitones : np.ndarray [shape=(n_pitch_frames,)]
        F0, with NaN where a frame is not voiced.
    hop_duration, pitch_hop_duration : float
        Of the two kinds of frame, in s.

    Returns
    -------
    figures : np.ndarray [shape=(17,)]
        Finite for any clip; what cannot be said is 0.
    """
    duration = len(log_energy) * hop_duration
    starts, ends = _voiced_segments(~np.isnan(semitones))
    f0_change = np.abs(np.diff(semitones))
    f0_change = f0_change[~np.isnan(f0_change)]
    energy_change = np.diff(log_energy)
    return np.array(
        [
            voiced.mean(),
            _mean(voiced[active]),
            len(starts) / duration,
            _mean(ends - starts) * pitch_hop_duration,
            _mean(starts[1:] - ends[:-1]) * pitch_hop_duration,
            active.mean(),
            _mean(f0_change),
            np.median(f0_change) if f0_change.size else 0.0,
            _mean(np.abs(energy_change)),
            _mean(energy_change[energy_change > 0]),
            _mean(energy_change[energy_change < 0]),
            *_modulation_shares(log_energy, hop_duration),
            _n_peaks(log_energy, hop_duration) / duration,
        ]
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else 0.0


def _voiced_segments(voiced: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First frame, and frame after the last, of every run of voiced frames."""
    change = np.diff(np.concatenate([[0], voiced.astype(np.int8), [0]]))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


@lru_cache(maxsize=16)
def _modulation_bands(n_fft: int, hop_duration: float) -> np.ndarray:
    freqs = np.fft.rfftfreq(n_fft, hop_duration)
    bands = (freqs >= _MODULATION_EDGES[:-1, None]) & (freqs < _MODULATION_EDGES[1:, None])
    return bands.astype(np.float64)


def _modulation_shares(log_energy: np.ndarray, hop_duration: float) -> np.ndarray:
    envelope = np.exp(0.5 * (log_energy - log_energy.max()))
    window = np.hanning(len(envelope) + 2)[1:-1]
    modulation = (envelope - np.average(envelope, weights=window)) * window
    n_fft = fft.next_fast_len(max(_N_FFT_ENVELOPE, len(envelope)), real=True)
    spectrum = np.abs(fft.rfft(modulation, n_fft)) ** 2
    bands = _modulation_bands(n_fft, hop_duration) @ spectrum
    total = bands.sum()
    # Rounding of a constant envelope is no modulation.
    return bands / total if total > 1e-12 * len(envelope) else np.zeros(len(bands))


def _n_peaks(log_energy: np.ndarray, hop_duration: float) -> int:
    smooth = uniform_filter1d(log_energy, round(_SMOOTHING / hop_duration), mode="nearest")
    near = 2 * round(_PEAK_DISTANCE / hop_duration) + 1
    half_flank = round(_PEAK_FLANK / hop_duration / 2)
    before, after = (
        minimum_filter1d(smooth, 2 * half_flank + 1, mode="nearest", origin=origin)
        for origin in (half_flank, -half_flank)
    )
    is_peak = smooth == maximum_filter1d(smooth, near, mode="nearest")
    is_peak &= smooth - np.maximum(before, after) >= _PEAK_RISE
    # A flat top is one peak; the first frame, with nothing before it, is none.
    return int(np.count_nonzero(is_peak[1:] & ~is_peak[:-1]))
