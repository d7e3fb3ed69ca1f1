"""Whisper's encoder as features: what they are, where they fit in, and what is said without it."""

import numpy as np
import pytest

from core import whisper
from core.errors import FeaturesUnavailableError
from core.features import (
    FeatureKey,
    FeatureStore,
    default_features,
    extract,
    feature_names,
    feature_problem,
    feature_widths,
    features_of,
)
from core.settings import FunctionalsSpec, MfccSpec, WhisperSpec, feature_spec
from core.whisper import Encoded, WeightsProblem
from tests.conftest import sine


class Ear:
    """An encoder whose frames are known, and which counts."""

    def __init__(self):
        self.asked = 0

    def encode(self, y, *, window):
        self.asked += 1
        frames = np.repeat(np.arange(4, dtype=np.float32)[:, None], whisper.N_DIMS, axis=1)
        return Encoded(frames, None)


@pytest.fixture
def ear(monkeypatch):
    heard = Ear()
    monkeypatch.setattr("core.features.whisper.shared_encoder", lambda: heard)
    monkeypatch.setattr("core.features.whisper.packaged_problem", lambda: None)
    return heard


@pytest.fixture
def deaf(monkeypatch):
    problem = WeightsProblem("not-configured", "Whisper's weights are not installed", "Fix it.")
    monkeypatch.setattr("core.features.whisper.packaged_problem", lambda: problem)


def test_features_are_mean_and_deviation_over_the_frames(ear):
    features = extract(sine(), WhisperSpec())
    names = feature_names(WhisperSpec())
    assert features.shape == (len(names),) == (1024,)
    assert (names[0], names[512]) == ("encoder_0_mean", "encoder_0_std")
    np.testing.assert_allclose(features[:512], 1.5)
    np.testing.assert_allclose(features[512:], np.std([0, 1, 2, 3]))


def test_a_fusion_sets_its_parts_side_by_side(ear):
    spec = feature_spec("functionals+whisper")
    y = sine()
    parts = [extract(y, FunctionalsSpec()), extract(y, WhisperSpec())]
    np.testing.assert_array_equal(extract(y, spec), np.concatenate(parts))
    assert feature_widths(spec) == (592, 1024)
    names = feature_names(spec)
    assert len(set(names)) == 1616
    assert names[592] == "whisper.encoder_0_mean"


def test_each_part_of_a_fusion_is_stored_for_itself_and_shared(ear, tmp_path):
    store = FeatureStore(tmp_path)
    clips = [(FeatureKey(f"{i:064x}"), lambda i=i: sine(200.0 + 50 * i)) for i in range(3)]
    alone = features_of(clips, WhisperSpec(), store)
    assert ear.asked == 3
    counted = []
    both = features_of(
        clips,
        feature_spec("mfcc+whisper"),
        store,
        progress=lambda done, total: counted.append((done, total)),
    )
    assert ear.asked == 3
    np.testing.assert_array_equal(both[:, -1024:], alone)
    np.testing.assert_array_equal(both[:, :80], features_of(clips, MfccSpec(), store))
    assert counted[-1] == (3, 3)
    assert counted == sorted(counted)


def test_without_weights_it_says_so_and_what_to_do(deaf):
    problem = feature_problem(feature_spec("functionals+whisper"))
    assert "weights are not installed" in str(problem)
    assert "functionals" in str(problem)
    assert "Voice measures" in problem.describe(str)
    with pytest.raises(FeaturesUnavailableError, match="whisper"):
        extract(sine(), WhisperSpec())
    assert feature_problem(FunctionalsSpec()) is None


def test_the_default_is_the_best_that_this_machine_has(ear):
    assert default_features() == feature_spec("functionals+whisper")


def test_the_default_without_weights_is_functionals(deaf):
    assert default_features() == FunctionalsSpec()


def test_a_failing_encoder_is_an_error_of_ours(ear, monkeypatch):
    def fails(y, *, window):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(ear, "encode", fails)
    with pytest.raises(FeaturesUnavailableError, match="could not be loaded"):
        extract(sine(), WhisperSpec())
