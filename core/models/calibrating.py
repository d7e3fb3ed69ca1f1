"""How a model's probabilities become confidences."""

import dataclasses
from collections.abc import Mapping
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
    ceiling: float = 1.0  # no confidence is above it; `core.evaluation.confidence_ceiling`

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Calibration":
        """As a manifest says it.

        Parameters
        ----------
        said : mapping
            Without a ceiling where the bundle was made before there was one.

        Returns
        -------
        calibration : Calibration

        Raises
        ------
        KeyError, TypeError, ValueError
            If a figure is missing, is none, or is out of range.
        """
        names = [f.name for f in dataclasses.fields(cls)]
        calibration = cls(**{n: float(said[n]) for n in names if n != "ceiling" or n in said})
        usable = 0 < calibration.temperature < np.inf and 0 <= calibration.threshold <= 1
        if not (usable and 0.5 <= calibration.ceiling <= 1):
            raise ValueError(f"{calibration} is no calibration.")
        return calibration


def calibrated(estimator: Any, X: np.ndarray, calibration: Calibration) -> np.ndarray:
    """A model's probabilities at its temperature and under its ceiling.

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
    proba = odds / odds.sum(axis=1, keepdims=True)
    if calibration.ceiling == 1:
        return proba
    from core.evaluation import apply_ceiling

    return apply_ceiling(proba, calibration.ceiling)
