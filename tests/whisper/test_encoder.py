"""The encoder: short windows, the clip's own frames, and one pass for whoever asks."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from core.whisper import N_DIMS, Encoder, packaged_problem, shared_model

SR = 16_000


class Counting:
    """A model whose encoder gives frame numbers, and counts how often it was asked."""

    def __init__(self):
        self.windows = []

    def encode(self, y):
        self.windows.append(len(y) / SR)
        n_frames = len(y) // 320
        return np.repeat(np.arange(n_frames, dtype=np.float32)[:, None], N_DIMS, axis=1)[None]


@pytest.fixture
def counting():
    model = Counting()
    return model, Encoder(lambda: model)


def noise(seconds, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * SR)).astype(np.float32)


@pytest.mark.parametrize(
    ("seconds", "windows", "frames"),
    [(0.0, 1, 1), (0.001, 1, 1), (3.0, 1, 150), (9.99, 1, 500), (10.0, 1, 500), (10.5, 2, 526)],
)
def test_frames_are_the_clips_own(counting, seconds, windows, frames):
    model, encoder = counting
    encoded = encoder.encode(noise(seconds), window=10.0)
    assert model.windows == [10.0] * windows
    assert encoded.frames.shape == (frames, N_DIMS)
    assert (encoded.output is not None) == (windows == 1)


def test_a_clip_heard_a_moment_ago_is_not_encoded_again(counting):
    model, encoder = counting
    first = encoder.encode(noise(1.0), window=10.0)
    assert encoder.encode(noise(1.0).copy(), window=10.0) is first
    encoder.encode(noise(1.0), window=5.0)
    encoder.encode(noise(1.0, seed=1), window=10.0)
    assert model.windows == [10.0, 5.0, 10.0]


def test_an_encoder_remembers_the_latest_32_clips(counting):
    model, encoder = counting
    for seed in range(33):
        encoder.encode(noise(0.1, seed), window=1.0)
    encoder.encode(noise(0.1, 32), window=1.0)
    assert len(model.windows) == 33
    encoder.encode(noise(0.1, 0), window=1.0)
    assert len(model.windows) == 34


def test_two_threads_that_ask_for_one_clip_share_a_pass(counting):
    model, encoder = counting
    threads = [
        threading.Thread(target=encoder.encode, args=(noise(2.0),), kwargs={"window": 10.0})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.windows == [10.0]


def test_another_model_does_not_answer_from_memory():
    models = [Counting(), Counting()]
    at = SimpleNamespace(number=0)
    encoder = Encoder(lambda: models[at.number])
    encoder.encode(noise(1.0), window=10.0)
    at.number = 1
    encoder.encode(noise(1.0), window=10.0)
    assert [len(m.windows) for m in models] == [1, 1]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    if packaged_problem() is not None:
        pytest.skip("the weight packages of requirements-whisper.txt are not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(tmp_path_factory.mktemp("encoder")))
        yield Encoder(shared_model().ear)


def test_the_real_encoder_gives_the_same_frames_again(real):
    y = noise(1.2)
    frames = real.encode(y, window=10.0).frames
    again = Encoder(shared_model().ear).encode(y, window=10.0).frames
    assert frames.shape == (60, N_DIMS)
    assert np.isfinite(frames).all()
    np.testing.assert_array_equal(frames, again)
