"""A spectrogram as a PNG: a stamp for every row of a table, and the picture under a playhead."""

import io

import numpy as np

from core.plots.spectrogram import LEVEL_RANGE, max_pool
from core.plots.theme import Theme, level_scale

__all__ = ["THUMBNAIL_SIZE", "level_shades", "spectrogram_png", "thumbnail_png"]

THUMBNAIL_SIZE = (96, 36)  # pixels, width and height
SHADES = 16  # four bits a pixel
FINE_SHADES = 256
MAX_COLUMNS = 800  # of the large picture


def thumbnail_png(S_db: np.ndarray, *, theme: Theme = "light") -> bytes:
    """A spectrogram as a small PNG, on the same dB scale and colours as the large picture.

    Parameters
    ----------
    S_db : np.ndarray [shape=(n_bands, n_frames)]
        Level in dB to a fixed reference, low bands first.
    theme : {"light", "dark"}

    Returns
    -------
    png : bytes
        `THUMBNAIL_SIZE` pixels, under 3 kB.

    Raises
    ------
    ValueError
        If the spectrogram is empty.
    """
    pixels = _spread(level_shades(S_db, SHADES), THUMBNAIL_SIZE[1], THUMBNAIL_SIZE[0])
    return _png(pixels, theme, n_shades=SHADES)


def spectrogram_png(
    S_db: np.ndarray, *, theme: Theme = "light", max_columns: int = MAX_COLUMNS
) -> bytes:
    """A spectrogram as a picture without axes: a pixel a band and a frame.

    Parameters
    ----------
    S_db : np.ndarray [shape=(n_bands, n_frames)]
        Level in dB to a fixed reference, low bands first.
    theme : {"light", "dark"}
    max_columns : int

    Returns
    -------
    png : bytes
        ``n_bands`` pixels high and at most ``max_columns`` wide; in longer clips a column is the
        peak of several frames.

    Raises
    ------
    ValueError
        If the spectrogram is empty.
    """
    pooled, _rows, _columns = max_pool(level_shades(S_db), S_db.shape[0], max_columns)
    return _png(pooled, theme, n_shades=FINE_SHADES)


def level_shades(S_db: np.ndarray, n_shades: int = FINE_SHADES) -> np.ndarray:
    """The shade of each value along the scale of level, high bands first.

    Parameters
    ----------
    S_db : np.ndarray [shape=(n_bands, n_frames)]
        Level in dB to a fixed reference, low bands first.
    n_shades : int
        At most 256.

    Returns
    -------
    shades : np.ndarray [shape=(n_bands, n_frames)], uint8
        0 at the floor of `LEVEL_RANGE` or below, ``n_shades - 1`` at its peak or above.

    Raises
    ------
    ValueError
        If the spectrogram is empty.
    """
    if S_db.size == 0:
        raise ValueError("An empty spectrogram has no picture.")
    low, high = LEVEL_RANGE
    shade = np.clip((S_db - low) / (high - low), 0, 1) * (n_shades - 1)
    return np.rint(shade).astype(np.uint8)[::-1]


def _png(pixels: np.ndarray, theme: Theme, *, n_shades: int) -> bytes:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(pixels)).convert("L")
    image = Image.frombytes("P", image.size, image.tobytes())
    image.putpalette(_colors(theme, n_shades))
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True, bits=4 if n_shades == SHADES else 8)
    return file.getvalue()


def _spread(S: np.ndarray, n_rows: int, n_columns: int) -> np.ndarray:
    """Peaks of blocks where it is too large, repeats where it is too small."""
    for axis, wanted in ((0, n_rows), (1, n_columns)):
        edges = np.linspace(0, S.shape[axis], wanted, endpoint=False).astype(int)
        S = np.maximum.reduceat(S, edges, axis=axis)
    return S


def _colors(theme: Theme, n: int) -> list[int]:
    """``n`` colours along the level scale, as a flat list of red, green, blue."""
    scale = level_scale(theme)
    positions = [stop for stop, _ in scale]
    stops = np.array([[int(part) for part in rgb[4:-1].split(",")] for _, rgb in scale])
    places = np.linspace(0, 1, n)
    channels = [np.interp(places, positions, stops[:, i]) for i in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(int).ravel().tolist()
