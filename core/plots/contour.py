"""The melody and the strength of a voice: pitch above, level below, over the same seconds."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.i18n import Translate
from core.plots.theme import Theme, palette, plain, template

__all__ = ["contour_figure"]

PITCH_RANGE = (60, 500)  # Hz, the voices looked for
LEVEL_RANGE = (-80, 0)  # dBFS


def contour_figure(
    pitch_times: np.ndarray,
    f0: np.ndarray,
    level_times: np.ndarray,
    level_db: np.ndarray,
    *,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 240,
) -> go.Figure:
    """Fundamental frequency in Hz, on a log axis as it is heard, and level in dBFS.

    Parameters
    ----------
    pitch_times : np.ndarray [shape=(n_pitch,)]
        s.
    f0 : np.ndarray [shape=(n_pitch,)]
        Hz; NaN where there is no voice, and a gap in the line.
    level_times : np.ndarray [shape=(n_level,)]
        s.
    level_db : np.ndarray [shape=(n_level,)]
        dBFS.
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
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.6, 0.4], vertical_spacing=0.1
    )
    figure.update_layout(template=template(theme), height=height, showlegend=False)
    figure.add_scatter(
        row=1,
        col=1,
        x=np.asarray(pitch_times, np.float32),
        y=np.asarray(f0, np.float32),
        mode="lines",
        connectgaps=False,
        line={"color": colors.accent_text, "width": 2.5},
        hovertemplate="%{x:.2f} s · %{y:.0f} Hz<extra></extra>",
    )
    figure.add_scatter(
        row=2,
        col=1,
        x=np.asarray(level_times, np.float32),
        y=np.clip(level_db, *LEVEL_RANGE).astype(np.float32),
        mode="lines",
        line={"color": colors.muted, "width": 1.5},
        hovertemplate="%{x:.2f} s · %{y:.0f} dBFS<extra></extra>",
    )
    figure.update_yaxes(
        row=1,
        type="log",
        range=list(np.log10(PITCH_RANGE)),
        tickvals=[100, 150, 200, 300, 450],
        title_text=_("Pitch (Hz)"),
    )
    figure.update_yaxes(
        row=2, range=list(LEVEL_RANGE), tickvals=[-60, -30, 0], title_text=_("Level (dBFS)")
    )
    return figure.update_xaxes(title_text=_("Time (s)"), row=2)
