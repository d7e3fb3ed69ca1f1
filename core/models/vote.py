"""A soft vote: the mean of what two models that err differently hold probable."""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import validate_data

from core.models.probabilistic import ProbabilisticClassifier
from core.models.svm import PairwiseSvm

__all__ = ["SoftVote"]


class SoftVote(ProbabilisticClassifier):
    """The mean of the probabilities of a logistic regression and a support vector machine.

    Parameters
    ----------
    logreg : LogisticRegression
        Not fitted; copies of both are.
    svm : PairwiseSvm
    """

    def __init__(self, logreg: LogisticRegression, svm: PairwiseSvm):
        self.logreg = logreg
        self.svm = svm

    def fit(self, X: Any, y: Any, groups: Any = None) -> "SoftVote":
        """Fit both.

        Parameters
        ----------
        X : array [shape=(n, n_features)]
        y : array of int [shape=(n,)]
            Class indices.
        groups : array, optional [shape=(n,)]
            Speakers, for the probabilities of the machine.

        Returns
        -------
        self : SoftVote
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        self.logreg_ = clone(self.logreg).fit(X, y)
        self.svm_ = clone(self.svm).fit(X, y, groups=groups)
        self.classes_ = self.logreg_.classes_
        return self

    def _proba(self, X: np.ndarray) -> np.ndarray:
        return (self.logreg_.predict_proba(X) + self.svm_.predict_proba(X)) / 2
