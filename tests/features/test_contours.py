import numpy as np
import pytest

from core.features.contours import contours, semitones, speech_span
from tests.conftest import sine


def test_a_full_scale_sine_has_a_level_of_minus_three_dbfs_and_its_own_pitch():
    shape = contours(sine(200.0, duration=1.0, peak=1.0))
    inside = shape.level[2:-2]
    assert np.allclose(inside, 10 * np.log10(0.5), atol=0.05)
    assert np.nanmedian(shape.f0) == pytest.approx(200.0, rel=0.01)


def test_silence_lies_on_the_floor_and_has_no_pitch():
    shape = contours(np.zeros(8_000, np.float32))
    assert (shape.level == -80.0).all()
    assert np.isnan(shape.f0).all()


def test_pitch_and_level_are_of_the_same_moments():
    shape = contours(sine(duration=0.777))
    assert len(shape.times) == len(shape.f0) == len(shape.level)
    assert np.allclose(np.diff(shape.times), 0.020)


def test_an_octave_is_twelve_semitones():
    assert semitones(np.array([100.0, 400.0]), 200.0).tolist() == [-12.0, 12.0]


def test_the_span_is_where_the_sound_is():
    silence = np.zeros(8_000, np.float32)
    shape = contours(np.concatenate([silence, sine(200.0, duration=1.0), silence]))
    assert speech_span(shape) == pytest.approx((0.5, 1.5), abs=0.04)
