"""The cutter: segments on the waveform of a long take, to be dragged, split, merged and heard.

Conventions
-----------
The browser owns the segments while they are worked on and tells every change with a rising number;
Python owns them in between. A change of another take begins anew.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.audio import Sound
from core.corpus.cutting import Cut
from core.plots.waveform import envelope
from pages.parts.frame import Frame, guarded
from pages.parts.player.source import sound_source

__all__ = ["draw_cutter"]

FOLDER = Path(__file__).parent
FOCUS = FOLDER.parent / "focus.js"
BINS_PER_SECOND = 50
MAX_BINS = 20_000


def draw_cutter(
    page: Frame,
    sound: Sound,
    cuts: Sequence[Cut],
    names: Sequence[str],
    marks: Sequence[str],
    *,
    version: int,
    key: str,
    on_change: Callable[[list[tuple[float, float]]], None],
) -> None:
    """Draw a take with its segments.

    Parameters
    ----------
    page : Frame
    sound : Sound
    cuts : sequence of Cut
        In order.
    names : sequence of str
        Written over each, plain text.
    marks : sequence of str
        ``"good"``, ``"doubt"`` or ``""`` for each.
    version : int
        Rises when Python has changed the segments itself; the browser then takes them.
    key : str
        Of the widget.
    on_change : callable
        Called with (start, end) of every segment, in s, when the user has changed one.
    """

    def told() -> None:
        said = (st.session_state.get(key) or {}).get("cuts")
        spans = _spans(said, sound.duration)
        if spans is not None:
            on_change(spans)

    _component()(
        key=key,
        data={
            "take": sound.content,
            "version": version,
            "src": sound_source(sound, sound.content),
            "duration": sound.duration,
            "wave": _wave(sound.content, sound),
            "cuts": [
                {"start": c.start, "end": c.end, "name": n.removesuffix(".wav"), "mark": m}
                for c, n, m in zip(cuts, names, marks, strict=True)
            ],
            "captions": _captions(page),
        },
        on_cuts_change=guarded(told),
    )


def _spans(said: Any, duration: float) -> list[tuple[float, float]] | None:
    """Segments as they came, in order; None where they are none, for anybody can send anything."""
    try:
        spans = sorted((float(start), float(end)) for start, end in said)
    except (TypeError, ValueError):
        return None
    if any(not 0 <= start < end <= duration + 0.01 for start, end in spans):
        return None
    return spans


@st.cache_data(show_spinner=False, max_entries=4)
def _wave(content: str, _sound: Sound) -> list[int]:
    """The envelope in hundredths of full scale, one number a bin: the greater half."""
    n_bins = int(min(MAX_BINS, max(400, BINS_PER_SECOND * _sound.duration)))
    low, high, _step = envelope(_sound.y, n_bins)
    return np.rint(100 * np.clip(np.maximum(high, -low), 0, 1)).astype(int).tolist()


@cache
def _component() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"cutter.{suffix}").read_text(encoding="utf-8")
        for suffix in ("html", "css", "js")
    )
    js = FOCUS.read_text(encoding="utf-8") + js
    return st.components.v2.component("malgyeol_cutter", html=html, css=css, js=js)


def _captions(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "play": _("Play the segment (P)"),
        "split": _("Split (S)"),
        "merge": _("Merge with the next (M)"),
        "remove": _("Delete (Delete)"),
        "closer": _("Closer (key +)"),
        "wider": _("Wider (key -)"),
        "segment": _("Segment"),
        "hint": _("Drag the borders · click to choose · drag on an empty place for a new one"),
        "take": _("The take, in seconds"),
    }
