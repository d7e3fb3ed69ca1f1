"""The ten statistics that turn a curve over time into numbers, for many curves at once."""

import numpy as np

__all__ = ["STATISTICS", "deltas", "mean_and_std", "ten_statistics"]

STATISTICS: tuple[str, ...] = (
    "mean",
    "std",
    "p05",
    "p25",
    "p50",
    "p75",
    "p95",
    "range",  # 5th to 95th percentile
    "iqr",
    "slope",  # of the regression line over the active part, its length taken as 1
)
_QUANTILES = np.array([0.05, 0.25, 0.50, 0.75, 0.95])


def mean_and_std(curves: np.ndarray) -> np.ndarray:
    """Mean and standard deviation of each curve.

    Parameters
    ----------
    curves : np.ndarray [shape=(n_frames, n_curves)]

    Returns
    -------
    values : np.ndarray [shape=(2, n_curves)]
    """
    mean = curves.mean(axis=0, keepdims=True)
    return np.stack([mean[0], curves.std(axis=0, mean=mean)])


def ten_statistics(curves: np.ndarray, time: np.ndarray) -> np.ndarray:
    """The ten `STATISTICS` of each curve; all zero where there is no frame.

    Parameters
    ----------
    curves : np.ndarray [shape=(n_frames, n_curves)]
    time : np.ndarray [shape=(n_frames,)]
        Where each frame lies in the active part, from 0 to 1. Frames may be missing.

    Returns
    -------
    values : np.ndarray [shape=(10, n_curves)]
    """
    n_frames = curves.shape[0]
    if n_frames == 0:
        return np.zeros((len(STATISTICS), curves.shape[1]))
    p05, p25, p50, p75, p95 = _quantiles(np.sort(curves, axis=0))
    mean, std = mean_and_std(curves)
    centred = time - time.mean()
    spread = centred @ centred
    slope = centred @ curves / spread if spread > 0 else np.zeros(curves.shape[1])
    return np.stack([mean, std, p05, p25, p50, p75, p95, p95 - p05, p75 - p25, slope])


def _quantiles(ordered: np.ndarray) -> np.ndarray:
    position = _QUANTILES * (ordered.shape[0] - 1)
    below = position.astype(int)
    above = np.minimum(below + 1, ordered.shape[0] - 1)
    share = (position - below)[:, None]
    return ordered[below] * (1 - share) + ordered[above] * share


def deltas(curves: np.ndarray, half_width: int = 4) -> np.ndarray:
    """Slope of each curve around every frame, by regression over the frames on both sides.

    Parameters
    ----------
    curves : np.ndarray [shape=(n_frames, n_curves)]
    half_width : int
        Frames on each side. Beyond its ends a curve goes on with its end values.

    Returns
    -------
    slopes : np.ndarray [shape=(n_frames, n_curves)]
        Per frame.
    """
    n_frames = curves.shape[0]
    padded = np.pad(curves, ((half_width, half_width), (0, 0)), mode="edge")
    slopes = np.zeros_like(curves)
    for lag in range(1, half_width + 1):
        later = padded[half_width + lag : half_width + lag + n_frames]
        earlier = padded[half_width - lag : half_width - lag + n_frames]
        slopes += lag * (later - earlier)
    return slopes / (2 * sum(lag * lag for lag in range(1, half_width + 1)))
