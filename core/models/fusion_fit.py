"""Learning a model for each of several feature sets, in one go or epoch by epoch."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from core.models.classical import fit
from core.models.epochs import EpochResult
from core.models.fusion import fused_pipeline, stacking_link
from core.models.mlp import EpochTrainer
from core.settings import ClassicalSpec, MlpSpec

__all__ = ["FusedTrainer", "fit_fused"]


def fit_fused(
    spec: ClassicalSpec,
    X: np.ndarray,
    y: np.ndarray,
    *,
    widths: Sequence[int],
    fuse: str,
    groups: Sequence | np.ndarray | None = None,
    **settings: Any,
) -> Pipeline:
    """A model of the spec for each block of columns, joined.

    Parameters
    ----------
    spec : ClassicalSpec
        Of a model that learns in one go.
    X : np.ndarray [shape=(n, n_features)]
    y : np.ndarray of int [shape=(n,)]
        Class indices.
    widths : sequence of int
        Columns of each block.
    fuse : str
        ``"mean"`` or ``"stack"``.
    groups : sequence, optional [shape=(n,)]
        Speakers.
    **settings
        ``n_classes``, ``class_weight`` and ``seed`` of `core.models.classical.fit`.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
        Of one step, a `Fusion`.
    """
    X = np.asarray(X, dtype=np.float64)

    def fit_block(block: np.ndarray, y: np.ndarray, groups: Any) -> Pipeline:
        return fit(spec, block, y, groups=groups, **settings)

    members = [fit_block(block, y, groups) for block in _split(X, widths)]
    link = None
    if fuse == "stack":
        told = None if groups is None else np.asarray(groups, dtype=object)
        link = stacking_link(
            fit_block,
            X,
            y,
            widths=widths,
            class_weight=settings["class_weight"],
            groups=told,
        )
    return fused_pipeline(members, widths, link)


class FusedTrainer:
    """An MLP for each block of columns, all in step; used like an `EpochTrainer`.

    While it learns, the answer is the mean of the blocks; a stacked one is joined at the end, by
    MLPs learnt anew in folds inside the training set.

    Parameters
    ----------
    spec : MlpSpec
    X : np.ndarray [shape=(n, n_features)]
    y : np.ndarray of int [shape=(n,)]
    widths : sequence of int
        Columns of each block.
    fuse : str
        ``"mean"`` or ``"stack"``.
    **settings
        ``n_classes``, ``class_weight``, ``seed`` and ``groups`` of `EpochTrainer`.
    """

    def __init__(
        self,
        spec: MlpSpec,
        X: np.ndarray,
        y: np.ndarray,
        *,
        widths: Sequence[int],
        fuse: str,
        **settings: Any,
    ):
        self.spec = spec
        self._X, self._y = np.asarray(X, dtype=np.float64), y
        self._widths, self._fuse, self._settings = tuple(widths), fuse, settings
        self._trainers = [
            EpochTrainer(spec, block, y, **settings) for block in _split(self._X, widths)
        ]
        self._losses = [0.0] * len(self._trainers)
        self._estimator: Pipeline | None = None

    @property
    def epoch(self) -> int:
        """Epochs learnt so far, of the block that learns longest."""
        return max(trainer.epoch for trainer in self._trainers)

    @property
    def done(self) -> bool:
        """Whether every block has come to its end."""
        return all(trainer.done for trainer in self._trainers)

    def step(self) -> EpochResult:
        """Learn one epoch of every block that is not done.

        Returns
        -------
        result : EpochResult
            The means over the blocks.

        Raises
        ------
        TrainingDivergedError
            If loss or weights are no longer finite.
        RuntimeError
            If the training is over.
        """
        if self.done:
            raise RuntimeError("The training is over; ask `done` first.")
        self._estimator = None
        scores = []
        for i, trainer in enumerate(self._trainers):
            if not trainer.done:
                result = trainer.step()
                self._losses[i] = result.loss
                scores.append(result.validation)
        known = [score for score in scores if score is not None]
        validation = float(np.mean(known)) if known else None
        return EpochResult(self.epoch, float(np.mean(self._losses)), validation)

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Features as the networks take them, each block on its own scale.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]

        Returns
        -------
        scaled : np.ndarray [shape=(n, n_features)]
        """
        blocks = zip(self._trainers, _split(X, self._widths), strict=True)
        return np.hstack([trainer.scaled(block) for trainer, block in blocks])

    def proba(self, scaled: np.ndarray) -> np.ndarray:
        """The mean of what the networks hold probable as they now stand.

        Parameters
        ----------
        scaled : np.ndarray [shape=(n, n_features)]
            As `scaled` gives it.

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]
        """
        blocks = zip(self._trainers, _split(scaled, self._widths), strict=True)
        return np.mean([trainer.proba(block) for trainer, block in blocks], axis=0)

    @property
    def estimator(self) -> Pipeline:
        """The model as it now stands; a copy that no longer changes."""
        if self._estimator is None:
            members = [trainer.estimator for trainer in self._trainers]
            link = self._link() if self.done and self._fuse == "stack" else None
            self._estimator = fused_pipeline(members, self._widths, link)
        return self._estimator

    def _link(self) -> Any:
        apart_from_fit = ("groups", "held_back")
        settings = {k: v for k, v in self._settings.items() if k not in apart_from_fit}
        groups = self._settings.get("groups")
        held = self._settings.get("held_back")
        learnt = slice(None) if held is None else ~held
        groups = None if groups is None else np.asarray(groups, dtype=object)[learnt]
        return stacking_link(
            lambda block, y, apart: fit(self.spec, block, y, groups=apart, **settings),
            self._X[learnt],
            self._y[learnt],
            widths=self._widths,
            class_weight=self._settings["class_weight"],
            groups=groups,
        )


def _split(X: np.ndarray, widths: Sequence[int]) -> list[np.ndarray]:
    if X.ndim != 2 or X.shape[1] != sum(widths):
        raise ValueError(f"X must be (n, {sum(widths)}); got {X.shape}.")
    return np.split(X, np.cumsum(widths)[:-1], axis=1)
