"""A support vector machine that gives probabilities.

scikit-learn 1.9 takes the probabilities out of its SVC; what it offers instead calibrates the
votes of the pairwise machines, which throws most of their margins away.
"""

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.utils.validation import validate_data

from core.models.inner_folds import inner_folds
from core.models.probabilistic import ProbabilisticClassifier

__all__ = ["PairwiseSvm"]

N_FOLDS = 5


class PairwiseSvm(ProbabilisticClassifier):
    """Pairwise machines whose margins a logistic regression turns into probabilities.

    The regression learns from margins of clips that the machines of an inner fold did not see,
    with speakers apart if they are told; without them the folds follow the order of the rows, and
    a voice on both sides makes the probabilities too sure, which the temperature of a bundle
    repairs. A class with one clip only leaves nothing to hold out: then the margins of the
    training clips serve, and the probabilities are too sure by far. The answer is the most
    probable class. Nothing is drawn at random.

    Parameters
    ----------
    C : float
        Penalty of a margin that is missed.
    kernel : str
        ``"rbf"`` or ``"linear"``.
    gamma : float or str
        Width of the RBF kernel.
    class_weight : str or None
        ``"balanced"`` lets every class weigh the same, in machines and probabilities alike.
    """

    def __init__(
        self,
        C: float = 10.0,
        kernel: str = "rbf",
        gamma: float | str = "scale",
        class_weight: str | None = None,
    ):
        self.C = C
        self.kernel = kernel
        self.gamma = gamma
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, groups: Any = None) -> "PairwiseSvm":
        """Fit machines and probabilities.

        Parameters
        ----------
        X : array [shape=(n, n_features)]
        y : array of int [shape=(n,)]
            Class indices.
        groups : array, optional [shape=(n,)]
            Speakers.

        Returns
        -------
        self : PairwiseSvm
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        X = X.astype(np.float32).astype(np.float64)  # support vectors pack to half the size
        self.classes_, y_index = np.unique(y, return_inverse=True)
        groups = None if groups is None else np.asarray(groups, dtype=object)
        folds = inner_folds(y_index, groups, n_folds=N_FOLDS)
        self.machines_ = self._machines().fit(X, y)
        if folds is None:
            margins = _margins(self.machines_, X)
        else:
            margins = np.zeros((len(X), self._n_pairs()))
            for train, held_out in folds:
                machines = self._machines().fit(X[train], y[train])
                margins[held_out] = _margins(machines, X[held_out])
        link = LogisticRegression(class_weight=self.class_weight, max_iter=1000)
        self.link_ = link.fit(margins, y)
        return self

    def _proba(self, X: np.ndarray) -> np.ndarray:
        return self.link_.predict_proba(_margins(self.machines_, X))

    def _machines(self) -> SVC:
        return SVC(
            C=self.C,
            kernel=self.kernel,
            gamma=self.gamma,
            class_weight=self.class_weight,
            decision_function_shape="ovo",
        )

    def _n_pairs(self) -> int:
        n = len(self.classes_)
        return n * (n - 1) // 2


def _margins(machines: SVC, X: np.ndarray) -> np.ndarray:
    """Signed distances to the border of each pair of classes [shape=(n, n_pairs)]."""
    margins = machines.decision_function(X)
    return margins[:, np.newaxis] if margins.ndim == 1 else margins
