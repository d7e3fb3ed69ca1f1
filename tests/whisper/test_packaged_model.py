"""The packaged model: what hears is faster-whisper's own, and what writes is built around it."""

import threading

import numpy as np
import pytest

from core.whisper import PackagedModel, packaged_problem
from core.whisper.ear import log_mel
from core.whisper.model import shared_model
from core.whisper.weights import PACKAGED, WrongWeightsError, join_packaged

SR = 16_000


@pytest.fixture(scope="module")
def workspace_folder(tmp_path_factory):
    if packaged_problem() is not None:
        pytest.skip("the weight packages of requirements-whisper.txt are not installed")
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("packaged")
        patch.setenv("MALGYEOL_HOME", str(home))
        yield join_packaged(home / "cache")


@pytest.mark.parametrize("seconds", [0.1, 1.0, 9.99, 10.0])
def test_the_spectrogram_is_faster_whispers_to_the_bit(seconds):
    from faster_whisper import feature_extractor

    y = np.random.default_rng(3).normal(0, 0.1, round(seconds * SR)).astype(np.float32)
    y[: len(y) // 2] *= 1e-4
    theirs = feature_extractor.FeatureExtractor()(y, padding=0)
    np.testing.assert_array_equal(log_mel(y), theirs)
    assert log_mel(y).dtype == theirs.dtype


def test_what_writes_has_all_that_faster_whisper_sets_itself(workspace_folder):
    from faster_whisper import WhisperModel

    ours = shared_model().get()
    theirs = WhisperModel(str(workspace_folder), device="cpu", compute_type="int8")
    assert vars(ours).keys() == vars(theirs).keys()
    plain = {k: v for k, v in vars(theirs).items() if isinstance(v, int | float | dict)}
    assert {k: vars(ours)[k] for k in plain} == plain
    assert vars(ours.feature_extractor).keys() == vars(theirs.feature_extractor).keys()
    assert ours.hf_tokenizer.to_str() == theirs.hf_tokenizer.to_str()
    assert ours.model is shared_model().ear().network


def test_loading_begins_in_a_thread_and_whoever_asks_gets_the_same(monkeypatch):
    loaded, may_load = [], threading.Event()

    def slowly(*_):
        may_load.wait(60)
        loaded.append(object())
        return loaded[-1]

    monkeypatch.setattr("core.whisper.model.load_network", slowly)
    monkeypatch.setattr("core.whisper.weights.join_packaged", lambda cache: cache)
    model = PackagedModel()
    model.begin()
    may_load.set()
    assert model.ear() is model.ear()
    assert loaded == [model.ear().network]


def test_what_went_wrong_in_the_thread_is_told_to_whoever_asks(monkeypatch):
    def wrong(_cache):
        raise WrongWeightsError("model.bin")

    monkeypatch.setattr("core.whisper.weights.join_packaged", wrong)
    model = PackagedModel()
    model.begin()
    with pytest.raises(WrongWeightsError):
        model.ear()


def test_a_tokenizer_changed_after_the_check_is_not_read(tmp_path):
    from core.whisper import writing

    for file in PACKAGED:
        (tmp_path / file.name).write_bytes(b"{}")
    with pytest.raises(WrongWeightsError):
        writing.WritingModel(object(), tmp_path)
