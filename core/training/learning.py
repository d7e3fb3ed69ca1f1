"""Folds learnt and answered: by epochs for the MLP and networks, in one go for other models.

Conventions
-----------
Matrices are ``(n, n_features)``, probabilities ``(n, n_classes)`` in scheme order. Whatever is
fitted (scaler, weights, stopping) sees the training part of its fold alone; in a split in three
parts the validation part drives stopping and curve, and the test part is answered once, at the end.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from core.cluster import on_cluster, spread
from core.corpus.splits import Fold
from core.evaluation import unweighted_average_recall
from core.features import feature_widths
from core.models import epoch_trainer, fit
from core.settings import (
    ClassicalSpec,
    ExperimentSpec,
    FusionSpec,
    MlpSpec,
    NeuralSpec,
    by_epochs,
)
from core.training.data import TrainingData
from core.training.events import EpochEnded, EpochGoesOn, FoldEnded, pack_proba
from core.training.parts import learning_parts, training_part

__all__ = ["fit_final", "learn_folds"]


def learn_folds(
    spec: ExperimentSpec,
    data: TrainingData,
    folds: Sequence[Fold],
    *,
    n_jobs: int = 1,
    live: bool = False,
) -> Iterator[EpochGoesOn | EpochEnded | FoldEnded]:
    """Learn every fold and answer its held-out clips.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    folds : sequence of Fold
    n_jobs : int
        Folds learnt side by side, for models that learn in one go.
    live : bool
        Whether somebody watches the curve. Epochs are then learnt here, one event at a time;
        else a cluster may take them, and the epochs of a fold come together when it ends.

    Yields
    ------
    event : EpochGoesOn, EpochEnded or FoldEnded
    """
    if by_epochs(spec.model) and not live and on_cluster():
        yield from _side_by_side(spec, data, folds)
    elif isinstance(spec.model, NeuralSpec):
        from core.training.network_learning import learn_networks

        yield from learn_networks(spec, data, folds)
    elif isinstance(spec.model, MlpSpec):
        yield from _by_epochs(spec, data, folds)
    else:
        yield from _in_one_go(spec, data, folds, n_jobs)


def _side_by_side(
    spec: ExperimentSpec, data: TrainingData, folds: Sequence[Fold]
) -> Iterator[EpochEnded | FoldEnded]:
    """Each fold on a worker of the cluster, with all its epochs."""
    learnt = spread(_whole_fold, [(spec, data, fold) for fold in folds])
    for i, events in enumerate(learnt):
        for event in events:
            yield dataclasses.replace(event, fold=i)


def _whole_fold(
    spec: ExperimentSpec, data: TrainingData, fold: Fold
) -> list[EpochEnded | FoldEnded]:
    return [e for e in learn_folds(spec, data, [fold]) if not isinstance(e, EpochGoesOn)]


def _by_epochs(
    spec: ExperimentSpec, data: TrainingData, folds: Sequence[Fold]
) -> Iterator[EpochEnded | FoldEnded]:
    """All folds in step, epoch by epoch, so that the first curve is already one over all folds."""
    trainers = [_trainer(spec, data, fold) for fold in folds]
    scaled = [
        (trainer.scaled(data.X[fold.train]), trainer.scaled(data.X[fold.watched]))
        for trainer, fold in zip(trainers, folds, strict=True)
    ]
    running = set(range(len(folds)))
    while running:
        for i in sorted(running):
            record = trainers[i].step()
            learnt, proba = (trainers[i].proba(X) for X in scaled[i])
            yield EpochEnded(
                fold=i,
                epoch=record.epoch,
                loss=record.loss,
                train=_uar(spec, data.y[folds[i].train], learnt.argmax(axis=1)),
                held_out=_uar(spec, data.y[folds[i].watched], proba.argmax(axis=1)),
                answers=pack_proba(proba) if folds[i].validation is None else "",
            )
            if trainers[i].done:
                running.discard(i)
                yield _answered(spec, data, trainers[i].estimator, folds[i], i)


def _in_one_go(
    spec: ExperimentSpec, data: TrainingData, folds: Sequence[Fold], n_jobs: int
) -> Iterator[FoldEnded]:
    parts = ((spec, *training_part(spec, data, fold.train)) for fold in folds)
    fitted = spread(fit_rows, parts, n_jobs=n_jobs)
    for i, (estimator, fold) in enumerate(zip(fitted, folds, strict=True)):
        yield _answered(spec, data, estimator, fold, i)


def fit_rows(spec: ExperimentSpec, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None):
    """A model of the spec learnt from some rows; at module level, so that a worker can take it."""
    assert isinstance(spec.model, ClassicalSpec)
    return fit(
        spec.model,
        X,
        y,
        n_classes=len(spec.scheme),
        class_weight=spec.class_weight,
        seed=spec.seed,
        groups=groups,
        **_fusing(spec),
    )


def _fusing(spec: ExperimentSpec) -> dict[str, Any]:
    """How many columns each feature set has, and how the answers on them are joined."""
    return {
        "widths": feature_widths(spec.features),
        "fuse": spec.features.fuse if isinstance(spec.features, FusionSpec) else "mean",
    }


def _trainer(spec: ExperimentSpec, data: TrainingData, fold: Fold) -> Any:
    assert isinstance(spec.model, MlpSpec)
    X, y, groups, held_back = learning_parts(spec, data, fold)
    return epoch_trainer(
        spec.model,
        X,
        y,
        n_classes=len(spec.scheme),
        class_weight=spec.class_weight,
        seed=spec.seed,
        groups=groups,
        held_back=held_back,
        **_fusing(spec),
    )


def _proba(spec: ExperimentSpec, estimator, X: np.ndarray) -> np.ndarray:
    """Probabilities in scheme order; a class that the fold never saw gets none."""
    proba = np.zeros((len(X), len(spec.scheme)))
    proba[:, np.asarray(estimator.classes_, dtype=int)] = estimator.predict_proba(X)
    return proba


def _uar(spec: ExperimentSpec, y: np.ndarray, guess: np.ndarray) -> float:
    return unweighted_average_recall(y, guess, labels=range(len(spec.scheme)))


def _answered(
    spec: ExperimentSpec, data: TrainingData, estimator, fold: Fold, index: int
) -> FoldEnded:
    proba = _proba(spec, estimator, data.X[fold.test])
    learnt = _proba(spec, estimator, data.X[fold.train]).argmax(axis=1)
    return FoldEnded(
        fold=index,
        name=fold.name,
        utterances=tuple(data.utterances[i].id for i in fold.test),
        reference=tuple(int(c) for c in data.y[fold.test]),
        proba=tuple(tuple(float(p) for p in row) for row in proba),
        train=_uar(spec, data.y[fold.train], learnt),
        validation=_validation_uar(spec, data, estimator, fold),
    )


def _validation_uar(
    spec: ExperimentSpec, data: TrainingData, estimator: Any, fold: Fold
) -> float | None:
    if fold.validation is None:
        return None
    guess = _proba(spec, estimator, data.X[fold.validation]).argmax(axis=1)
    return _uar(spec, data.y[fold.validation], guess)


def fit_final(spec: ExperimentSpec, data: TrainingData, *, tick: Callable[[], None] | None = None):
    """The model to keep: the same settings, learnt from every clip.

    A model by epochs that was scored in three parts stopped by its validation part; the one to
    keep then holds a part back to stop by, too, so that it is learnt as the scored one was.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    tick : callable, optional
        Called now and then while a network learns; what it raises ends the learning.

    Returns
    -------
    estimator : sklearn estimator or NeuralNetwork
    """
    if spec.split.three_way and isinstance(spec.model, NeuralSpec | MlpSpec):
        spec = dataclasses.replace(spec, model=dataclasses.replace(spec.model, early_stopping=True))
    if isinstance(spec.model, NeuralSpec):
        from core.training.network_learning import fit_network

        return fit_network(spec, data, tick=tick)
    rows = np.arange(len(data.y))
    return fit_rows(spec, *training_part(spec, data, rows))
