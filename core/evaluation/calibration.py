"""Confidences that mean what they say: temperature, calibration error, and "not sure".

Conventions
-----------
`proba` is ``(n, n_classes)``, `y_index` the class index of each row's reference. A temperature
above 1 makes a model more modest and below 1 bolder; the order of the classes never changes.
A ceiling bounds the confidence of an answer by how many held-out answers there were to judge by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "ReliabilityBin",
    "apply_ceiling",
    "apply_temperature",
    "confidence_ceiling",
    "cross_calibrated",
    "expected_calibration_error",
    "fit_temperature",
    "reliability",
    "unsure_threshold",
]

LEAST_PROBA = 1e-12  # below it a logarithm says nothing of the model; `core.models` has the same
TEMPERATURES = (0.05, 20.0)  # the worst seen on real corpora was 12


@dataclass(frozen=True)
class ReliabilityBin:
    """The answers whose confidence falls into one bin."""

    n: int
    confidence: float  # mean of the bin
    accuracy: float  # share of right answers in the bin


def fit_temperature(proba: ArrayLike, y_index: ArrayLike) -> float:
    """The temperature that makes held-out probabilities most likely.

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
        Held-out probabilities, pooled over folds. Those of the training clips would show a model
        that is always right, and the temperature would be useless.
    y_index : array of int [shape=(n,)]
        Reference class indices.

    Returns
    -------
    temperature : float in [0.05, 20]
        1 for a model that is calibrated already.

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, or `y_index` does not fit it.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017). On Calibration of Modern Neural Networks. ICML.
    """
    proba, y_index = _checked(proba, y_index)
    log_proba = np.log(np.maximum(proba, LEAST_PROBA))
    wanted = log_proba[np.arange(len(y_index)), y_index].mean()
    # The loss is convex in the inverse temperature b, with slope E_b[log p] - log p[y].
    low, high = 1 / TEMPERATURES[1], 1 / TEMPERATURES[0]
    for _ in range(60):
        middle = (low + high) / 2
        expected = (_sharpened(log_proba, middle) * log_proba).sum(axis=1).mean()
        low, high = (middle, high) if expected < wanted else (low, middle)
    return 2 / (low + high)


def apply_temperature(proba: ArrayLike, temperature: float) -> np.ndarray:
    """Probabilities at another temperature.

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
    temperature : float
        As `fit_temperature` gives it; above 0.

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
        Rows sum to 1.

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, or the temperature is not positive.

    Examples
    --------
    >>> apply_temperature([[0.8, 0.2]], 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"A temperature must be above 0; got {temperature}.")
    proba = _checked_proba(proba)
    return _sharpened(np.log(np.maximum(proba, LEAST_PROBA)), 1 / temperature)


def confidence_ceiling(n: int) -> float:
    """The most that a confidence may be, judged by `n` held-out answers.

    Were all of them right, the next one would be right with a probability of ``(n + 1) / (n + 2)``,
    the rule of succession. A temperature alone knows no such bound: a dozen right answers ask for
    one near 0, and every answer would then be given with 100 %.

    Parameters
    ----------
    n : int
        0 or more.

    Returns
    -------
    ceiling : float in [0.5, 1)

    References
    ----------
    Platt (1999). Probabilistic Outputs for Support Vector Machines. It is his target for ``n``
    right ones, in place of 1, and for the same reason.

    Examples
    --------
    >>> round(confidence_ceiling(12), 3), round(confidence_ceiling(339), 3)
    (0.929, 0.997)
    """
    return (n + 1) / (n + 2)


def apply_ceiling(proba: ArrayLike, ceiling: float) -> np.ndarray:
    """Probabilities of which none is above a ceiling.

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
    ceiling : float in [0.5, 1]
        At 1 nothing changes.

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
        Rows sum to 1: what the first class gives up goes to the others in their proportion.

    Raises
    ------
    ValueError
        If the ceiling is out of range.

    Examples
    --------
    >>> apply_ceiling([[0.98, 0.02, 0.0], [0.5, 0.3, 0.2]], 0.9).round(3).tolist()
    [[0.9, 0.1, 0.0], [0.5, 0.3, 0.2]]
    """
    if not 0.5 <= ceiling <= 1:
        raise ValueError(f"A ceiling must lie in [0.5, 1]; got {ceiling}.")
    proba = np.array(proba, dtype=float)
    high = np.flatnonzero(proba.max(axis=1, initial=0) > ceiling)
    first = proba[high].argmax(axis=1)
    others = np.maximum(proba[high], LEAST_PROBA)
    others[np.arange(len(high)), first] = 0
    proba[high] = others * (1 - ceiling) / others.sum(axis=1, keepdims=True)
    proba[high, first] = ceiling
    return proba


def cross_calibrated(proba: ArrayLike, y_index: ArrayLike, folds: ArrayLike) -> np.ndarray:
    """Probabilities, each fold's at the temperature and under the ceiling of the other folds.

    So neither has seen the rows that the calibration error is measured on.

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
        Held-out probabilities, pooled over folds.
    y_index : array of int [shape=(n,)]
    folds : array [shape=(n,)]
        Which fold each row was held out in.

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
        At one temperature and ceiling throughout where there is one fold only.

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, or the lengths differ.
    """
    proba, y_index = _checked(proba, y_index)
    folds = np.asarray(folds)
    if folds.shape != y_index.shape:
        raise ValueError(f"{len(proba)} rows have {folds.size} folds.")
    numbers = np.unique(folds)
    calibrated = np.empty_like(proba)
    for fold in numbers:
        own = folds == fold
        known = ~own if len(numbers) > 1 else own
        temperature = fit_temperature(proba[known], y_index[known])
        sharpened = apply_temperature(proba[own], temperature)
        calibrated[own] = apply_ceiling(sharpened, confidence_ceiling(int(known.sum())))
    return calibrated


def _sharpened(log_proba: np.ndarray, inverse_temperature: float) -> np.ndarray:
    logits = log_proba * inverse_temperature
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def reliability(
    proba: ArrayLike, y_index: ArrayLike, *, n_bins: int = 15
) -> tuple[ReliabilityBin, ...]:
    """Confidence against accuracy, in bins of equal width.

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
    y_index : array of int [shape=(n,)]
    n_bins : int
        A confidence on a border belongs to the upper bin.

    Returns
    -------
    bins : tuple of ReliabilityBin
        In order of confidence, empty bins left out.

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, `y_index` does not fit it, or there is no bin.
    """
    if n_bins < 1:
        raise ValueError(f"One bin or more is needed; got {n_bins}.")
    proba, y_index = _checked(proba, y_index)
    confidence = proba.max(axis=1)
    right = proba.argmax(axis=1) == y_index
    bin_of = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    return tuple(
        ReliabilityBin(
            n=int((bin_of == i).sum()),
            confidence=float(confidence[bin_of == i].mean()),
            accuracy=float(right[bin_of == i].mean()),
        )
        for i in np.unique(bin_of)
    )


def expected_calibration_error(proba: ArrayLike, y_index: ArrayLike, n_bins: int = 15) -> float:
    """How far confidence lies from accuracy, on average over the answers (ECE).

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
    y_index : array of int [shape=(n,)]
    n_bins : int

    Returns
    -------
    ece : float in [0, 1]

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, `y_index` does not fit it, or there is no bin.

    References
    ----------
    Naeini, Cooper, Hauskrecht (2015). Obtaining Well Calibrated Probabilities Using Bayesian
    Binning. AAAI.

    Examples
    --------
    >>> expected_calibration_error([[1.0, 0.0], [1.0, 0.0]], [0, 1])
    0.5
    """
    bins = reliability(proba, y_index, n_bins=n_bins)
    n = sum(b.n for b in bins)
    return float(sum(b.n / n * abs(b.confidence - b.accuracy) for b in bins))


def unsure_threshold(
    proba: ArrayLike, y_index: Sequence[int] | np.ndarray, *, coverage: float = 0.9
) -> float:
    """The confidence below which to say "not sure", so that most known clips keep an answer.

    Parameters
    ----------
    proba : array [shape=(n, n_classes)]
        Held-out and calibrated.
    y_index : array of int [shape=(n,)]
        Reference class indices; -1 marks an emotion the model does not know, and such a row does
        not count: the coverage is that of the known ones.
    coverage : float in (0, 1]
        Least share of the known rows that reach the threshold.

    Returns
    -------
    threshold : float in [0, 1]
        A confidence at or above it is an answer.

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, no row is of a known class, or the coverage is out of
        range.
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage must lie in (0, 1]; got {coverage}.")
    proba = _checked_proba(proba)
    y_index = _checked_index(y_index, proba, lowest=-1)
    confidence = np.sort(proba.max(axis=1)[y_index >= 0])
    if not len(confidence):
        raise ValueError("No row is of a class that the model knows.")
    given_up = int(np.floor((1 - coverage) * len(confidence) + 1e-9))
    return float(confidence[given_up])


def _checked(proba: ArrayLike, y_index: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    proba = _checked_proba(proba)
    return proba, _checked_index(y_index, proba, lowest=0)


def _checked_proba(proba: ArrayLike) -> np.ndarray:
    proba = np.asarray(proba, dtype=float)
    if proba.ndim != 2 or not proba.shape[0] or proba.shape[1] < 2:
        raise ValueError(f"proba must be (n, n_classes), n_classes ≥ 2; got {proba.shape}.")
    if not (proba >= 0).all() or not np.allclose(proba.sum(axis=1), 1, atol=1e-3):
        raise ValueError("proba must hold probabilities: not negative, each row summing to 1.")
    return proba


def _checked_index(y_index: ArrayLike, proba: np.ndarray, *, lowest: int) -> np.ndarray:
    y_index = np.asarray(y_index)
    if y_index.shape != (len(proba),) or not np.issubdtype(y_index.dtype, np.integer):
        raise ValueError(f"y_index must be {len(proba)} integers; got {y_index.shape}.")
    if y_index.min() < lowest or y_index.max() >= proba.shape[1]:
        raise ValueError(f"y_index must lie in {lowest}…{proba.shape[1] - 1}.")
    return y_index
