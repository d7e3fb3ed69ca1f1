"""The second model of a bundle, for guests: the same settings, every voice set against itself.

It is made along with a model where that is honest and cheap: the corpus has every voice in several
emotions, the run held whole voices out, and the model learns in one go.
"""

import dataclasses

import numpy as np

from core.corpus.splits import make_folds, speaker_norm_problem
from core.evaluation import (
    confidence_ceiling,
    cross_calibrated,
    expected_calibration_error,
    fit_temperature,
    unsure_threshold,
    unweighted_average_recall,
)
from core.models import Calibration, GuestModel
from core.settings import ExperimentSpec, ForestSpec, LogregSpec, SplitSpec, SvmSpec, VoteSpec
from core.training.data import TrainingData
from core.training.events import FoldEnded
from core.training.learning import fit_final, learn_folds

__all__ = ["average_voice", "learn_guest_model"]

_AT_ONCE = (SvmSpec, LogregSpec, ForestSpec, VoteSpec)  # models that learn in one go
_MOST_FOLDS = 5  # of its own calibration; the run's own score is that of the plain model
_COVERAGE = 0.9  # share of held-out clips that still get an answer
_ROUNDING = 1e-6  # features are float32


def learn_guest_model(spec: ExperimentSpec, data: TrainingData) -> GuestModel | None:
    """Learn the model for guests that goes with a run.

    Parameters
    ----------
    spec : ExperimentSpec
        Of the run.
    data : TrainingData

    Returns
    -------
    guest : GuestModel or None
        None where the run does not allow one.
    """
    if spec.speaker_norm or spec.split.mode != "speaker" or not isinstance(spec.model, _AT_ONCE):
        return None
    if speaker_norm_problem(data.utterances) is not None:
        return None
    split = SplitSpec("speaker", min(_MOST_FOLDS, len(set(data.speakers))))
    apart = dataclasses.replace(spec, speaker_norm=True, split=split)
    known = data.relative_to_voices()
    reference, proba, folds = _held_out(apart, known)
    calibrated = cross_calibrated(proba, reference, folds)
    guess, labels = proba.argmax(axis=1), range(len(spec.scheme))
    mean, std, offsets = average_voice(data.X_raw, data.y, data.speakers, len(spec.scheme))
    return GuestModel(
        estimator=fit_final(apart, known),
        mean=mean,
        std=std,
        offsets=offsets,
        calibration=Calibration(
            temperature=fit_temperature(proba, reference),
            threshold=unsure_threshold(calibrated, reference, coverage=_COVERAGE),
            ece=expected_calibration_error(calibrated, reference),
            ceiling=confidence_ceiling(len(reference)),
        ),
        facts={
            "uar": unweighted_average_recall(reference, guess, labels=labels),
            "n_folds": int(folds.max()) + 1,
        },
    )


def _held_out(
    spec: ExperimentSpec, data: TrainingData
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reference, probabilities and fold number of every clip, held out once."""
    folds = make_folds(data.utterances, spec.split, spec.seed, groups_together=data.duplicates)
    answers = [e for e in learn_folds(spec, data, folds) if isinstance(e, FoldEnded)]
    reference = np.array([c for a in answers for c in a.reference], dtype=int)
    proba = np.array([p for a in answers for p in a.proba], dtype=float)
    numbers = np.array([a.fold for a in answers for _ in a.reference], dtype=int)
    return reference, proba, numbers


def average_voice(
    X: np.ndarray, y: np.ndarray, speakers: np.ndarray, n_classes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a voice lies on average, how far it moves, and where each emotion lies within it.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
        Features, not set against any voice.
    y : np.ndarray of int [shape=(n,)]
        Class indices.
    speakers : np.ndarray [shape=(n,)]
    n_classes : int

    Returns
    -------
    mean, std : np.ndarray [shape=(n_features,)]
        Mean of the voices' means, and root of the mean of their variances; ``std`` is above 0,
        1 for what never varies.
    offsets : np.ndarray [shape=(n_classes, n_features)]
        Mean over the voices of an emotion's mean minus the voice's; 0 for one that nobody has.
    """
    own = [X[speakers == voice] for voice in np.unique(speakers)]
    means = np.stack([rows.mean(axis=0) for rows in own])
    variance = np.mean([rows.var(axis=0) for rows in own], axis=0)
    offsets = np.zeros((n_classes, X.shape[1]))
    for c in range(n_classes):
        shifts = [
            X[(speakers == voice) & (y == c)].mean(axis=0) - mean
            for voice, mean in zip(np.unique(speakers), means, strict=True)
            if ((speakers == voice) & (y == c)).any()
        ]
        if shifts:
            offsets[c] = np.mean(shifts, axis=0)
    std = np.sqrt(variance)
    constant = std <= _ROUNDING * np.abs(X).max(axis=0)
    return means.mean(axis=0), np.where(constant, 1.0, std), offsets
