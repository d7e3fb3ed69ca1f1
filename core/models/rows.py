"""Rows of features that a model is asked: whether they are as many as it reads, and numbers."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

__all__ = ["checked_rows", "size_fault"]


def checked_rows(X: ArrayLike, n_features: int, dtype: DTypeLike = np.float64) -> np.ndarray:
    """Rows that a model may be asked.

    Parameters
    ----------
    X : array [shape=(n, n_features)]
    n_features : int
        Numbers that the model reads of each.
    dtype : dtype
        That it computes in.

    Returns
    -------
    X : np.ndarray [shape=(n, n_features)]

    Raises
    ------
    ValueError
        If the shape does not fit, or a feature is not finite.
    """
    X = np.asarray(X, dtype=dtype)
    if X.ndim != 2 or X.shape[1] != n_features:
        raise ValueError(f"Rows of {n_features} features are asked; got {X.shape}.")
    if not np.isfinite(X).all():
        raise ValueError("A feature is not finite.")
    return X


def size_fault(
    found_features: int, found_classes: int, *, n_features: int, n_classes: int
) -> str | None:
    """Why a model is not of the size that its bundle states, or None.

    Parameters
    ----------
    found_features, found_classes : int
        What the model reads and answers with.
    n_features, n_classes : int
        What the manifest says.

    Returns
    -------
    fault : str or None
        In English, for the log.
    """
    if found_features != n_features:
        return f"{found_features} features instead of {n_features}"
    if found_classes != n_classes:
        return f"{found_classes} classes instead of {n_classes}"
    return None
