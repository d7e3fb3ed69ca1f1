"""Several feature sets in one model: each learnt for itself, their answers joined, and kept."""

import dataclasses

import numpy as np
import pytest

from core.errors import KnobError
from core.models import Bundle, Calibration, fit, load_bundle, save_bundle
from core.models.classical import epoch_trainer
from core.models.estimators import dump_estimator, estimator_fault, load_estimator
from core.settings import (
    FunctionalsSpec,
    FusionSpec,
    MfccSpec,
    MlpSpec,
    WhisperSpec,
    feature_spec,
    spec_digest,
    spec_from_json,
    spec_to_json,
)
from tests.models.making import SPECS, facts, voices

WIDTHS = (2, 4)


def two_sets(**choices):
    X, y, speakers = voices(**choices)
    return X, y, speakers


def learnt(kind, fuse="mean", **choices):
    X, y, speakers = two_sets(**choices)
    settings = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    return fit(SPECS[kind], X, y, widths=WIDTHS, fuse=fuse, **settings)


@pytest.mark.parametrize("kind", SPECS)
def test_the_mean_is_that_of_models_that_know_nothing_of_each_other(kind):
    X, y, speakers = two_sets()
    new = two_sets(seed=1)[0]
    settings = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    alone = [fit(SPECS[kind], X[:, part], y, **settings) for part in (slice(0, 2), slice(2, 6))]
    expected = (alone[0].predict_proba(new[:, :2]) + alone[1].predict_proba(new[:, 2:])) / 2
    np.testing.assert_allclose(learnt(kind).predict_proba(new), expected, atol=1e-12)


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("fuse", ["mean", "stack"])
def test_a_fusion_is_kept_by_the_fixed_list_of_types(kind, fuse):
    pipeline = learnt(kind, fuse)
    new = two_sets(seed=1)[0]
    again, _ = load_estimator(dump_estimator(pipeline), name="fused.malgyeol")
    assert estimator_fault(again, n_features=6, n_classes=4) is None
    np.testing.assert_allclose(again.predict_proba(new), pipeline.predict_proba(new), atol=1e-9)


def test_a_stack_learns_whom_to_believe():
    """One set is noise: averaging listens to it, a stack does not."""
    X, y, speakers = two_sets(n=160, apart=1.5)
    X[:, :2] = np.random.default_rng(5).standard_normal((len(X), 2))
    new, truth, _ = two_sets(n=160, apart=1.5)
    new = new + np.random.default_rng(6).standard_normal(new.shape) * 0.5
    settings = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    stack, mean = (
        fit(SPECS["logreg"], X, y, widths=WIDTHS, fuse=fuse, **settings)
        for fuse in ("stack", "mean")
    )
    belief = [p.predict_proba(new)[np.arange(len(truth)), truth].mean() for p in (stack, mean)]
    assert belief[0] > belief[1]


def test_an_mlp_keeps_its_curve_over_all_sets():
    X, y, _ = two_sets()
    spec = MlpSpec(hidden_layer_sizes=(8,), max_epochs=4)
    trainer = epoch_trainer(
        spec, X, y, n_classes=4, class_weight=True, seed=0, widths=WIDTHS, fuse="stack"
    )
    epochs = []
    while not trainer.done:
        epochs.append(trainer.step())
        assert trainer.estimator.predict_proba(X).shape == (len(X), 4)
    assert [e.epoch for e in epochs] == [1, 2, 3, 4]
    assert epochs[-1].loss < epochs[0].loss
    assert trainer.estimator[-1].link is not None


def test_a_class_with_one_clip_leaves_a_stack_as_a_mean():
    X, y, _ = two_sets()
    y[y == 3] = 0
    y[0] = 3
    settings = {"n_classes": 4, "class_weight": True, "seed": 0}
    assert fit(SPECS["svm"], X, y, widths=WIDTHS, fuse="stack", **settings)[-1].link is None


def test_columns_that_do_not_add_up_are_refused():
    X, y, _ = two_sets()
    with pytest.raises(ValueError, match="must be"):
        fit(SPECS["svm"], X, y, widths=(2, 3), n_classes=4, class_weight=True, seed=0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.widths.append(3), "features instead of"),
        (lambda f: f.members.pop(), "too few"),
        (lambda f: f.members.__setitem__(0, f.members[1]), "features instead of"),
        (lambda f: setattr(f, "classes_", np.arange(3)), "classes"),
        (lambda f: setattr(f, "link", f.members[0]), "classes|regression|joined"),
    ],
)
def test_a_fusion_that_does_not_fit_together_is_refused(change, said):
    pipeline = learnt("logreg")
    change(pipeline[-1])
    fault = estimator_fault(pipeline, n_features=6, n_classes=4)
    assert fault
    assert any(word in fault for word in said.split("|"))


def test_a_fused_bundle_comes_back_with_its_passport(tmp_path):
    pipeline, spec = learnt("vote"), feature_spec("functionals+mfcc", fuse="mean")
    made = Bundle.make(
        name="fused",
        estimator=pipeline,
        scheme=("sad", "neutral", "happy", "angry"),
        features=spec,
        speaker_norm=None,
        calibration=Calibration(1.0, 0.5, 0.04),
        facts=facts("vote"),
    )
    save_bundle(tmp_path / "fused.malgyeol", made, two_sets()[0][:3])
    back = load_bundle(tmp_path / "fused.malgyeol")
    assert back.features == spec
    assert "probabilities averaged" in back.passport["en"]


def test_a_fusion_spec_goes_through_json_and_has_a_name():
    spec = feature_spec("functionals+mfcc", fuse="stack", settings={"n_mfcc": "13"})
    assert spec == FusionSpec((FunctionalsSpec(), MfccSpec(n_mfcc=13)), "stack")
    assert spec_from_json(spec_to_json(spec)) == spec
    assert spec.name == "functionals+mfcc"
    assert spec_digest(spec) != spec_digest(dataclasses.replace(spec, fuse="mean"))
    assert feature_spec("whisper") == WhisperSpec()


@pytest.mark.parametrize("name", ["magic", "mfcc+mfcc", "mfcc+", "functionals+magic"])
def test_feature_sets_that_cannot_be_fused_are_refused(name):
    with pytest.raises(KnobError, match="features"):
        feature_spec(name)
