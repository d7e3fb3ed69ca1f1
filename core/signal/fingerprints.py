"""Fingerprints: which clips may be the same take, whatever was done to it since.

A fingerprint is the clip's log-mel spectrogram on a fixed grid of 40 bands and 64 steps of time,
once over the whole clip and once over its sound without the silent edges, relative to its own
maximum. So it does not change with the gain, and hardly with MP3, noise or silence around it. Two
clips are compared by the cosine of their grids, each band's mean removed, which takes out the
colour of device and room. Where one is the longer, pieces of it as long as the other are tried as
well, because a cut of 100 ms shifts all that follows.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

__all__ = [
    "BANDS",
    "SHAPE",
    "STEPS",
    "Pair",
    "Prints",
    "fingerprint",
    "similar_pairs",
    "similarity",
]

BANDS, STEPS = 40, 64
SHAPE = (2, BANDS, STEPS)  # the whole clip, and its sound alone
_FLOOR = 80 / np.log(10)  # dB below the maximum: 8 nats of power
_SCALE = 255 / _FLOOR
_EDGE = 2  # frames at either end
_LEAST_CHANGE = 4.0  # of 255, rms over time; below it a sound is too steady to be known again
_LEAST_ENERGY = _LEAST_CHANGE**2 * BANDS * STEPS

_COARSE = (BANDS // 2, STEPS // 8)  # the grid on which all pairs are compared first
# Pieces tried on it, as (share of the sound, where it starts): enough for cuts of 0.3 s.
_PIECES = ((0.9, 0.0), (0.9, 0.1), (0.8, 0.0), (0.8, 0.1), (0.8, 0.2))
_NEIGHBOURS = 6  # of each clip, looked at closely
_COARSE_SIMILARITY = 0.7
_BLOCK = 2_048  # clips; two blocks are in memory at a time
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
    steps = mel_db @ _averages(mel_db.shape[1], 0.0, 1.0)
    relative = np.maximum(steps - steps.max(), -_FLOOR) + _FLOOR
    return np.round(relative * _SCALE).astype(np.uint8)


@lru_cache(maxsize=4_096)
def _averages(n: int, start: float, share: float) -> np.ndarray:
    """Weights that average ``n`` frames over 64 steps of a piece, (n, 64).

    A step is at least a frame wide, so that fewer frames than steps are drawn out smoothly.
    """
    width = max(share * n / STEPS, 1.0)
    centres = start * n + (np.arange(STEPS) + 0.5) * share * n / STEPS
    low, high = centres - width / 2, centres + width / 2
    frames = np.arange(n)[:, None]
    weights = np.minimum(frames + 1, high) - np.maximum(frames, low)
    weights = np.maximum(weights, 0).astype(np.float32)
    return weights / weights.sum(axis=0)


def _unit(grids: np.ndarray) -> np.ndarray:
    """Grids as vectors of length 1 without each band's mean; 0 where hardly anything changes."""
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
    plain = np.sum(_unit(a) * _unit(b), axis=-1)
    return max(
        float(plain.max()),
        *(_aligned(a[i], b[i], durations_a[i], durations_b[i]) for i in range(2)),
    )


def _aligned(a: np.ndarray, b: np.ndarray, duration_a: float, duration_b: float) -> float:
    """The best cosine of the shorter one with pieces of the longer one."""
    if duration_a < duration_b:
        a, b, duration_a, duration_b = b, a, duration_b, duration_a
    share = duration_b / duration_a if duration_a > 0 else 0.0
    if not _SHORTEST_PIECE <= share < 1:
        return 0.0
    flat = _unit(b).reshape(BANDS, STEPS)
    pieces = (a @ _pieces(round(share, 2))).reshape(BANDS, _OFFSETS, STEPS)
    # With flat's own means at zero, those of the pieces count in their lengths alone.
    products = np.einsum("bos,bs->o", pieces, flat)
    energy = np.square(pieces).sum(axis=(0, 2)) - STEPS * np.square(pieces.mean(axis=2)).sum(axis=0)
    return float((products / np.sqrt(np.maximum(energy, _LEAST_ENERGY))).max())


@lru_cache(maxsize=64)
def _pieces(share: float) -> np.ndarray:
    """Weights that cut pieces of a share out of a grid, at equal distances, (64, n * 64)."""
    starts = np.linspace(0, 1 - share, _OFFSETS)
    return np.hstack([_averages(STEPS, float(start), share) for start in starts])


# --- all pairs ---------------------------------------------------------------------------------


def similar_pairs(
    n: int, read: Callable[[int, int], Prints], *, threshold: float
) -> Iterator[Pair]:
    """The pairs of clips that are alike, out of all pairs.

    All clips are compared on a coarse grid first, block by block; each clip's nearest neighbours
    are then compared closely. Memory is bounded by the blocks, whatever the number of clips.

    Parameters
    ----------
    n : int
        Number of clips.
    read : callable
        Gives the fingerprints from one row up to, not including, another.
    threshold : float
        Least similarity of a pair.

    Yields
    ------
    pair : Pair
        Each once.
    """
    blocks = [(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK)]
    for start, end in blocks:
        here = read(start, end)
        nearest = _nearest(start, _coarse(here.grids), [b for b in blocks if b[0] >= start], read)
        yield from _close(start, here, nearest, read, threshold)


class _Coarse(NamedTuple):
    """Unit vectors of averaged grids."""

    whole: np.ndarray  # (n, 160)
    sound: np.ndarray  # (n, 160)
    pieces: np.ndarray  # (5, n, 160), of the sound


def _coarse(grids: np.ndarray) -> _Coarse:
    sound = grids[:, 1].astype(np.float32)
    pieces = [_small(sound @ _averages(STEPS, start, share)) for share, start in _PIECES]
    return _Coarse(_small(grids[:, 0]), _small(sound), np.stack(pieces))


def _small(grids: np.ndarray) -> np.ndarray:
    bands, steps = _COARSE
    blocks = grids.reshape(len(grids), bands, BANDS // bands, steps, STEPS // steps)
    return _unit(blocks.mean(axis=(2, 4), dtype=np.float32))


def _alike(here: _Coarse, there: _Coarse) -> np.ndarray:
    """The greatest cosine of each clip here with each clip there, (n_here, n_there)."""
    best = here.whole @ there.whole.T
    np.maximum(best, here.sound @ there.sound.T, out=best)
    for one, other in zip(here.pieces, there.pieces, strict=True):
        np.maximum(best, one @ there.sound.T, out=best)
        np.maximum(best, here.sound @ other.T, out=best)
    return best


def _nearest(
    start: int,
    here: _Coarse,
    blocks: list[tuple[int, int]],
    read: Callable[[int, int], Prints],
) -> list[tuple[int, int]]:
    """Pairs of a clip of this block and one of its nearest neighbours that come after it."""
    n = len(here.whole)
    best = np.full((n, _NEIGHBOURS), -1.0, dtype=np.float32)
    rows = np.full((n, _NEIGHBOURS), -1)
    for first, last in blocks:
        there = here if first == start else _coarse(read(first, last).grids)
        alike = _alike(here, there)
        if first == start:
            alike[np.tril_indices(n)] = -1
        k = min(_NEIGHBOURS, alike.shape[1])
        chosen = np.argpartition(alike, -k, axis=1)[:, -k:]
        found = np.concatenate([best, np.take_along_axis(alike, chosen, axis=1)], axis=1)
        numbers = np.concatenate([rows, chosen + first], axis=1)
        keep = np.argpartition(found, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS:]
        best, rows = np.take_along_axis(found, keep, 1), np.take_along_axis(numbers, keep, 1)
    clips, places = np.nonzero(best >= _COARSE_SIMILARITY)
    return [(int(i), int(rows[i, p])) for i, p in zip(clips, places, strict=True)]


def _close(
    start: int,
    here: Prints,
    pairs: list[tuple[int, int]],
    read: Callable[[int, int], Prints],
    threshold: float,
) -> Iterator[Pair]:
    """Those of the pairs that are alike on the fine grid."""
    others: dict[int, Prints] = {}
    for i, j in sorted(pairs, key=lambda pair: pair[1]):
        base = j - j % _BLOCK
        if base not in others:
            others = {base: here if base == start else read(base, base + _BLOCK)}
        there = others[base]
        alike = similarity(
            here.grids[i], there.grids[j - base], here.durations[i], there.durations[j - base]
        )
        if alike >= threshold:
            yield Pair(start + i, j, alike)
