"""What each kind of estimator computes, in NumPy and double precision.

Each kind checks its arrays when it is put together: shapes that do not fit raise ValueError.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from core.models.plain.trees import forest_fault, trees_proba
from core.models.rows import checked_rows

__all__ = [
    "LEAST_PROBA",
    "Forest",
    "Fusion",
    "Logreg",
    "Machines",
    "Perceptron",
    "PlainClassifier",
    "PlainPipeline",
    "Scaler",
    "Svm",
    "Vote",
    "pair_weights",
]

LEAST_PROBA = 1e-6  # of a member; below it a logarithm would shout the other members down
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0.0),
    "tanh": np.tanh,
    "logistic": lambda x: 0.5 * (1.0 + np.tanh(0.5 * x)),
}


class PlainClassifier(Protocol):
    """A classifier: how many features and classes it has, and what it holds probable."""

    @property
    def n_features(self) -> int:
        """Numbers in a row."""

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""


@dataclass(frozen=True, eq=False)
class Scaler:
    """Features set against the mean and spread of the training clips."""

    mean_: np.ndarray  # (n_features,)
    scale_: np.ndarray  # (n_features,)

    def __post_init__(self) -> None:
        _expect(self.mean_.ndim == 1 and self.mean_.shape == self.scale_.shape, "scaler")

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Rows of features, standardised."""
        return (X - self.mean_) / self.scale_


@dataclass(frozen=True, eq=False)
class Logreg:
    """Softmax over a linear function; of two classes one row says how the second is held."""

    coef_: np.ndarray  # (n_classes, n_features), or (1, n_features) of two classes
    intercept_: np.ndarray  # as many as rows

    def __post_init__(self) -> None:
        _expect(self.coef_.ndim == 2 and self.intercept_.shape == self.coef_.shape[:1], "logreg")

    @property
    def n_features(self) -> int:
        """Numbers in a row."""
        return int(self.coef_.shape[1])

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""
        return max(2, len(self.coef_))

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        return _softmax(X @ self.coef_.T + self.intercept_)


@dataclass(frozen=True, eq=False)
class Perceptron:
    """Layers of linear functions with an activation between them."""

    coefs_: Sequence[np.ndarray]  # (n_in, n_out) of each layer
    intercepts_: Sequence[np.ndarray]  # (n_out,)
    activation: str  # key of `ACTIVATIONS`

    def __post_init__(self) -> None:
        _expect(self.activation in ACTIVATIONS and len(self.coefs_) > 0, "perceptron")
        width = len(self.coefs_[0])
        for weights, offset in zip(self.coefs_, self.intercepts_, strict=True):
            _expect(weights.ndim == 2 and len(weights) == width, "perceptron")
            width = weights.shape[1]
            _expect(offset.shape == (width,), "perceptron")

    @property
    def n_features(self) -> int:
        """Numbers in a row."""
        return len(self.coefs_[0])

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""
        return max(2, self.coefs_[-1].shape[1])

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        activation = ACTIVATIONS[self.activation]
        for weights, offset in zip(self.coefs_[:-1], self.intercepts_[:-1], strict=True):
            X = activation(X @ weights + offset)
        return _softmax(X @ self.coefs_[-1] + self.intercepts_[-1])


@dataclass(frozen=True, eq=False)
class Machines:
    """A support vector machine for each pair of classes, over shared support vectors."""

    kernel: str  # "rbf" or "linear"
    gamma: float
    vectors: np.ndarray  # (n_vectors, n_features), those of a class together
    n_support: np.ndarray  # (n_classes,) vectors of each class
    dual_coef: np.ndarray  # (n_classes - 1, n_vectors)
    intercept: np.ndarray  # (n_pairs,)

    def __post_init__(self) -> None:
        n_classes = len(self.n_support)
        sound = self.n_support.dtype.kind == "i" and (self.n_support >= 0).all()
        _expect(self.kernel in {"rbf", "linear"} and n_classes >= 2 and sound, "machines")
        _expect(self.vectors.ndim == 2 and self.n_support.sum() == len(self.vectors), "machines")
        _expect(self.dual_coef.shape == (n_classes - 1, len(self.vectors)), "machines")
        _expect(self.intercept.shape == (n_classes * (n_classes - 1) // 2,), "machines")

    @cached_property
    def _weights(self) -> np.ndarray:
        return pair_weights(self.dual_coef, self.n_support)

    @cached_property
    def _lengths(self) -> np.ndarray:
        return np.square(self.vectors).sum(axis=1)

    def margins(self, X: np.ndarray) -> np.ndarray:
        """Signed distances [shape=(n, n_pairs)] to the border of each pair."""
        kernel = X @ self.vectors.T
        if self.kernel == "rbf":  # exp(-gamma |x - v|²), the square written out
            lengths = np.square(X).sum(axis=1, keepdims=True)
            kernel = np.exp(-self.gamma * (lengths + self._lengths - 2.0 * kernel))
        return kernel @ self._weights + self.intercept


@dataclass(frozen=True, eq=False)
class Svm:
    """Pairwise machines, their margins turned into probabilities by a regression."""

    machines_: Machines
    link_: Logreg

    def __post_init__(self) -> None:
        fits = self.link_.n_features == len(self.machines_.intercept)
        _expect(fits and self.link_.n_classes == len(self.machines_.n_support), "svm")

    @property
    def n_features(self) -> int:
        """Numbers in a row."""
        return int(self.machines_.vectors.shape[1])

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""
        return self.link_.n_classes

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        return self.link_.proba(self.machines_.margins(X))


@dataclass(eq=False)
class Forest:
    """Trees that vote; the arrays are those of `core.models.plain.trees.Trees`."""

    n_features: int
    roots_: np.ndarray
    left_: np.ndarray
    right_: np.ndarray
    feature_: np.ndarray
    border_: np.ndarray
    shares_: np.ndarray

    def __post_init__(self) -> None:
        fault = forest_fault(self, n_features=self.n_features, n_classes=self.n_classes)
        _expect(fault is None, fault or "")

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""
        return int(self.shares_.shape[1])

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        return trees_proba(self, X)


@dataclass(frozen=True, eq=False)
class Vote:
    """The mean of what a regression and machines hold probable."""

    logreg_: Logreg
    svm_: Svm

    def __post_init__(self) -> None:
        sizes = {(m.n_features, m.n_classes) for m in (self.logreg_, self.svm_)}
        _expect(len(sizes) == 1, "vote")

    @property
    def n_features(self) -> int:
        """Numbers in a row."""
        return self.logreg_.n_features

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""
        return self.logreg_.n_classes

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        return (self.logreg_.proba(X) + self.svm_.proba(X)) / 2


@dataclass(frozen=True, eq=False)
class Fusion:
    """Models of neighbouring blocks of columns, and how their answers are joined."""

    members: Sequence["PlainPipeline"]
    widths: Sequence[int]  # columns of each block
    link: Logreg | None  # joins the log-probabilities; without it their mean

    def __post_init__(self) -> None:
        own = [(m.n_features_in_, m.n_classes) for m in self.members]
        _expect(len(own) >= 2 and [n for n, _ in own] == list(self.widths), "fusion")
        _expect(len({n for _, n in own}) == 1, "fusion")
        if self.link is not None:
            _expect(self.link.n_features == len(own) * own[0][1], "fusion")
            _expect(self.link.n_classes == own[0][1], "fusion")

    @property
    def n_features(self) -> int:
        """Numbers in a row."""
        return sum(self.widths)

    @property
    def n_classes(self) -> int:
        """Columns of an answer."""
        return self.members[0].n_classes

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        blocks = np.split(X, np.cumsum(self.widths)[:-1], axis=1)
        answers = [m.proba(block) for m, block in zip(self.members, blocks, strict=True)]
        if self.link is None:
            return np.mean(answers, axis=0)
        return self.link.proba(np.hstack([np.log(np.maximum(a, LEAST_PROBA)) for a in answers]))


class PlainPipeline:
    """A fitted pipeline as far as answering needs it: perhaps a scaler, then a classifier.

    Parameters
    ----------
    name : str
        Of the classifier's step.
    classifier : PlainClassifier
    scaler : Scaler, optional

    Raises
    ------
    ValueError
        If they do not fit together.
    """

    def __init__(self, name: str, classifier: PlainClassifier, scaler: Scaler | None = None):
        fits = scaler is None or len(scaler.mean_) == classifier.n_features
        _expect(fits, "pipeline")
        self.named_steps = {name: classifier} | ({} if scaler is None else {"scaler": scaler})
        self.n_features_in_, self.n_classes = classifier.n_features, classifier.n_classes
        self._classifier, self._scaler = classifier, scaler

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the classes.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]

        Raises
        ------
        ValueError
            If a feature is not finite, or the shape does not fit.
        """
        return self.proba(checked_rows(X, self.n_features_in_))

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities [shape=(n, n_classes)] of checked rows."""
        return self._classifier.proba(X if self._scaler is None else self._scaler.scaled(X))


def pair_weights(dual: np.ndarray, sizes: Sequence[int] | np.ndarray) -> np.ndarray:
    """What each support vector weighs in each pair of classes.

    LIBSVM keeps for a vector of class i its weight against each other class: against class j in
    row j - 1 where j is behind i, else in row j.

    Parameters
    ----------
    dual : np.ndarray [shape=(n_classes - 1, n_vectors)]
    sizes : sequence of int
        Vectors of each class.

    Returns
    -------
    weights : np.ndarray [shape=(n_vectors, n_pairs)]
    """
    if len(sizes) == 2:
        return dual.T
    ends = np.cumsum(sizes)
    own = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    pairs = [(i, j) for i in range(len(sizes)) for j in range(i + 1, len(sizes))]
    weights = np.zeros((dual.shape[1], len(pairs)))
    for column, (i, j) in enumerate(pairs):
        weights[own[i], column] = dual[j - 1, own[i]]
        weights[own[j], column] = dual[i, own[j]]
    return weights


def _softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities; one column alone is that of the second of two classes."""
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _expect(sound: object, part: str) -> None:
    if not sound:
        raise ValueError(f"The arrays of this {part} do not fit together.")
