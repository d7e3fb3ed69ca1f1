"""Fused feature sets through a whole experiment, and the model for guests it brings along."""

import pytest

from core.corpus.clip_features import feature_store
from core.errors import FeaturesUnavailableError
from core.models import load_bundle
from core.settings import (
    LogregSpec,
    MlpSpec,
    SplitSpec,
    WhisperSpec,
    feature_spec,
    workspace,
)
from core.training.events import EpochEnded, Finished, Prepared
from core.training.publish import publish
from core.training.run import Experiment
from core.training.setup import new_experiment
from core.whisper import WeightsProblem


def experiment(catalog, model, features="original+mfcc", **choices):
    spec = new_experiment(catalog, "tones", features=feature_spec(features), model=model, **choices)
    return Experiment(spec, catalog, feature_store(workspace()))


def test_fused_mlps_show_their_curve_and_give_a_bundle(catalog, tmp_path):
    run = experiment(catalog, MlpSpec(hidden_layer_sizes=(8,), max_epochs=3))
    events = list(run.events())
    assert next(e.n_features for e in events if isinstance(e, Prepared)) == 128 + 80
    curve = [e for e in events if isinstance(e, EpochEnded) and e.fold == 0]
    assert [e.epoch for e in curve] == [1, 2, 3]
    report = next(e.report for e in events if isinstance(e, Finished))
    publish(run, report, tmp_path / "fused.malgyeol")
    bundle = load_bundle(tmp_path / "fused.malgyeol")
    assert bundle.features.name == "original+mfcc"
    assert bundle.guest is None  # an MLP would have to be learnt twice


def test_a_run_by_voices_brings_a_model_for_guests(catalog, tmp_path):
    run = experiment(catalog, LogregSpec(), split=SplitSpec("speaker", 0))
    report = next(e.report for e in run.events() if isinstance(e, Finished))
    publish(run, report, tmp_path / "fused.malgyeol")
    bundle = load_bundle(tmp_path / "fused.malgyeol")
    assert bundle.guest is not None
    assert 0.0 <= bundle.manifest["guest"]["uar"] <= 1.0
    assert bundle.guest.offsets.shape == (len(bundle.scheme), bundle.n_features)


def test_a_run_by_chance_does_not(catalog, tmp_path):
    run = experiment(catalog, LogregSpec(), features="original", split=SplitSpec("random", 3))
    report = next(e.report for e in run.events() if isinstance(e, Finished))
    publish(run, report, tmp_path / "plain.malgyeol")
    assert load_bundle(tmp_path / "plain.malgyeol").guest is None


def test_features_that_cannot_be_measured_are_refused_before_anything_starts(catalog, monkeypatch):
    problem = WeightsProblem("not-configured", "Whisper's weights are not installed", "Fix it.")
    monkeypatch.setattr("core.features.whisper.packaged_problem", lambda: problem)
    with pytest.raises(FeaturesUnavailableError, match="weights are not installed"):
        new_experiment(catalog, "tones", features=WhisperSpec(), model=LogregSpec())
