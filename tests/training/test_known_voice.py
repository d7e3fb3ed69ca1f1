"""Known voices stand beside new ones, and the gap has a name."""

import dataclasses

import numpy as np
import pytest

from core.settings import LogregSpec, MlpSpec, SplitSpec
from core.training.events import Finished, FoldEnded, KnownVoiceLearnt
from core.training.known_voice import gap_in_words, score_known_voice
from tests.training.test_experiment import experiment, report_of

EXACT = LogregSpec(C=1e3)


def beside(run, data=None):
    *steps, score = score_known_voice(run.spec, data or run.data, n_folds=4)
    assert [(s.done, s.total) for s in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    return score


def test_who_shows_every_emotion_in_a_way_of_their_own_is_only_understood_when_known(catalog):
    run = experiment(catalog, EXACT)
    report_of(run)
    ways = np.random.default_rng(0).standard_normal((4, 4, 64))  # speaker, emotion, feature
    speaker = run.data.speakers.astype(int) - 1
    own = dataclasses.replace(run.data, X=ways[speaker, run.data.y])
    assert beside(run, own)["uar"] == 1.0


def test_a_run_by_speakers_reports_both_and_its_answers_are_those_of_new_voices(catalog):
    run = experiment(catalog, EXACT)
    events = list(run.events())
    report = events[-1].report
    assert isinstance(events[-1], Finished) and isinstance(events[-2], KnownVoiceLearnt)
    assert report["known_voice"] == beside(run)
    all_right = {"uar": 1.0, "interval": report["uar_interval"], "n_folds": 4}  # as new voices
    assert report["known_voice"] == all_right
    assert report["n"] == 48
    assert sum(isinstance(e, FoldEnded) for e in events) == len(run.answers) == 4


@pytest.mark.parametrize(
    ("model", "mode"),
    [(EXACT, "random"), (EXACT, "sentence"), (MlpSpec((4,), max_epochs=6), "speaker")],
)
def test_nothing_is_put_beside_other_splits_or_what_takes_long(catalog, monkeypatch, model, mode):
    monkeypatch.setattr("core.training.known_voice._MOST_STEPS", 48 * 3 * 6 - 1)
    report = report_of(experiment(catalog, model, split=SplitSpec(mode, 3)))
    assert report["known_voice"] is None
    assert gap_in_words(report, str) is None


def test_the_gap_is_named_in_points_beyond_the_interval_only():
    report = {"uar": 0.70, "uar_interval": [0.62, 0.78], "known_voice": {"uar": 0.91}}
    assert "score is 0.21 lower" in gap_in_words(report, str)
    report["known_voice"]["uar"] = 0.77
    assert gap_in_words(report, str).startswith("No clear gap")


def test_a_perceptron_that_takes_seconds_is_scored_on_known_voices_too(catalog):
    report = report_of(experiment(catalog, MlpSpec((8,), max_epochs=3), split=SplitSpec("speaker")))
    assert 0 <= report["known_voice"]["uar"] <= 1
    assert report["known_voice"]["n_folds"] == 4
