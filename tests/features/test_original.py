import librosa
import numpy as np
import pytest

from core.features import extract, feature_names
from core.settings import OriginalSpec
from tests.conftest import sine
from tests.features.signals import noise, silence, voice

SPEC = OriginalSpec()


def original_recipe(y):
    """The recipe as the original system runs it, with librosa."""
    mean = librosa.feature.melspectrogram(y=y, sr=16_000).mean(axis=1)
    return mean / np.linalg.norm(mean)


@pytest.mark.filterwarnings("ignore:n_fft=2048 is too large")
@pytest.mark.parametrize(
    "y",
    [
        sine(440, duration=1.0),
        sine(7900, duration=0.3),
        noise(3.0),
        noise(0.3, level=1e-4),
        voice(2.5),
        noise(2048 / 16_000),
        noise(0.01),
        np.concatenate([silence(1.0), noise(0.001), silence(1.0)]),
        sine(200) + 0.25,
    ],
    ids=["sine", "high", "noise", "faint", "voice", "one-window", "tiny", "click", "dc"],
)
def test_the_features_are_those_of_librosa_to_six_digits(y):
    np.testing.assert_allclose(extract(y, SPEC), original_recipe(y), rtol=1e-5, atol=1e-8)
    relative = np.linalg.norm(extract(y, SPEC) - original_recipe(y))
    assert relative < 1e-6  # of a vector of length 1


def test_they_have_unit_length_and_do_not_depend_on_the_gain():
    y = voice(1.0)
    assert np.linalg.norm(extract(y, SPEC)) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(extract(y, SPEC), extract(y / 8, SPEC), rtol=1e-5)


def test_digital_silence_and_an_empty_signal_are_all_zero():
    for y in (silence(1.0), silence(0.0)):
        assert np.array_equal(extract(y, SPEC), np.zeros(128, dtype=np.float32))


def test_there_are_128_of_them_and_a_440_hz_sine_is_in_the_band_around_440_hz():
    names = feature_names(SPEC)
    assert len(names) == len(set(names)) == 128
    strongest = int(np.argmax(extract(sine(440), SPEC)))
    centres = librosa.mel_frequencies(n_mels=130, fmax=8000)[1:-1]
    assert strongest == int(np.argmin(np.abs(centres - 440)))
