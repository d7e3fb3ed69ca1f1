"""How likely each emotion is: one bar each, always in the same order and colour."""

from collections.abc import Mapping

import plotly.graph_objects as go

from core.emotions import emotion
from core.i18n import Translate, percent
from core.plots.theme import Theme, faded, new_figure, palette, plain

__all__ = ["proba_figure"]


def proba_figure(
    proba: Mapping[str, float],
    *,
    captions: Mapping[str, str],
    sure: bool = True,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int | None = None,
) -> go.Figure:
    """Horizontal bars of calibrated probabilities, the likeliest one at full strength.

    Parameters
    ----------
    proba : mapping of str to float
        Probability by emotion id, in the order to be drawn from the top.
    captions : mapping of str to str
        Caption by emotion id.
    sure : bool
        Whether the answer is above the model's threshold; if not, no bar stands out.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int, optional
        Pixels; by the number of bars when not given.

    Returns
    -------
    figure : plotly.graph_objects.Figure
        The axis runs from 0 to 100 % always.
    """
    _ = translate
    colors = palette(theme)
    best = max(proba, key=lambda i: proba[i]) if sure else None
    fills = [emotion(i).color if i == best else faded(emotion(i).color, 0.45) for i in proba]
    figure = new_figure(theme, height=height or 24 + 38 * len(proba))
    figure.add_bar(
        orientation="h",
        x=[100 * p for p in proba.values()],
        y=[captions[i] for i in proba],
        customdata=list(proba),
        marker={"color": fills, "cornerradius": 4, "line": {"width": 0}},
        text=[f"<b>{percent(p)}</b>" if i == best else percent(p) for i, p in proba.items()],
        textposition="outside",
        textfont={"color": colors.ink, "size": 14},
        cliponaxis=False,
        hovertemplate="%{y} · %{x:.1f} %<extra></extra>",
    )
    figure.update_xaxes(
        range=[0, 112], visible=False, fixedrange=True, title_text=_("Probability (%)")
    )
    figure.update_yaxes(
        autorange="reversed",
        fixedrange=True,
        showgrid=False,
        showline=False,
        tickfont={"color": colors.ink, "size": 14},
        ticksuffix="  ",
    )
    return figure.update_layout(bargap=0.35, showlegend=False)
