import numpy as np
import pytest

from core.errors import CorrectionTextError, KnobError
from core.settings import SR, CorrectionChain, DcStep, HighPassStep, LoudnessStep, TrimStep
from core.signal import chain_of_text, correct, text_of_chain
from core.signal.correction import true_peak
from core.signal.levels import loudness
from tests.conftest import sine


def test_a_chain_is_read_written_and_named_by_its_digest():
    chain = chain_of_text(" trim , dc,loudness=-20 ")
    assert chain == CorrectionChain((TrimStep(), DcStep(), LoudnessStep(target=-20.0)))
    assert text_of_chain(chain) == "trim=0.1,dc,loudness=-20"
    assert CorrectionChain.from_document(chain.document) == chain
    assert len(chain.digest) == 16
    assert chain.digest != chain_of_text("dc,trim,loudness=-20").digest  # the order counts
    assert CorrectionChain().digest == ""


def test_what_is_no_step_or_out_of_range_is_refused():
    with pytest.raises(CorrectionTextError, match="autotune"):
        chain_of_text("trim,autotune")
    with pytest.raises(CorrectionTextError, match="loudness=loud"):
        chain_of_text("loudness=loud")
    with pytest.raises(KnobError):
        chain_of_text("loudness=20")
    with pytest.raises(KnobError):
        chain_of_text("dc=1")


def test_an_empty_chain_changes_nothing():
    y = sine()
    assert correct(y, CorrectionChain()) is y


def test_a_constant_offset_goes():
    y = correct(sine() + np.float32(0.2), chain_of_text("dc"))
    assert abs(float(y.mean())) < 1e-6


def test_a_rumble_goes_and_a_voice_stays():
    y = correct(sine(30, duration=2) + sine(300, duration=2), chain_of_text("highpass=80"))
    spectrum = np.abs(np.fft.rfft(y)) / len(y) * 2
    assert spectrum[30 * 2] < 0.02
    assert spectrum[300 * 2] == pytest.approx(0.5, abs=0.01)


def test_loudness_is_brought_to_its_target():
    y = correct(sine(440, duration=2, peak=0.02), chain_of_text("loudness=-23"))
    assert loudness(y, SR) == pytest.approx(-23, abs=0.1)


def test_the_true_peak_is_the_limit_of_loudness():
    y = np.zeros(2 * SR, np.float32)
    y[::2_000] = 0.5  # clicks: low loudness, high peak
    corrected = correct(y, CorrectionChain((LoudnessStep(target=-10, true_peak=-3),)))
    assert true_peak(corrected) == pytest.approx(-3, abs=0.05)


def test_the_true_peak_lies_between_the_samples():
    n = np.arange(SR)
    y = np.sin(np.pi / 2 * n + np.pi / 4).astype(np.float32)  # a quarter of the rate: peaks missed
    assert 20 * np.log10(np.abs(y).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak(y) == pytest.approx(0, abs=0.2)


def test_steady_noise_is_lowered_and_what_stands_out_stays():
    rng = np.random.default_rng(0)
    y = np.concatenate([np.zeros(SR, np.float32), sine(500, duration=1), np.zeros(SR, np.float32)])
    noisy = y + 0.02 * rng.standard_normal(len(y)).astype(np.float32)
    quiet = correct(noisy, chain_of_text("denoise"))
    assert np.std(quiet[: SR // 2]) < 0.5 * np.std(noisy[: SR // 2])
    assert np.std(quiet[SR + 2000 : 2 * SR - 2000]) > 0.8 * np.std(y[SR + 2000 : 2 * SR - 2000])
    assert len(quiet) == len(noisy)


def test_a_lower_rate_takes_the_upper_band_away():
    y = correct(sine(6_000) + sine(1_000), chain_of_text("resample=8000"))
    spectrum = np.abs(np.fft.rfft(y)) / len(y) * 2
    assert spectrum[6_000] < 0.01
    assert spectrum[1_000] == pytest.approx(0.5, abs=0.02)
    assert len(y) == SR


@pytest.mark.parametrize("text", ["trim", "dc", "highpass", "denoise", "loudness", "resample"])
def test_silence_and_a_few_samples_go_through_every_step(text):
    for n in (1, 40, 800, SR):
        y = correct(np.zeros(n, np.float32), chain_of_text(text))
        assert y.dtype == np.float32
        assert len(y) <= n
        assert np.isfinite(y).all()


def test_a_high_pass_of_the_spec_stays_in_its_range():
    with pytest.raises(KnobError):
        HighPassStep(cutoff=5_000)
