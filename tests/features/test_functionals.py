import librosa
import numpy as np
import pytest
import soundfile

from core.errors import NonFiniteSignalError
from core.features import extract, feature_names
from core.settings import FunctionalsSpec
from tests.conftest import sine
from tests.features import reference
from tests.features.signals import SR, noise, silence, voice

SPEC = FunctionalsSpec()
NAMES = feature_names(SPEC)


def named(y):
    return dict(zip(NAMES, extract(y, SPEC).astype(float), strict=True))


def test_there_are_592_each_with_its_own_name():
    assert len(NAMES) == len(set(NAMES)) == 592
    assert {"mfcc_3_p95", "f0_st_mean", "hnr_p50", "voiced_zcr_std", "log_mel_39_std"} <= set(NAMES)
    assert extract(voice(), SPEC).shape == (592,)
    assert extract(voice(), SPEC).dtype == np.float32


@pytest.mark.parametrize(
    "y",
    [
        voice(1.3),
        voice(0.8, f0=220, glide=-50, seed=3),
        np.concatenate([silence(0.2), voice(0.6, f0=90, seed=1), silence(0.3)]),
    ],
    ids=["rising", "falling", "padded"],
)
def test_every_one_is_that_of_the_plain_implementation(y):
    ours, plain = named(y), reference.functionals(y)
    assert set(ours) == set(plain)
    for name, value in plain.items():
        assert ours[name] == pytest.approx(value, rel=1e-4, abs=1e-4), name


def test_mfcc_means_are_those_of_librosa():
    y = noise(1.0)  # all of it active
    frames = librosa.util.frame(y - y.mean(), frame_length=400, hop_length=160)
    window = librosa.filters.get_window("hann", 400)
    power = np.abs(np.fft.rfft(frames * window[:, None], n=512, axis=0)) ** 2
    bank = librosa.filters.mel(sr=SR, n_fft=512, n_mels=40, fmin=20, htk=True, norm=None)
    expected = librosa.feature.mfcc(S=np.log(bank @ power + 1e-10), n_mfcc=20)
    delta = librosa.feature.delta(expected, mode="nearest")
    ours = named(y)
    for i in range(20):
        assert ours[f"mfcc_{i}_mean"] == pytest.approx(expected[i].mean(), abs=1e-4)
        assert ours[f"mfcc_{i}_p95"] == pytest.approx(np.percentile(expected[i], 95), abs=1e-4)
        assert ours[f"mfcc_{i}_delta_std"] == pytest.approx(delta[i].std(), abs=1e-4)


ODD_SIGNALS = {
    "empty": silence(0.0),
    "one sample": np.ones(1, dtype=np.float32),
    "shorter than a frame": noise(0.01),
    "one frame": noise(0.025),
    "shortest clip": voice(0.3),
    "silence": silence(1.0),
    "dc": silence(1.0) + np.float32(0.7),
    "sine": sine(440),
    "low sine": sine(20),
    "nyquist": np.tile(np.float32([1, -1]), 8000),
    "faint": noise(1.0, level=1e-7),
    "denormal": silence(1.0) + noise(1.0, level=1e-40),
    "over full scale": noise(1.0, level=60.0),
    "click": np.concatenate([silence(0.5), np.ones(1, dtype=np.float32), silence(0.5)]),
    "click at the start": np.concatenate([np.ones(1, dtype=np.float32), silence(1.0)]),
    "square": np.sign(sine(100)),
    "a minute": noise(60.0),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("y", ODD_SIGNALS.values(), ids=ODD_SIGNALS)
def test_odd_signals_have_finite_features_and_the_same_ones_each_time(y):
    features = extract(y, SPEC)
    assert np.isfinite(features).all()
    assert np.array_equal(features, extract(y.copy(), SPEC))


def test_a_440_hz_sine_is_voiced_throughout_and_25_65_semitones_above_100_hz():
    features = named(sine(440))
    assert features["f0_st_mean"] == pytest.approx(12 * np.log2(4.4), abs=0.1)
    assert features["f0_st_range"] < 0.1
    assert features["voiced_share"] == features["voiced_share_active"] == 1
    assert features["voiced_segments_per_s"] == pytest.approx(1, abs=0.05)
    assert features["hnr_mean"] > 30
    # 880 changes of sign a second at 16,000 samples
    assert features["zcr_mean"] == pytest.approx(0.055, abs=0.001)
    assert np.exp(features["log_centroid_mean"]) == pytest.approx(440, rel=0.01)


def test_silence_has_no_voice_no_flux_and_no_rhythm():
    features = named(silence(1.0))
    for name in ("voiced_share", "f0_st_mean", "hnr_std", "flux_mean", "modulation_4_8"):
        assert features[name] == 0
    assert features["energy_peaks_per_s"] == 0
    assert features["flatness_mean"] == pytest.approx(0, abs=1e-6)  # an even spectrum


def test_white_noise_is_flat_and_unvoiced():
    features = named(noise(2.0))
    # The mean of the log of exponentially distributed power is 0.5772 below the log of its mean.
    assert features["flatness_mean"] == pytest.approx(-0.5772, abs=0.02)
    assert features["voiced_share"] == 0
    assert np.exp(features["log_rolloff50_mean"]) == pytest.approx(4000, rel=0.05)


def test_half_the_amplitude_is_6_db_less_and_changes_nothing_else():
    y = voice(1.5)
    loud, soft = named(y), named(y / 2)
    assert loud["log_energy_mean"] - soft["log_energy_mean"] == pytest.approx(np.log(4), abs=1e-3)
    for name in ("f0_st_mean", "mfcc_1_mean", "entropy_p50", "voiced_share", "energy_peaks_per_s"):
        assert loud[name] == pytest.approx(soft[name], rel=1e-3), name


def test_a_level_offset_changes_nothing():
    y = voice(1.5)
    np.testing.assert_allclose(extract(y + 0.1, SPEC), extract(y, SPEC), rtol=1e-2, atol=1e-2)


def test_silence_before_and_after_changes_nothing():
    # But for the frames that lie half in the clip, which there are none of without the silence.
    y = voice(3.0, glide=0.0)
    y -= y.mean()
    bare, padded = named(y), named(np.concatenate([silence(0.5), y, silence(0.5)]))
    assert padded["f0_st_p50"] == pytest.approx(bare["f0_st_p50"], abs=0.1)
    assert padded["log_energy_p50"] == pytest.approx(bare["log_energy_p50"], abs=0.05)
    for name in ("active_share", "voiced_share", "entropy_p50", "flux_p50"):
        assert padded[name] == pytest.approx(bare[name], rel=0.03), name


def test_five_syllables_a_second_are_counted_and_modulate_at_five_hertz():
    t = np.arange(3 * SR) / SR
    features = named((np.cos(np.pi * 5 * t) ** 2 * noise(3.0)).astype(np.float32))
    assert features["energy_peaks_per_s"] == pytest.approx(5, abs=0.5)
    assert features["modulation_4_8"] > 0.8


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_number_is_refused(bad):
    y = sine()
    y[[3, 77]] = bad
    with pytest.raises(NonFiniteSignalError) as caught:
        extract(y, SPEC)
    assert caught.value.values["count"] == 2


def test_two_channels_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 16000\)"):
        extract(np.zeros((2, 16_000)), SPEC)


def test_features_that_do_not_exist_are_refused():
    with pytest.raises(TypeError, match="int"):
        extract(sine(), 3)
    with pytest.raises(TypeError, match="int"):
        feature_names(3)


@pytest.mark.corpus
def test_real_clips_have_finite_features_and_voice(corpora):
    files = sorted((corpora / "emodb4").glob("*.wav"))[::40]
    assert len(files) > 5
    for path in files:
        y, sr = soundfile.read(path, dtype="float32")
        assert sr == SR
        features = named(y)
        assert np.isfinite(list(features.values())).all()
        assert 0.2 < features["voiced_share"] < 1
        assert -10 < features["f0_st_p50"] < 27  # 56 to 475 Hz
