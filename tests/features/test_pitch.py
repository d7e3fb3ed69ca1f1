import numpy as np
import pytest

from core.features.pitch import _candidates, _cheapest_path, _steps, pitch
from tests.conftest import sine
from tests.features import reference
from tests.features.signals import SR, noise, silence, voice


def sawtooth(f0, duration=1.0):
    t = np.arange(round(duration * SR)) / SR
    return sum(0.3 * np.sin(2 * np.pi * k * f0 * t) / k for k in range(1, int(4000 / f0)))


@pytest.mark.parametrize("f0", [66, 80, 120, 200, 311, 440, 495])
@pytest.mark.parametrize("tone", [sine, sawtooth])
def test_a_tone_has_its_own_pitch_in_every_frame(tone, f0):
    track = pitch(tone(f0))
    np.testing.assert_allclose(track.f0, f0, rtol=0.01)


def test_frames_are_20_ms_apart_and_their_centres_are_given():
    track = pitch(sine(440, duration=0.1))
    np.testing.assert_allclose(track.times, [0.02, 0.04, 0.06, 0.08])
    assert len(track.f0) == len(track.hnr) == 4


@pytest.mark.parametrize("y", [silence(1.0), noise(1.0), silence(0.0), silence(1.0) + 0.5])
def test_silence_noise_and_dc_have_no_pitch(y):
    track = pitch(y)
    assert np.isnan(track.f0).all()
    assert np.isnan(track.hnr).all()


def test_a_pause_between_two_tones_is_unvoiced():
    track = pitch(np.concatenate([sawtooth(150, 0.5), silence(0.3), sawtooth(150, 0.5)]))
    pause = (track.times > 0.53) & (track.times < 0.77)
    assert np.isnan(track.f0[pause]).all()
    assert np.isfinite(track.f0[(track.times < 0.47) | (track.times > 0.83)]).all()


@pytest.mark.parametrize("snr", [0.0, 10.0, 20.0])
def test_harmonics_to_noise_is_the_ratio_that_was_mixed(snr):
    # Noise above 4 kHz does not count, so half of white noise's power is heard.
    y = sawtooth(200, 4.0)
    hiss = noise(4.0, level=float(np.sqrt(2 * np.mean(y**2) / 10 ** (snr / 10))))
    assert np.nanmedian(pitch(y + hiss).hnr) == pytest.approx(snr, abs=1.5)


@pytest.mark.parametrize("sr", [8_000, 22_050, 44_100, 48_000])
def test_the_rate_of_the_signal_does_not_matter(sr):
    track = pitch(sine(220, duration=0.5, sr=sr), sr)
    assert len(track.f0) == 24
    np.testing.assert_allclose(track.f0[1:-1], 220, rtol=0.01)


def test_the_track_is_that_of_the_plain_implementation():
    y = voice(1.0, f0=180, glide=-40)
    track = pitch(y)
    expected = reference.pitch_track(y.astype(float))
    np.testing.assert_allclose(track.f0, [f or np.nan for f, _ in expected], rtol=1e-4)
    np.testing.assert_allclose(
        track.hnr, [np.nan if f is None else h for f, h in expected], atol=1e-2
    )


@pytest.mark.parametrize("n_frames", [*range(1, 20), 149])
def test_the_tree_of_steps_finds_the_path_that_going_step_by_step_finds(n_frames):
    rng = np.random.default_rng(n_frames)
    strengths, octaves = rng.random((n_frames, 5)), rng.uniform(0, 3, (n_frames, 4))
    score, paths = strengths[0], [[state] for state in range(5)]
    for step in np.moveaxis(_steps(strengths, octaves), 2, 0):
        before = (score[:, None] + step).argmax(axis=0)
        score = (score[:, None] + step).max(axis=0)
        paths = [[*paths[state], to] for to, state in enumerate(before)]
    assert _cheapest_path(strengths, octaves).tolist() == paths[score.argmax()]


@pytest.mark.parametrize(("low", "high"), [(40, 500), (300, 300), (65, 2000)])
def test_a_range_out_of_reach_is_refused(low, high):
    with pytest.raises(ValueError, match="cannot be looked for"):
        pitch(sine(), f0_min=low, f0_max=high)


@pytest.mark.filterwarnings("error")
def test_a_peak_of_one_rounding_step_is_none():
    r = np.zeros((1, 125), dtype=np.float32)
    below_one = np.nextafter(np.float32(1), np.float32(0))
    r[0, 39:43] = [below_one, 1, 1, below_one]  # float32: below_one + 1 - 2 is 0
    r[0, 79:82] = [0.5, 0.6, 0.5]
    freqs, heights = _candidates(r, 65, 500)
    found = heights[0] > 0
    assert freqs[0][found] == pytest.approx([100])
    assert heights[0][found] == pytest.approx([0.6])
