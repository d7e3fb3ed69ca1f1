import numpy as np

from core.plots.spectrogram import max_pool
from core.plots.waveform import envelope


def test_pooling_keeps_every_peak():
    S = np.zeros((4, 6))
    S[1, 3] = 7
    pooled, row_step, column_step = max_pool(S, 2, 3)
    assert pooled.tolist() == [[0, 7, 0], [0, 0, 0]]
    assert (row_step, column_step) == (2, 2)


def test_the_envelope_of_any_length_has_few_bins_and_every_peak():
    y = np.zeros(1_000_000, np.float32)
    y[123_456], y[654_321] = 0.9, -0.8
    low, high, step = envelope(y, 1500)
    assert len(low) <= 1500 and len(low) == len(high)
    assert high.max() == np.float32(0.9) and low.min() == np.float32(-0.8)
    assert high.argmax() == 123_456 // step


def test_an_empty_signal_has_an_empty_envelope():
    low, high, _step = envelope(np.zeros(0, np.float32), 1500)
    assert len(low) == len(high) == 0
