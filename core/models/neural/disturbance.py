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
        level = (noise * std).astype(np.float32)
        x = x + level * rng.standard_normal(x.shape, dtype=np.float32)
    if gaps:
        left_out = _gaps(sound.sum(axis=1), x.shape[2], x.shape[:2], rng)
        x = np.where(left_out, mean.astype(np.float32), x)
    return x * sound[:, :, None]


def _moved_bands(x: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """Values moved along a frame by some bands, (n,), between which is interpolated."""
    n_values = x.shape[2]
    place = np.clip(np.arange(n_values) + bands[:, None], 0, n_values - 1)[:, None, :]
    return _between(x, place, axis=2)


def _another_pace(x: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Frames as long as before times a factor, (n,); what no longer fits is cut."""
    n_frames = x.shape[1]
    last = (x != 0).any(axis=2).sum(axis=1)[:, None] - 1  # padding stands behind
    place = np.arange(n_frames) / factors[:, None]
    inside = place <= last
    moved = _between(x, np.clip(place, 0, np.maximum(last, 0))[:, :, None], axis=1)
    return moved * inside[:, :, None]


def _between(x: np.ndarray, place: np.ndarray, axis: int) -> np.ndarray:
    below = place.astype(int)
    above = np.minimum(below + 1, np.ceil(place).astype(int))
    share = (place - below).astype(np.float32)
    shape = [x.shape[i] if i != axis else place.shape[i] for i in range(3)]
    low, high = (
        np.take_along_axis(x, np.broadcast_to(where, shape), axis=axis) for where in (below, above)
    )
    return low + share * (high - low)


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
