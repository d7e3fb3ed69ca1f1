"""Probabilities of the usual models by NumPy alone: for a clip at a time, as live sound asks.

scikit-learn looks through every row anew at each step of a pipeline. For one row that costs
several times what the answer does. Here the fitted arrays of a scaler, a logistic regression, a
support vector machine and their vote are multiplied as scikit-learn multiplies them; the
figures are the same but for rounding. Whatever else a model is made of answers for itself.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from core.models.svm import PairwiseSvm
from core.models.vote import SoftVote

__all__ = ["probabilities"]

Asked = Callable[[np.ndarray], np.ndarray]


def probabilities(estimator: Any, X: np.ndarray) -> np.ndarray:
    """What a fitted model holds probable.

    Parameters
    ----------
    estimator : object
        With ``predict_proba`` and ``n_features_in_``.
    X : np.ndarray [shape=(n, n_features)], float64

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
        As ``estimator.predict_proba`` gives it.

    Raises
    ------
    ValueError
        If the shape does not fit, or a feature is not finite.
    """
    if type(estimator) is not Pipeline or len(estimator.steps) != 2:
        return estimator.predict_proba(X)
    scaler, model = (step for _name, step in estimator.steps)
    ask = _asked(model)
    if ask is None or type(scaler) is not StandardScaler or scaler.scale_ is None:
        return estimator.predict_proba(X)
    if X.ndim != 2 or X.shape[1] != scaler.n_features_in_ or not np.isfinite(X).all():
        raise ValueError(f"{scaler.n_features_in_} finite features a row are expected as input.")
    centred = X - scaler.mean_ if scaler.with_mean else X
    return ask(centred / scaler.scale_)


def _asked(model: Any) -> Asked | None:
    """How to ask a model, where it is one of those known here."""
    if type(model) is LogisticRegression:
        return lambda X: _of_regression(model, X)
    if type(model) is PairwiseSvm and model.machines_.kernel in ("rbf", "linear"):
        return lambda X: _of_regression(model.link_, _margins(model.machines_, X))
    if type(model) is SoftVote:
        one, other = _asked(model.logreg_), _asked(model.svm_)
        if one is not None and other is not None:
            return lambda X: (one(X) + other(X)) / 2
    return None


def _of_regression(model: LogisticRegression, X: np.ndarray) -> np.ndarray:
    """Softmax of the classes; with two there is one row of weights, that of the second."""
    logits = X @ model.coef_.T + model.intercept_
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _margins(machines: SVC, X: np.ndarray) -> np.ndarray:
    """Signed distances to the border of each pair of classes [shape=(n, n_pairs)]."""
    near = X @ machines.support_vectors_.T
    if machines.kernel == "rbf":
        own = np.einsum("ij,ij->i", X, X)[:, np.newaxis]
        theirs = np.einsum("ij,ij->i", machines.support_vectors_, machines.support_vectors_)
        near = np.exp(-machines._gamma * np.maximum(own + theirs - 2 * near, 0))
    if len(machines.classes_) == 2:
        return near @ machines.dual_coef_.T + machines.intercept_
    ends = np.cumsum(machines.n_support_)
    of_class = [slice(end - n, end) for n, end in zip(machines.n_support_, ends, strict=True)]
    margins = [
        near[:, of_class[i]] @ machines.dual_coef_[j - 1, of_class[i]]
        + near[:, of_class[j]] @ machines.dual_coef_[i, of_class[j]]
        for i in range(len(of_class))
        for j in range(i + 1, len(of_class))
    ]
    return np.column_stack(margins) + machines.intercept_
