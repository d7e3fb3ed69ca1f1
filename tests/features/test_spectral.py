import numpy as np
import pytest

from core.features import FLOOR_DB, log_mel_spectrogram, log_spectrogram
from core.settings import SR
from tests.conftest import sine
from tests.features.signals import noise, silence


def test_the_axes_are_seconds_and_hertz():
    S_db, times, freqs = log_mel_spectrogram(noise(1.0))
    assert S_db.shape == (80, 63) == (len(freqs), len(times))
    np.testing.assert_allclose(times[:3], [0, 0.016, 0.032])
    assert 0 < freqs[0] < freqs[-1] < 8000
    assert S_db.dtype == np.float32


@pytest.mark.parametrize(("peak", "level"), [(1.0, 0.0), (0.1, -20.0), (0.01, -40.0)])
def test_a_sine_has_its_level_against_full_scale(peak, level):
    S_db, _, _ = log_mel_spectrogram(sine(1000, peak=peak))
    total = 10 * np.log10((10 ** (S_db / 10)).sum(axis=0))
    np.testing.assert_allclose(total[4:-4], level, atol=0.1)


def test_the_brightest_band_is_at_the_frequency_of_the_sine():
    S_db, _, freqs = log_mel_spectrogram(sine(3000))
    assert freqs[S_db[:, 30].argmax()] == pytest.approx(3000, rel=0.05)


def test_silence_is_the_floor_and_the_scale_does_not_move_with_the_clip():
    S_db, _, _ = log_mel_spectrogram(silence(0.5))
    assert (S_db == FLOOR_DB).all()
    loud, _, _ = log_mel_spectrogram(noise(0.5, level=0.1))
    soft, _, _ = log_mel_spectrogram(noise(0.5, level=0.01))
    np.testing.assert_allclose(loud - soft, 20, atol=1e-3)


def test_a_click_is_where_it_sounds():
    y = silence(1.0)
    y[8000] = 1
    S_db, times, _ = log_mel_spectrogram(y)
    assert times[S_db.sum(axis=0).argmax()] == pytest.approx(0.5, abs=0.016)


def test_an_empty_signal_has_one_silent_frame():
    S_db, times, _ = log_mel_spectrogram(silence(0.0))
    assert S_db.shape == (80, 1)
    assert times.tolist() == [0.0]


def test_a_full_scale_sine_is_0_dbfs_over_the_bins_of_the_stft():
    t = np.arange(SR) / SR
    S_db, times, freqs = log_spectrogram(np.sin(2 * np.pi * 1000 * t).astype(np.float32))
    middle = S_db[:, S_db.shape[1] // 2]
    assert 10 * np.log10(np.sum(10 ** (middle / 10))) == pytest.approx(0, abs=0.1)
    assert freqs[int(middle.argmax())] == pytest.approx(1000, abs=freqs[1] / 2)
    assert times[1] - times[0] == pytest.approx(0.016)
