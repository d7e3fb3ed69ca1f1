"""What models that learn by epochs have in common."""

from dataclasses import dataclass

import numpy as np

__all__ = ["EpochResult", "mean_recall"]


@dataclass(frozen=True)
class EpochResult:
    """What one epoch brought."""

    epoch: int  # from 1
    loss: float  # mean over the epoch's batches, L2 penalty included
    validation: float | None  # UAR on the inner validation part, with early stopping


def mean_recall(y: np.ndarray, guess: np.ndarray) -> float:
    """Mean of the recalls of the classes that there are, as scikit-learn's macro average.

    Parameters
    ----------
    y, guess : np.ndarray of int [shape=(n,)]
        Class indices: what is right, and what was answered.

    Returns
    -------
    recall : float in [0, 1]

    Examples
    --------
    >>> mean_recall(np.array([0, 0, 2]), np.array([0, 1, 2]))
    0.75
    """
    there = np.bincount(y)
    right = np.bincount(y[guess == y], minlength=len(there))
    return float(np.mean(right[there > 0] / there[there > 0]))
