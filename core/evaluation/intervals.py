"""How far a score could move with other speakers or other utterances: bootstrap intervals.

Conventions
-----------
A score of recalls depends on the data only through how many utterances of each class there are
and how many of them were answered rightly. A resample is therefore drawn as counts, never as
rows: two thousand resamples cost two small matrix products.
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from core.evaluation.metrics import Entries, same_length, validated

__all__ = ["uar_interval"]


def uar_interval(
    y_true: Entries,
    y_pred: Entries,
    *,
    labels: Iterable[Hashable],
    groups: Entries | None = None,
    level: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile bootstrap interval of the UAR, over speakers where there are several.

    With two or more groups, whole groups are drawn (cluster bootstrap): the interval then says
    how the score moves with *other speakers*. It is never narrower than the one over single
    utterances, which is all there is with one group: that one only says how the score moves with
    other clips of the same voices. Below about ten speakers both are optimistic.

    Parameters
    ----------
    y_true, y_pred : sequence of class ids [shape=(n_utterances,)]
        Reference and answers, in the same order.
    labels : iterable of class ids
        Classes of the task.
    groups : sequence, optional [shape=(n_utterances,)]
        Speaker of each utterance; an unknown one (None) is taken as a voice of its own.
    level : float in (0, 1)
        Confidence level.
    n_resamples : int
        At least 100.
    seed : int
        The same seed gives the same interval.

    Returns
    -------
    low, high : float in [0, 1]
        Where every recall is 0 or 1 resampling shows no spread; then these are the means of the
        exact (Clopper-Pearson) bounds of the recalls.

    Raises
    ------
    ValueError
        If lengths differ, nothing is given, the reference holds something else than labels, or
        level or n_resamples is out of range.

    References
    ----------
    Efron and Tibshirani (1993). An Introduction to the Bootstrap, chapters 8 and 13.
    """
    check_resampling(level, n_resamples)
    true, pred, n_classes = validated(y_true, y_pred, labels)
    hits = (true == pred)[:, np.newaxis]
    rng = np.random.default_rng(seed)
    spreads = [
        _uars(counts)
        for counts in resampled_counts(true, hits, n_classes, groups, n_resamples, rng)
    ]
    low, high = hull(spreads, level)
    if np.isin(recalls_of(true, hits, n_classes), (0, 1)).all():
        exact_low, exact_high = _exact_bounds(true, hits[:, 0], 1 - level)
        low, high = min(low, exact_low), max(high, exact_high)
    return low, high


def check_resampling(level: float, n_resamples: int) -> None:
    """Raise ValueError unless the level lies within (0, 1) and there are 100 resamples or more."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}.")
    if n_resamples < 100:
        raise ValueError(f"An interval needs 100 resamples or more; got {n_resamples}.")


def resampled_counts(
    true: np.ndarray,
    hits: np.ndarray,
    n_classes: int,
    groups: Entries | None,
    n_resamples: int,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Class counts and hits of resamples, over utterances and, given several, over groups.

    Parameters
    ----------
    true : np.ndarray of int [shape=(n,)]
        Class indices.
    hits : np.ndarray of bool [shape=(n, n_models)]
        Whether each model answered rightly; models are drawn together (paired).
    n_classes : int
    groups : sequence or None
    n_resamples : int
    rng : np.random.Generator

    Returns
    -------
    counts : list of np.ndarray [shape=(n_resamples, 1 + n_models, n_classes)]
        First the number of utterances, then the hits of each model.
    """
    if groups is not None:
        same_length(true, groups)
    # Utterances with the same class and the same outcome are alike: draw how many of each kind.
    kinds, kind_of = np.unique(np.column_stack([true, hits]), axis=0, return_inverse=True)
    sizes = np.bincount(kind_of.ravel())
    drawn = rng.multinomial(len(true), sizes / len(true), size=n_resamples)
    tables = _tables(kinds[:, 0], kinds[:, 1:], n_classes, np.arange(len(kinds)), len(kinds))
    found = [np.tensordot(drawn, tables, axes=1)]
    cluster = _cluster_of(groups)
    if cluster is not None:
        n_groups = int(cluster.max()) + 1
        drawn = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=n_resamples)
        tables = _tables(true, hits, n_classes, cluster, n_groups)
        found.append(np.tensordot(drawn, tables, axes=1))
    return found


def _cluster_of(groups: Entries | None) -> np.ndarray | None:
    """A number for each utterance's group, or None if there are not several groups."""
    if groups is None:
        return None
    number: dict[Hashable, int] = {}
    cluster = np.array(
        [
            number.setdefault(("unknown", i) if group is None else ("known", group), len(number))
            for i, group in enumerate(groups)
        ]
    )
    return cluster if len(number) > 1 else None


def _tables(
    true: np.ndarray, hits: np.ndarray, n_classes: int, cluster: np.ndarray, n_clusters: int
) -> np.ndarray:
    """Utterances and hits by cluster and class [shape=(n_clusters, 1 + n_models, n_classes)]."""
    cell = cluster * n_classes + true
    size = n_clusters * n_classes
    weights = [np.ones(len(true)), *hits.T]
    tables = [np.bincount(cell, weights=w, minlength=size) for w in weights]
    return np.stack([t.reshape(n_clusters, n_classes) for t in tables], axis=1)


def uars_of_counts(counts: np.ndarray) -> np.ndarray:
    """UAR of each resample and model, classes that were not drawn left out.

    Parameters
    ----------
    counts : np.ndarray [shape=(n_resamples, 1 + n_models, n_classes)]
        As `resampled_counts` gives them.

    Returns
    -------
    uars : np.ndarray [shape=(n_resamples, n_models)]
    """
    n_utterances, hits = counts[:, :1], counts[:, 1:]
    there = np.broadcast_to(n_utterances > 0, hits.shape)
    rates = np.divide(hits, n_utterances, out=np.zeros_like(hits), where=there)
    return rates.sum(axis=-1) / there.sum(axis=-1)


def _uars(counts: np.ndarray) -> np.ndarray:
    return uars_of_counts(counts)[:, 0]


def hull(spreads: Sequence[np.ndarray], level: float) -> tuple[float, float]:
    """The widest percentile interval of several sets of resampled values."""
    tail = (1 - level) / 2
    bounds = [np.quantile(values, [tail, 1 - tail]) for values in spreads]
    return float(min(b[0] for b in bounds)), float(max(b[1] for b in bounds))


def recalls_of(true: np.ndarray, hits: np.ndarray, n_classes: int) -> np.ndarray:
    """Recalls of the classes that occur, of the first model."""
    counts = np.bincount(true, minlength=n_classes)
    rates = np.bincount(true, weights=hits[:, 0], minlength=n_classes)[counts > 0]
    return rates / counts[counts > 0]


def _exact_bounds(true: np.ndarray, hit: np.ndarray, alpha: float) -> tuple[float, float]:
    """Mean Clopper-Pearson bounds of recalls that are all 0 or 1, where they are closed-form."""
    bounds = []
    for label in np.unique(true):
        n = int((true == label).sum())
        slack = (alpha / 2) ** (1 / n)
        bounds.append((slack, 1.0) if hit[true == label].all() else (0.0, 1 - slack))
    low, high = np.mean(bounds, axis=0)
    return float(low), float(high)
