"""Log-mel bands and cepstral coefficients, held to librosa and to signals with a known answer."""

import librosa
import numpy as np
import pytest

from core.features import extract, feature_names
from core.settings import LogmelSpec, MfccSpec, spec_digest
from tests.conftest import sine
from tests.features.signals import noise, silence, voice

SIGNALS = {  # with some noise: far from a pure sine, both would tell of their own rounding only
    "sine": sine(440, duration=1.0) + noise(1.0, level=1e-4),
    "noise": noise(1.0),
    "faint": noise(0.3, level=1e-4),
    "voice": voice(1.5),
    "short": noise(0.1),
}


def librosa_level(y, n_mels):
    """Level in dB of each band, (n_mels, n_frames), as librosa has it."""
    mel = librosa.feature.melspectrogram(
        y=y, sr=16_000, n_fft=512, hop_length=160, n_mels=n_mels, fmin=20, fmax=8000
    )
    return librosa.power_to_db(mel, top_db=None)


@pytest.mark.parametrize("n_mels", [16, 64, 128])
@pytest.mark.parametrize("name", SIGNALS)
def test_log_mel_is_that_of_librosa(name, n_mels):
    level = librosa_level(SIGNALS[name], n_mels)
    expected = np.concatenate([level.mean(axis=1), level.std(axis=1)])
    found = extract(SIGNALS[name], LogmelSpec(n_mels=n_mels))
    np.testing.assert_allclose(found, expected, atol=2e-3)  # dB


@pytest.mark.parametrize("name", SIGNALS)
def test_cepstral_coefficients_and_their_slopes_are_those_of_librosa(name):
    mfcc = librosa.feature.mfcc(S=librosa_level(SIGNALS[name], 64), n_mfcc=13)
    slopes = librosa.feature.delta(mfcc, width=9, mode="nearest")
    curves = np.vstack([mfcc, slopes])
    expected = np.concatenate([curves.mean(axis=1), curves.std(axis=1)])
    found = extract(SIGNALS[name], MfccSpec(n_mfcc=13))
    np.testing.assert_allclose(found, expected, atol=5e-3)


def test_without_slopes_the_coefficients_stay_the_same():
    y = voice(1.0)
    with_slopes = dict(zip(feature_names(MfccSpec()), extract(y, MfccSpec()), strict=True))
    plain = MfccSpec(deltas=False)
    for name, value in zip(feature_names(plain), extract(y, plain), strict=True):
        assert with_slopes[name] == value


@pytest.mark.parametrize(
    ("spec", "n", "some"),
    [
        (LogmelSpec(), 128, {"log_mel_0_mean", "log_mel_63_std"}),
        (LogmelSpec(n_mels=16), 32, {"log_mel_15_mean"}),
        (MfccSpec(), 80, {"mfcc_0_mean", "mfcc_19_std", "mfcc_19_delta_mean"}),
        (MfccSpec(n_mfcc=40, deltas=False), 80, {"mfcc_39_mean"}),
    ],
)
def test_every_feature_has_a_name_of_its_own(spec, n, some):
    names = feature_names(spec)
    assert len(names) == len(set(names)) == n == len(extract(voice(0.5), spec))
    assert some <= set(names)


def test_a_sine_is_loudest_in_the_band_around_it():
    centres = librosa.mel_frequencies(n_mels=66, fmin=20, fmax=8000)[1:-1]
    strongest = int(np.argmax(extract(sine(1000), LogmelSpec())[:64]))
    assert strongest == int(np.argmin(np.abs(centres - 1000)))


def test_ten_times_the_amplitude_is_20_db_more_and_changes_only_the_first_coefficient():
    y = noise(1.0, level=0.01)
    by_level = extract(10 * y, LogmelSpec()) - extract(y, LogmelSpec())
    np.testing.assert_allclose(by_level[:64], 20, atol=1e-3)
    np.testing.assert_allclose(by_level[64:], 0, atol=1e-3)
    by_mfcc = extract(10 * y, MfccSpec()) - extract(y, MfccSpec())
    assert by_mfcc[0] == pytest.approx(20 * np.sqrt(64), abs=1e-2)
    np.testing.assert_allclose(by_mfcc[1:], 0, atol=1e-2)


@pytest.mark.parametrize("y", [silence(1.0), silence(0.0), silence(0.01)], ids=len)
def test_digital_silence_is_the_floor_and_does_not_move(y):
    found = extract(y, LogmelSpec())
    assert np.array_equal(found, np.repeat(np.float32([-100, 0]), 64))
    assert np.isfinite(extract(y, MfccSpec())).all()


def test_settings_that_change_the_numbers_change_the_name_in_the_store():
    specs = [LogmelSpec(), LogmelSpec(n_mels=40), MfccSpec(), MfccSpec(deltas=False)]
    assert len({spec_digest(spec) for spec in specs}) == 4
