"""The rows of a fold that a model learns from, with what is to be kept apart among them."""

import numpy as np

from core.corpus.splits import Fold
from core.settings import ExperimentSpec
from core.training.data import TrainingData

__all__ = ["learning_parts", "training_part"]


def training_part(
    spec: ExperimentSpec, data: TrainingData, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Features, classes and groups of what is learnt from; copies stay with their clips.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    rows : np.ndarray of int
        Of the training part.

    Returns
    -------
    X, y : np.ndarray
    groups : np.ndarray or None
        What to keep apart inside the part: what the test keeps apart, speakers first; where the
        test keeps nothing apart, a clip and its copies still belong together.
    """
    X, origin = data.learnt_from(rows)
    clips = None if data.copies is None else np.arange(len(data.y))
    apart = {"random": clips, "sentence": data.sentences}.get(spec.split.mode, data.speakers)
    return X, data.y[origin], None if apart is None else apart[origin]


def learning_parts(
    spec: ExperimentSpec, data: TrainingData, fold: Fold
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None]:
    """A fold's `training_part`, and behind it the clips to stop by, of which there are no copies.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    fold : Fold

    Returns
    -------
    X, y : np.ndarray
    groups : np.ndarray or None
    held_back : np.ndarray of bool or None
        Which rows are there to stop by; None where the split has no such part.
    """
    X, y, groups = training_part(spec, data, fold.train)
    if fold.validation is None:
        return X, y, groups, None
    held_back = np.arange(len(X) + len(fold.validation)) >= len(X)
    X, y = (np.concatenate([a, b[fold.validation]]) for a, b in ((X, data.X), (y, data.y)))
    return X, y, None, held_back  # nothing else is kept apart where that is chosen already
