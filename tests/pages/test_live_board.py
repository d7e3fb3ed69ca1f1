"""What the live board sends of its picture: the newest columns, numbered since the start."""

from base64 import b64decode

import numpy as np
import pytest

from core.features import RollingSpectrogram
from core.plots.thumbnail import level_shades
from core.settings import SR
from pages.parts.live_board import newest_columns


def noise(seconds):
    return np.random.default_rng(0).normal(0, 0.1, round(seconds * SR)).astype(np.float32)


def columns(picture):
    shades = np.frombuffer(b64decode(picture["data"]), dtype=np.uint8)
    return shades.reshape(-1, picture["rows"])


def test_a_stream_without_sound_sends_no_column():
    picture = newest_columns(RollingSpectrogram(), 3.0)
    assert picture["data"] == ""
    assert picture["step"] == pytest.approx(0.032)


def test_a_column_is_the_peak_of_two_frames_high_bands_first():
    rolling = RollingSpectrogram()
    rolling.feed(noise(1.0))
    S_db, _times = rolling.columns()
    picture = newest_columns(rolling, 10.0)
    assert picture["first"] == 0
    first = np.maximum(S_db[:, 0], S_db[:, 1])[:, None]
    assert np.array_equal(columns(picture)[0], level_shades(first)[:, 0])


def test_looks_that_overlap_send_the_same_columns_under_the_same_numbers():
    rolling, y = RollingSpectrogram(5.0), noise(9.0)
    rolling.feed(y[: 7 * SR])
    early = newest_columns(rolling, 3.0)
    rolling.feed(y[7 * SR :])
    late = newest_columns(rolling, 5.0)
    assert late["first"] > 0
    known = late["first"] - early["first"]
    assert np.array_equal(columns(late)[:5], columns(early)[known : known + 5])
    end = late["first"] + len(columns(late))
    assert end * late["step"] == pytest.approx(9.0, abs=0.07)


def test_a_look_sends_no_more_than_it_is_asked_for():
    rolling = RollingSpectrogram()
    rolling.feed(noise(9.0))
    assert len(columns(newest_columns(rolling, 3.0))) == round(3.0 / 0.032)
