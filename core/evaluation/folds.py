"""A verdict that also asks the folds: models of one cross-validation share most training clips."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.intervals import check_resampling
from core.evaluation.metrics import Entries, same_length, unweighted_average_recall
from core.evaluation.paired import Verdict, compare_paired, verdict_of

__all__ = ["FoldVerdict", "compare_over_folds", "corrected_interval", "fold_differences"]


@dataclass(frozen=True)
class FoldVerdict:
    """What can be said of a new model against an old one, over utterances and over folds.

    `interval` spans both intervals below, so zero lies outside it only where both agree on a
    side; only then is the verdict "better" or "worse".
    """

    verdict: Verdict
    difference: float  # pooled UAR of the new model minus that of the old one
    interval: tuple[float, float]
    over_groups: tuple[float, float]  # paired bootstrap over speakers
    over_folds: tuple[float, float]  # corrected resampled t-test over folds
    n_folds: int


def corrected_interval(
    differences: Sequence[float] | np.ndarray, test_to_train: float, *, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a mean difference over folds, corrected for the overlap of training parts.

    The variance of the mean is taken as ``(1 / k + n_test / n_train) * s²`` in place of
    ``s² / k``: folds that learn from the same utterances are no independent witnesses.

    Parameters
    ----------
    differences : sequence of float [shape=(k,)]
        Score of the new model minus score of the old one, fold by fold; k of at least 2.
    test_to_train : float > 0
        Held-out utterances of a fold for each one that it learnt from.
    level : float in (0, 1)
        Confidence level.

    Returns
    -------
    low, high : float
        By Student's t with k - 1 degrees of freedom.

    Raises
    ------
    ValueError
        If there are fewer than two folds, or a number is out of range.

    References
    ----------
    Nadeau and Bengio (2003). Inference for the Generalization Error. Machine Learning 52.

    Examples
    --------
    >>> corrected_interval([0.1, 0.1], 1.0)
    (0.1, 0.1)
    """
    from scipy.special import stdtrit

    values = np.asarray(differences, dtype=float)
    k = len(values)
    if k < 2:
        raise ValueError(f"An interval over folds needs two folds or more; got {k}.")
    if not test_to_train > 0:
        raise ValueError(f"test_to_train must be above zero; got {test_to_train}.")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {level}.")
    mean, variance = float(values.mean()), float(values.var(ddof=1))
    reach = float(stdtrit(k - 1, (1 + level) / 2)) * np.sqrt((1 / k + test_to_train) * variance)
    return mean - float(reach), mean + float(reach)


def fold_differences(
    y_true: Entries,
    y_old: Entries,
    y_new: Entries,
    *,
    folds: Entries,
    labels: Iterable[Hashable],
) -> np.ndarray:
    """UAR of the new model minus that of the old one, in each fold.

    Parameters
    ----------
    y_true, y_old, y_new : sequence of class ids [shape=(n_utterances,)]
    folds : sequence [shape=(n_utterances,)]
        The fold that held each utterance out.
    labels : iterable of class ids
        Classes of the task; a fold's UAR is over those that occur in it.

    Returns
    -------
    differences : np.ndarray [shape=(n_folds,)]
        Folds in the order in which they first come.

    Raises
    ------
    ValueError
        If lengths differ or nothing is given.
    """
    labels = list(labels)
    same_length(y_true, y_old, y_new, folds)
    rows: dict[Hashable, list[int]] = {}
    for i, fold in enumerate(folds):
        rows.setdefault(fold, []).append(i)

    def uar(answers: Entries, of: list[int]) -> float:
        return unweighted_average_recall(
            [y_true[i] for i in of], [answers[i] for i in of], labels=labels
        )

    return np.array([uar(y_new, of) - uar(y_old, of) for of in rows.values()])


def compare_over_folds(
    y_true: Entries,
    y_old: Entries,
    y_new: Entries,
    *,
    folds: Entries,
    test_to_train: float,
    labels: Iterable[Hashable],
    groups: Entries | None = None,
    level: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> FoldVerdict:
    """The verdict on a new model over the held-out answers of one cross-validation.

    Two questions are asked: would it hold with other speakers (`compare_paired`), and does it
    stand out from the scatter between folds (`corrected_interval`)? "better" and "worse" need
    both. The bootstrap takes the models as given; the folds say how much learning itself varies.

    Parameters
    ----------
    y_true : sequence of class ids [shape=(n_utterances,)]
        Reference.
    y_old, y_new : sequence of class ids [shape=(n_utterances,)]
        Answers of the two models to the same utterances, each held out in the same fold.
    folds : sequence [shape=(n_utterances,)]
        The fold that held each utterance out.
    test_to_train : float > 0
        Held-out utterances of a fold for each one that it learnt from.
    labels : iterable of class ids
    groups : sequence, optional [shape=(n_utterances,)]
        Speaker of each utterance.
    level : float in (0, 1)
    n_resamples : int
        At least 100.
    seed : int

    Returns
    -------
    verdict : FoldVerdict

    Raises
    ------
    ValueError
        If lengths differ, nothing is given, there are fewer than two folds, the reference holds
        something else than labels, or a number is out of range.
    """
    labels = list(labels)
    check_resampling(level, n_resamples)
    paired = compare_paired(
        y_true,
        y_old,
        y_new,
        labels=labels,
        groups=groups,
        level=level,
        n_resamples=n_resamples,
        seed=seed,
    )
    differences = fold_differences(y_true, y_old, y_new, folds=folds, labels=labels)
    over_folds = corrected_interval(differences, test_to_train, level=level)
    interval = (
        min(paired.interval[0], over_folds[0]),
        max(paired.interval[1], over_folds[1]),
    )
    return FoldVerdict(
        verdict=verdict_of(interval),
        difference=paired.difference,
        interval=interval,
        over_groups=paired.interval,
        over_folds=over_folds,
        n_folds=len(differences),
    )
