"""Folds inside a training set, for what a model must learn from clips it was not fitted on."""

import warnings
from collections.abc import Sequence

import numpy as np

__all__ = ["inner_folds", "validation_part"]

VALIDATION_FOLDS = 6  # early stopping holds one of them back, about a sixth of the clips

Folds = list[tuple[np.ndarray, np.ndarray]]


def inner_folds(
    y: np.ndarray, groups: np.ndarray | None, *, n_folds: int, seed: int | None = None
) -> Folds | None:
    """Train and held-out rows, speakers kept apart wherever the data allow it.

    Parameters
    ----------
    y : np.ndarray of int [shape=(n,)]
        Class indices.
    groups : np.ndarray, optional [shape=(n,)]
        Speakers; None entries are unknown, each a voice of its own.
    n_folds : int
        Fewer are made when a class or the speakers are too few.
    seed : int, optional
        Shuffles; without it the order of the rows decides.

    Returns
    -------
    folds : list of (train, held out) or None
        Row numbers. Every train part holds every class of `y`; if that cannot be done with
        speakers apart, they are mixed; None if some class has one row only.
    """
    n_folds = min(n_folds, int(np.bincount(y)[np.unique(y)].min()))
    if n_folds < 2:
        return None
    if groups is not None:
        apart = _apart(y, _numbered(groups), n_folds, seed)
        if apart is not None:
            return apart
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(n_folds, shuffle=seed is not None, random_state=seed)
    return list(splitter.split(y[:, np.newaxis], y))


def validation_part(
    y: np.ndarray,
    groups: Sequence | np.ndarray | None,
    *,
    seed: int,
    early_stopping: bool = True,
    held_back: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from, and rows to hold back for early stopping.

    Parameters
    ----------
    y : np.ndarray of int [shape=(n,)]
        Class indices.
    groups : sequence, optional [shape=(n,)]
        Speakers, kept apart wherever the data allow it.
    seed : int
    early_stopping : bool
        Without it nothing is held back.
    held_back : np.ndarray of bool, optional [shape=(n,)]
        The rows to hold back, where they are chosen already.

    Returns
    -------
    train, held_back : np.ndarray of int
        Row numbers; `held_back` is empty if some class has one row only.
    """
    if held_back is not None:
        return np.flatnonzero(~held_back), np.flatnonzero(held_back)
    rows, nothing = np.arange(len(y)), np.arange(0)
    if not early_stopping:
        return rows, nothing
    known = None if groups is None else np.asarray(groups, dtype=object)
    folds = inner_folds(y, known, n_folds=VALIDATION_FOLDS, seed=seed)
    return folds[0] if folds else (rows, nothing)


def _apart(y: np.ndarray, groups: np.ndarray, n_folds: int, seed: int | None) -> Folds | None:
    from sklearn.model_selection import StratifiedGroupKFold

    n_folds = min(n_folds, len(np.unique(groups)))
    if n_folds < 2:
        return None
    splitter = StratifiedGroupKFold(n_folds, shuffle=seed is not None, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # uneven classes are checked right below
        folds = list(splitter.split(y[:, np.newaxis], y, groups))
    n_classes = len(np.unique(y))
    whole = all(len(np.unique(y[train])) == n_classes and len(held) for train, held in folds)
    return folds if whole else None


def _numbered(groups: np.ndarray) -> np.ndarray:
    number: dict[object, int] = {}
    keys = [("unknown", i) if g is None else ("known", g) for i, g in enumerate(groups)]
    return np.array([number.setdefault(key, len(number)) for key in keys])
