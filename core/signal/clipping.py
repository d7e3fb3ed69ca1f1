"""Flat tops: where a recording was driven over its limit, whatever its level was made since."""

import numpy as np

__all__ = ["clipped_share"]

_TOP = 0.995  # of the highest sample of the same sign
_SHORTEST = 2  # samples side by side; a voice's own peaks are a sample wide


def clipped_share(y: np.ndarray) -> float:
    """The share of samples that stand on flat tops, in the worst channel.

    A flat top is a run of neighbours within 0.5 % of the highest sample of their sign. The
    highest peak of a signal is one by itself, so the longest run of each sign is not counted.

    Parameters
    ----------
    y : np.ndarray [shape=(n_frames, channels) or (n_samples,)]
        At the file's own rate: resampling rounds the tops off.

    Returns
    -------
    share : float in [0, 1]
        0 for an empty or a silent signal.

    Examples
    --------
    >>> clipped_share(np.array([0.0, 0.7, 0.7, 0.1, 0.7, 0.7, 0.0, -0.2, 0.3, 0.0]))
    0.2
    """
    columns = np.atleast_2d(np.asarray(y, dtype=np.float32).T)
    if not columns.size:
        return 0.0
    return max(_flat(column) + _flat(-column) for column in columns)


def _flat(x: np.ndarray) -> float:
    """The share of samples on flat tops above zero."""
    peak = float(x.max())
    if peak <= 0 or x.min() == peak:
        return 0.0
    edges = np.flatnonzero(np.diff(np.r_[False, x >= _TOP * peak, False].astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    lengths = lengths[lengths >= _SHORTEST]
    return float(lengths.sum() - lengths.max(initial=0)) / len(x)
