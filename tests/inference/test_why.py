"""Why this emotion: exact where the model is linear, by occlusion where it is not."""

import dataclasses

import numpy as np
import pytest
from scipy.special import logit

from core.errors import NotExplainableError
from core.features import extract, feature_names, feature_widths
from core.inference import GROUPS, why
from core.inference.why import average_clip, group_of
from core.models import Bundle, Calibration, fit
from core.models.estimators import dump_estimator
from core.models.plain.reading import read_plain
from core.settings import FunctionalsSpec, LogregSpec, OriginalSpec, SvmSpec, feature_spec
from tests.inference.builders import bundle, hum, sound

SPEC = FunctionalsSpec()


def model(kind, scheme=("sad", "happy", "angry"), temperature=2.0):
    """Learnt from low, middle and high voices."""
    base = {"sad": 100, "happy": 250, "angry": 180}
    X, y = [], []
    for seed in range(8):
        for index, emotion in enumerate(scheme):
            frequency = base[emotion] * (1 + 0.02 * seed)
            X.append(extract(hum(0.8, frequency, seed), SPEC))
            y.append(index)
    estimator = fit(
        kind, np.array(X), np.array(y), n_classes=len(scheme), class_weight=True, seed=0
    )
    return Bundle.make(
        name="voices",
        estimator=estimator,
        scheme=scheme,
        features=SPEC,
        speaker_norm=None,
        calibration=Calibration(temperature=temperature, threshold=0.5, ece=0.0),
        facts={},
    )


CLIP = sound(hum(1.0, 240, 99))


@pytest.mark.parametrize("scheme", [("sad", "happy", "angry"), ("sad", "happy")])
def test_exact_influences_add_up_to_the_odds(scheme):
    found = why(CLIP, model(LogregSpec(), scheme))
    assert found.method == "exact"
    assert found.emotion == "happy"
    total = found.baseline + sum(i.amount for i in found.influences)
    assert total == pytest.approx(found.odds, abs=1e-6)


def test_the_odds_are_those_of_the_calibrated_answer():
    learnt = model(LogregSpec(), ("sad", "happy"))
    found = why(CLIP, learnt)
    proba = learnt.proba(extract(CLIP.y, SPEC)[None])[0]
    assert found.odds == pytest.approx(logit(proba[1]), abs=1e-6)


def test_a_ceiling_on_the_confidence_leaves_what_spoke_for_it_as_it_is():
    learnt = model(SvmSpec())
    low = dataclasses.replace(
        learnt, calibration=dataclasses.replace(learnt.calibration, ceiling=0.5)
    )
    assert why(CLIP, low) == why(CLIP, learnt)


def test_every_group_names_its_strongest_features():
    found = why(CLIP, model(LogregSpec()))
    names = set(feature_names(SPEC))
    for influence in found.influences:
        assert influence.group in GROUPS
        assert 1 <= len(influence.strongest) <= 3
        assert {name for name, _ in influence.strongest} <= names
    amounts = [abs(i.amount) for i in found.influences]
    assert amounts == sorted(amounts, reverse=True)


def test_another_model_is_asked_without_one_group_after_the_other():
    learnt = model(SvmSpec())
    found = why(CLIP, learnt)
    assert found.method == "occlusion"
    pitch = next(i for i in found.influences if i.group == "pitch")
    x = extract(CLIP.y, SPEC).astype(float)
    mean = learnt.estimator.named_steps["scaler"].mean_
    groups = np.array([group_of(name) for name in feature_names(SPEC)])
    without = np.where(groups == "pitch", mean, x)
    logs = np.log(learnt.proba(np.stack([x, without])))
    best, rival = learnt.scheme.index(found.emotion), learnt.scheme.index(found.rival)
    odds = logs[:, best] - logs[:, rival]
    assert pitch.amount == pytest.approx(odds[0] - odds[1])


def test_a_fusion_is_explained_over_all_its_feature_sets():
    spec = feature_spec("functionals+mfcc")
    clips = [
        (hum(0.8, f * (1 + 0.02 * s), s), c) for s in range(6) for c, f in enumerate((100, 250))
    ]
    X, y = np.array([extract(clip, spec) for clip, _ in clips]), np.array([c for _, c in clips])
    learn = {"n_classes": 2, "class_weight": True, "seed": 0, "widths": feature_widths(spec)}
    learnt = dataclasses.replace(
        model(LogregSpec(), ("sad", "happy")),
        estimator=fit(LogregSpec(), X, y, **learn),
        features=spec,
    )
    found = why(CLIP, learnt)
    assert (found.emotion, found.method) == ("happy", "occlusion")
    assert {"pitch", "timbre"} <= {influence.group for influence in found.influences}
    assert group_of("whisper.encoder_3_std") == group_of("encoder_3_std") == "recogniser"


def test_every_functional_has_a_group():
    groups = [group_of(name) for name in feature_names(SPEC)]
    assert "other" not in groups
    assert set(groups) == set(GROUPS) - {"other", "recogniser"}
    assert {group_of(n) for n in feature_names(OriginalSpec())} == {"timbre"}


def test_a_model_without_an_average_clip_cannot_say():
    with pytest.raises(NotExplainableError, match="loud"):
        why(sound(hum(1.0)), bundle())


def test_normalised_speakers_are_explained_too():
    learnt = model(LogregSpec())
    norm = dataclasses.replace(learnt, speaker_norm=_Shift())
    found = why(CLIP, norm)
    total = found.baseline + sum(i.amount for i in found.influences)
    assert total == pytest.approx(found.odds, abs=1e-6)


class _Shift:
    mean = np.zeros(592)
    std = np.full(592, 2.0)


def _asked_plainly(learnt: Bundle) -> Bundle:
    plain, _ = read_plain(dump_estimator(learnt.estimator), name="voices")
    return dataclasses.replace(learnt, estimator=plain)


@pytest.mark.parametrize("kind", [LogregSpec(), SvmSpec()])
def test_a_model_read_without_scikit_learn_is_explained_the_same(kind):
    learnt = model(kind)
    told, plainly = why(CLIP, learnt), why(CLIP, _asked_plainly(learnt))
    assert plainly.method == told.method
    amounts = {i.group: i.amount for i in told.influences}
    assert {i.group: i.amount for i in plainly.influences} == pytest.approx(amounts, abs=1e-9)


def test_a_fusion_read_without_scikit_learn_knows_its_average_clip():
    spec = feature_spec("functionals+mfcc")
    widths = feature_widths(spec)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(24, sum(widths))), np.arange(24) % 2
    estimator = fit(
        LogregSpec(), X, y, n_classes=2, class_weight=True, seed=0, widths=widths, fuse="mean"
    )
    learnt = dataclasses.replace(model(LogregSpec(), ("sad", "happy")), estimator=estimator)
    np.testing.assert_array_equal(average_clip(_asked_plainly(learnt)), average_clip(learnt))
