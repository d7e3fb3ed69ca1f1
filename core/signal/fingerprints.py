"""Fingerprints: which clips may be the same take, whatever was done to it since.

A fingerprint is the clip's log-mel spectrogram on a fixed grid of 40 bands and 64 steps of time,
once over the whole clip and once over its sound without the silent edges, relative to its own
maximum. So it does not change with the gain, and hardly with MP3, noise or silence around it. Two
clips are compared by the cosine of their grids, each band's mean removed, which takes out the
colour of device and room. Where one is the longer, pieces of it as long as the other are tried as
well, because a cut of 100 ms shifts all that follows.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

__all__ = [
    "BANDS",
    "SHAPE",
    "STEPS",
    "Pair",
    "Prints",
    "averages",
    "fingerprint",
    "similarity",
    "unit",
]

BANDS, STEPS = 40, 64
SHAPE = (2, BANDS, STEPS)  # the whole clip, and its sound alone
_FLOOR = 80 / np.log(10)  # dB below the maximum: 8 nats of power
_SCALE = 255 / _FLOOR
_EDGE = 2  # frames at either end
_LEAST_CHANGE = 4.0  # of 255, rms over time; below it a sound is too steady to be known again
_LEAST_ENERGY = _LEAST_CHANGE**2 * BANDS * STEPS

_SHORTEST_PIECE = 0.6  # of the longer clip
_OFFSETS = 9


class Prints(NamedTuple):
    """Fingerprints of several clips."""

    grids: np.ndarray  # (n, 2, BANDS, STEPS) uint8
    durations: np.ndarray  # (n, 2) s, of the clip and of its sound


class Pair(NamedTuple):
    """Two clips that are alike; row numbers, the smaller first."""

    first: int
    second: int
    similarity: float


def fingerprint(mel_db: np.ndarray, first: int, last: int) -> np.ndarray:
    """The fingerprint of a clip.

    Parameters
    ----------
    mel_db : np.ndarray [shape=(40, n_frames)]
        dBFS, in equal steps of about 10 ms.
    first, last : int
        First and last frame with sound; the whole clip where there is none.

    Returns
    -------
    grids : np.ndarray [shape=(2, 40, 64)], uint8
        0 is the floor, 8 nats below the maximum, which is 255.
    """
    n = mel_db.shape[1]
    # Frames that reach over the ends hold zeros: of a steady tone they would be all there is.
    inner = slice(_EDGE, n - _EDGE) if n > 3 * _EDGE else slice(0, n)
    whole = np.asarray(mel_db[:, inner], dtype=np.float32)
    sound = np.asarray(mel_db[:, max(first, inner.start) : min(last + 1, inner.stop)])
    parts = (whole, sound.astype(np.float32) if sound.shape[1] else whole)
    return np.stack([_grid(part) for part in parts])


def _grid(mel_db: np.ndarray) -> np.ndarray:
    steps = mel_db @ averages(mel_db.shape[1], 0.0, 1.0)
    relative = np.maximum(steps - steps.max(), -_FLOOR) + _FLOOR
    return np.round(relative * _SCALE).astype(np.uint8)


@lru_cache(maxsize=4_096)
def averages(n: int, start: float, share: float) -> np.ndarray:
    """Weights that average the frames of a piece over 64 steps.

    A step is at least a frame wide, so that fewer frames than steps are drawn out smoothly.

    Parameters
    ----------
    n : int
        Frames of the whole.
    start, share : float
        Where the piece begins and how much of the whole it is.

    Returns
    -------
    weights : np.ndarray [shape=(n, 64)]
    """
    width = max(share * n / STEPS, 1.0)
    centres = start * n + (np.arange(STEPS) + 0.5) * share * n / STEPS
    low, high = centres - width / 2, centres + width / 2
    frames = np.arange(n)[:, None]
    weights = np.minimum(frames + 1, high) - np.maximum(frames, low)
    weights = np.maximum(weights, 0).astype(np.float32)
    return weights / weights.sum(axis=0)


def unit(grids: np.ndarray) -> np.ndarray:
    """Grids as vectors without each band's mean.

    Parameters
    ----------
    grids : np.ndarray [shape=(…, bands, steps)]

    Returns
    -------
    vectors : np.ndarray [shape=(…, bands * steps)]
        Of length 1; 0 where hardly anything changes.
    """
    x = np.asarray(grids, dtype=np.float32)
    x = x - x.mean(axis=-1, keepdims=True)
    x = x.reshape(*x.shape[:-2], -1)
    norm = np.linalg.norm(x, axis=-1, keepdims=True)
    is_steady = norm < _LEAST_CHANGE * np.sqrt(x.shape[-1])
    return np.where(is_steady, 0, x / np.where(is_steady, 1, norm))


def similarity(
    a: np.ndarray, b: np.ndarray, durations_a: np.ndarray, durations_b: np.ndarray
) -> float:
    """How alike two clips are.

    Parameters
    ----------
    a, b : np.ndarray [shape=(2, 40, 64)], uint8
        Their fingerprints.
    durations_a, durations_b : np.ndarray [shape=(2,)]
        Of the clip and of its sound, in s.

    Returns
    -------
    similarity : float in [-1, 1]
        The greatest cosine of the ways in which they can be laid over each other. 0 where one of
        them is silent.
    """
    flat_a, flat_b = unit(a), unit(b)
    plain = np.sum(flat_a * flat_b, axis=-1)
    return max(
        float(plain.max()),
        *(
            _aligned(a[i], flat_b[i], durations_b[i] / durations_a[i])
            if durations_a[i] >= durations_b[i]
            else _aligned(b[i], flat_a[i], durations_a[i] / durations_b[i])
            for i in range(2)
            if max(durations_a[i], durations_b[i]) > 0
        ),
    )


def _aligned(longer: np.ndarray, flat: np.ndarray, share: float) -> float:
    """The best cosine of the shorter one, as its unit vector, with pieces of the longer one."""
    if not _SHORTEST_PIECE <= share < 1:
        return 0.0
    flat = flat.reshape(BANDS, STEPS)
    pieces = (longer @ _pieces(round(share, 2))).reshape(BANDS, _OFFSETS, STEPS)
    # With flat's own means at zero, those of the pieces count in their lengths alone.
    products = np.einsum("bos,bs->o", pieces, flat)
    energy = np.square(pieces).sum(axis=(0, 2)) - STEPS * np.square(pieces.mean(axis=2)).sum(axis=0)
    return float((products / np.sqrt(np.maximum(energy, _LEAST_ENERGY))).max())


@lru_cache(maxsize=64)
def _pieces(share: float) -> np.ndarray:
    """Weights that cut pieces of a share out of a grid, at equal distances, (64, n * 64)."""
    starts = np.linspace(0, 1 - share, _OFFSETS)
    return np.hstack([averages(STEPS, float(start), share) for start in starts])
