"""The demo's pitch shaping does to known signals what its manner says."""

import dataclasses

import numpy as np
import pytest

from core.corpus.demo_acting import PLAIN, Manner
from core.corpus.demo_prosody import reshape_prosody, track_pitch
from core.corpus.demo_room import colour_voice, equalise, long_term_spectrum

SR = 44_100
LEVEL = dataclasses.replace(PLAIN, drift=0.0, final=0.0, accent=0.0, tremor=0.0, final_stretch=0.0)


def glottal_pulses(f0: float, *, duration: float = 1.0, sr: int = SR) -> np.ndarray:
    """A buzz of 20 harmonics falling by 6 dB an octave [shape=(n_samples,)]."""
    t = np.arange(int(duration * sr)) / sr
    return sum(np.cos(2 * np.pi * f0 * k * t) / k for k in range(1, 21)) * 0.1


def reshaped(manner: Manner) -> np.ndarray:
    """One second of a buzz at 150 Hz, spoken in a manner."""
    rng = np.random.default_rng(0)
    return reshape_prosody(
        glottal_pulses(150.0), SR, f0=150.0, expected=150.0, manner=manner, rng=rng
    )


def test_the_pitch_of_a_buzz_is_found_to_one_percent():
    track = track_pitch(glottal_pulses(120.0), SR, expected=110.0)
    assert track.voiced.mean() > 0.9
    assert track.median == pytest.approx(120.0, rel=0.01)


def test_silence_has_no_voiced_frames():
    assert not track_pitch(np.zeros(SR), SR, expected=110.0).voiced.any()


@pytest.mark.parametrize("semitones", [-3.0, 0.0, 5.0])
def test_a_level_of_n_semitones_moves_the_pitch_by_a_factor_of_two_to_the_n_over_12(semitones):
    manner = dataclasses.replace(LEVEL, level=semitones)
    y = reshaped(manner)
    wanted = 150.0 * 2 ** (semitones / 12)
    assert track_pitch(y, SR, expected=wanted).median == pytest.approx(wanted, rel=0.03)


def test_a_final_rise_ends_higher_than_it_began():
    manner = dataclasses.replace(LEVEL, final=4.0)
    y = reshaped(manner)
    f0 = track_pitch(y, SR, expected=165.0).f0
    rise = 12 * np.log2(np.median(f0[-12:-4]) / np.median(f0[20:60]))
    # at 96 % of the way, 84 % into the last quarter: 4 * 0.84 ** 1.5 = 3.1 semitones, and a wander
    assert rise == pytest.approx(3.1, abs=1.0)


def test_stretching_the_last_quarter_by_half_lengthens_the_whole_by_an_eighth():
    manner = dataclasses.replace(LEVEL, final_stretch=np.log2(1.5))
    y = reshaped(manner)
    assert len(y) == pytest.approx(1.125 * SR, abs=2)


def test_more_tilt_gives_a_brighter_long_term_spectrum():
    y = glottal_pulses(150.0, sr=16_000) + 0.01 * np.random.default_rng(0).standard_normal(16_000)
    plain, bright = (
        long_term_spectrum(
            colour_voice(y, dataclasses.replace(PLAIN, tilt=tilt), np.random.default_rng(0))
        )
        for tilt in (0.0, 3.0)
    )
    change = bright - plain  # 4000 Hz (band 10) is three octaves above 500 Hz (band 4)
    assert change[10] - change[4] == pytest.approx(9.0, abs=1.0)


def test_a_gain_of_6_db_in_every_band_doubles_the_signal():
    y = np.random.default_rng(0).standard_normal(16_000)
    assert equalise(y, np.full(12, 20 * np.log10(2))) == pytest.approx(2 * y)
