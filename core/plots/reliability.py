"""Is it as right as it is sure? Confidence against accuracy, on the line where both agree."""

from collections.abc import Sequence
from typing import Any, Protocol

import plotly.graph_objects as go

from core.i18n import Translate, percent
from core.plots.theme import Theme, new_figure, palette, plain

__all__ = ["ConfidenceBin", "reliability_figure"]

LEAST_DOT, MOST_DOT = 8.0, 34.0  # px, by the share of the answers


class ConfidenceBin(Protocol):
    """Answers of like confidence, as `core.evaluation.ReliabilityBin` has them."""

    n: int
    confidence: float
    accuracy: float


SHARES: dict[str, Any] = {
    "tickvals": [i / 5 for i in range(6)],
    "ticktext": [percent(i / 5) for i in range(6)],
}


def reliability_figure(
    bins: Sequence[ConfidenceBin],
    *,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 340,
) -> go.Figure:
    """Accuracy by confidence; a dot's area is its share of the answers.

    Parameters
    ----------
    bins : sequence of ConfidenceBin
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure
        Both axes run from 0 to 1.
    """
    _ = translate
    colors = palette(theme)
    most = max((b.n for b in bins), default=1)
    said = _("sure to {confidence}, right in {accuracy} of {n} answers")
    figure = new_figure(theme, height=height)
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": colors.ghost, "width": 1, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[b.confidence for b in bins],
        y=[b.accuracy for b in bins],
        mode="lines+markers",
        line={"color": colors.accent_text, "width": 1.5},
        marker={
            "color": colors.accent_text,
            "size": [max(LEAST_DOT, MOST_DOT * (b.n / most) ** 0.5) for b in bins],
        },
        hovertext=[
            said.format(confidence=percent(b.confidence), accuracy=percent(b.accuracy), n=b.n)
            for b in bins
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_xaxes(title_text=_("How sure it was"), range=[0, 1.02], **SHARES)
    figure.update_yaxes(title_text=_("How often it was right"), range=[0, 1.04], **SHARES)
    return figure.update_layout(showlegend=False)
