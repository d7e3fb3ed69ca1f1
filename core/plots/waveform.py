"""The waveform as its envelope: light for any length, no peak lost."""

import numpy as np

__all__ = ["envelope"]


def envelope(y: np.ndarray, max_bins: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Least and greatest sample of each bin.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    max_bins : int

    Returns
    -------
    low, high : np.ndarray [shape=(n_bins,)], float32
        At most ``max_bins`` of them.
    step : int
        Samples of a bin.

    Examples
    --------
    >>> low, high, step = envelope(np.array([0.1, -0.2, 0.3, 0.4]), max_bins=2)
    >>> low.round(1).tolist(), high.round(1).tolist(), step
    ([-0.20000000298023224, 0.30000001192092896], [0.10000000149011612, 0.4000000059604645], 2)
    """
    step = max(1, -(-len(y) // max_bins))
    starts = np.arange(0, len(y), step)
    if len(starts) == 0:
        return np.zeros(0, np.float32), np.zeros(0, np.float32), step
    samples = np.asarray(y, dtype=np.float32)
    return np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts), step
