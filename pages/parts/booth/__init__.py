"""The booth: a grid of what is to be said, one cell at a time, judged as soon as it is recorded."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.corpus.sheets import Cell, PromptSheet
from core.emotions import emotion
from pages.parts.frame import Frame, guarded

__all__ = ["draw_grid"]

FOLDER = Path(__file__).parent
FOCUS = FOLDER.parent / "focus.js"


def draw_grid(
    page: Frame,
    sheet: PromptSheet,
    states: Mapping[Cell, str],
    current: Cell,
    *,
    key: str,
    on_choice: Callable[[Cell], None],
) -> None:
    """Draw the grid of sentences and emotions.

    Parameters
    ----------
    page : Frame
    sheet : PromptSheet
    states : mapping of (sentence, emotion) to str
        ``"good"`` or ``"doubt"``; a cell that is not in it is still to be recorded.
    current : (sentence, emotion)
    key : str
        Of the widget.
    on_choice : callable
        Called with a cell when it is pressed or reached by the arrow keys.
    """

    def chosen() -> None:
        said = (st.session_state.get(key) or {}).get("cell")
        cells = {(p.code, e) for p in sheet.prompts for e in sheet.emotions}
        if isinstance(said, list | tuple) and (*said,) in cells:
            on_choice((str(said[0]), str(said[1])))

    captions = page.emotion_captions(sheet.emotions)
    _component()(
        key=key,
        data={
            "emotions": [
                {"id": e, "caption": captions[e], "color": emotion(e).color} for e in sheet.emotions
            ],
            "rows": [_row(p, sheet.emotions, states) for p in sheet.prompts],
            "current": list(current),
            "captions": _words(page),
        },
        on_cell_change=guarded(chosen),
    )


def _row(prompt: Any, emotions: Sequence[str], states: Mapping[Cell, str]) -> dict[str, Any]:
    return {
        "code": prompt.code,
        "text": prompt.text,
        "states": [states.get((prompt.code, e), "") for e in emotions],
    }


def _words(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "sentence": _("Sentence"),
        "good": _("recorded"),
        "doubt": _("recorded, worth a second look"),
        "": _("still to be recorded"),
    }


@cache
def _component() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"grid.{suffix}").read_text(encoding="utf-8") for suffix in ("html", "css", "js")
    )
    js = FOCUS.read_text(encoding="utf-8") + js
    return st.components.v2.component("malgyeol_booth_grid", html=html, css=css, js=js)
