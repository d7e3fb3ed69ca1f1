"""Several feature sets, a model for each, one answer: their probabilities averaged or stacked.

A wide set cannot drown a narrow one this way, as it can in one long vector: each is standardised
and learnt for itself, and each has one voice.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import validate_data

from core.models.inner_folds import inner_folds
from core.models.plain.answering import LEAST_PROBA
from core.models.probabilistic import ProbabilisticClassifier

__all__ = ["Fusion", "fused_pipeline", "stacking_link"]

N_FOLDS = 5
STACK_C = 1.0  # of the regression that joins the members; set once, never tuned


class Fusion(ProbabilisticClassifier):
    """Fitted models of neighbouring blocks of columns, and how their answers are joined.

    It is put together by `fused_pipeline` from members that are fitted already.

    Parameters
    ----------
    members : sequence of Pipeline
        Fitted, one a block, all with the same classes.
    widths : sequence of int
        Columns of each block, in the order of the members.
    link : LogisticRegression, optional
        What joins the log-probabilities of the members; without it the mean of the probabilities.
    """

    def __init__(
        self,
        members: Sequence[Pipeline] = (),
        widths: Sequence[int] = (),
        link: LogisticRegression | None = None,
    ):
        self.members = members
        self.widths = widths
        self.link = link

    def fit(self, X: Any, y: Any) -> "Fusion":
        """Take the members as they are: they were fitted each in its own way.

        Parameters
        ----------
        X : array [shape=(n, n_features)]
        y : array of int [shape=(n,)]
            Class indices.

        Returns
        -------
        self : Fusion
        """
        validate_data(self, X, y, dtype=np.float64)
        judge = self.members[0] if self.link is None else self.link
        self.classes_ = np.asarray(judge.classes_)
        return self

    def _proba(self, X: np.ndarray) -> np.ndarray:
        answers = self.member_proba(X)
        if self.link is None:
            return np.mean(answers, axis=0)
        return self.link.predict_proba(_evidence(answers))

    def member_proba(self, X: np.ndarray) -> list[np.ndarray]:
        """What each member holds probable, before they are joined.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]

        Returns
        -------
        answers : list of np.ndarray [shape=(n, n_classes)]
        """
        blocks = _blocks(np.asarray(X), self.widths)
        return [
            _answer(member, block, self.classes_)
            for member, block in zip(self.members, blocks, strict=True)
        ]


def fused_pipeline(
    members: Sequence[Pipeline], widths: Sequence[int], link: LogisticRegression | None = None
) -> Pipeline:
    """A pipeline of one step that joins fitted members.

    Parameters
    ----------
    members : sequence of Pipeline
        Fitted, one a block.
    widths : sequence of int
        Columns of each block.
    link : LogisticRegression, optional
        As `stacking_link` gives it.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
    """
    fusion = Fusion(list(members), [int(w) for w in widths], link)
    classes = np.asarray(members[0].classes_)
    fusion.fit(np.zeros((len(classes), sum(fusion.widths))), classes)
    return Pipeline([("fusion", fusion)])


def stacking_link(
    fit_block: Callable[[np.ndarray, np.ndarray, np.ndarray | None], Pipeline],
    X: np.ndarray,
    y: np.ndarray,
    *,
    widths: Sequence[int],
    class_weight: bool,
    groups: np.ndarray | None,
) -> LogisticRegression | None:
    """How much each member's word counts for each class, learnt from clips they did not see.

    Parameters
    ----------
    fit_block : callable
        Fits a member on rows of its block, their class indices and their groups.
    X : np.ndarray [shape=(n, n_features)]
        The training set.
    y : np.ndarray of int [shape=(n,)]
    widths : sequence of int
        Columns of each block.
    class_weight : bool
    groups : np.ndarray, optional [shape=(n,)]
        Speakers, kept apart in the folds inside the training set.

    Returns
    -------
    link : LogisticRegression or None
        None where a class has one clip only: then there is nothing to learn it from.
    """
    folds = inner_folds(y, groups, n_folds=N_FOLDS)
    if folds is None:
        return None
    classes = np.unique(y)
    answers = [np.zeros((len(y), len(classes))) for _ in widths]
    for train, held_out in folds:
        of_train = None if groups is None else groups[train]
        for answer, block in zip(answers, _blocks(X, widths), strict=True):
            member = fit_block(block[train], y[train], of_train)
            answer[held_out] = _answer(member, block[held_out], classes)
    weight = "balanced" if class_weight else None
    link = LogisticRegression(C=STACK_C, class_weight=weight, max_iter=1000)
    return link.fit(_evidence(answers), y)


def _answer(member: Pipeline, X: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """A member's probabilities of these classes; it may know more of them."""
    return member.predict_proba(X)[:, np.searchsorted(member.classes_, classes)]


def _blocks(X: np.ndarray, widths: Sequence[int]) -> list[np.ndarray]:
    return np.split(X, np.cumsum(widths)[:-1], axis=1)


def _evidence(answers: Sequence[np.ndarray]) -> np.ndarray:
    """Log-probabilities of all members side by side [shape=(n, n_members * n_classes)]."""
    return np.hstack([np.log(np.maximum(answer, LEAST_PROBA)) for answer in answers])
