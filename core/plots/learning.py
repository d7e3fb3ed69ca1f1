"""Learning curves, live: the loss above, and below what is learnt against what holds up."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.i18n import Translate
from core.plots.theme import Theme, faded, palette, plain, template

__all__ = ["EpochRecord", "learning_figure", "mean_held_out"]


class EpochRecord(Protocol):
    """One epoch of one fold, as `core.training.EpochEnded` has it."""

    fold: int
    epoch: int
    loss: float
    train: float
    held_out: float


def learning_figure(
    records: Sequence[EpochRecord],
    *,
    chance: float,
    max_epochs: int | None = None,
    previous: Sequence[EpochRecord] = (),
    theme: Theme = "light",
    translate: Translate = plain,
    height: int = 380,
) -> go.Figure:
    """Loss, and UAR on the clips learnt from and held out, epoch by epoch.

    Parameters
    ----------
    records : sequence of EpochRecord
        So far; folds are averaged, and the spread of their held-out scores is shaded.
    chance : float in [0, 1]
        What guessing scores.
    max_epochs : int, optional
        Where the axis ends, so that it stands still while the run goes on.
    previous : sequence of EpochRecord
        An earlier run, drawn as a ghost.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure
        A zoom survives each redraw (fixed ``uirevision``).
    """
    _ = translate
    colors = palette(theme)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.36, 0.64], vertical_spacing=0.11
    )
    figure.update_layout(template=template(theme), height=height, uirevision="learning")
    if previous:
        ghost = {"color": colors.ghost, "width": 1.5, "dash": "dot"}
        _add_mean(figure, 1, previous, "loss", _("Loss before"), ghost, legend=False)
        _add_mean(figure, 2, previous, "held_out", _("Clips held out, run before"), ghost)
    _add_spread(figure, records, faded(colors.accent_text, 0.16))
    train = {"color": colors.muted, "width": 1.5}
    _add_mean(figure, 1, records, "loss", _("Loss"), train, legend=False)
    _add_mean(figure, 2, records, "train", _("Clips learnt from"), train)
    held_out = {"color": colors.accent_text, "width": 3}
    _add_mean(figure, 2, records, "held_out", _("Clips held out"), held_out)
    figure.add_hline(
        y=chance,
        row=2,
        col=1,
        line={"color": colors.ghost, "width": 1, "dash": "dash"},
        annotation={
            "text": _("chance {share:.2f}").format(share=chance),
            "font": {"color": colors.muted, "size": 14},
            "xanchor": "right",
            "yanchor": "bottom",
        },
    )
    last = max_epochs or max((r.epoch for r in (*records, *previous)), default=1)
    figure.update_xaxes(range=[0.5, last + 0.5], showgrid=False)
    figure.update_xaxes(title_text=_("Epoch"), row=2)
    told = bool(records or previous)  # before any loss its axis has no scale
    figure.update_yaxes(title_text=_("Loss"), rangemode="tozero", showticklabels=told, row=1)
    figure.update_yaxes(title_text="UAR", range=[0, 1], tickvals=[0, 0.25, 0.5, 0.75, 1], row=2)
    return figure.update_layout(hovermode="x unified")


def mean_held_out(records: Sequence[EpochRecord]) -> tuple[np.ndarray, np.ndarray]:
    """The UAR on held-out clips by epoch, the mean over the folds that still learn.

    Parameters
    ----------
    records : sequence of EpochRecord

    Returns
    -------
    epochs : np.ndarray of int [shape=(n_epochs,)]
    uar : np.ndarray [shape=(n_epochs,)]
    """
    by_epoch = _by_epoch(records, "held_out")
    return np.array(list(by_epoch)), np.array([np.mean(values) for values in by_epoch.values()])


def _by_epoch(records: Sequence[EpochRecord], field: str) -> dict[int, list[float]]:
    values: dict[int, list[float]] = {}
    for record in records:
        values.setdefault(record.epoch, []).append(getattr(record, field))
    return dict(sorted(values.items()))


def _add_mean(figure, row, records, field, name, line, *, legend=True) -> None:
    by_epoch = _by_epoch(records, field)
    figure.add_scatter(
        row=row,
        col=1,
        x=list(by_epoch),
        y=[float(np.mean(v)) for v in by_epoch.values()],
        name=name,
        meta=f"{field}_before" if line.get("dash") else field,
        mode="lines" if len(by_epoch) > 1 else "markers",
        line=line,
        marker={"color": line["color"]},
        showlegend=legend,
        hovertemplate="%{y:.3f}",
    )


def _add_spread(figure, records, fill) -> None:
    """The band between the lowest and the highest fold, where there are several."""
    by_epoch = _by_epoch(records, "held_out")
    if max((len(v) for v in by_epoch.values()), default=0) < 2:
        return
    for bound, filled in ((min, None), (max, "tonexty")):
        figure.add_scatter(
            row=2,
            col=1,
            x=list(by_epoch),
            y=[bound(v) for v in by_epoch.values()],
            mode="lines",
            line={"width": 0},
            fill=filled,
            fillcolor=fill,
            showlegend=False,
            hoverinfo="skip",
        )
