"""Scores, how sure they are, what they are worth beside guessing, and honest confidences.

Conventions
-----------
`y_true` is the reference and `y_pred` the answer, class ids or class indices in the same order;
`labels` are the classes of the task and are always passed, never inferred. `proba` is
``(n, n_classes)`` with columns in label order and rows that sum to 1. Everything is NumPy, but for
Student's t from SciPy.
"""

from core.evaluation.audit import (
    majority_accuracy,
    single_class_speakers,
    speaker_only_accuracy,
)
from core.evaluation.calibration import (
    ReliabilityBin,
    apply_ceiling,
    apply_temperature,
    confidence_ceiling,
    cross_calibrated,
    expected_calibration_error,
    fit_temperature,
    reliability,
    unsure_threshold,
)
from core.evaluation.folds import (
    FoldVerdict,
    compare_over_folds,
    corrected_interval,
    fold_differences,
)
from core.evaluation.groups import GroupScore, scores_by_group
from core.evaluation.intervals import uar_interval
from core.evaluation.metrics import accuracy, confusion, recalls, unweighted_average_recall
from core.evaluation.paired import PairedVerdict, Verdict, compare_paired

__all__ = [
    "FoldVerdict",
    "GroupScore",
    "PairedVerdict",
    "ReliabilityBin",
    "Verdict",
    "accuracy",
    "apply_ceiling",
    "apply_temperature",
    "compare_over_folds",
    "compare_paired",
    "confidence_ceiling",
    "confusion",
    "cross_calibrated",
    "corrected_interval",
    "expected_calibration_error",
    "fit_temperature",
    "fold_differences",
    "majority_accuracy",
    "recalls",
    "reliability",
    "scores_by_group",
    "single_class_speakers",
    "speaker_only_accuracy",
    "uar_interval",
    "unsure_threshold",
    "unweighted_average_recall",
]
