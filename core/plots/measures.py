"""How a measure of the clips spreads over the emotions: a gap here is a shortcut for a model."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.emotions import EMOTION_IDS, emotion
from core.plots.theme import Theme, new_figure, palette

__all__ = ["measure_figure"]

ROW = 44  # px
AXIS = 56  # px
MAX_POINTS = 400  # of one emotion; more would hide the box


def measure_figure(
    values: Mapping[str, Sequence[float]],
    *,
    captions: Mapping[str, str],
    title: str,
    unit: str,
    theme: Theme = "light",
) -> go.Figure:
    """One box an emotion, with its clips as dots beside it.

    Parameters
    ----------
    values : mapping of str to sequence of float
        By emotion id.
    captions : mapping of str to str
        Caption by emotion id.
    title, unit : str
        Of the axis, translated.
    theme : {"light", "dark"}

    Returns
    -------
    figure : plotly.graph_objects.Figure
        The emotions in their fixed order from the top.
    """
    shown = [e for e in EMOTION_IDS if len(values.get(e, ()))]
    figure = new_figure(theme, height=AXIS + ROW * max(1, len(shown)))
    for emotion_id in shown:
        color = emotion(emotion_id).color
        figure.add_box(
            x=_at_most(np.asarray(values[emotion_id], dtype=float)),
            name=captions[emotion_id],
            orientation="h",
            boxpoints="all",
            jitter=0.5,
            pointpos=0,
            width=0.6,
            marker={"color": color, "size": 4, "opacity": 0.5},
            line={"color": palette(theme).ink, "width": 1},
            fillcolor=color,
            hovertemplate=f"%{{x:.3g}} {unit}<extra></extra>",
        )
    figure.update_xaxes(title=f"{title} ({unit})" if unit else title, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    return figure.update_layout(showlegend=False)


def _at_most(values: np.ndarray) -> np.ndarray:
    """The values, or so many of their quantiles that box and dots look the same."""
    if len(values) <= MAX_POINTS:
        return np.round(values, 4)
    return np.round(np.quantile(values, np.linspace(0, 1, MAX_POINTS)), 4)
