"""The waveform as its envelope: light for any length, no peak lost."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.theme import Theme, faded, new_figure, palette, plain

__all__ = ["MAX_BINS", "envelope", "waveform_figure"]

MAX_BINS = 1500


def envelope(y: np.ndarray, max_bins: int = MAX_BINS) -> tuple[np.ndarray, np.ndarray, int]:
    """Least and greatest sample of each bin.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    max_bins : int

    Returns
    -------
    low, high : np.ndarray [shape=(n_bins,)], float32
        At most ``max_bins`` of them.
    step : int
        Samples of a bin.

    Examples
    --------
    >>> low, high, step = envelope(np.array([0.1, -0.2, 0.3, 0.4]), max_bins=2)
    >>> low.round(1).tolist(), high.round(1).tolist(), step
    ([-0.20000000298023224, 0.30000001192092896], [0.10000000149011612, 0.4000000059604645], 2)
    """
    step = max(1, -(-len(y) // max_bins))
    starts = np.arange(0, len(y), step)
    if len(starts) == 0:
        return np.zeros(0, np.float32), np.zeros(0, np.float32), step
    samples = np.asarray(y, dtype=np.float32)
    return np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts), step


def waveform_figure(
    y: np.ndarray,
    sr: int,
    *,
    segments: Sequence[tuple[float, float]] = (),
    color: str | None = None,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 160,
) -> go.Figure:
    """A waveform over time in s, full scale from -1 to 1.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono signal.
    sr : int
        Hz.
    segments : sequence of (start, end)
        Spans in s to shade, such as the speech that was found.
    color : str, optional
        ``#RRGGBB`` of the wave; the accent when not given.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure
    """
    _ = translate
    colors = palette(theme)
    wave = color or colors.accent_text
    low, high, step = envelope(y)
    centres = ((np.arange(len(low)) + 0.5) * step / sr).astype(np.float32)
    figure = new_figure(theme, height=height)
    line = {"width": 1, "color": wave}
    figure.add_scatter(x=centres, y=low, mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=centres,
        y=high,
        mode="lines",
        line=line,
        fill="tonexty",
        fillcolor=faded(wave, 0.55),
        hovertemplate="%{x:.2f} s · %{y:.2f}<extra></extra>",
    )
    for start, end in segments:
        figure.add_vrect(x0=start, x1=end, fillcolor=colors.ghost, opacity=0.18, line_width=0)
    figure.update_xaxes(
        title_text=_("Time (s)"), range=[0, len(y) / sr], showgrid=False, ticklabelstandoff=8
    )
    figure.update_yaxes(title_text=_("Amplitude"), range=[-1, 1], tickvals=[-1, 0, 1])
    return figure.update_layout(showlegend=False)
