"""Curves of several takes over one another: the same words, said in different ways."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.theme import Theme, literal, new_figure, plain

__all__ = ["Curve", "overlay_figure"]


@dataclass(frozen=True)
class Curve:
    """One take's curve."""

    caption: str  # plain text
    color: str  # ``#RRGGBB``
    times: np.ndarray  # (n_frames,)
    values: np.ndarray  # (n_frames,), NaN is a gap
    dash: str = "solid"  # tells takes of one colour apart


def overlay_figure(
    curves: Sequence[Curve],
    *,
    y_title: str,
    unit: str,
    x_title: str | None = None,
    y_range: tuple[float, float] | None = None,
    decimals: int = 1,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 260,
) -> go.Figure:
    """Several curves on one pair of axes.

    Parameters
    ----------
    curves : sequence of Curve
    y_title : str
        Translated, with its unit.
    unit : str
        Behind a value under the pointer.
    x_title : str, optional
        Translated; time in s when not given.
    y_range : (float, float), optional
    decimals : int
        Of a value under the pointer.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure
    """
    _, figure = translate, new_figure(theme, height=height)
    for curve in curves:
        figure.add_scatter(
            x=np.asarray(curve.times, np.float32),
            y=np.asarray(curve.values, np.float32),
            mode="lines",
            name=literal(curve.caption),
            connectgaps=False,
            line={"color": curve.color, "width": 2.5, "dash": curve.dash},
            hovertemplate=f"%{{y:.{decimals}f}} {unit}",
        )
    figure.update_xaxes(title_text=_("Time (s)") if x_title is None else x_title)
    figure.update_yaxes(title_text=y_title, range=y_range)
    return figure.update_layout(hovermode="x unified", showlegend=True)
