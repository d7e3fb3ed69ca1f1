import io

import numpy as np
import pytest
from PIL import Image

from core.plots.thumbnail import spectrogram_png, thumbnail_png


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.mark.parametrize("n_frames", [1, 20, 96, 3000])
def test_a_thumbnail_is_small_whatever_the_clip(n_frames):
    S_db = np.random.default_rng(0).uniform(-80, 0, (80, n_frames))
    png = thumbnail_png(S_db)
    assert len(png) < 3_000
    assert Image.open(io.BytesIO(png)).size == (96, 36)


def test_low_bands_are_at_the_bottom_and_peaks_are_dark_by_day():
    S_db = np.full((80, 200), -80.0)
    S_db[:10] = 0.0
    image = pixels(thumbnail_png(S_db)).astype(int).sum(axis=2)
    assert image[-1].max() < 150 < 600 < image[0].min()


def test_peaks_are_light_by_night():
    S_db = np.full((80, 200), -80.0)
    S_db[:10] = 0.0
    image = pixels(thumbnail_png(S_db, theme="dark")).astype(int).sum(axis=2)
    assert image[-1].min() > 600 > 150 > image[0].max()


def test_a_single_loud_frame_survives():
    S_db = np.full((80, 3000), -80.0)
    S_db[:, 1500] = 0.0
    image = pixels(thumbnail_png(S_db)).astype(int).sum(axis=2)
    assert (image[0] < 150).sum() == 1


def test_an_empty_spectrogram_is_refused():
    with pytest.raises(ValueError, match="empty"):
        thumbnail_png(np.zeros((80, 0)))


def test_the_large_picture_has_a_pixel_a_band_and_a_frame():
    S_db = np.random.default_rng(0).uniform(-80, 0, (80, 120))
    assert Image.open(io.BytesIO(spectrogram_png(S_db))).size == (120, 80)


def test_a_long_clip_makes_no_wider_picture_and_loses_no_click():
    S_db = np.full((80, 30_000), -80.0)
    S_db[:, 15_000] = 0.0
    image = pixels(spectrogram_png(S_db)).astype(int).sum(axis=2)
    assert image.shape[1] <= 800
    assert (image[0] < 150).sum() == 1


def test_the_large_picture_has_low_bands_at_the_bottom():
    S_db = np.full((80, 200), -80.0)
    S_db[:10] = 0.0
    image = pixels(spectrogram_png(S_db)).astype(int).sum(axis=2)
    assert image[-1].max() < 150 < 600 < image[0].min()
