"""A spectrogram as a stamp: a PNG of a kilobyte or two for every row of a table."""

import io

import numpy as np

from core.plots.spectrogram import LEVEL_RANGE
from core.plots.theme import Theme, level_scale

__all__ = ["THUMBNAIL_SIZE", "thumbnail_png"]

THUMBNAIL_SIZE = (96, 36)  # pixels, width and height
SHADES = 16  # four bits a pixel


def thumbnail_png(S_db: np.ndarray, *, theme: Theme = "light") -> bytes:
    """A spectrogram as a small PNG, on the same dB scale and colours as the large figure.

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
    from PIL import Image

    if S_db.size == 0:
        raise ValueError("An empty spectrogram has no picture.")
    low, high = LEVEL_RANGE
    shade = np.clip((S_db - low) / (high - low), 0, 1) * (SHADES - 1)
    pixels = _spread(np.rint(shade).astype(np.uint8)[::-1], THUMBNAIL_SIZE[1], THUMBNAIL_SIZE[0])
    image = Image.fromarray(np.ascontiguousarray(pixels)).convert("L")
    image = Image.frombytes("P", image.size, image.tobytes())
    image.putpalette(_colors(theme))
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True, bits=4)
    return file.getvalue()


def _spread(S: np.ndarray, n_rows: int, n_columns: int) -> np.ndarray:
    """Peaks of blocks where it is too large, repeats where it is too small."""
    for axis, wanted in ((0, n_rows), (1, n_columns)):
        edges = np.linspace(0, S.shape[axis], wanted, endpoint=False).astype(int)
        S = np.maximum.reduceat(S, edges, axis=axis)
    return S


def _colors(theme: Theme) -> list[int]:
    """`SHADES` colours along the level scale, as a flat list of red, green, blue."""
    scale = level_scale(theme)
    positions = [stop for stop, _ in scale]
    stops = np.array([[int(part) for part in rgb[4:-1].split(",")] for _, rgb in scale])
    places = np.linspace(0, 1, SHADES)
    channels = [np.interp(places, positions, stops[:, i]) for i in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(int).ravel().tolist()
