"""How well each speaker is understood: one dot a voice, chance and the whole beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.theme import Theme, faded, literal, new_figure, palette, plain

__all__ = ["SpeakerScore", "per_speaker_figure"]


@dataclass(frozen=True)
class SpeakerScore:
    """The held-out UAR of one speaker's clips; `interval` where it was computed."""

    speaker: str
    n: int
    uar: float
    interval: tuple[float, float] | None = None


def per_speaker_figure(
    scores: Sequence[SpeakerScore],
    *,
    chance: float,
    overall: float | None = None,
    overall_interval: tuple[float, float] | None = None,
    theme: Theme = "light",
    translate: Translate = plain,
    height: int | None = None,
) -> go.Figure:
    """Held-out UAR of each speaker as a dot on a fixed 0-1 axis.

    Parameters
    ----------
    scores : sequence of SpeakerScore
        From the top.
    chance : float in [0, 1]
        What guessing scores; dashed.
    overall : float in [0, 1], optional
        UAR over all speakers; a line.
    overall_interval : (float, float), optional
        Its 95 % interval; a band.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int, optional
        Pixels; by the number of speakers when not given.

    Returns
    -------
    figure : plotly.graph_objects.Figure
        A selected point's ``customdata`` is [speaker, n].
    """
    _ = translate
    colors = palette(theme)
    figure = new_figure(theme, height=height or 72 + 30 * len(scores))
    if overall_interval is not None:
        fill = faded(colors.accent_text, 0.14)
        figure.add_vrect(
            x0=overall_interval[0], x1=overall_interval[1], fillcolor=fill, line_width=0
        )
    figure.add_vline(x=chance, line={"color": colors.ghost, "width": 1, "dash": "dash"})
    if overall is not None:
        figure.add_vline(x=overall, line={"color": colors.accent_text, "width": 1})
    bounds = [s.interval or (s.uar, s.uar) for s in scores]
    label = _("{speaker} · UAR {uar:.2f} · {n} clips")
    figure.add_scatter(
        x=[s.uar for s in scores],
        y=[literal(s.speaker) for s in scores],
        mode="markers",
        marker={"size": 11, "color": colors.accent_text},
        error_x={
            "symmetric": False,
            "array": [high - s.uar for s, (_low, high) in zip(scores, bounds, strict=True)],
            "arrayminus": [s.uar - low for s, (low, _high) in zip(scores, bounds, strict=True)],
            "color": colors.muted,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=[[s.speaker, s.n] for s in scores],
        hovertext=[label.format(speaker=literal(s.speaker), uar=s.uar, n=s.n) for s in scores],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_xaxes(title_text="UAR", range=[0, 1], fixedrange=True)
    figure.update_yaxes(type="category", autorange="reversed", fixedrange=True, showline=False)
    return figure.update_layout(showlegend=False, clickmode="event+select")
