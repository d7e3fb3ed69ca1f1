"""Tables as pictures: cells coloured by share, each with its number, each one to be clicked.

Heatmaps cannot be selected in the browser; an invisible marker over each cell can, and carries
the ids of its row and column.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.plots.contrast import color_at, contrast
from core.plots.theme import Theme, new_figure, palette, share_scale

__all__ = ["cell_figure"]

INKS = ("#05070A", "#FFFFFF")  # almost black, for mid greens leave no room for a softer ink


def cell_figure(
    share: np.ndarray,
    counts: np.ndarray,
    *,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    texts: Sequence[Sequence[str]],
    hovers: Sequence[Sequence[str]],
    theme: Theme,
    height: int,
) -> go.Figure:
    """A table of coloured cells; a selected point's ``customdata`` is [row id, column id, count].

    Parameters
    ----------
    share : np.ndarray [shape=(n_rows, n_columns)]
        In [0, 1]; the colour of each cell.
    counts : np.ndarray [shape=(n_rows, n_columns)]
        Integers.
    rows, columns : sequence of (id, caption)
        From the top and from the left.
    texts, hovers : sequence of sequence of str
        What stands in a cell, and what its hover label says.
    theme : {"light", "dark"}
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure
    """
    colors = palette(theme)
    figure = new_figure(theme, height=height)
    figure.add_heatmap(
        z=np.round(100 * share).astype(np.int8),
        zmin=0,
        zmax=100,
        colorscale=share_scale(theme),
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )
    cells = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    figure.add_scatter(
        x=[j for _, j in cells],
        y=[i for i, _ in cells],
        mode="markers+text",
        marker={"size": 40, "symbol": "square", "opacity": 0},
        text=[texts[i][j] for i, j in cells],
        textfont={"size": 14, "color": [_ink_on(share[i, j], theme) for i, j in cells]},
        customdata=[[rows[i][0], columns[j][0], int(counts[i, j])] for i, j in cells],
        hovertext=[hovers[i][j] for i, j in cells],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}, "textfont": {"color": colors.muted}},
    )
    axis = {
        "showgrid": False,
        "showline": False,
        "tickfont": {"color": colors.ink, "size": 14},
        "ticklabelstandoff": 6,
    }
    figure.update_xaxes(
        axis,
        side="top",
        tickvals=list(range(len(columns))),
        ticktext=[caption for _, caption in columns],
        range=[-0.5, len(columns) - 0.5],
        fixedrange=True,
    )
    figure.update_yaxes(
        axis,
        tickvals=list(range(len(rows))),
        ticktext=[caption for _, caption in rows],
        range=[len(rows) - 0.5, -0.5],
        fixedrange=True,
    )
    return figure.update_layout(showlegend=False, clickmode="event+select", hovermode="closest")


def _ink_on(share: float, theme: Theme) -> str:
    """The ink that reads better on a cell; one of the two always does."""
    fill = color_at(share_scale(theme), share)
    return max(INKS, key=lambda ink: contrast(ink, fill))
