import librosa
import numpy as np
import pytest

from core.mel import mel_filters, mel_frequencies


@pytest.mark.parametrize(
    ("sr", "n_fft", "n_mels", "fmin", "fmax"),
    [(16_000, 2048, 128, 0, 8000), (16_000, 512, 40, 20, 8000), (22_050, 1024, 64, 50, 10_000)],
)
def test_slaney_filters_are_those_of_librosa(sr, n_fft, n_mels, fmin, fmax):
    expected = librosa.filters.mel(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax)
    np.testing.assert_allclose(
        mel_filters(sr, n_fft, n_mels, fmin, fmax), expected.T, rtol=1e-6, atol=1e-9
    )


def test_htk_filters_are_those_of_librosa():
    expected = librosa.filters.mel(
        sr=16_000, n_fft=512, n_mels=40, fmin=20, fmax=8000, htk=True, norm=None
    )
    filters = mel_filters(16_000, 512, 40, 20, 8000, scale="htk", unit_area=False)
    np.testing.assert_allclose(filters, expected.T, rtol=1e-5, atol=1e-6)


def test_1000_hz_is_1000_htk_mel_and_15_slaney_mel():
    # 15 steps of 66.67 Hz below 1 kHz; HTK's constants are chosen for 1000 Hz = 1000 mel.
    np.testing.assert_allclose(mel_frequencies(16, 0, 1000), np.arange(16) * 200 / 3)
    assert mel_frequencies(3, 0, 1000, scale="htk")[1] == pytest.approx(
        700 * (10 ** (1000 / 2595 / 2) - 1), rel=1e-4
    )


def test_filters_that_peak_at_one_add_up_to_one_between_the_outer_centres():
    total = mel_filters(16_000, 1024, 40, 0.0, 8000.0, unit_area=False).sum(axis=1)
    freqs = np.fft.rfftfreq(1024, 1 / 16_000)
    centres = mel_frequencies(42, 0.0, 8000.0)[[1, -2]]
    inside = (freqs >= centres[0]) & (freqs <= centres[1])
    np.testing.assert_allclose(total[inside], 1, atol=1e-6)


def test_the_cached_filters_cannot_be_changed_by_a_caller():
    with pytest.raises(ValueError, match="read-only"):
        mel_filters(16_000, 512, 40, 20, 8000)[0, 0] = 1
