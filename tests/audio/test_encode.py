"""What is encoded comes back."""

import io

import numpy as np
import pytest
import soundfile

from core.audio import decode, encode_wav
from tests.conftest import sine


def test_libsndfile_reads_what_is_written():
    y, sr = soundfile.read(io.BytesIO(encode_wav(sine(), 16_000)))
    assert sr == 16_000
    np.testing.assert_allclose(y, sine(), atol=0.5 / 32_768)


def test_16_bit_samples_come_back_exactly():
    y = np.random.default_rng(0).integers(-32_768, 32_768, 16_000) / np.float32(32_768)
    np.testing.assert_array_equal(decode(encode_wav(y)).y, y)


def test_what_exceeds_full_scale_is_clipped_and_does_not_wrap_round():
    y, _ = soundfile.read(io.BytesIO(encode_wav(np.array([1.0, 1.5, -1.5]))), dtype="int16")
    assert y.tolist() == [32_767, 32_767, -32_768]


def test_only_finite_mono_signals_are_encoded():
    with pytest.raises(ValueError, match="one dimension"):
        encode_wav(np.zeros((10, 2)))
    with pytest.raises(ValueError, match="NaN"):
        encode_wav(np.array([np.nan]))
