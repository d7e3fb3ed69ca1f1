"""Flat tops are found whatever level they were brought to, and peaks of a voice are none."""

import numpy as np
import pytest

from core.signal.clipping import clipped_share
from tests.signal.signals import SR, silence, voice


def test_samples_on_flat_tops_are_counted_without_the_longest_run_of_each_sign():
    y = np.array([0, 7, 7, 0, 7, 7, 7, 0, -5, -5, 0, -5, -5, -5, -5, 0, 0, 0, 0, 0]) / 10
    assert clipped_share(y) == pytest.approx((2 + 2) / 20)


@pytest.mark.parametrize("level", [0.05, 0.5, 1.0])
def test_the_level_a_clipped_signal_was_turned_down_to_does_not_matter(level):
    y = voice(2.0)
    limit = np.quantile(np.abs(y), 0.98)  # one sample in fifty is cut
    share = clipped_share(level * np.clip(y / limit, -1, 1))
    assert 0.01 < share <= 0.02


def test_an_unclipped_voice_has_no_flat_tops():
    assert clipped_share(voice(2.0)) < 0.0005


def test_the_worst_channel_counts():
    y = voice(1.0)
    cut = np.clip(y / np.quantile(np.abs(y), 0.95), -1, 1)
    assert clipped_share(np.stack([y, cut], axis=1)) == clipped_share(cut) > 0.01


@pytest.mark.parametrize("y", [np.zeros(0), silence(0.5), np.full(SR, 0.3), np.zeros((0, 2))])
def test_nothing_and_a_constant_are_not_clipped(y):
    assert clipped_share(y) == 0.0


def test_resampling_hides_what_the_raw_rate_shows():
    from core.audio import resample

    t = np.arange(48_000) / 48_000
    raw = np.clip(1.5 * np.sin(2 * np.pi * 3_000 * t), -1, 1)
    assert clipped_share(raw) > 0.3
    assert clipped_share(resample(raw, 48_000)) < 0.1
