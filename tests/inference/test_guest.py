"""A guest's voice: met from a few clips, and no trap where it cannot be."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from core.emotions import FOUR_EMOTIONS
from core.errors import (
    BrokenBundleError,
    NoGuestModelError,
    OtherModelsGuestError,
    TooFewGuestClipsError,
)
from core.features import speaker_z
from core.inference import calibrate, classify, classify_many, guest_problem
from core.models import Bundle, Calibration, GuestModel, fit, load_bundle, save_bundle
from core.settings import LogregSpec, OriginalSpec
from core.training.guests import average_voice
from tests.models.making import facts

N = 12  # features
CALIBRATION = Calibration(1.0, 0.5, 0.04)


def people(n_speakers, *, n_clips=32, timbre=3.0, seed=0):
    """Voices that differ more than emotions do: X, y, speakers."""
    rng = np.random.default_rng(seed)
    emotions = np.random.default_rng(99).standard_normal((4, N))
    X, y, speakers = [], [], []
    for who in range(n_speakers):
        here = rng.integers(0, 4, n_clips)
        X.append(
            emotions[here]
            + timbre * rng.standard_normal(N)
            + 0.4 * rng.standard_normal((n_clips, N))
        )
        y.append(here)
        speakers += [f"{who:02}"] * n_clips
    return np.concatenate(X), np.concatenate(y), np.array(speakers)


@pytest.fixture(scope="module")
def bundle():
    X, y, speakers = people(8)
    learn = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    mean, std, offsets = average_voice(X, y, speakers, 4)
    guest = GuestModel(
        fit(LogregSpec(C=0.1), speaker_z(X, speakers.tolist()), y, **learn),
        mean,
        std,
        offsets,
        CALIBRATION,
        {"uar": 0.9, "n_folds": 5},
    )
    return Bundle.make(
        name="shipped",
        estimator=fit(LogregSpec(C=0.1), X, y, **learn),
        scheme=FOUR_EMOTIONS,
        features=OriginalSpec(),
        speaker_norm=None,
        calibration=CALIBRATION,
        facts=facts("logreg"),
        guest=guest,
    )


@pytest.fixture
def heard(monkeypatch):
    """Clips that carry their features as their signal."""
    monkeypatch.setattr("core.inference.guest.extract", lambda y, spec: y)

    def clips(X, **changes):
        sound = {"name": "clip", "duration": 1.0, "flags": (), **changes}
        return [SimpleNamespace(y=row, **sound) for row in X]

    return clips


def accuracy(predictions, y):
    return np.mean([p.emotion == FOUR_EMOTIONS[c] for p, c in zip(predictions, y, strict=True)])


def guest(seed):
    X, y, _ = people(1, n_clips=60, seed=seed)
    return X[:8], X[8:], y[8:]


def test_a_voice_that_was_met_is_heard_better(bundle, heard):
    gains = []
    for seed in range(100, 106):
        met, rest, y = guest(seed)
        voice = calibrate(heard(met), bundle)
        assert (voice.n_clips, voice.model) == (8, "shipped")
        before = accuracy(classify_many(heard(rest), bundle), y)
        gains.append(accuracy(classify_many(heard(rest), bundle, voice=voice), y) - before)
    assert np.mean(gains) > 0.1


def test_three_clips_of_one_emotion_do_no_harm(bundle, heard):
    losses = []
    for seed in range(100, 106):
        X, y, _ = people(1, n_clips=80, seed=seed)
        met = X[y == 1][:3]
        voice = calibrate(heard(met), bundle)
        plain = accuracy(classify_many(heard(X), bundle), y)
        losses.append(plain - accuracy(classify_many(heard(X), bundle, voice=voice), y))
    assert np.mean(losses) <= 0.01


def test_the_answer_before_and_after_is_told_for_the_clips_themselves(bundle, heard):
    met, _, _ = guest(7)
    voice = calibrate(heard(met), bundle)
    plain = classify_many(heard(met), bundle)
    known = classify_many(heard(met), bundle, voice=voice)
    assert voice.before == tuple(p.emotion for p in plain)
    assert voice.after == tuple(p.emotion for p in known)
    assert sum(known[0].proba.values()) == pytest.approx(1.0)


def test_silent_and_very_short_clips_do_not_count(bundle, heard):
    met, _, _ = guest(7)
    clips = heard(met[:3]) + heard(met[3:5], flags=("silent",)) + heard(met[5:], duration=0.1)
    assert calibrate(clips, bundle).n_clips == 3
    with pytest.raises(TooFewGuestClipsError, match="2 clips"):
        calibrate(clips[1:], bundle)


def test_one_models_guest_is_a_stranger_to_another(bundle, heard):
    met, rest, _ = guest(7)
    voice = calibrate(heard(met), bundle)
    other = dataclasses.replace(bundle, name="other")
    with pytest.raises(OtherModelsGuestError, match="shipped"):
        classify(heard(rest)[0], other, voice=voice)


def test_a_model_that_knows_no_voices_says_so(bundle, heard):
    plain = dataclasses.replace(bundle, guest=None)
    assert guest_problem(bundle) is None
    assert "cannot get to know" in str(guest_problem(plain))
    with pytest.raises(NoGuestModelError):
        calibrate(heard(guest(7)[0]), plain)


def test_a_bundle_keeps_its_model_for_guests(bundle, heard, tmp_path):
    rows = people(8)[0][:3]
    save_bundle(tmp_path / "shipped.malgyeol", bundle, rows)
    back = load_bundle(tmp_path / "shipped.malgyeol")
    met, rest, _ = guest(7)
    expected = classify_many(heard(rest), bundle, voice=calibrate(heard(met), bundle))
    found = classify_many(heard(rest), back, voice=calibrate(heard(met), back))
    assert [p.emotion for p in found] == [p.emotion for p in expected]
    np.testing.assert_allclose(
        [list(p.proba.values()) for p in found],
        [list(p.proba.values()) for p in expected],
        atol=1e-5,
    )
    assert back.manifest["guest"]["uar"] == 0.9


@pytest.mark.parametrize(
    "changes",
    [
        {"std": np.zeros(N)},
        {"mean": np.zeros(N - 1)},
        {"offsets": np.full((4, N), np.nan)},
        {"estimator": "plain of two features"},
    ],
)
def test_a_guest_model_that_does_not_fit_is_never_published(bundle, tmp_path, changes):
    if "estimator" in changes:
        X, y, _ = people(4)
        changes = {
            "estimator": fit(LogregSpec(), X[:, :2], y, n_classes=4, class_weight=True, seed=0)
        }
    broken = dataclasses.replace(bundle, guest=dataclasses.replace(bundle.guest, **changes))
    with pytest.raises((BrokenBundleError, ValueError)):
        save_bundle(tmp_path / "x.malgyeol", broken, people(8)[0][:3])
    assert not list(tmp_path.iterdir())


def test_an_average_voice_is_that_of_voices_and_not_of_clips():
    X = np.array([[0.0], [2.0], [10.0], [12.0], [12.0], [10.0]])
    y = np.array([0, 1, 0, 1, 1, 0])
    mean, std, offsets = average_voice(X, y, np.array(list("aabbbb")), 3)
    assert (mean[0], std[0]) == (6.0, 1.0)
    assert offsets[:, 0].tolist() == [-1.0, 1.0, 0.0]
