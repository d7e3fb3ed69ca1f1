"""Learning curves, live: the loss above, and below what is learnt against what holds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.i18n import Translate
from core.plots.theme import Theme, faded, palette, plain, template

__all__ = [
    "EpochRecord",
    "LearningCurves",
    "learning_curves",
    "learning_figure",
    "mean_held_out",
]


class EpochRecord(Protocol):
    """One epoch of one fold, as `core.training.EpochEnded` has it."""

    fold: int
    epoch: int
    loss: float
    train: float
    held_out: float


@dataclass(frozen=True)
class LearningCurves:
    """A run epoch by epoch, each value the mean over the folds that still learn."""

    epochs: tuple[int, ...]  # from 1, rising
    loss: tuple[float, ...]
    train: tuple[float, ...]  # UAR on the clips learnt from
    held_out: tuple[float, ...]  # UAR on those held out
    low: tuple[float, ...]  # of the fold that does worst on the clips held out
    high: tuple[float, ...]  # of the one that does best


def learning_curves(records: Sequence[EpochRecord]) -> LearningCurves:
    """The curves of a run so far.

    Parameters
    ----------
    records : sequence of EpochRecord
        In any order; folds need not be equally far.

    Returns
    -------
    curves : LearningCurves
    """
    by_epoch: dict[int, list[EpochRecord]] = {}
    for record in records:
        by_epoch.setdefault(record.epoch, []).append(record)
    folds = [by_epoch[epoch] for epoch in sorted(by_epoch)]

    def mean(field: str) -> tuple[float, ...]:
        return tuple(float(np.mean([getattr(r, field) for r in there])) for there in folds)

    return LearningCurves(
        epochs=tuple(sorted(by_epoch)),
        loss=mean("loss"),
        train=mean("train"),
        held_out=mean("held_out"),
        low=tuple(min(r.held_out for r in there) for there in folds),
        high=tuple(max(r.held_out for r in there) for there in folds),
    )


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
    now, before = learning_curves(records), learning_curves(previous)
    if previous:
        ghost = {"color": colors.ghost, "width": 1.5, "dash": "dot"}
        _add_mean(figure, 1, before, "loss", _("Loss before"), ghost, legend=False)
        _add_mean(figure, 2, before, "held_out", _("Clips held out, run before"), ghost)
    _add_spread(figure, now, faded(colors.accent_text, 0.16))
    train = {"color": colors.muted, "width": 1.5}
    _add_mean(figure, 1, now, "loss", _("Loss"), train, legend=False)
    _add_mean(figure, 2, now, "train", _("Clips learnt from"), train)
    held_out = {"color": colors.accent_text, "width": 3}
    _add_mean(figure, 2, now, "held_out", _("Clips held out"), held_out)
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
    curves = learning_curves(records)
    return np.array(curves.epochs), np.array(curves.held_out)


def _add_mean(figure, row, curves, field, name, line, *, legend=True) -> None:
    figure.add_scatter(
        row=row,
        col=1,
        x=curves.epochs,
        y=getattr(curves, field),
        name=name,
        mode="lines" if len(curves.epochs) > 1 else "markers",
        line=line,
        marker={"color": line["color"]},
        showlegend=legend,
        hovertemplate="%{y:.3f}" if field == "loss" else "%{y:.2f}",
    )


def _add_spread(figure, curves, fill) -> None:
    """The band between the lowest and the highest fold, where there are several."""
    if curves.low == curves.high:
        return
    for bound, filled in ((curves.low, None), (curves.high, "tonexty")):
        figure.add_scatter(
            row=2,
            col=1,
            x=curves.epochs,
            y=bound,
            mode="lines",
            line={"width": 0},
            fill=filled,
            fillcolor=fill,
            showlegend=False,
            hoverinfo="skip",
        )
