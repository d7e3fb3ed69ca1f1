"""A network learning, one epoch a step, under the same protocol as the perceptron."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from core.errors import TrainingDivergedError
from core.evaluation import unweighted_average_recall
from core.models.classical import balanced_weights
from core.models.epochs import EpochResult
from core.models.inner_folds import validation_part
from core.models.neural.architecture import architecture, n_networks
from core.models.neural.disturbance import disturbed
from core.models.neural.layers import softmax
from core.models.neural.learner import Learner, State, learner, start_state
from core.models.neural.network import NeuralNetwork
from core.settings import NeuralSpec, OriginalCnnSpec

__all__ = ["NeuralTrainer"]

_LOOK = 0.3  # s between two looks at a compilation
_LAST_RATE = 0.02  # of the first learning rate, where it falls along half a cosine


class NeuralTrainer:
    """Trains a network epoch by epoch.

    The learning rate falls along half a cosine over ``max_epochs`` (the original CNN keeps Adam's
    constant one). Without early stopping it learns all its epochs, or ends when the training loss
    has not fallen by ``tol`` for more than ``patience`` epochs. With early stopping a sixth of the
    clips is held back (whole speakers, when `groups` are given and every class remains); it ends
    when their UAR has not risen for more than ``patience`` epochs, and keeps its best weights.

    Parameters
    ----------
    spec : NeuralSpec
    X : np.ndarray [shape=(n, n_frames, n_values)], float32
        Frames of zeros are padding.
    y : np.ndarray of int [shape=(n,)]
        Class indices below `n_classes`; a class may be missing.
    n_classes : int
    class_weight : bool
        Whether rare classes weigh as much as frequent ones.
    seed : int
        Decides the first weights, the batches, dropout, disturbances and the validation part.
    groups : sequence, optional [shape=(n,)]
        Speakers; None where unknown.
    held_back : np.ndarray of bool, optional [shape=(n,)]
        Rows to stop by and not to learn from; early stopping then looks at them, wanted or not.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Several networks, where the spec wants them, learn from the same clips in the same epochs, each
    with first weights, batches and disturbances of its own; the mean of what they hold probable
    is the answer. The first is the one that would have learnt alone.
    """

    def __init__(
        self,
        spec: NeuralSpec,
        X: np.ndarray,
        y: np.ndarray,
        *,
        n_classes: int,
        class_weight: bool,
        seed: int,
        groups: Sequence | np.ndarray | None = None,
        held_back: np.ndarray | None = None,
    ):
        if X.ndim != 3 or y.shape != (len(X),) or not len(X):
            raise ValueError(f"X must be (n, n_frames, n_values); got {X.shape}, y {y.shape}.")
        self.spec, self.epoch = spec, 0
        self.stopped: Literal["converged", "early-stopping", "max-epochs"] | None = None
        train, self._held_back = validation_part(
            y, groups, seed=seed, early_stopping=spec.early_stopping, held_back=held_back
        )
        self._X, self._y = np.asarray(X, dtype=np.float32), y.astype(np.int32)
        self._train, self._n_classes = train, n_classes
        self._seeds = [_own_seed(seed, number) for number in range(n_networks(spec))]
        self._shape = (X.shape[1], X.shape[2])
        self._weights = np.ones(len(y), np.float32)
        if class_weight:
            self._weights[train] = balanced_weights(self._y[train])
        self._mean, self._std = _spread(self._X, train)
        found = architecture(spec, *self._shape, n_classes)
        self._states = [start_state(found, self._mean, self._std, own) for own in self._seeds]
        self._learner: Learner | None = None
        self._rngs = [np.random.default_rng(own) for own in self._seeds]
        self._n_steps, self._stale = 0, 0
        self._best_score = -np.inf
        self._best: dict[str, np.ndarray] | None = None

    @property
    def done(self) -> bool:
        """Whether a stopping rule has ended the training."""
        return self.stopped is not None

    def prepare(self) -> Iterator[None]:
        """Have the steps compiled, beside this thread; yields while it waits.

        Yields
        ------
        nothing : None
            Every 0.3 s.

        Raises
        ------
        FrameworkMissingError
            If JAX cannot be loaded.
        """
        failed: list[BaseException] = []

        def compile_steps() -> None:
            try:
                self._learner = learner(
                    self.spec, self._shape, self._n_classes, self.spec.batch_size
                )
            except BaseException as error:  # raised again below, in the thread that asked
                failed.append(error)

        thread = threading.Thread(target=compile_steps, daemon=True)
        thread.start()
        while True:
            thread.join(_LOOK)
            if not thread.is_alive():
                break
            yield
        if failed:
            raise failed[0]

    def step(self) -> EpochResult:
        """Learn one epoch.

        Returns
        -------
        result : EpochResult

        Raises
        ------
        TrainingDivergedError
            If the loss is no longer finite.
        RuntimeError
            If the training is over.
        """
        *_, last = self.batches()
        assert isinstance(last, EpochResult)
        return last

    def batches(self) -> Iterator[tuple[int, int] | EpochResult]:
        """Learn one epoch, batch by batch.

        Yields
        ------
        item : (int, int) or EpochResult
            Batches done and batches in all, of all networks; the result of the epoch comes last.
        """
        if self.done:
            raise RuntimeError("The training is over; ask `done` first.")
        if self._learner is None:
            for _ in self.prepare():
                pass
        size, n_voters = self.spec.batch_size, len(self._seeds)
        orders = [rng.permutation(self._train) for rng in self._rngs]
        n_batches = -(-len(self._train) // size)
        total, weight = 0.0, 0.0
        for number in range(n_batches):
            for voter, order in enumerate(orders):
                rows = order[number * size : (number + 1) * size]
                loss = self._learn(voter, rows)
                total, weight = total + loss * len(rows), weight + len(rows)
                yield number * n_voters + voter + 1, n_batches * n_voters
            self._n_steps += 1
        self.epoch += 1
        yield self._ended(total / weight)

    def _learn(self, voter: int, rows: np.ndarray) -> float:
        assert self._learner is not None
        x, y, w = self._batch(rows)
        x = disturbed(x, self.spec, self._mean, self._std, self._rngs[voter])
        self._states[voter], loss = self._learner.step(
            self._states[voter], x, y, w, np.int32(self._n_steps), np.float32(self._rate()),
            np.int32(self._seeds[voter]),
        )  # fmt: skip
        if not np.isfinite(loss := float(loss)):
            raise TrainingDivergedError(self.epoch + 1)
        return loss

    def _batch(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows in the one shape that is compiled; what fills the last batch weighs nothing."""
        size = self.spec.batch_size
        x = np.zeros((size, *self._shape), np.float32)
        y, w = np.zeros(size, np.int32), np.zeros(size, np.float32)
        x[: len(rows)], y[: len(rows)] = self._X[rows], self._y[rows]
        w[: len(rows)] = self._weights[rows]
        return x, y, w

    def _rate(self) -> float:
        first = self.spec.learning_rate_init
        if isinstance(self.spec, OriginalCnnSpec):
            return first
        share = self.epoch / self.spec.max_epochs
        return first * (_LAST_RATE + (1 - _LAST_RATE) * 0.5 * (1 + np.cos(np.pi * share)))

    def _ended(self, loss: float) -> EpochResult:
        score = None
        if len(self._held_back):
            y = self._y[self._held_back]
            guess = self.proba(self._X[self._held_back]).argmax(axis=1)
            score = unweighted_average_recall(y, guess, labels=np.unique(y))
        self._note(-loss if score is None else score)
        if self._stale > self.spec.patience:
            self.stopped = "converged" if score is None else "early-stopping"
        elif self.epoch >= self.spec.max_epochs:
            self.stopped = "max-epochs"
        return EpochResult(self.epoch, loss, score)

    def _note(self, score: float) -> None:
        self._stale = self._stale + 1 if score < self._best_score + self.spec.tol else 0
        if score > self._best_score:
            self._best_score = score
            if len(self._held_back):
                self._best = self._now()

    def _now(self) -> dict[str, np.ndarray]:
        held = [_held(state) for state in self._states]
        if len(held) == 1:
            return {name: np.array(value, dtype=np.float32) for name, value in held[0].items()}
        return {name: np.stack([np.asarray(h[name], np.float32) for h in held]) for name in held[0]}

    def proba(self, X: np.ndarray) -> np.ndarray:
        """What the network, or the mean of those that vote, holds probable now; computed by JAX.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_frames, n_values) or (n, n_frames * n_values)]

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]
        """
        assert self._learner is not None
        X = np.asarray(X, dtype=np.float32).reshape(len(X), *self._shape)
        return np.mean([self._answers(_held(state), X) for state in self._states], axis=0)

    def _answers(self, held: dict[str, Any], X: np.ndarray) -> np.ndarray:
        assert self._learner is not None
        size, parts = self.spec.batch_size, []
        for start in range(0, len(X), size):
            part = X[start : start + size]
            filled = np.concatenate([part, np.zeros((size - len(part), *self._shape), np.float32)])
            parts.append(np.asarray(self._learner.answer(held, filled))[: len(part)])
        return softmax(np.concatenate(parts))

    @property
    def estimator(self) -> NeuralNetwork:
        """The network as it now stands; with early stopping and when done, as it was best."""
        if not self.epoch:
            raise RuntimeError("Nothing is learnt yet; `step` comes first.")
        best = self._best if self.done and self._best is not None else self._now()
        return NeuralNetwork(self.spec, self._shape, self._n_classes, best)


def _held(state: State) -> dict[str, Any]:
    return {**state.weights, **state.statistics}


def _own_seed(seed: int, number: int) -> int:
    """The seed of one of several networks; the first keeps the one that was given."""
    if not number:
        return seed
    return int(np.random.SeedSequence([seed % 2**32, number]).generate_state(1)[0] >> 1)


def _spread(X: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each value over the sounding frames of some clips."""
    total, squares, count = 0.0, 0.0, 0
    for row in rows:
        frames = X[row][(X[row] != 0).any(axis=1)].astype(np.float64)
        total, squares = total + frames.sum(axis=0), squares + (frames**2).sum(axis=0)
        count += len(frames)
    mean = total / max(count, 1) + np.zeros(X.shape[2])
    var = squares / max(count, 1) - mean**2
    return mean, np.sqrt(np.maximum(var, 1e-6))
