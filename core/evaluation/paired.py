"""Is the new model really better? Both are asked the same utterances, and drawn together."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.evaluation.intervals import (
    check_resampling,
    hull,
    resampled_counts,
    uars_of_counts,
)
from core.evaluation.metrics import Entries, same_length, unweighted_average_recall, validated

__all__ = ["PairedVerdict", "Verdict", "compare_paired", "verdict_of"]

Verdict = Literal["better", "no-difference", "worse"]


@dataclass(frozen=True)
class PairedVerdict:
    """What can be said of a new model against an old one on the same utterances.

    `interval` holds the UAR differences that the data leave plausible; the verdict is "better" or
    "worse" only where zero is not among them. "no-difference" means *none shown*, not equality.
    """

    verdict: Verdict
    difference: float  # UAR of the new model minus UAR of the old one
    interval: tuple[float, float]


def compare_paired(
    y_true: Entries,
    y_old: Entries,
    y_new: Entries,
    *,
    labels: Iterable[Hashable],
    groups: Entries | None = None,
    level: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> PairedVerdict:
    """The verdict on a new model, by a paired bootstrap over speakers.

    Each resample draws speakers, and both models answer for the same ones; what is easy or hard
    for both cancels. Join the answers by utterance id first, from runs over the same folds. As
    with `uar_interval`, the interval over speakers is never taken narrower than the one over
    utterances, so two lucky speakers alone prove nothing.

    Parameters
    ----------
    y_true : sequence of class ids [shape=(n_utterances,)]
        Reference.
    y_old, y_new : sequence of class ids [shape=(n_utterances,)]
        Held-out answers of the two models, in the same order.
    labels : iterable of class ids
        Classes of the task.
    groups : sequence, optional [shape=(n_utterances,)]
        Speaker of each utterance.
    level : float in (0, 1)
        Confidence level of the interval.
    n_resamples : int
        At least 100.
    seed : int
        The same seed gives the same verdict.

    Returns
    -------
    verdict : PairedVerdict

    Raises
    ------
    ValueError
        If lengths differ, nothing is given, the reference holds something else than labels, or
        level or n_resamples is out of range.

    Examples
    --------
    >>> compare_paired("aabb", "aabb", "aabb", labels="ab").verdict
    'no-difference'
    """
    labels = list(labels)
    check_resampling(level, n_resamples)
    same_length(y_true, y_old, y_new)
    true, old, n_classes = validated(y_true, y_old, labels)
    _, new, _ = validated(y_true, y_new, labels)
    difference = unweighted_average_recall(
        y_true, y_new, labels=labels
    ) - unweighted_average_recall(y_true, y_old, labels=labels)
    hits = np.column_stack([old == true, new == true])
    rng = np.random.default_rng(seed)
    spreads = [
        np.diff(uars_of_counts(counts), axis=1)[:, 0]
        for counts in resampled_counts(true, hits, n_classes, groups, n_resamples, rng)
    ]
    interval = hull(spreads, level)
    return PairedVerdict(verdict_of(interval), difference, interval)


def verdict_of(interval: tuple[float, float]) -> Verdict:
    """What an interval of differences says: a side only where zero lies outside it.

    Parameters
    ----------
    interval : (float, float)

    Returns
    -------
    verdict : {"better", "no-difference", "worse"}
    """
    low, high = interval
    if low > 0:
        return "better"
    return "worse" if high < 0 else "no-difference"
