"""Many features on two axes: a map on which clips that sound alike lie near each other."""

from typing import Literal, NamedTuple

import numpy as np

__all__ = ["MIN_ROWS", "Method", "Projection", "project"]

Method = Literal["pca", "tsne"]

MIN_ROWS = 3  # fewer make no map
_CLIP_AT = 6.0  # standard deviations; a single outlier must not push all others into one dot
_TSNE_INPUT = 50  # principal components that t-SNE sees, as its authors advise
_PERPLEXITY = 30.0


class Projection(NamedTuple):
    """Places on a map, and how much of the differences between clips the map shows."""

    xy: np.ndarray  # (n_clips, 2) float32
    explained: float | None  # share of the variance on the two axes; None for t-SNE


def project(X: np.ndarray, method: Method = "pca", *, seed: int = 0) -> Projection:
    """Feature rows on two axes.

    Every feature is centred and scaled to unit variance first; a constant one is left out. The
    sign of an axis is fixed, so that the same clips always give the same picture.

    Parameters
    ----------
    X : np.ndarray [shape=(n_clips, n_features)]
        Finite.
    method : {"pca", "tsne"}
        The two directions of most variance, or t-SNE of the first 50.
    seed : int
        Of t-SNE.

    Returns
    -------
    projection : Projection

    Raises
    ------
    ValueError
        If there are fewer than `MIN_ROWS` rows.

    References
    ----------
    van der Maaten, Hinton (2008). Visualizing data using t-SNE.
    """
    if len(X) < MIN_ROWS:
        raise ValueError(f"A map needs {MIN_ROWS} rows; got {len(X)}.")
    scores, explained = _principal(_standardised(X), _TSNE_INPUT if method == "tsne" else 2)
    if method == "pca":
        return Projection(scores.astype(np.float32), explained)
    from sklearn.manifold import TSNE

    perplexity = min(_PERPLEXITY, (len(X) - 1) / 3)
    embedded = TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(scores)
    return Projection(embedded.astype(np.float32), None)


def _standardised(X: np.ndarray) -> np.ndarray:
    X = np.asarray(X, dtype=np.float64)
    spread = X.std(axis=0)
    varied = spread > 1e-12 * (1 + np.abs(X).max(axis=0))
    z = (X[:, varied] - X[:, varied].mean(axis=0)) / spread[varied]
    return np.clip(z, -_CLIP_AT, _CLIP_AT)


def _principal(z: np.ndarray, n_components: int) -> tuple[np.ndarray, float]:
    """Scores on the first directions, and the share of variance on the first two."""
    n_components = min(n_components, *z.shape) if z.size else 0
    z = z - z.mean(axis=0) if z.size else z
    wide = np.zeros((len(z), max(2, n_components)))
    if n_components == 0:
        return wide, 1.0
    variances, directions = np.linalg.eigh(z.T @ z / len(z))
    variances, directions = variances[::-1], directions[:, ::-1][:, :n_components]
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(n_components)])
    wide[:, :n_components] = z @ directions
    return wide, float(variances[:2].sum() / variances.sum())
