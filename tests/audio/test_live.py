"""Blocks from a microphone become one signal without a seam."""

import av
import numpy as np
import pytest

from core.audio import LiveInput, frame_samples, resample
from tests.conftest import sine


def stereo(y):
    pcm = np.round(y * 32_767).astype(np.int16)
    return np.column_stack([pcm, pcm])


@pytest.mark.parametrize("n_frames", [960, 441, 4800])
def test_blocks_of_48_khz_stereo_become_what_the_whole_signal_becomes(n_frames):
    y = sine(440, duration=2.0, sr=48_000)
    live = LiveInput()
    parts = [
        live.take(stereo(y[first : first + n_frames]), 48_000)
        for first in range(0, len(y), n_frames)
    ]
    joined = np.concatenate([*parts, live.finish()])
    assert joined.dtype == np.float32
    assert len(joined) == 32_000
    np.testing.assert_allclose(joined, resample(y, 48_000), atol=1e-4)


def test_16_khz_mono_passes_as_it_is():
    y = sine(440, duration=0.1)
    np.testing.assert_array_equal(LiveInput().take(y, 16_000), y)


def test_the_channels_are_averaged():
    block = np.column_stack([np.full(160, 16_384, np.int16), np.zeros(160, np.int16)])
    np.testing.assert_allclose(LiveInput().take(block, 16_000), 0.25)


def test_a_change_of_rate_loses_nothing():
    live = LiveInput()
    first = [live.take(sine(440, duration=1.0, sr=48_000), 48_000)]
    second = [live.take(sine(440, duration=1.0, sr=44_100), 44_100), live.finish()]
    assert sum(map(len, first + second)) == 32_000


def test_what_is_no_number_is_silence():
    block = np.array([0.5, np.nan, np.inf], dtype=np.float32)
    assert LiveInput().take(block, 16_000).tolist() == [0.5, 0.0, 0.0]


@pytest.mark.parametrize("form", ["s16", "s16p", "flt", "fltp"])
def test_a_frame_gives_its_samples_whatever_their_layout(form):
    left, right = np.arange(4), np.arange(4) * 10
    samples = np.vstack([left, right])
    if not form.endswith("p"):
        samples = samples.T.reshape(1, -1)
    kind = np.int16 if form.startswith("s16") else np.float32
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, kind), form, "stereo")
    frame.sample_rate = 48_000
    block, sr = frame_samples(frame)
    assert sr == 48_000
    np.testing.assert_array_equal(block, np.column_stack([left, right]))
