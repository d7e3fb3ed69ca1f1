import json

import numpy as np
import pytest

from core.plots.spectrogram import max_pool, spectrogram_figure
from core.plots.theme import level_scale
from core.plots.waveform import envelope, waveform_figure


def spectrogram(duration=10.0, n_mels=80):
    """Random levels as `core.features.log_mel_spectrogram` shapes them, at 256 samples a frame."""
    times = np.arange(int(duration * 16_000 / 256)) * 256 / 16_000
    freqs = np.geomspace(40, 7800, n_mels)
    S_db = np.random.default_rng(0).uniform(-80, 0, (n_mels, len(times)))
    return S_db, times, freqs


def test_pooling_keeps_every_peak():
    S = np.zeros((4, 6))
    S[1, 3] = 7
    pooled, row_step, column_step = max_pool(S, 2, 3)
    assert pooled.tolist() == [[0, 7, 0], [0, 0, 0]]
    assert (row_step, column_step) == (2, 2)


def test_ten_seconds_weigh_less_than_60_kilobytes():
    assert len(spectrogram_figure(*spectrogram()).to_json()) < 60_000


def test_a_minute_weighs_less_than_100_kilobytes():
    assert len(spectrogram_figure(*spectrogram(60.0)).to_json()) < 100_000


@pytest.mark.parametrize("loudest", [-60.0, -20.0, 0.0])
def test_the_colours_of_a_level_do_not_depend_on_the_clip(loudest):
    S_db, times, freqs = spectrogram(1.0)
    heatmap = spectrogram_figure(np.minimum(S_db, loudest), times, freqs).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (-80, 0)
    assert heatmap.z.max() <= loudest


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colour_stops_are_written_as_rgb(theme):
    heatmap = spectrogram_figure(*spectrogram(1.0), theme=theme).data[0]
    assert all(color.startswith("rgb(") for _, color in heatmap.colorscale)
    assert [list(stop) for stop in heatmap.colorscale] == level_scale(theme)


def test_a_click_stands_at_its_second():
    S_db, times, freqs = spectrogram(10.0)
    S_db[:] = -80
    frame = 500  # 500 * 256 / 16000 = 8.0 s
    S_db[:, frame] = 0
    heatmap = spectrogram_figure(S_db, times, freqs).data[0]
    column = int(heatmap.z.max(axis=0).argmax())
    assert heatmap.x0 + column * heatmap.dx == pytest.approx(8.0, abs=heatmap.dx)


def test_axes_say_seconds_and_hertz_and_ticks_are_round():
    figure = spectrogram_figure(*spectrogram(1.0))
    assert figure.layout.xaxis.title.text == "Time (s)"
    assert figure.layout.yaxis.title.text == "Frequency (Hz)"
    assert figure.layout.yaxis.ticktext == ("100", "250", "500", "1,000", "2,000", "4,000", "8,000")


def test_the_tick_of_a_band_lies_on_that_band():
    S_db, times, _ = spectrogram(1.0, n_mels=5)
    figure = spectrogram_figure(S_db, times, np.array([100.0, 250, 500, 1000, 2000]))
    assert list(figure.layout.yaxis.tickvals) == [0, 1, 2, 3, 4]


def test_bands_that_are_close_together_stay_apart():
    S_db, times, _ = spectrogram(1.0, n_mels=3)
    figure = spectrogram_figure(S_db, times, np.array([100.0, 100.2, 100.4]))
    assert len(set(figure.data[0].y)) == 3


def test_captions_are_translated():
    figure = spectrogram_figure(
        *spectrogram(1.0), translate=lambda m: {"Time (s)": "시간"}.get(m, m)
    )
    assert figure.layout.xaxis.title.text == "시간"


def test_an_empty_or_misshapen_spectrogram_is_refused():
    S_db, times, freqs = spectrogram(1.0)
    with pytest.raises(ValueError, match=r"expected \(79, 62\)"):
        spectrogram_figure(S_db, times, freqs[:-1])
    with pytest.raises(ValueError, match="not empty"):
        spectrogram_figure(np.zeros((0, 0)), np.zeros(0), np.zeros(0))


def test_the_envelope_of_any_length_has_few_bins_and_every_peak():
    y = np.zeros(1_000_000, np.float32)
    y[123_456], y[654_321] = 0.9, -0.8
    low, high, step = envelope(y)
    assert len(low) <= 1500 and len(low) == len(high)
    assert high.max() == np.float32(0.9) and low.min() == np.float32(-0.8)
    assert high.argmax() == 123_456 // step


def test_a_waveform_is_drawn_on_full_scale_and_weighs_little():
    figure = waveform_figure(np.full(16_000 * 60, 0.1, np.float32), 16_000, segments=[(1.0, 2.0)])
    assert tuple(figure.layout.yaxis.range) == (-1, 1)
    assert tuple(figure.layout.xaxis.range) == (0, 60)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (1.0, 2.0)
    assert len(figure.to_json()) < 60_000
    assert json.loads(figure.to_json())["layout"]["xaxis"]["title"]["text"] == "Time (s)"


def test_an_empty_signal_gives_an_empty_wave():
    assert len(waveform_figure(np.zeros(0, np.float32), 16_000).data[0].x) == 0
