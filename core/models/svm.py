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

__all__ = ["PairwiseSvm", "linear_proba"]

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
        return linear_proba(self.link_, _margins(self.machines_, X))

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


def linear_proba(model: LogisticRegression, X: np.ndarray) -> np.ndarray:
    """What ``predict_proba`` of a logistic regression gives, for numbers that are known to be fit.

    Parameters
    ----------
    model : LogisticRegression
        Fitted by a solver that learns all classes at once, as the default one does.
    X : np.ndarray [shape=(n, n_features)]
        Finite.

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
    """
    logits = X @ model.coef_.T + model.intercept_
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _margins(machines: SVC, X: np.ndarray) -> np.ndarray:
    """Signed distances to the border of each pair of classes [shape=(n, n_pairs)].

    As ``decision_function`` gives them, without its checks: for a single clip these take ten times
    as long as the sums.
    """
    K = _kernel(machines, X)
    last = np.cumsum(machines.n_support_)
    of_class = [slice(b - n, b) for b, n in zip(last, machines.n_support_, strict=True)]
    weights = machines.dual_coef_  # (n_classes - 1, n_support): of a pair, in the other's row
    if len(of_class) == 2:
        return K @ weights.T + machines.intercept_
    margins = [
        K[:, of_class[a]] @ weights[b - 1, of_class[a]]
        + K[:, of_class[b]] @ weights[a, of_class[b]]
        for a in range(len(of_class))
        for b in range(a + 1, len(of_class))
    ]
    return np.stack(margins, axis=1) + machines.intercept_


def _kernel(machines: SVC, X: np.ndarray) -> np.ndarray:
    """Of clips and support vectors [shape=(n, n_support)]."""
    vectors = machines.support_vectors_
    products = X @ vectors.T
    if machines.kernel == "linear":
        return products
    squares = np.square(X).sum(axis=1)[:, None] + np.square(vectors).sum(axis=1) - 2 * products
    return np.exp(-machines._gamma * np.maximum(squares, 0))
