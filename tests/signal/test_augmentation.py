"""Disturbed copies: as much as was asked for, the same again for the same seed, and no more."""

import dataclasses

import numpy as np
import pytest

from core.errors import KnobError, UnknownKnobError
from core.settings import USUAL_AUGMENT, AugmentSpec, augment_spec
from core.signal.augmentation import augment, augment_digest, stretch
from tests.conftest import sine

SR = 16_000


def copies(y, spec, n=20):
    return [augment(y, spec, digest=augment_digest(spec, 0, i), clip="c") for i in range(n)]


def rms(y):
    return np.sqrt(np.mean(np.square(y, dtype=float)))


def pitch_of(y):
    spectrum = np.abs(np.fft.rfft(y * np.hanning(len(y)), 8 * SR))
    return np.fft.rfftfreq(8 * SR, 1 / SR)[spectrum.argmax()]


def test_a_copy_is_the_same_again_and_another_number_seed_or_clip_gives_another():
    y = sine(300.0)
    first = augment(y, USUAL_AUGMENT, digest=augment_digest(USUAL_AUGMENT, 0, 0), clip="c")
    again = augment(y, USUAL_AUGMENT, digest=augment_digest(USUAL_AUGMENT, 0, 0), clip="c")
    assert np.array_equal(first, again)
    for seed, number, clip in ((0, 1, "c"), (1, 0, "c"), (0, 0, "d")):
        digest = augment_digest(USUAL_AUGMENT, seed, number)
        other = augment(y, USUAL_AUGMENT, digest=digest, clip=clip)
        assert len(other) != len(first) or not np.allclose(other, first)


def test_more_copies_do_not_change_the_first():
    more = dataclasses.replace(USUAL_AUGMENT, copies=3)
    assert augment_digest(more, 0, 0) == augment_digest(USUAL_AUGMENT, 0, 0)


def test_noise_has_the_ratio_that_was_asked_for():
    y = sine(300.0, duration=2.0, peak=0.3)
    ratios = [20 * np.log10(rms(y) / rms(c - y)) for c in copies(y, AugmentSpec(noise=20.0))]
    assert min(ratios) >= 19.9
    assert max(ratios) <= 35.1
    assert max(ratios) - min(ratios) > 5


def test_gain_goes_up_and_down_within_its_bounds_and_never_beyond_full_scale():
    levels = [
        20 * np.log10(rms(c) / rms(sine(peak=0.2)))
        for c in copies(sine(peak=0.2), AugmentSpec(gain=6.0))
    ]
    assert -6.01 <= min(levels) < -1
    assert 1 < max(levels) <= 6.01
    assert max(np.abs(c).max() for c in copies(sine(peak=0.9), AugmentSpec(gain=20.0))) <= 0.991


def test_a_shift_keeps_the_length_and_moves_at_most_so_far():
    y = np.zeros(SR, np.float32)
    y[8_000] = 0.5
    places = [int(c.argmax()) for c in copies(y, AugmentSpec(shift=0.1))]
    assert 6_400 <= min(places) < 8_000 < max(places) <= 9_600


@pytest.mark.parametrize("factor", [0.8, 0.95, 1.1, 1.25])
def test_a_stretch_changes_the_length_and_not_the_pitch(factor):
    y = sine(220.0, duration=2.0)
    long = stretch(y, factor)
    assert len(long) == round(factor * len(y))
    assert pitch_of(long) == pytest.approx(220.0, abs=1.0)
    assert rms(long[2_000:-2_000]) == pytest.approx(rms(y), rel=0.05)


def test_pitch_moves_mildly_and_keeps_the_length():
    y = sine(220.0, duration=2.0)
    found = copies(y, AugmentSpec(pitch=1.0), n=8)
    semitones = [12 * np.log2(pitch_of(c) / 220.0) for c in found]
    assert -1.05 <= min(semitones) < -0.2
    assert 0.2 < max(semitones) <= 1.05
    assert {len(c) for c in found} <= set(range(31_990, 32_011))


def test_tempo_changes_the_length_and_not_the_pitch():
    found = copies(sine(220.0, duration=2.0), AugmentSpec(tempo=0.1), n=8)
    lengths = [len(c) / 32_000 for c in found]
    assert 1 / 1.1 - 0.01 <= min(lengths) < 0.98
    assert 1.02 < max(lengths) <= 1 / 0.9 + 0.01
    assert all(pitch_of(c) == pytest.approx(220.0, abs=1.5) for c in found)


def test_a_room_echoes_after_a_click_and_keeps_the_loudness():
    y = np.zeros(SR, np.float32)
    y[1_000] = 0.9
    (click,) = copies(y, AugmentSpec(room=0.5), n=1)
    assert rms(click) == pytest.approx(rms(y), rel=0.01)
    assert np.abs(click[1_100:3_000]).max() > 1e-3
    assert not np.abs(click[:999]).max() > 1e-6


@pytest.mark.parametrize("n", [0, 1, 500, 1_500])
def test_even_the_shortest_sounds_come_back(n):
    y = sine(duration=1.0)[:n]
    for c in copies(y, USUAL_AUGMENT, n=3):
        assert c.dtype == np.float32
        assert np.isfinite(c).all()


def test_what_is_written_on_the_command_line_is_read():
    assert augment_spec("noise=20, gain=6") == AugmentSpec(noise=20.0, gain=6.0)
    assert augment_spec("usual") == USUAL_AUGMENT
    assert augment_spec("gain=0") is None
    with pytest.raises(KnobError, match="99"):
        augment_spec("noise=99")
    with pytest.raises(KnobError, match="NAME=VALUE"):
        augment_spec("loud")
    with pytest.raises(UnknownKnobError, match="echo"):
        augment_spec("echo=1")
