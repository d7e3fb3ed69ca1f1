"""Which of many clips are alike: all pairs, most of them dismissed by a bound.

Conventions
-----------
Clips are compared on a coarse grid first, in several ways of laying one over the other
(`_views`); each clip's nearest later neighbours are then compared closely, on their fingerprints.

The coarse vectors have length 1. Split into a part within a few directions and a rest, their
cosine is the product of the parts plus that of the rests, which is at most the product of the
rests' lengths (Cauchy, Schwarz). So the parts with the length of the rest hung on give an upper
bound of the cosine by one short product, in whatever directions; along those in which clips differ
most it dismisses all but two of a thousand pairs, and none that is alike.

Each fingerprint is asked for once. It lies in a temporary file with what is derived from it, about
11 kB a clip, so that memory is bounded by the blocks, whatever the number of clips.
"""

import tempfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from core.signal.fingerprints import (
    BANDS,
    SHAPE,
    STEPS,
    Pair,
    Prints,
    averages,
    similarity,
    unit,
)

__all__ = ["similar_pairs"]

_COARSE = (BANDS // 2, STEPS // 8)  # the grid on which all pairs are compared first
_N_COARSE = _COARSE[0] * _COARSE[1]
# Pieces of the sound tried on it, as (share, where it starts): enough for cuts of 0.3 s.
_PIECES = ((0.9, 0.0), (0.9, 0.1), (0.8, 0.0), (0.8, 0.1), (0.8, 0.2))
_N_VIEWS = 2 + len(_PIECES)  # the whole clip, its sound, pieces of it
# Which view of the one is laid over which of the other.
_OF_PIECES = [(piece, 1) for piece in range(2, _N_VIEWS)]
_WAYS = ((0, 0), (1, 1), *_OF_PIECES, *((b, a) for a, b in _OF_PIECES))
_NEIGHBOURS = 6  # of each clip, looked at closely
_COARSE_SIMILARITY = 0.7
_BLOCK = 2_048  # clips; two blocks are in memory at a time
_TILE = 256  # clips; what is compared at once stays in the processor's cache
_DIRECTIONS = 48  # in which a clip is bounded
_ROUNDING = 1e-4  # of a cosine in single precision, and to spare


class _Found(NamedTuple):
    """Pairs of rows and their cosines."""

    first: np.ndarray
    second: np.ndarray
    cosine: np.ndarray


def similar_pairs(
    n: int, read: Callable[[int, int], Prints], *, threshold: float
) -> Iterator[Pair]:
    """The pairs of clips that are alike, out of all pairs.

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
    if n < 2:
        return
    with tempfile.TemporaryDirectory(prefix="malgyeol-") as folder:
        kept = _Kept(folder, n)
        kept.fill(read)
        for start in range(0, n, _BLOCK):
            near = _nearest(kept, start, min(start + _BLOCK, n))
            for i, j in zip(near.first.tolist(), near.second.tolist(), strict=True):
                alike = similarity(
                    kept.grids[i], kept.grids[j], kept.durations[i], kept.durations[j]
                )
                if alike >= threshold:
                    yield Pair(i, j, alike)
        kept.close()


class _Kept:
    """What is known of every clip, in files."""

    def __init__(self, folder: str, n: int):
        self.n = n
        self.durations = np.empty((n, 2))
        self._names = ("grids", "coarse", "bounds")

        def room(name: str, dtype: Any, *shape: int) -> np.ndarray:
            return np.memmap(f"{folder}/{name}", dtype=dtype, mode="w+", shape=(n, *shape))

        self.grids = room("grids", np.uint8, *SHAPE)
        self.coarse = room("coarse", np.float32, _N_VIEWS, _N_COARSE)
        self.bounds = room("bounds", np.float32, _N_VIEWS, _DIRECTIONS + 1)

    def fill(self, read: Callable[[int, int], Prints]) -> None:
        directions = None
        for start in range(0, self.n, _BLOCK):
            rows = slice(start, min(start + _BLOCK, self.n))
            prints = read(rows.start, rows.stop)
            views = _views(prints.grids)
            if directions is None:  # any would do; these of the first block dismiss the most
                directions = _principal(views)
            self.grids[rows], self.durations[rows] = prints.grids, prints.durations
            self.coarse[rows], self.bounds[rows] = views, _bounded(views, directions)

    def close(self) -> None:
        """Let go of the files: some systems remove none that is still open."""
        for name in self._names:
            delattr(self, name)


def _views(grids: np.ndarray) -> np.ndarray:
    """Unit vectors of averaged grids, (n, n_views, 160)."""
    sound = grids[:, 1].astype(np.float32)
    pieces = (sound @ averages(STEPS, start, share) for share, start in _PIECES)
    return np.stack([_small(grids[:, 0]), _small(sound), *map(_small, pieces)], axis=1)


def _small(grids: np.ndarray) -> np.ndarray:
    bands, steps = _COARSE
    blocks = grids.reshape(len(grids), bands, BANDS // bands, steps, STEPS // steps)
    return unit(blocks.mean(axis=(2, 4), dtype=np.float32))


def _principal(views: np.ndarray) -> np.ndarray:
    """The directions in which clips differ most, orthonormal, (160, n_directions)."""
    flat = views.reshape(-1, _N_COARSE).astype(np.float64)
    _, vectors = np.linalg.eigh(flat.T @ flat)
    return vectors[:, ::-1][:, :_DIRECTIONS].astype(np.float32)


def _bounded(views: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """The part within the directions, and the length of the rest: products of it are bounds."""
    part = views @ directions
    rest = np.square(views).sum(axis=-1) - np.square(part).sum(axis=-1)
    return np.concatenate([part, np.sqrt(np.maximum(rest, 0))[..., None]], axis=-1)


def _nearest(kept: _Kept, start: int, end: int) -> _Found:
    """Pairs of a clip of this block and one of its nearest neighbours that come after it."""
    best = _Found(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    here, coarse_here = _turned(kept.bounds[start:end]), _turned(kept.coarse[start:end])
    for first in range(start, kept.n, _BLOCK):
        last = min(first + _BLOCK, kept.n)
        there = here if first == start else _turned(kept.bounds[first:last])
        coarse = coarse_here if first == start else _turned(kept.coarse[first:last])
        found = [best]
        for tile in range(0, end - start, _TILE):
            rows = slice(tile, min(tile + _TILE, end - start))
            near = _alike(here[:, rows], there, coarse_here[:, rows], coarse)
            near = _Found(near.first + start + tile, near.second + first, near.cosine)
            found.append(_foremost(near))
        best = _foremost(_Found(*map(np.concatenate, zip(*found, strict=True))))
    return best


def _turned(rows: np.ndarray) -> np.ndarray:
    """Each view of all clips together, (n_views, n, …), in memory."""
    return np.ascontiguousarray(np.swapaxes(rows, 0, 1))


def _alike(
    here: np.ndarray, there: np.ndarray, coarse_here: np.ndarray, coarse_there: np.ndarray
) -> _Found:
    """The pairs that are alike in one way or another, for each of these ways."""
    found = []
    for a, b in _WAYS:
        possible = here[a] @ there[b].T >= _COARSE_SIMILARITY - _ROUNDING
        first, second = np.divmod(np.flatnonzero(possible), possible.shape[1])
        if len(first) * 20 > possible.size:  # then one product of all is quicker
            cosine = (coarse_here[a] @ coarse_there[b].T)[first, second]
        else:
            cosine = np.einsum("ij,ij->i", coarse_here[a][first], coarse_there[b][second])
        alike = cosine >= _COARSE_SIMILARITY
        found.append(_Found(first[alike], second[alike], cosine[alike]))
    return _Found(*map(np.concatenate, zip(*found, strict=True)))


def _foremost(found: _Found) -> _Found:
    """Of each clip the pairs with the highest cosines, each pair once; the second comes later."""
    later = found.second > found.first
    first, second, cosine = (column[later] for column in found)
    order = np.lexsort((-cosine, second, first))  # the best way of each pair
    first, second, cosine = first[order], second[order], cosine[order]
    is_new = np.ones(len(first), dtype=bool)
    is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    first, second, cosine = first[is_new], second[is_new], cosine[is_new]
    order = np.lexsort((second, -cosine, first))
    first, second, cosine = first[order], second[order], cosine[order]
    rank = np.arange(len(first)) - np.searchsorted(first, first)
    near = rank < _NEIGHBOURS
    return _Found(first[near], second[near], cosine[near])
