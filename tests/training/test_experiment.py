"""An experiment runs from its spec to a report that can be trusted."""

import dataclasses
import time
from types import SimpleNamespace

import numpy as np
import pytest

from core.corpus import import_path
from core.corpus.clip_features import feature_store
from core.errors import ImpossibleSplitError, TooFewUtterancesError
from core.settings import (
    ForestSpec,
    LogregSpec,
    MlpSpec,
    OriginalSpec,
    SplitSpec,
    SvmSpec,
    VoteSpec,
    workspace,
)
from core.training import run as run_module
from core.training.data import SnapshotChangedError
from core.training.events import (
    EpochEnded,
    FeaturesRead,
    Finished,
    FoldEnded,
    Prepared,
    event_from_json,
    event_to_json,
)
from core.training.run import Experiment
from core.training.setup import new_experiment
from tests.corpora import write_tones

QUICK_MLP = MlpSpec(hidden_layer_sizes=(16,), max_epochs=4)


def experiment(catalog, model, **choices):
    spec = new_experiment(catalog, "tones", features=OriginalSpec(), model=model, **choices)
    return Experiment(spec, catalog, feature_store(workspace()))


def report_of(run):
    return next(e.report for e in run.events() if isinstance(e, Finished))


def test_events_come_in_their_order(catalog):
    events = list(experiment(catalog, QUICK_MLP, split=SplitSpec("speaker", 0)).events())
    order = [type(e) for e in events]
    assert order[0] is FeaturesRead
    assert order.index(Prepared) < order.index(EpochEnded) < order.index(FoldEnded)
    assert order[-1] is Finished
    assert order.count(FoldEnded) == 4  # four speakers, one left out at a time


def test_a_runs_time_begins_once_its_clips_are_measured(catalog, monkeypatch):
    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], time=time.time)
    monkeypatch.setattr(run_module, "time", clock)
    n_learning = 0
    for event in experiment(catalog, LogregSpec(C=10.0)).events():
        measuring = isinstance(event, FeaturesRead)
        now[0] += 1_000 if measuring else 1
        n_learning += not measuring
    n_before_the_report = n_learning - 1
    assert event.report["seconds"] == n_before_the_report > 1


def test_all_folds_learn_in_step_so_the_first_curve_is_over_all_of_them(catalog):
    events = experiment(catalog, QUICK_MLP, split=SplitSpec("speaker", 0)).events()
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    assert [(e.epoch, e.fold) for e in epochs[:5]] == [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]


def test_tones_that_name_their_emotion_are_told_apart(catalog):
    report = report_of(experiment(catalog, LogregSpec(C=10.0)))
    assert report["uar"] == 1.0
    assert report["chance"] == 0.25
    assert report["confusion"] == (12 * np.eye(4, dtype=int)).tolist()
    assert report["n"] == 48


def test_every_clip_is_held_out_exactly_once(catalog):
    run = experiment(catalog, LogregSpec(), split=SplitSpec("random", 5))
    held_out = [i for e in run.events() if isinstance(e, FoldEnded) for i in e.utterances]
    assert sorted(held_out) == sorted(u.id for u in run.data.utterances)


@pytest.mark.parametrize(
    "model",
    [QUICK_MLP, SvmSpec(), LogregSpec(), ForestSpec(n_trees=10), VoteSpec()],
    ids=lambda m: m.kind,
)
def test_the_same_seed_gives_the_same_numbers(catalog, model):
    first, second = (report_of(experiment(catalog, model, seed=7)) for _ in range(2))
    for report in (first, second):
        del report["seconds"]
    assert first == second


def test_a_held_out_speaker_teaches_nothing(catalog):
    """Labels of the held-out speaker are shuffled: its own answers must not follow them."""
    run = experiment(catalog, LogregSpec(C=10.0), split=SplitSpec("speaker", 0))
    plain = {u: e.proba for e in run.events() if isinstance(e, FoldEnded) for u in [e.name]}
    ids = [u.id for u in run.data.utterances if u.speaker == "1"]
    sads = [u.id for u in run.data.utterances if u.speaker == "1" and u.emotion == "sad"]
    assert set(sads) < set(ids)
    catalog.relabel(sads, emotion="angry", by="test")
    changed_run = experiment(catalog, LogregSpec(C=10.0), split=SplitSpec("speaker", 0))
    changed = {
        e.name: (e.utterances, e.proba) for e in changed_run.events() if isinstance(e, FoldEnded)
    }
    name = next(n for n, (held, _) in changed.items() if set(sads) & set(held))
    np.testing.assert_allclose(sorted(plain[name]), sorted(changed[name][1]))


def test_a_changed_corpus_is_not_trained_on_under_an_old_name(catalog):
    run = experiment(catalog, LogregSpec())
    clip = catalog.utterances("tones", limit=1)[0]
    catalog.set_status([clip.id], "disabled", by="test")
    with pytest.raises(SnapshotChangedError):
        list(run.events())


def test_what_cannot_be_trained_is_said_before_anything_is_computed(catalog, tmp_path):
    write_tones(tmp_path / "one", n_speakers=1, n_sentences=5)
    import_path(catalog, tmp_path / "one", corpus="one", convention="original")
    choices = {"features": OriginalSpec(), "model": LogregSpec()}
    with pytest.raises(ImpossibleSplitError):
        new_experiment(catalog, "one", **choices, split=SplitSpec("speaker"))
    with pytest.raises(TooFewUtterancesError, match="Bored"):
        new_experiment(catalog, "tones", **choices, scheme=("sad", "bored"))


def test_one_speaker_is_split_at_random_by_default(catalog, tmp_path):
    write_tones(tmp_path / "one", n_speakers=1, n_sentences=5)
    import_path(catalog, tmp_path / "one", corpus="one", convention="original")
    spec = new_experiment(catalog, "one", features=OriginalSpec(), model=LogregSpec())
    assert spec.split.mode == "random"


def test_events_survive_their_json_form(catalog):
    for event in experiment(catalog, QUICK_MLP).events():
        assert event_from_json(event_to_json(event)) == _tuples(event)


def _tuples(event):
    return dataclasses.replace(event)


def test_speaker_normalisation_says_so_in_the_protocol(catalog):
    report = report_of(experiment(catalog, LogregSpec(), speaker_norm=True))
    assert "each voice normalised" in report["protocol"]


@pytest.mark.parametrize(
    ("mode", "n_folds", "expected"), [("sentence", 0, 3), ("speaker+sentence", 2, 4)]
)
def test_every_clip_is_answered_once_in_every_split(catalog, mode, n_folds, expected):
    run = experiment(catalog, LogregSpec(C=10.0), split=SplitSpec(mode, n_folds))
    report = report_of(run)
    assert report["n_folds"] == expected  # of 4 speakers saying 3 sentences
    held_out = [i for e in run.answers for i in e.utterances]
    assert len(held_out) == len(set(held_out)) == report["n"] == 48


@pytest.mark.parametrize("model", [MlpSpec((16,), max_epochs=30), LogregSpec(C=10.0)])
def test_in_three_parts_the_test_is_opened_once_and_the_curve_shows_the_validation(catalog, model):
    run = experiment(catalog, model, split=SplitSpec("speaker", three_way=True, test_share=0.25))
    events = list(run.events())
    report = events[-1].report
    (answer,) = run.answers
    assert report["n"] == len(answer.utterances) == 12  # one of four speakers
    assert report["n_folds"] == 1 and 0 <= report["validation_uar"] <= 1
    assert report["protocol"].startswith("unseen speakers, one test part of 25\u00a0% opened once")
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    assert not any(e.answers for e in epochs)  # nothing of the test is told before its end
    if epochs:
        assert max(e.held_out for e in epochs) == pytest.approx(report["validation_uar"])
