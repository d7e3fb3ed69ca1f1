"""Known voice beside new voice: what the same settings score when every voice was learnt from.

The score of unseen speakers is what counts. Beside it stands that of the random split, in which
the voices are known: the gap says how much of the skill is knowing the voice.
"""

import dataclasses
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.corpus.splits import make_folds
from core.evaluation import uar_interval, unweighted_average_recall
from core.i18n import N_, Translate
from core.settings import ExperimentSpec, MlpSpec, by_epochs
from core.training.data import TrainingData
from core.training.events import FoldEnded, KnownVoiceLearnt
from core.training.learning import learn_folds

__all__ = ["gap_in_words", "score_known_voice"]

_MOST_FOLDS = 10
_MOST_STEPS = 1_000_000  # clips learnt from in all epochs of all folds, of a perceptron
_SILENCE = 0.3  # s between two signs of life, where nothing else is to be told


def score_known_voice(
    spec: ExperimentSpec, data: TrainingData, *, n_folds: int, n_jobs: int = 1
) -> Iterator[KnownVoiceLearnt | dict[str, Any]]:
    """Score the same settings in a random split, where that is cheap.

    Only after a split by speaker; a perceptron only while that takes seconds.

    Parameters
    ----------
    spec : ExperimentSpec
        Of the run by speakers.
    data : TrainingData
    n_folds : int
        Folds of that run. There are as many here, at most ten, so that both learn from about as
        many clips.
    n_jobs : int
        Folds learnt side by side.

    Yields
    ------
    item : KnownVoiceLearnt or dict
        The dict comes last: ``uar``, its 95 % ``interval``, ``n_folds``. Nothing comes where
        there is nothing to put beside.
    """
    if spec.split.mode != "speaker" or not _affordable(spec, len(data.y), n_folds):
        return
    split = dataclasses.replace(spec.split, mode="random", n_folds=min(n_folds, _MOST_FOLDS))
    known = dataclasses.replace(spec, split=split)
    folds = make_folds(data.utterances, split, spec.seed, groups_together=data.duplicates)
    answers: list[FoldEnded] = []
    said = time.monotonic()
    for event in learn_folds(known, data, folds, n_jobs=n_jobs):
        if isinstance(event, FoldEnded):
            answers.append(event)
        elif time.monotonic() - said < _SILENCE:
            continue
        said = time.monotonic()
        yield KnownVoiceLearnt(done=len(answers), total=len(folds))
    row = {u.id: i for i, u in enumerate(data.utterances)}
    rows = np.array([row[i] for a in answers for i in a.utterances], dtype=int)
    guess = np.array([p for a in answers for p in a.proba]).argmax(axis=1)
    labels = range(len(spec.scheme))
    low, high = uar_interval(data.y[rows], guess, labels=labels, groups=data.speakers[rows])
    uar = unweighted_average_recall(data.y[rows], guess, labels=labels)
    yield {"uar": uar, "interval": [low, high], "n_folds": len(folds)}


def _affordable(spec: ExperimentSpec, n: int, n_folds: int) -> bool:
    if not isinstance(spec.model, MlpSpec):
        return not by_epochs(spec.model)
    return n * min(n_folds, _MOST_FOLDS) * spec.model.max_epochs <= _MOST_STEPS


def gap_in_words(report: dict[str, Any], translate: Translate) -> str | None:
    """What the gap between known and new voices says; None where it was not measured.

    Parameters
    ----------
    report : dict
        As `core.training.report.make_report` gives it.
    translate : callable
        From message id to caption.

    Returns
    -------
    text : str or None
    """
    known = report.get("known_voice")
    if known is None:
        return None
    gap = known["uar"] - report["uar"]
    if known["uar"] <= report["uar_interval"][1]:
        return translate(N_("No clear gap: a difference this small may come from the clips alone."))
    return translate(
        N_(
            "On voices it has never heard its score is {gap:.2f} lower: that much of its skill is"
            " knowing the voice. More speakers close such a gap, more clips of the same do not."
        )
    ).format(gap=gap)
