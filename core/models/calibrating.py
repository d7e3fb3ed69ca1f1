"""How a model's probabilities become confidences."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Calibration", "calibrated"]

LEAST_PROBA = 1e-12  # as in `core.evaluation.calibration`


@dataclass(frozen=True)
class Calibration:
    """How a model's probabilities become confidences."""

    temperature: float
    threshold: float  # least calibrated confidence of an answer; below it "not sure"
    ece: float  # expected calibration error, held out and calibrated


def calibrated(estimator: Any, X: np.ndarray, calibration: Calibration) -> np.ndarray:
    """A model's probabilities at its temperature.

    Parameters
    ----------
    estimator : object
        With ``predict_proba``.
    X : np.ndarray [shape=(n, n_features)]
    calibration : Calibration

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
        Rows sum to 1.

    Raises
    ------
    ValueError
        If the shape does not fit, or a feature is not finite.
    """
    raw = estimator.predict_proba(np.asarray(X, dtype=np.float64))
    logits = np.log(np.maximum(raw, LEAST_PROBA)) / calibration.temperature
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
