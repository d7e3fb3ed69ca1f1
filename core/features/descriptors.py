"""Fifteen spectral descriptors of each frame.

Conventions
-----------
Levels are natural logarithms of power (nats); add `POWER_FLOOR` first. The bin at 0 Hz is left out
everywhere. The voice-quality measures follow Eyben et al. (2016), "The Geneva minimalistic
acoustic parameter set".
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

__all__ = ["DESCRIPTORS", "POWER_FLOOR", "frame_descriptors"]

# Below the power that rounding to 16 bits leaves in a bin (about 1e-8 for a 25 ms window).
POWER_FLOOR = 1e-10

DESCRIPTORS: tuple[str, ...] = (
    "log_energy",
    "log_centroid",
    "log_bandwidth",
    "log_rolloff25",
    "log_rolloff50",
    "log_rolloff85",
    "log_rolloff95",
    "flatness",
    "entropy",
    "flux",
    "alpha_ratio",
    "hammarberg",
    "slope_0_500",
    "slope_500_1500",
    "zcr",
)
_ROLLOFFS = (0.25, 0.50, 0.85, 0.95)


class _Bins(NamedTuple):
    """What depends on the frequencies of the bins alone; Hz, without the bin at 0 Hz."""

    freqs: np.ndarray  # (n_bins,)
    log_freqs: np.ndarray
    moments: np.ndarray  # (n_bins, 3): 1, f, f² as columns
    bands: np.ndarray  # (n_bins, 2): 50-1000 Hz, 1-5 kHz
    slopes: np.ndarray  # (n_bins, 2): regression weights of 0-500 and 500-1500 Hz, per kHz
    low: slice  # 0-2 kHz
    high: slice  # 2-5 kHz


@lru_cache(maxsize=8)
def _bins(sr: int, n_fft: int) -> _Bins:
    freqs = np.fft.rfftfreq(n_fft, 1 / sr)[1:]

    def within(low: float, high: float) -> np.ndarray:
        return (freqs >= low) & (freqs < high)

    def regression(low: float, high: float) -> np.ndarray:
        chosen = within(low, high)
        khz = np.where(chosen, freqs - freqs[chosen].mean(), 0.0) / 1000
        return khz / (khz @ khz)

    split, end = np.searchsorted(freqs, [2000, 5000])
    return _Bins(
        freqs=freqs,
        log_freqs=np.log(freqs),
        moments=np.stack([np.ones_like(freqs), freqs, freqs**2], axis=1).astype(np.float32),
        bands=np.stack([within(50, 1000), within(1000, 5000)], axis=1).astype(np.float32),
        slopes=np.stack([regression(0, 500), regression(500, 1500)], axis=1).astype(np.float32),
        low=slice(0, int(split)),
        high=slice(int(split), int(end)),
    )


def frame_descriptors(frames: np.ndarray, power: np.ndarray, sr: int) -> np.ndarray:
    """The `DESCRIPTORS` of each frame.

    Parameters
    ----------
    frames : np.ndarray [shape=(n_frames, frame_length)]
        Samples, for the zero-crossing rate.
    power : np.ndarray [shape=(n_frames, n_fft // 2 + 1)], float32
        Power spectra of the same frames.
    sr : int
        Hz.

    Returns
    -------
    curves : np.ndarray [shape=(n_frames, 15)], float64
    """
    bins = _bins(sr, 2 * (power.shape[1] - 1))
    floored = power[:, 1:] + np.float32(POWER_FLOOR)
    log_power = np.log(floored)
    total, first, second = (floored @ bins.moments).T.astype(np.float64)
    centroid = first / total
    variance = np.maximum(second / total - centroid**2, bins.freqs[0] ** 2)
    low, high = np.log((floored @ bins.bands).T.astype(np.float64))
    peaks = log_power[:, bins.low].max(axis=1) - log_power[:, bins.high].max(axis=1)
    slope_0_500, slope_500_1500 = (log_power @ bins.slopes).T
    return np.column_stack(
        [
            np.log(total),
            np.log(centroid),
            0.5 * np.log(variance),
            _log_rolloffs(floored, bins.log_freqs),
            log_power.mean(axis=1) - np.log(total / floored.shape[1]),
            np.log(total) - np.einsum("ij,ij->i", floored, log_power) / total,
            _flux(floored, total),
            high - low,
            peaks,
            slope_0_500,
            slope_500_1500,
            _zero_crossing_rate(frames),
        ]
    )


def _log_rolloffs(power: np.ndarray, log_freqs: np.ndarray) -> np.ndarray:
    """Log frequency below which each share of `_ROLLOFFS` of the power lies, (n_frames, 4)."""
    cumulated = np.cumsum(power, axis=1)
    reached = cumulated[:, -1:] * np.array(_ROLLOFFS, dtype=power.dtype)
    bins = np.stack([(cumulated >= r[:, None]).argmax(axis=1) for r in reached.T], axis=1)
    return log_freqs[bins]


def _flux(power: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Hellinger distance, 0 to 1, of each spectrum's shape from the one before it."""
    shape = np.sqrt(power)
    overlap = np.einsum("ij,ij->i", shape[1:], shape[:-1]) / np.sqrt(total[1:] * total[:-1])
    return np.concatenate([[0.0], np.sqrt(np.maximum(1 - overlap, 0))])


def _zero_crossing_rate(frames: np.ndarray) -> np.ndarray:
    """Changes of sign per sample; zero counts as positive."""
    negative = frames < 0
    return np.count_nonzero(negative[:, 1:] != negative[:, :-1], axis=1) / frames.shape[1]
