"""A search as it goes: every trial a dot, and the best of its part as a line above them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.theme import Theme, new_figure, palette, plain

__all__ = ["Trial", "search_figure"]

FEWEST = 10  # trials that the axis has room for, so that the first ones do not jump


class Trial(Protocol):
    """One setting that was tried, as `core.training.search_events.TrialEnded`."""

    part: int
    number: int
    settings: Mapping[str, Any]
    score: float | None
    pruned: bool
    best: float


def search_figure(
    trials: Sequence[Trial],
    *,
    last_part: int,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 320,
) -> go.Figure:
    """Trials in their order; those of the last part, over all clips, stand out.

    Parameters
    ----------
    trials : sequence of Trial
    last_part : int
        Number of the part that finds the settings to go on with.
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
    figure = new_figure(theme, height=height)
    for part in dict.fromkeys(t.part for t in trials):
        rows = [(i, t) for i, t in enumerate(trials, start=1) if t.part == part]
        color = colors.accent_text if part == last_part else colors.muted
        figure.add_scatter(
            x=[i for i, _t in rows],
            y=[t.best for _i, t in rows],
            mode="lines",
            line={"color": color, "width": 1.5, "shape": "hv"},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[i for i, _t in rows],
            y=[t.score for _i, t in rows],
            mode="markers",
            marker={
                "color": color,
                "size": 8,
                "symbol": ["circle-open" if t.pruned else "circle" for _i, t in rows],
            },
            hovertext=[_said(t, _) for _i, t in rows],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_xaxes(title_text=_("Trial"), range=[0.3, max(FEWEST, len(trials)) + 0.7])
    figure.update_yaxes(title_text=_("UAR inside the training part"), range=[0, 1])
    return figure.update_layout(showlegend=False, uirevision="search")


def _said(trial: Trial, _: Translate) -> str:
    settings = "<br>".join(f"{name} {_short(value)}" for name, value in trial.settings.items())
    stopped = "<br>" + _("stopped early") if trial.pruned else ""
    return f"UAR {trial.score:.2f}<br>{settings}{stopped}"


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
