"""Frame sequences: one fixed shape for every clip, with padding that can be found again."""

import librosa
import numpy as np
import pytest

from core.features import extract, feature_names
from core.settings import MelspecSpec, MfccFramesSpec, StftSpec
from tests.conftest import sine

SPECS = [StftSpec(), MelspecSpec(), MfccFramesSpec(), MfccFramesSpec(n_mfcc=13, deltas=False)]


def noise(seconds, seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal(int(16_000 * seconds)).astype("f")


def frames(y, spec):
    return extract(y, spec).reshape(spec.shape)


def is_padding(sequence):
    return ~(sequence != 0).any(axis=1)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.kind}{s.shape}")
@pytest.mark.parametrize("seconds", [0.3, 2.0, 9.0])
def test_every_clip_has_the_shape_of_the_spec(spec, seconds):
    assert extract(noise(seconds), spec).shape == (spec.shape[0] * spec.shape[1],)
    assert len(feature_names(spec)) == spec.shape[0] * spec.shape[1]


def test_the_original_picture_is_256_by_256():
    assert StftSpec().shape == (256, 256)


@pytest.mark.parametrize("spec", SPECS[:3], ids=lambda s: s.kind)
def test_padding_stands_behind_a_short_clip_and_is_found_again(spec):
    short = is_padding(frames(noise(1.0), spec))
    n_sound = 1 + 16_000 // spec.hop_length  # centred frames
    assert short.tolist() == [False] * n_sound + [True] * (spec.shape[0] - n_sound)
    assert not is_padding(frames(noise(9.0), spec)).any()


@pytest.mark.parametrize("spec", SPECS[:3], ids=lambda s: s.kind)
def test_digital_silence_is_no_padding(spec):
    silence = np.zeros(16_000, dtype=np.float32)
    assert is_padding(frames(silence, spec)).sum() == is_padding(frames(noise(1.0), spec)).sum()


def test_a_long_clip_gives_its_middle():
    spec = MelspecSpec(length=2.0)
    y = np.concatenate([np.zeros(32_000, "f"), noise(2.2), np.zeros(32_000, "f")])
    assert frames(y, spec).min() > -60  # dB; no silence in it


def test_mel_frames_are_those_of_librosa():
    y, spec = noise(2.0), MelspecSpec()
    power = librosa.feature.melspectrogram(
        y=y, sr=16_000, n_fft=512, hop_length=320, n_mels=64, fmin=20, fmax=8_000
    )
    expected = librosa.power_to_db(power, ref=1.0, top_db=None).T
    assert np.allclose(frames(y, spec)[: len(expected)], expected, atol=1e-2)


def test_a_tone_stands_in_one_frequency_of_the_picture():
    picture = frames(sine(1_000.0, duration=2.0), StftSpec())
    assert (picture[10:100].argmax(axis=1) == 32).all()  # 31.25 Hz a bin


def test_the_slopes_of_a_steady_sound_are_zero():
    sequence = frames(sine(500.0, duration=2.0), MfccFramesSpec())
    assert np.abs(sequence[10:80, 20:]).max() < 0.5
    assert np.abs(sequence[10:80, 0]).min() > 10
