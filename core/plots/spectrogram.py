"""What every picture of a spectrogram shares: the scale of level, and peaks that stay."""

import numpy as np

__all__ = ["LEVEL_RANGE", "max_pool"]

LEVEL_RANGE = (-80.0, 0.0)  # dB; the same for every clip, so that two pictures compare


def max_pool(S: np.ndarray, max_rows: int, max_columns: int) -> tuple[np.ndarray, int, int]:
    """A smaller picture of a spectrogram in which no peak is lost.

    Parameters
    ----------
    S : np.ndarray [shape=(n_rows, n_columns)]
    max_rows, max_columns : int
        The result has no more than these.

    Returns
    -------
    pooled : np.ndarray [shape=(<= max_rows, <= max_columns)]
        Each value is the greatest of its block; the last blocks may be narrower.
    row_step, column_step : int
        Rows and columns of a block.

    Examples
    --------
    >>> max_pool(np.array([[1, 5, 2, 0, 7]]), 1, 3)
    (array([[5, 2, 7]]), 1, 2)
    """
    row_step = -(-S.shape[0] // max_rows)
    column_step = -(-S.shape[1] // max_columns)
    pooled = np.maximum.reduceat(S, np.arange(0, S.shape[0], row_step), axis=0)
    pooled = np.maximum.reduceat(pooled, np.arange(0, S.shape[1], column_step), axis=1)
    return pooled, row_step, column_step
