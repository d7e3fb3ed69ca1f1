"""The waveform of a copy lies over its original; that of another take does not."""

import numpy as np
import pytest

from core.audio import resample
from core.signal import copy_overlap, overlap
from tests.signal.signals import noise, silence, sine, voice


def test_a_signal_overlaps_itself_at_any_gain_and_shift():
    y = voice(1.5)
    later = np.concatenate([silence(0.4), -0.1 * y])
    assert overlap(y, later) == pytest.approx(1.0, abs=1e-3)


def test_a_part_overlaps_by_the_root_of_its_energy():
    y = voice(2.0)
    part = y[: len(y) // 2]
    assert overlap(y, part) == pytest.approx(np.sqrt(np.sum(part**2) / np.sum(y**2)), abs=0.02)


def test_noise_of_equal_power_leaves_the_root_of_a_half():
    y = voice(2.0)
    assert overlap(y, y + noise(2.0, rms=0.1)) == pytest.approx(np.sqrt(0.5), abs=0.03)


def test_other_takes_hardly_overlap():
    takes = [voice(1.5, seed=seed) for seed in range(5)]
    assert max(copy_overlap(a, b) for a in takes for b in takes if a is not b) < 0.3


def test_hum_that_two_takes_share_does_not_count():
    hum = sine(50, 1.5, peak=0.5)
    assert overlap(voice(1.5, seed=0) + hum, voice(1.5, seed=1) + hum) < 0.3


def test_a_faster_copy_is_stretched_before_it_is_compared():
    y = voice(2.0)
    faster = resample(y, 105, 100)
    assert overlap(y, faster) < 0.4
    assert copy_overlap(y, faster) > 0.95


@pytest.mark.parametrize("y", [silence(1.0), np.zeros(1, dtype=np.float32)])
def test_silence_overlaps_nothing(y):
    assert copy_overlap(y, voice(1.0)) == 0.0
