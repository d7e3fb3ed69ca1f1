"""A soft vote: the mean of what two models that err differently hold probable."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.svm import PairwiseSvm

__all__ = ["SoftVote"]


class SoftVote(ClassifierMixin, BaseEstimator):
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

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array [shape=(n, n_features)]

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]
            Columns as in ``classes_``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return (self.logreg_.predict_proba(X) + self.svm_.predict_proba(X)) / 2

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class.

        Parameters
        ----------
        X : array [shape=(n, n_features)]

        Returns
        -------
        y : np.ndarray [shape=(n,)]
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
