"""Spectrograms: a small heatmap with fixed colours in dB, seconds below and hertz beside."""

import numpy as np
import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.theme import Theme, level_scale, new_figure, plain

__all__ = ["LEVEL_RANGE", "max_pool", "spectrogram_figure"]

LEVEL_RANGE = (-80.0, 0.0)  # dB; the same for every clip, so that two pictures compare
MAX_COLUMNS = 400  # one for every two pixels of a wide page
MAX_ROWS = 80
TICKS = (100, 250, 500, 1000, 2000, 4000, 8000, 16000)  # Hz


def max_pool(S: np.ndarray, max_rows: int, max_columns: int) -> tuple[np.ndarray, int, int]:
    """A smaller picture of a spectrogram in which no peak is lost.

    Parameters
    ----------
    S : np.ndarray [shape=(n_rows, n_columns)]
    max_rows, max_columns : int
        The result has no more than these.

    Returns
    -------
    pooled : np.ndarray [shape=(<= max_rows, <= max_columns)]
        Each value is the greatest of its block; the last blocks may be narrower.
    row_step, column_step : int
        Rows and columns of a block.

    Examples
    --------
    >>> max_pool(np.array([[1, 5, 2, 0, 7]]), 1, 3)
    (array([[5, 2, 7]]), 1, 2)
    """
    row_step = -(-S.shape[0] // max_rows)
    column_step = -(-S.shape[1] // max_columns)
    pooled = np.maximum.reduceat(S, np.arange(0, S.shape[0], row_step), axis=0)
    pooled = np.maximum.reduceat(pooled, np.arange(0, S.shape[1], column_step), axis=1)
    return pooled, row_step, column_step


def spectrogram_figure(
    S_db: np.ndarray,
    times: np.ndarray,
    freqs: np.ndarray,
    *,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 220,
) -> go.Figure:
    """A spectrogram over time in s and frequency in Hz, with the level in dB on fixed colours.

    Parameters
    ----------
    S_db : np.ndarray [shape=(n_bands, n_frames)]
        Level in dB to a fixed reference; below or above `LEVEL_RANGE` it takes the end colours.
    times : np.ndarray [shape=(n_frames,)]
        Centre of each frame in s, evenly spaced.
    freqs : np.ndarray [shape=(n_bands,)]
        Centre of each band in Hz, rising.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the lengths do not fit, or there is no frame.
    """
    if S_db.size == 0 or S_db.shape != (len(freqs), len(times)):
        raise ValueError(f"S_db is {S_db.shape}; expected ({len(freqs)}, {len(times)}), not empty.")
    _ = translate
    pooled, row_step, column_step = max_pool(S_db, MAX_ROWS, MAX_COLUMNS)
    step = float(times[1] - times[0]) if len(times) > 1 else 1.0
    bands = _band_centres(np.asarray(freqs, dtype=float), row_step)
    figure = new_figure(theme, height=height)
    figure.add_heatmap(
        z=np.round(np.clip(pooled, *LEVEL_RANGE)).astype(np.int8),
        x0=float(times[0]) + step * (column_step - 1) / 2,
        dx=step * column_step,
        y=_band_names(bands),
        zmin=LEVEL_RANGE[0],
        zmax=LEVEL_RANGE[1],
        colorscale=level_scale(theme),
        showscale=False,
        hovertemplate="%{x:.2f} s · %{y} Hz · %{z} dB<extra></extra>",
    )
    positions, names = _ticks(bands)
    figure.update_yaxes(
        type="category", title_text=_("Frequency (Hz)"), tickvals=positions, ticktext=names
    )
    figure.update_xaxes(title_text=_("Time (s)"), range=[0, float(times[-1]) + step / 2])
    return figure.update_layout(xaxis_showgrid=False, yaxis_showgrid=False)


def _band_centres(freqs: np.ndarray, row_step: int) -> np.ndarray:
    starts = np.arange(0, len(freqs), row_step)
    counts = np.diff(np.append(starts, len(freqs)))
    return np.add.reduceat(freqs, starts) / counts


def _band_names(bands: np.ndarray) -> list[str]:
    """Frequencies as text, precise enough to tell neighbours apart: equal names would merge."""
    for decimals in (0, 1, 3):
        names = [f"{band:,.{decimals}f}" for band in bands]
        if len(set(names)) == len(names):
            break
    return names


def _ticks(bands: np.ndarray) -> tuple[list[float], list[str]]:
    """Places of round frequencies on the axis of bands, not closer than a twelfth of it."""
    positions: list[float] = []
    names: list[str] = []
    for frequency in TICKS:
        if not bands[0] <= frequency <= bands[-1] * 1.03:
            continue
        position = float(np.interp(frequency, bands, np.arange(len(bands))))
        if positions and position - positions[-1] < len(bands) / 12:
            continue
        positions.append(position)
        names.append(f"{frequency:,}")
    return positions, names
