"""Networks learnt fold by fold, with signs of life inside an epoch and a bound on memory.

Conventions
-----------
Small networks learn all folds in step, so that the first curve is already one over all folds; a
large one takes them one after the other, since every fold holds weights of its own.
"""

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from core.corpus.splits import Fold
from core.evaluation import unweighted_average_recall
from core.models.epochs import EpochResult
from core.models.neural.trainer import NeuralTrainer
from core.settings import ExperimentSpec, NeuralSpec, SequenceSpec
from core.training.data import TrainingData
from core.training.events import EpochEnded, EpochGoesOn, FoldEnded, pack_proba
from core.training.network_cost import folds_side_by_side
from core.training.parts import learning_parts

__all__ = ["fit_network", "learn_networks"]

_SIGN_OF_LIFE = 0.5  # s between two events inside an epoch


def learn_networks(
    spec: ExperimentSpec, data: TrainingData, folds: Sequence[Fold]
) -> Iterator[EpochGoesOn | EpochEnded | FoldEnded]:
    """Learn a network on every fold and answer its held-out clips.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    folds : sequence of Fold

    Yields
    ------
    event : EpochGoesOn, EpochEnded or FoldEnded

    Raises
    ------
    FrameworkMissingError
        If JAX cannot be loaded.
    TrainingDivergedError
        If a loss runs away.
    """
    together = folds_side_by_side(_n_weights(spec), len(folds))
    for first in range(0, len(folds), together):
        numbers = range(first, min(first + together, len(folds)))
        trainers = {i: _trainer(spec, data, folds[i]) for i in numbers}
        for i in numbers:
            for _ in trainers[i].prepare():
                yield EpochGoesOn(fold=i, epoch=0, done=0, total=0)
        while trainers:
            for i in list(trainers):
                yield from _one_epoch(spec, data, folds[i], i, trainers[i])
                if trainers[i].done:
                    yield _answered(spec, data, folds[i], i, trainers.pop(i))


def _n_weights(spec: ExperimentSpec) -> int:
    from core.models.neural import architecture

    assert isinstance(spec.model, NeuralSpec) and isinstance(spec.features, SequenceSpec)
    return architecture(spec.model, *spec.features.shape, len(spec.scheme)).n_weights


def _trainer(spec: ExperimentSpec, data: TrainingData, fold: Fold) -> NeuralTrainer:
    assert isinstance(spec.model, NeuralSpec) and isinstance(spec.features, SequenceSpec)
    X, y, groups, held_back = learning_parts(spec, data, fold)
    return NeuralTrainer(
        spec.model,
        X.reshape(-1, *spec.features.shape),
        y,
        n_classes=len(spec.scheme),
        class_weight=spec.class_weight,
        seed=spec.seed,
        groups=groups,
        held_back=held_back,
    )


def _one_epoch(
    spec: ExperimentSpec, data: TrainingData, fold: Fold, index: int, trainer: NeuralTrainer
) -> Iterator[EpochGoesOn | EpochEnded]:
    last = time.monotonic()
    for item in trainer.batches():
        if isinstance(item, EpochResult):
            proba = trainer.proba(data.X[fold.watched])
            yield EpochEnded(
                fold=index,
                epoch=item.epoch,
                loss=item.loss,
                train=_uar(spec, data, trainer.proba(data.X[fold.train]), fold.train),
                held_out=_uar(spec, data, proba, fold.watched),
                answers=pack_proba(proba) if fold.validation is None else "",
            )
        elif time.monotonic() - last >= _SIGN_OF_LIFE:
            last = time.monotonic()
            done, total = item
            yield EpochGoesOn(fold=index, epoch=trainer.epoch + 1, done=done, total=total)


def _uar(spec: ExperimentSpec, data: TrainingData, proba: np.ndarray, rows: np.ndarray) -> float:
    labels = range(len(spec.scheme))
    return unweighted_average_recall(data.y[rows], proba.argmax(axis=1), labels=labels)


def _answered(
    spec: ExperimentSpec, data: TrainingData, fold: Fold, index: int, trainer: NeuralTrainer
) -> FoldEnded:
    network = trainer.estimator
    proba = network.predict_proba(data.X[fold.test])
    return FoldEnded(
        fold=index,
        name=fold.name,
        utterances=tuple(data.utterances[i].id for i in fold.test),
        reference=tuple(int(c) for c in data.y[fold.test]),
        proba=tuple(tuple(float(p) for p in row) for row in proba),
        train=_uar(spec, data, network.predict_proba(data.X[fold.train]), fold.train),
        validation=None
        if fold.validation is None
        else _uar(spec, data, network.predict_proba(data.X[fold.watched]), fold.watched),
    )


def fit_network(
    spec: ExperimentSpec, data: TrainingData, *, tick: Callable[[], None] | None = None
):
    """The network to keep: the same settings, learnt from every clip.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    tick : callable, optional
        Called after each batch; what it raises ends the learning.

    Returns
    -------
    network : NeuralNetwork
    """
    tick = tick or (lambda: None)
    trainer = _trainer(spec, data, Fold(np.arange(len(data.y)), np.arange(0), ""))
    for _ in trainer.prepare():
        tick()
    while not trainer.done:
        for _ in trainer.batches():
            tick()
    return trainer.estimator
