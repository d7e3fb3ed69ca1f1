"""Levels of a signal and of its frames: how loud, where there is sound, how much of it is noise.

Conventions
-----------
Levels are in dBFS: 0 is the power of a full-scale sine in a spectrogram, and full scale itself for
samples. A spectrogram has shape ``(n_bands, n_frames)`` and fixed steps of time, see
`core.features.log_mel_spectrogram`, which callers pass in.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["LOWEST", "Activity", "activity", "frame_levels", "loudness", "noise_ratio", "to_db"]

LOWEST = -100.0  # dBFS; digital silence


def to_db(power: float | np.ndarray) -> np.ndarray:
    """A power against full scale in dB, never below `LOWEST`.

    Parameters
    ----------
    power : float or np.ndarray

    Returns
    -------
    level : np.ndarray
    """
    return 10 * np.log10(np.maximum(power, 10 ** (LOWEST / 10)))


def frame_levels(mel_db: np.ndarray) -> np.ndarray:
    """The level of each frame over all bands.

    Parameters
    ----------
    mel_db : np.ndarray [shape=(n_bands, n_frames)]
        dBFS.

    Returns
    -------
    levels : np.ndarray [shape=(n_frames,)]
        dBFS.
    """
    return to_db(np.sum(10 ** (mel_db / 10), axis=0))


@dataclass(frozen=True)
class Activity:
    """Where a clip has sound, in frames; ``first`` is ``last`` + 1 where it has none."""

    loud: float  # dBFS, of the loud part
    first: int
    last: int
    n_runs: int  # stretches of sound between pauses


def activity(levels: np.ndarray, *, depth: float, pause: int, shortest: int) -> Activity:
    """Find the sound in a clip by its level alone.

    Parameters
    ----------
    levels : np.ndarray [shape=(n_frames,)]
        dBFS.
    depth : float
        A frame counts while it is at most this many dB below the loud part, which is the 95th
        percentile.
    pause : int
        Frames; a shorter gap does not end a stretch.
    shortest : int
        Frames; a shorter stretch is a click and counts for nothing.

    Returns
    -------
    activity : Activity
    """
    loud = float(np.percentile(levels, 95)) if levels.size else LOWEST
    active = (levels >= loud - depth) & (levels > LOWEST + 1)
    edges = np.flatnonzero(np.diff(np.r_[False, active, False].astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]  # ends are exclusive
    if starts.size:
        new = np.r_[True, starts[1:] - ends[:-1] >= pause]
        starts, ends = starts[new], ends[np.r_[new[1:], True]]
        long = ends - starts >= shortest
        starts, ends = starts[long], ends[long]
    if not starts.size:
        return Activity(loud, 0, -1, 0)
    return Activity(loud, int(starts[0]), int(ends[-1]) - 1, len(starts))


def noise_ratio(mel_db: np.ndarray) -> float:
    """How far the loud frames stand above the steady noise.

    The noise of a band is what it hardly ever falls below: its 10th percentile over time. It is
    set against the frame at the 90th percentile of level. A percentile of the level alone misses
    a hiss that lies only where speech has gaps.

    Parameters
    ----------
    mel_db : np.ndarray [shape=(n_bands, n_frames)]
        dBFS.

    Returns
    -------
    snr : float
        dB, from -20 to 100; an estimate. 0 where nothing rises above the noise.
    """
    power = 10 ** (mel_db / 10)
    noise = float(np.percentile(power, 10, axis=1).sum())
    loud = float(np.percentile(power.sum(axis=0), 90))
    return float(np.clip(10 * np.log10(max(loud - noise, 1e-12) / max(noise, 1e-12)), -20, 100))


def loudness(y: np.ndarray, sr: int) -> float | None:
    """Integrated loudness after ITU-R BS.1770, gated.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono.
    sr : int
        Hz.

    Returns
    -------
    loudness : float or None
        LUFS; None where the clip is shorter than a block of 0.4 s or silent.
    """
    import pyloudnorm

    meter = pyloudnorm.Meter(sr)
    if len(y) < meter.block_size * sr:
        return None
    found = float(meter.integrated_loudness(np.asarray(y, dtype=np.float64)))
    return found if np.isfinite(found) else None
