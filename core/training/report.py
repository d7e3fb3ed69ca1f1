"""The report of a run: every number with what is needed to read it.

The document is plain JSON: it goes into ``runs/<id>/report.json``, the catalog, the bundle's
manifest and the page. Class order is the scheme's throughout.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.corpus.splits import Fold
from core.evaluation import (
    accuracy,
    confidence_ceiling,
    confusion,
    cross_calibrated,
    expected_calibration_error,
    fit_temperature,
    scores_by_group,
    speaker_only_accuracy,
    uar_interval,
    unsure_threshold,
    unweighted_average_recall,
)
from core.i18n import captions
from core.settings import ExperimentSpec, spec_digest, spec_to_json
from core.training.data import TrainingData
from core.training.events import FoldEnded
from core.training.protocol import protocol_text

__all__ = ["make_report"]

CONFIDENT_COVERAGE = 0.9  # share of held-out clips that still get an answer


def make_report(
    spec: ExperimentSpec,
    data: TrainingData,
    folds: Sequence[Fold],
    answers: Sequence[FoldEnded],
    *,
    known_voice: dict[str, Any] | None = None,
    seconds: float,
) -> dict[str, Any]:
    """The report of a finished run.

    Parameters
    ----------
    spec : ExperimentSpec
    data : TrainingData
    folds : sequence of Fold
    answers : sequence of FoldEnded
        One a fold.
    known_voice : dict, optional
        What the same settings score on known voices (`core.training.known_voice`).
    seconds : float
        Wall time of the run once its clips were measured.

    Returns
    -------
    report : dict
        JSON values. ``uar`` is held-out, pooled over the folds; ``uar_interval`` its 95 %
        bootstrap interval (over speakers where there are several); ``train_uar`` the mean score
        on the clips learnt from, shown only in small print.
    """
    rows, reference, proba = _pooled(data, answers)
    guess, labels = proba.argmax(axis=1), range(len(spec.scheme))
    speakers = data.speakers[rows]
    groups = speakers if len(set(speakers)) > 1 else None
    return {
        "uar": unweighted_average_recall(reference, guess, labels=labels),
        "uar_interval": list(uar_interval(reference, guess, labels=labels, groups=groups)),
        "interval_over": "speakers" if groups is not None else "clips",
        "accuracy": accuracy(reference, guess),
        "chance": 1 / len(spec.scheme),
        "emotions": list(spec.scheme),
        "confusion": confusion(reference, guess, labels=labels).tolist(),
        "known_voice": known_voice,
        "per_speaker": _by_group("speaker", reference, guess, labels, speakers),
        "per_sentence": _by_group("sentence", reference, guess, labels, data.sentences[rows]),
        "recalls": _recalls(confusion(reference, guess, labels=labels)),
        "protocol": _protocol(spec, folds, "en"),
        "protocol_ko": _protocol(spec, folds, "ko"),
        "n": len(rows),
        "n_folds": len(folds),
        "validation_uar": answers[0].validation,
        "train_uar": float(np.mean([a.train for a in answers])),
        "speaker_only_accuracy": speaker_only_accuracy(data.y, data.speakers),
        "majority": float(np.bincount(data.y).max() / len(data.y)),
        "calibration": _calibration(proba, reference, _fold_numbers(answers)),
        "spec": spec_to_json(spec),
        "spec_digest": spec_digest(spec),
        "seconds": seconds,
    }


def _pooled(data: TrainingData, answers: Sequence[FoldEnded]):
    """Row numbers, reference and probabilities of all held-out clips, joined by id."""
    row_of = {u.id: i for i, u in enumerate(data.utterances)}
    rows = np.array([row_of[i] for a in answers for i in a.utterances], dtype=int)
    reference = np.array([c for a in answers for c in a.reference], dtype=int)
    proba = np.array([p for a in answers for p in a.proba], dtype=float)
    return rows, reference, proba


def _protocol(spec: ExperimentSpec, folds: Sequence[Fold], language: str) -> str:
    return protocol_text(
        spec.split, len(folds), speaker_norm=spec.speaker_norm, translate=captions(language)
    )


def _by_group(kind: str, reference, guess, labels, groups) -> list[dict[str, Any]]:
    if not any(groups):
        return []
    return [
        {kind: s.group, "n": s.n, "uar": s.uar, "accuracy": s.accuracy}
        for s in scores_by_group(reference, guess, labels=labels, groups=groups)
    ]


def _recalls(matrix: np.ndarray) -> list[float | None]:
    return [
        float(matrix[i, i] / total) if (total := matrix[i].sum()) else None
        for i in range(len(matrix))
    ]


def _fold_numbers(answers: Sequence[FoldEnded]) -> np.ndarray:
    return np.array([a.fold for a in answers for _ in a.utterances], dtype=int)


def _calibration(proba: np.ndarray, reference: np.ndarray, folds: np.ndarray) -> dict[str, float]:
    """Temperature, ceiling and threshold from the pooled held-out answers.

    The error after calibration is measured with each fold calibrated by the others.
    """
    calibrated = cross_calibrated(proba, reference, folds)
    return {
        "temperature": fit_temperature(proba, reference),
        "ceiling": confidence_ceiling(len(reference)),
        "threshold": unsure_threshold(calibrated, reference, coverage=CONFIDENT_COVERAGE),
        "ece_before": expected_calibration_error(proba, reference),
        "ece": expected_calibration_error(calibrated, reference),
    }
