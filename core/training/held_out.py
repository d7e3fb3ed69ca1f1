"""What a run answered to the clips that it had not learnt from, ready to be asked.

Conventions
-----------
Arrays are in one order, a row a clip; class indices are the scheme's. Clips are named by the id
of their utterance, so that a page can play and correct them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.corpus.catalog import Catalog
from core.evaluation import (
    ReliabilityBin,
    cross_calibrated,
    expected_calibration_error,
    reliability,
)
from core.training.history import HistoryError, read_answers

__all__ = ["Confidence", "HardClip", "HeldOut", "confidence_of", "hard_clips", "held_out"]

LATEST_RUNS = 12  # that are asked which clips nobody understands
BINS = 8  # of a drawn reliability diagram; fifteen leave single clips in a bin


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The held-out answers of a run."""

    ids: np.ndarray  # (n,) of the utterances
    fold: np.ndarray  # (n,) int
    reference: np.ndarray  # (n,) class indices
    proba: np.ndarray  # (n, n_classes), not calibrated

    @property
    def guess(self) -> np.ndarray:
        """The most probable class of each clip [shape=(n,)]."""
        return self.proba.argmax(axis=1)

    def cell(self, reference: int, heard: int) -> tuple[int, ...]:
        """The clips of a cell of the confusion matrix, the most confident answers first."""
        rows = np.flatnonzero((self.reference == reference) & (self.guess == heard))
        order = np.argsort(-self.proba[rows, heard], kind="stable")
        return tuple(int(i) for i in self.ids[rows[order]])

    def wrong(self, among: Sequence[int]) -> tuple[int, ...]:
        """Those of some clips that were answered wrongly, the worst first."""
        label = self.proba[np.arange(len(self.ids)), self.reference]
        inside = np.isin(self.ids, list(among)) & (self.guess != self.reference)
        rows = np.flatnonzero(inside)
        return tuple(int(i) for i in self.ids[rows[np.argsort(label[rows], kind="stable")]])


@dataclass(frozen=True)
class Confidence:
    """How far what a run said of its own certainty was true."""

    bins: tuple[ReliabilityBin, ...]  # after calibration
    ece: float  # after calibration, each fold's temperature from the other folds
    ece_before: float
    apart: bool  # False where a single fold leaves no others to calibrate with


@dataclass(frozen=True)
class HardClip:
    """A clip that run after run takes for something else."""

    id: int
    n_runs: int  # that held it out, all of them wrong
    label_proba: float  # mean probability of its own label
    heard: int  # class index that was answered most often


def held_out(catalog: Catalog, run_id: str) -> HeldOut:
    """The held-out answers of a run.

    Parameters
    ----------
    catalog : Catalog
    run_id : str

    Returns
    -------
    answers : HeldOut

    Raises
    ------
    UnknownRunError, RunFilesError
        If the run is not there, or its answers are not.
    """
    parts = read_answers(catalog, run_id)
    return HeldOut(
        ids=np.array([i for p in parts for i in p.utterances], dtype=int),
        fold=np.array([p.fold for p in parts for _ in p.utterances], dtype=int),
        reference=np.array([c for p in parts for c in p.reference], dtype=int),
        proba=np.array([row for p in parts for row in p.proba], dtype=float),
    )


def confidence_of(answers: HeldOut) -> Confidence:
    """Confidence against accuracy, calibrated without looking at what it is judged by.

    Parameters
    ----------
    answers : HeldOut

    Returns
    -------
    confidence : Confidence
        Each fold is calibrated by the other folds.
    """
    proba, y = answers.proba, answers.reference
    calibrated = cross_calibrated(proba, y, answers.fold)
    return Confidence(
        bins=reliability(calibrated, y, n_bins=BINS),
        ece=expected_calibration_error(calibrated, y),
        ece_before=expected_calibration_error(proba, y),
        apart=len(np.unique(answers.fold)) > 1,
    )


def hard_clips(catalog: Catalog, run_ids: Sequence[str]) -> tuple[HardClip, ...]:
    """The clips that every one of some runs took for something else, the worst first.

    Parameters
    ----------
    catalog : Catalog
    run_ids : sequence of str
        Runs on one corpus with one label scheme, the newest first; the latest few are asked.
        Those whose answers are gone are passed over.

    Returns
    -------
    clips : tuple of HardClip
    """
    asked: dict[int, list[tuple[int, int, float]]] = {}
    for run_id in run_ids[:LATEST_RUNS]:
        try:
            answers = held_out(catalog, run_id)
        except HistoryError:
            continue
        label = answers.proba[np.arange(len(answers.ids)), answers.reference]
        rows = zip(answers.ids, answers.reference, answers.guess, label, strict=True)
        for i, reference, guess, proba in rows:
            asked.setdefault(int(i), []).append((int(reference), int(guess), float(proba)))
    found = [_hard(i, said) for i, said in asked.items() if all(r != g for r, g, _ in said)]
    return tuple(sorted(found, key=lambda clip: (-clip.n_runs, clip.label_proba, clip.id)))


def _hard(clip_id: int, said: list[tuple[int, int, float]]) -> HardClip:
    return HardClip(
        id=clip_id,
        n_runs=len(said),
        label_proba=float(np.mean([p for _, _, p in said])),
        heard=int(np.bincount([g for _, g, _ in said]).argmax()),
    )
