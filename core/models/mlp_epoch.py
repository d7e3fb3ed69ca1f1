"""One epoch of a multilayer perceptron, as scikit-learn's, without what is not learning.

scikit-learn looks through each batch's types and parameters anew and makes every array of a step
anew; on a few hundred clips that is half of the time. Here the same sums are made in the same
order, into arrays that stay, on the very state that `MLPClassifier` keeps; what it would have
given is given to the last bit where its optimizer is Adam. `tests/models/test_mlp.py` holds it.
"""

from typing import Any

import numpy as np
from scipy.special import xlogy
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES, LOSS_FUNCTIONS
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

__all__ = ["EpochLearner"]


class EpochLearner:
    """Learns further epochs of a perceptron that has learnt its first one by `partial_fit`.

    Parameters
    ----------
    mlp : MLPClassifier
        Its weights, optimizer, stream of chance and curve are those that go on.
    X : np.ndarray of float32 [shape=(n, n_features)]
    y : np.ndarray of int [shape=(n,)]
        Class indices.
    weights : np.ndarray of float32, optional [shape=(n,)]
        Of the clips.
    """

    def __init__(
        self, mlp: MLPClassifier, X: np.ndarray, y: np.ndarray, weights: np.ndarray | None
    ):
        self._mlp, self._X, self._weights = mlp, X, weights
        self._targets = mlp._label_binarizer.transform(y).astype(bool)
        self._gradients = [np.empty_like(p) for p in (*mlp.coefs_, *mlp.intercepts_)]
        self._passing = [np.empty_like(p) for p in self._gradients]
        self._updates = [np.empty(p.shape, np.float64) for p in self._gradients]

    def learn(self) -> None:
        """Learn one epoch."""
        mlp, n = self._mlp, len(self._X)
        order = np.arange(n)
        mlp._random_state.shuffle(order)
        size, total = min(mlp.batch_size, n), 0.0
        for start in range(0, n, size):
            rows = order[start : start + size]
            total += float(self._batch(rows)) * len(rows)
            self._update()
        mlp.n_iter_ = 1  # as after each `partial_fit`
        mlp.loss_ = total / n
        mlp.t_ += n
        mlp.loss_curve_.append(mlp.loss_)
        mlp._update_no_improvement_count(False, None, None, None)
        mlp._optimizer.iteration_ends(mlp.t_)
        stale = mlp._no_improvement_count > mlp.n_iter_no_change
        if stale and not mlp._optimizer.trigger_stopping("", False):
            mlp._no_improvement_count = 0

    def _batch(self, rows: np.ndarray) -> Any:
        """The loss of a batch, and its gradient into the arrays kept for it."""
        mlp, n_layers = self._mlp, len(self._mlp.coefs_)
        targets = self._targets[rows]
        weights = None if self._weights is None else self._weights[rows]
        values = self._there(self._X.take(rows, axis=0))
        total = len(rows) if weights is None else weights.sum()
        squares: Any = 0
        for coefs in mlp.coefs_:
            flat = coefs.ravel()
            squares += np.dot(flat, flat)
        loss = self._loss(targets, values[-1], weights) + (0.5 * mlp.alpha) * squares / total
        delta = values[-1] - targets
        if weights is not None:
            delta *= weights[:, None]
        for layer in range(n_layers - 1, -1, -1):
            of_coefs, passing = self._gradients[layer], self._passing[layer]
            np.matmul(values[layer].T, delta, out=of_coefs)
            of_coefs += np.multiply(mlp.coefs_[layer], mlp.alpha, out=passing)
            of_coefs /= total
            np.divide(delta.sum(axis=0), total, out=self._gradients[n_layers + layer])
            if layer:
                delta = delta @ mlp.coefs_[layer].T
                self._through(values[layer], delta)
        return loss

    def _there(self, X: np.ndarray) -> list[np.ndarray]:
        """What each layer gives, the batch itself first."""
        mlp, values = self._mlp, [X]
        last = len(mlp.coefs_) - 1
        for layer, (coefs, intercepts) in enumerate(zip(mlp.coefs_, mlp.intercepts_, strict=True)):
            made = values[-1] @ coefs
            made += intercepts
            ACTIVATIONS[mlp.out_activation_ if layer == last else mlp.activation](made)
            values.append(made)
        return values

    def _through(self, values: np.ndarray, delta: np.ndarray) -> None:
        """The way back through an activation, in place."""
        if self._mlp.activation == "relu":
            delta *= values > 0  # a product is a third of the time of a masked copy
        else:
            DERIVATIVES[self._mlp.activation](values, delta)

    def _loss(self, targets: np.ndarray, proba: np.ndarray, weights: np.ndarray | None) -> Any:
        if self._mlp.out_activation_ == "logistic":
            return LOSS_FUNCTIONS["binary_log_loss"](targets, proba, weights)
        least = np.finfo(proba.dtype).eps
        # in double precision, as truth values and single precision make it
        raised = xlogy(targets, proba.clip(least, 1 - least))
        if weights is None:
            return -raised.mean(axis=0).sum()
        raised *= weights[:, None]
        total = weights.sum(dtype=raised.dtype)
        return -(raised.sum(axis=0) / total).sum()

    def _update(self) -> None:
        mlp, optimizer = self._mlp, self._mlp._optimizer
        params = [*mlp.coefs_, *mlp.intercepts_]
        if not isinstance(optimizer, AdamOptimizer):
            optimizer.update_params(params, self._gradients)
            return
        optimizer.t += 1
        fading, fading_squares = optimizer.beta_1, optimizer.beta_2
        optimizer.learning_rate = (
            optimizer.learning_rate_init
            * np.sqrt(1 - fading_squares**optimizer.t)
            / (1 - fading**optimizer.t)
        )
        state = (optimizer.ms, optimizer.vs, self._gradients, self._passing, self._updates)
        for param, first, second, gradient, passing, update in zip(params, *state, strict=True):
            first *= fading
            first += np.multiply(gradient, 1 - fading, out=passing)
            second *= fading_squares
            np.square(gradient, out=passing)
            passing *= 1 - fading_squares
            second += passing
            np.sqrt(second, out=passing)
            passing += optimizer.epsilon
            # in double precision, as scikit-learn's own: its rate is a double
            np.multiply(first, -optimizer.learning_rate, out=update)
            update /= passing
            np.add(param, update, out=param, casting="same_kind")
