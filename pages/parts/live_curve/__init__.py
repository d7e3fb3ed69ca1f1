"""The learning curve of a run under way: told its points, drawn by the browser, never mounted anew.

Conventions
-----------
Each look at a run sends the curves as they are by then: some numbers an epoch. Colours are those of
the page's style sheet, so a change of theme needs no new drawing.
"""

from collections.abc import Callable, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import streamlit as st

from core.plots import EpochRecord, LearningCurves, learning_curves
from pages.parts.frame import Frame

__all__ = ["curves_data", "draw_live_curve"]

FOLDER = Path(__file__).parent


def draw_live_curve(
    page: Frame,
    records: Sequence[EpochRecord],
    *,
    run: str,
    chance: float,
    last: int,
    previous: Sequence[EpochRecord] = (),
) -> None:
    """Draw loss and scores, epoch by epoch; the values of an epoch are told by pointing at it.

    Parameters
    ----------
    page : Frame
    records : sequence of EpochRecord
        So far; none draws the axes.
    run : str
        Id of the run, or empty where there is none yet.
    chance : float in [0, 1]
        What guessing scores.
    last : int
        The epoch where the axis ends.
    previous : sequence of EpochRecord
        An earlier run, drawn as a ghost.
    """
    _ = page._
    _component()(
        key="training.curve",
        data={
            "run": run,
            "chance": chance,
            "last": last,
            "now": curves_data(learning_curves(records)),
            "before": curves_data(learning_curves(previous)),
            "captions": {
                "title": _("Learning curve"),
                "epoch": _("Epoch"),
                "loss": _("Loss"),
                "uar": "UAR",
                "held_out": _("Clips held out"),
                "train": _("Clips learnt from"),
                "before": _("Clips held out, run before"),
                "chance": _("chance {share:.2f}").format(share=chance),
            },
        },
    )


def curves_data(curves: LearningCurves) -> dict[str, list[Any]]:
    """Curves as the browser takes them.

    Parameters
    ----------
    curves : LearningCurves

    Returns
    -------
    data : dict
        Lists of equal length, rounded; None where a value is no number, as JSON has it.
    """
    names = ("loss", "train", "held_out", "low", "high")
    values = {name: [_finite(value) for value in getattr(curves, name)] for name in names}
    return {"epochs": list(curves.epochs), **values}


def _finite(value: float) -> float | None:
    return round(value, 4) if isfinite(value) else None


@cache
def _component() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"curve.{suffix}").read_text(encoding="utf-8") for suffix in ("html", "css", "js")
    )
    return st.components.v2.component("malgyeol_curve", html=html, css=css, js=js)
