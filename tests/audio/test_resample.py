"""The one resampler keeps tones, drops what does not fit, and does not care about blocks."""

import numpy as np
import pytest

from core.audio import resample
from core.audio.resample import resample_blocks
from tests.conftest import sine


def test_a_signal_at_the_wanted_rate_stays_as_it_is():
    y = sine()
    assert resample(y, 16_000, 16_000) is y


@pytest.mark.parametrize("sr", [8_000, 22_050, 44_100, 48_000, 192_000])
def test_a_tone_keeps_its_pitch_and_level(sr):
    y = resample(sine(440.0, sr=sr), sr, 16_000)
    assert y.dtype == np.float32
    assert len(y) == 16_000
    middle = slice(2_000, 14_000)  # the ends ring
    np.testing.assert_allclose(y[middle], sine(440.0)[middle], atol=1e-3)


def test_what_16_kilohertz_cannot_hold_is_gone():
    y = resample(sine(10_000.0, sr=48_000), 48_000, 16_000)
    assert np.abs(y[2_000:14_000]).max() < 1e-4  # 0.5 before: more than 70 dB down


@pytest.mark.parametrize("n_frames", [1, 777, 65_536])
@pytest.mark.parametrize("sr", [16_000, 44_100])
def test_blocks_give_the_same_samples_as_the_whole(n_frames, sr):
    y = sine(300.0, sr=sr, duration=0.1 if n_frames == 1 else 2.0)
    both = np.stack([y, -y], axis=1)
    blocks = (both[i : i + n_frames] for i in range(0, len(both), n_frames))
    out = np.concatenate(list(resample_blocks(blocks, sr, 16_000, 2)))
    np.testing.assert_allclose(out[:, 0], resample(y, sr, 16_000), atol=1e-6)
    np.testing.assert_allclose(out[:, 1], -out[:, 0], atol=1e-6)
