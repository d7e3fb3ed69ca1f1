"""What our own classifiers share: they give probabilities, and the most probable class wins."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["ProbabilisticClassifier"]


class ProbabilisticClassifier(ClassifierMixin, BaseEstimator):
    """A classifier of scikit-learn's interface that gives probabilities.

    A class of this kind has ``fit``, which sets ``classes_``, and ``_proba``, which takes rows
    that were checked.
    """

    classes_: np.ndarray

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
        return self._proba(validate_data(self, X, dtype=np.float64, reset=False))

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

    def _proba(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError
