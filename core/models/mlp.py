"""A multilayer perceptron, one epoch a step, so that its curve can be watched and stopped.

The epochs are those of scikit-learn's `MLPClassifier`, through `partial_fit`; the stopping rules
are its own too, except that early stopping looks at the UAR and keeps speakers apart.
"""

import copy
import warnings
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy.special import expit, softmax
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.errors import TrainingDivergedError
from core.evaluation import unweighted_average_recall
from core.models.classical import balanced_weights, build
from core.models.epochs import EpochResult
from core.models.inner_folds import validation_part
from core.models.mlp_epoch import EpochLearner
from core.settings import MlpSpec

__all__ = ["EpochTrainer"]

_ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0, out=z),
    "tanh": lambda z: np.tanh(z, out=z),
    "logistic": lambda z: expit(z, out=z),
    "identity": lambda z: z,
}
# What training needs and answering does not; a bundle without it is a third of the size.
_TRAINING_STATE = ("_optimizer", "_random_state", "_best_coefs", "_best_intercepts")


class EpochTrainer:
    """Trains an MLP epoch by epoch.

    Without early stopping it ends, as scikit-learn does, when the training loss has not fallen by
    `tol` for more than `patience` epochs. With early stopping a sixth of the clips is held back
    (whole speakers, when `groups` are given and every class remains); it ends when their UAR has
    not risen by `tol` for more than `patience` epochs, and the best weights are the ones kept. A
    class with one clip only cannot be held back: then the training loss decides.

    Parameters
    ----------
    spec : MlpSpec
        Batches are never larger than the number of clips.
    X : np.ndarray [shape=(n, n_features)]
    y : np.ndarray of int [shape=(n,)]
        Class indices below `n_classes`; a class may be missing.
    n_classes : int
        Classes of the label scheme; the network always answers for all of them.
    class_weight : bool
        Whether rare classes weigh as much as frequent ones.
    seed : int
        Decides the first weights, the batches and the validation part.
    groups : sequence, optional [shape=(n,)]
        Speakers; None where unknown.
    held_back : np.ndarray of bool, optional [shape=(n,)]
        Rows to stop by and not to learn from; early stopping then looks at them, wanted or not.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a class index is out of range.
    """

    def __init__(
        self,
        spec: MlpSpec,
        X: np.ndarray,
        y: np.ndarray,
        *,
        n_classes: int,
        class_weight: bool,
        seed: int,
        groups: Sequence | np.ndarray | None = None,
        held_back: np.ndarray | None = None,
    ):
        X, y = _checked(X, y, n_classes)
        self.spec = spec
        self.epoch = 0
        self.stopped: Literal["converged", "early-stopping", "max-epochs"] | None = None
        train, held = validation_part(
            y, groups, seed=seed, early_stopping=spec.early_stopping, held_back=held_back
        )
        self._scaler = StandardScaler().fit(X[train]) if spec.standardise else None
        self._X, self._y = self.scaled(X[train]), y[train]
        self._held_back = (self.scaled(X[held]), y[held]) if len(held) else None
        self._weights = balanced_weights(self._y).astype(np.float32) if class_weight else None
        self._classes = np.arange(n_classes)
        self._seed = seed
        self._mlp = _unfitted(spec, len(self._y), seed)
        self._best_score = -np.inf
        self._best: MLPClassifier | None = None
        self._stale = 0  # epochs without improvement
        self._estimator: Pipeline | None = None

    @property
    def done(self) -> bool:
        """Whether a stopping rule has ended the training."""
        return self.stopped is not None

    def step(self) -> EpochResult:
        """Learn one epoch.

        Returns
        -------
        result : EpochResult

        Raises
        ------
        TrainingDivergedError
            If loss or weights are no longer finite.
        RuntimeError
            If the training is over.
        """
        if self.done:
            raise RuntimeError("The training is over; ask `done` first.")
        self.epoch += 1
        self._estimator = None
        self._learn()
        score = self._validation_score()
        self._note(-self._mlp.loss_ if score is None else score)
        if self._stale > self.spec.patience:
            self.stopped = "converged" if score is None else "early-stopping"
        elif self.epoch >= self.spec.max_epochs:
            self.stopped = "max-epochs"
        return EpochResult(self.epoch, float(self._mlp.loss_), score)

    @property
    def estimator(self) -> Pipeline:
        """The model as it now stands; with early stopping and when done, as it was best.

        A copy: it no longer changes when the training goes on.
        """
        if not self.epoch:
            raise RuntimeError("Nothing is learnt yet; `step` comes first.")
        if self._estimator is None:
            scaler = [("scaler", self._scaler)] if self._scaler is not None else []
            self._estimator = Pipeline([*scaler, ("mlp", _kept(self._network, self._seed))])
        return self._estimator

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Features as the network reads them: on its scale, in single precision.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]

        Returns
        -------
        X : np.ndarray of float32 [shape=(n, n_features)]
        """
        scaled = X if self._scaler is None else self._scaler.transform(X)
        with np.errstate(over="ignore"):  # beyond single precision; the first epoch says so
            return np.asarray(scaled, dtype=np.float32)

    def proba(self, scaled: np.ndarray) -> np.ndarray:
        """Probabilities of clips, as `estimator` gives them, without its copy and its checks.

        Parameters
        ----------
        scaled : np.ndarray [shape=(n, n_features)]
            As `scaled` gives it.

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]
        """
        network, values = self._network, scaled
        activate = _ACTIVATIONS[network.activation]
        last = len(network.coefs_) - 1
        for i, (W, b) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
            values = values @ W
            values += b
            if i < last:
                values = activate(values)
        if values.shape[1] == 1:  # two classes share one unit
            second = expit(values)
            return np.hstack([1 - second, second])
        return softmax(values, axis=1)

    @property
    def _network(self) -> MLPClassifier:
        return self._best if self.done and self._best is not None else self._mlp

    def _learn(self) -> None:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)  # overflow shows in the loss
            try:
                self._learn_one_epoch()
            except ValueError as error:
                if not any(word in str(error) for word in ("non-finite", "infinity")):
                    raise
                raise TrainingDivergedError(self.epoch) from error
        weights = [*self._mlp.coefs_, *self._mlp.intercepts_]
        if not (np.isfinite(self._mlp.loss_) and all(np.isfinite(w).all() for w in weights)):
            raise TrainingDivergedError(self.epoch)

    def _learn_one_epoch(self) -> None:
        """The first one through `partial_fit`, the others past its checks of the same data."""
        mlp = self._mlp
        if self.epoch == 1:
            mlp.partial_fit(self._X, self._y, sample_weight=self._weights, classes=self._classes)
            self._further = EpochLearner(mlp, self._X, self._y, self._weights)
            return
        self._further.learn()

    def _validation_score(self) -> float | None:
        if self._held_back is None:
            return None
        X, y = self._held_back
        guess = self.proba(X).argmax(axis=1)
        return unweighted_average_recall(y, guess, labels=np.unique(y))

    def _note(self, score: float) -> None:
        """Count the epochs that brought nothing, as scikit-learn counts them."""
        self._stale = self._stale + 1 if score < self._best_score + self.spec.tol else 0
        if score > self._best_score:
            self._best_score = score
            if self._held_back is not None:
                self._best = _kept(self._mlp, self._seed)


def _checked(X: Any, y: Any, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
    if X.ndim != 2 or y.shape != (len(X),) or not len(X):
        raise ValueError(f"X must be (n, n_features) and y (n,); got {X.shape} and {y.shape}.")
    if n_classes < 2 or not np.issubdtype(y.dtype, np.integer):
        raise ValueError(f"y must hold indices of two or more classes; got {y.dtype}.")
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(f"y must lie in 0…{n_classes - 1}.")
    return X, y


def _unfitted(spec: MlpSpec, n: int, seed: int) -> MLPClassifier:
    mlp = build(spec, class_weight=False, seed=seed)[-1]
    # One stream for all epochs: from a number, every epoch would draw the same batches.
    stream = np.random.RandomState(seed)
    return mlp.set_params(
        early_stopping=False, batch_size=min(spec.batch_size, n), random_state=stream
    )


def _kept(mlp: MLPClassifier, seed: int) -> MLPClassifier:
    """A copy with its own weights and without what only training needs."""
    kept = copy.copy(mlp)
    kept.coefs_ = [c.copy() for c in mlp.coefs_]
    kept.intercepts_ = [c.copy() for c in mlp.intercepts_]
    # Plain numbers: each NumPy scalar would become a file of its own in the bundle.
    kept.loss_curve_ = [float(loss) for loss in mlp.loss_curve_]
    for name in _TRAINING_STATE:
        kept.__dict__.pop(name, None)
    return kept.set_params(random_state=seed)
