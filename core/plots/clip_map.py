"""The map of a corpus: a dot a clip, near those that sound alike, coloured by what is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.plots.theme import Theme, faded, literal, new_figure, palette

__all__ = ["MapGroup", "map_figure"]

MANY = 1_500  # dots; above it they are drawn by WebGL


@dataclass(frozen=True)
class MapGroup:
    """The dots of one colour."""

    caption: str  # plain text
    color: str  # ``#RRGGBB``
    rows: tuple[int, ...]  # into the places


def map_figure(
    xy: np.ndarray,
    ids: Sequence[int],
    hovers: Sequence[str],
    groups: Sequence[MapGroup],
    *,
    chosen: Sequence[int] = (),
    theme: Theme = "light",
    height: int = 420,
) -> go.Figure:
    """Clips as dots; the axes have no unit, so they carry none.

    Parameters
    ----------
    xy : np.ndarray [shape=(n_clips, 2)]
    ids : sequence of int [length=n_clips]
        A dot's ``customdata``.
    hovers : sequence of str [length=n_clips]
        Plain text under the pointer.
    groups : sequence of MapGroup
        One trace and one line of the legend each; a clip in none of them is not drawn.
    chosen : sequence of int
        Ids that are ringed.
    theme : {"light", "dark"}
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the lengths do not fit.
    """
    if not len(xy) == len(ids) == len(hovers):
        raise ValueError(f"{len(xy)} places, {len(ids)} ids and {len(hovers)} texts do not fit.")
    colors, figure = palette(theme), new_figure(theme, height=height)
    trace = go.Scattergl if len(xy) > MANY else go.Scatter
    size = 9 if len(xy) <= MANY else 6
    number, ringed = np.asarray(ids), set(chosen)
    for group in groups:
        rows = np.asarray(group.rows, dtype=int)
        rings = [2.0 if int(i) in ringed else 0.5 for i in number[rows]]
        marker = {
            "size": size,
            "color": group.color,
            "line": {"width": rings, "color": colors.ink if ringed else faded(colors.ink, 0.35)},
        }
        figure.add_trace(
            trace(
                x=np.asarray(xy[rows, 0], np.float32),
                y=np.asarray(xy[rows, 1], np.float32),
                mode="markers",
                name=literal(group.caption),
                customdata=number[rows],
                text=[literal(hovers[row]) for row in rows],
                hovertemplate="%{text}<extra></extra>",
                marker=marker,
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 0.25}},
            )
        )
    hidden = {"showticklabels": False, "title_text": ""}
    figure.update_xaxes(**hidden).update_yaxes(**hidden)
    figure.update_layout(
        dragmode="lasso",
        hovermode="closest",
        newselection={"line": {"color": colors.accent_text, "width": 2}},
        modebar={
            "remove": ["autoScale2d", "zoomIn2d", "zoomOut2d", "toImage"],
            "bgcolor": "rgba(0, 0, 0, 0)",
            "color": colors.muted,
            "activecolor": colors.accent_text,
        },
        uirevision="map",
    )
    return figure
