"""The measures of a clip say what is in a signal made for them; flags follow from thresholds."""

import dataclasses

import numpy as np
import pytest

from core.audio import FLAGS as AUDIO_FLAGS
from core.settings import QualityThresholds
from core.signal import FLAGS, MEASURES, ClipMeasures, clip_flags
from core.signal.levels import activity, loudness, noise_ratio
from tests.signal.signals import SR, measured, mel_of, noise, silence, sine, voice


def loud_part(*, first: bool):
    """A voice cut at its loudest moment: what follows it, or what comes before."""
    y = voice(2.0)
    loudest = SR // 2 + int(np.argmax(np.abs(y[SR // 2 : -SR // 2])))
    return y[loudest:] if first else y[:loudest]


def flags_of(y, **other):
    return clip_flags(measured(y, **other)[0])


def test_a_full_scale_sine_has_a_level_of_minus_three_decibels_and_a_peak_of_zero():
    measures, _ = measured(sine(1_000, 1.0, peak=1.0))
    assert measures.rms == pytest.approx(-3.01, abs=0.01)
    assert measures.peak == pytest.approx(0.0, abs=0.01)
    assert measures.loud == pytest.approx(0.0, abs=0.1)
    assert measures.duration == 1.0


def test_loudness_of_a_997_hz_sine_is_that_of_the_standard():
    # ITU-R BS.1770: 0 dBFS at 997 Hz on one channel reads -3.01 LKFS.
    assert loudness(sine(997, 5.0, peak=1.0), SR) == pytest.approx(-3.01, abs=0.1)
    assert loudness(sine(997, 5.0, peak=0.1), SR) == pytest.approx(-23.01, abs=0.1)


@pytest.mark.parametrize("y", [silence(2.0), sine(440, 0.3)])
def test_silence_and_less_than_a_block_have_no_loudness(y):
    assert loudness(y, SR) is None


def test_silence_before_and_after_is_measured():
    y = np.concatenate([silence(0.5), sine(300, 1.0), silence(0.8)])
    measures, _ = measured(y)
    assert measures.lead == pytest.approx(0.5, abs=0.03)
    assert measures.trail == pytest.approx(0.8, abs=0.03)
    assert measures.speech == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(("pause", "count"), [(0.1, 1), (0.5, 2)])
def test_a_long_pause_makes_two_utterances_of_one(pause, count):
    y = np.concatenate([sine(300, 0.6), silence(pause), sine(300, 0.6)])
    assert measured(y)[0].utterances == count


def test_a_click_is_no_utterance():
    levels = np.full(200, -90.0)
    levels[50:53] = -10.0
    levels[100:160] = -12.0
    found = activity(levels, depth=30, pause=30, shortest=5)
    assert (found.n_runs, found.first, found.last) == (1, 100, 159)


@pytest.mark.parametrize("wanted", [5, 10, 20])
def test_more_noise_gives_a_lower_ratio(wanted):
    y = voice(3.0)
    hiss = noise(3.0, rms=np.sqrt(np.mean(y**2)) / 10 ** (wanted / 20))
    # What the clip's own power is above the noise, the loud frames are a little more.
    assert wanted < noise_ratio(mel_of(y + hiss)) < wanted + 12


def test_a_steady_hiss_does_not_rise_above_itself():
    assert noise_ratio(mel_of(noise(2.0, rms=0.1))) < 3


def test_the_offset_is_the_mean():
    assert measured(sine(200, 1.0) + np.float32(0.1))[0].dc == pytest.approx(0.1, abs=1e-4)


def test_voiced_share_tells_tone_from_hiss():
    assert measured(sine(150, 1.0))[0].voiced > 0.9
    assert measured(noise(1.0, rms=0.1))[0].voiced < 0.1


@pytest.mark.parametrize("highest", [1_500, 3_400, 7_000])
def test_bandwidth_is_the_highest_frequency_with_sound(highest):
    y = sine(300, 1.0) + sine(highest, 1.0, peak=0.1)
    assert measured(y)[0].bandwidth == pytest.approx(highest, abs=150)


def test_a_good_clip_has_no_flags():
    y = np.concatenate([silence(0.2), voice(1.5), silence(0.2)]) + noise(1.9, rms=1e-4)
    assert flags_of(y) == ()


@pytest.mark.parametrize(
    ("y", "flag"),
    [
        (np.clip(20 * voice(1.5), -1, 1), "clipped"),
        (voice(1.5) + noise(1.5, rms=0.05), "noisy"),
        (silence(1.0), "silent"),
        (noise(1.0, rms=1e-3), "silent"),
        (0.01 * voice(1.5), "quiet"),
        (np.concatenate([silence(0.4), voice(0.2), silence(0.4)]), "too-short"),
        (loud_part(first=True), "cut-start"),
        (loud_part(first=False), "cut-end"),
        (np.concatenate([voice(1.5), silence(1.5)]), "long-silence"),
        (voice(1.5) + np.float32(0.1), "dc"),
        (np.concatenate([silence(0.2), sine(300, 1.0), silence(0.2)]), "narrow-band"),
    ],
)
def test_each_fault_has_its_flag(y, flag):
    assert flag in flags_of(y.astype(np.float32))


def test_of_a_silent_clip_nothing_else_is_said():
    assert flags_of(silence(2.0)) == ("silent",)


def test_a_threshold_moves_the_flag_without_listening_again():
    measures, _ = measured(voice(1.5) + noise(1.5, rms=0.05))
    assert "noisy" in clip_flags(measures)
    assert "noisy" not in clip_flags(measures, QualityThresholds(noisy_snr=-30, nothing_snr=-40))
    assert clip_flags(dataclasses.asdict(measures)) == clip_flags(measures)


def test_every_measure_has_a_caption_and_every_shared_flag_the_same_words():
    assert list(MEASURES) == [f.name for f in dataclasses.fields(ClipMeasures)]
    shared = FLAGS.keys() & AUDIO_FLAGS.keys()
    assert "clipped" in shared
    assert {flag: FLAGS[flag] for flag in shared} == {flag: AUDIO_FLAGS[flag] for flag in shared}


def test_one_sample_can_be_measured():
    measures, _ = measured(np.array([0.5], dtype=np.float32))
    assert measures.duration == 1 / SR
