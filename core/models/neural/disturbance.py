"""What is done to a batch so that a network does not learn its clips by heart.

Only while learning, anew in every epoch: frequencies moved up or down as a longer or shorter
throat would move them, a slower or faster pace, noise on every value, and stretches of time and of
frequency that are left out (SpecAugment).

References
----------
Park et al. (2019). SpecAugment: a simple data augmentation method for automatic speech
recognition.
"""

import numpy as np

from core.settings import NeuralSpec

__all__ = ["disturbed"]

_LONGEST = 0.15  # of the frames, or of the frequencies, in one gap
_GAPS = 2  # of each kind in a clip


def disturbed(
    x: np.ndarray, spec: NeuralSpec, mean: np.ndarray, std: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A batch with noise and gaps, as far as the spec wants them.

    Parameters
    ----------
    x : np.ndarray [shape=(n, n_frames, n_values)], float32
        Frames of zeros are padding, and stay so.
    spec : NeuralSpec
    mean, std : np.ndarray [shape=(n_values,)]
        Of the training clips: a gap holds the mean, noise is measured in standard deviations.
    rng : np.random.Generator

    Returns
    -------
    x : np.ndarray [shape=(n, n_frames, n_values)], float32
    """
    noise, gaps = getattr(spec, "frame_noise", 0.0), getattr(spec, "spec_augment", False)
    bands, pace = getattr(spec, "band_shift", 0.0), getattr(spec, "time_warp", 0.0)
    if bands:
        x = _moved_bands(x, bands * rng.uniform(-1, 1, len(x)))
    if pace:
        x = _another_pace(x, 1 + pace * rng.uniform(-1, 1, len(x)))
    if not noise and not gaps:
        return x
    sound = (x != 0).any(axis=2)
    if noise:
        moved = rng.standard_normal(x.shape, dtype=np.float32)
        moved *= (noise * std).astype(np.float32)
        moved += x
        x = moved
    if gaps:
        left_out = _gaps(sound.sum(axis=1), x.shape[2], x.shape[:2], rng)
        x = np.where(left_out, mean.astype(np.float32), x)
    return x * sound[:, :, None]


def _moved_bands(x: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """Values moved along a frame by some bands, (n,), between which is interpolated."""
    last = x.shape[2] - 1
    place = np.clip(np.arange(last + 1) + bands[:, None], 0, last)
    return x @ _hats(place, last + 1).transpose(0, 2, 1)


def _another_pace(x: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Frames as long as before times a factor, (n,); what no longer fits is cut."""
    n_frames = x.shape[1]
    last = (x != 0).any(axis=2).sum(axis=1)[:, None] - 1  # padding stands behind
    place = np.arange(n_frames) / factors[:, None]
    inside = place <= last
    place = np.clip(place, 0, np.maximum(last, 0))
    below = place.astype(int)
    share = (place - below).astype(np.float32)[:, :, None]
    frames = x.reshape(-1, x.shape[2])
    first = n_frames * np.arange(len(x))[:, None]  # of each clip
    low = frames.take(first + below, axis=0)
    high = frames.take(first + np.ceil(place).astype(int), axis=0)
    high -= low
    high *= share
    high += low
    high *= inside[:, :, None]
    return high


def _hats(place: np.ndarray, n: int) -> np.ndarray:
    """How much each of `n` values gives to what is read at some places, (..., n)."""
    away = np.abs(place[..., None].astype(np.float32) - np.arange(n, dtype=np.float32))
    return np.maximum(1 - away, 0)


def _gaps(
    lengths: np.ndarray, n_values: int, shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Which values are left out, (n, n_frames, n_values)."""
    times = _stretches(lengths, shape[1], rng)
    values = _stretches(np.full(shape[0], n_values), n_values, rng)
    return times[:, :, None] | values[:, None, :]


def _stretches(lengths: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    found = np.zeros((len(lengths), n), dtype=bool)
    place = np.arange(n)
    for _ in range(_GAPS):
        size = rng.random(len(lengths)) * _LONGEST * lengths
        start = rng.random(len(lengths)) * (lengths - size)
        found |= (place >= start[:, None]) & (place < (start + size)[:, None])
    return found
