"""The table of clips: a page of rows that are opened, marked, sorted, and worked on by keys.

Conventions
-----------
What a user does comes as `Action` records with rising numbers; the table sends each until the
number has come back as ``handled``. A row that is opened is also announced in the browser, see
`pages.parts.player`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.emotions import emotion
from pages.parts.frame import Frame, guarded

__all__ = ["COLUMNS", "Action", "Row", "actions_since", "draw_table"]

FOLDER = Path(__file__).parent
FOCUS = FOLDER.parent / "focus.js"
# Columns of the table; those of one group share a column, each with its own order.
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("sentence", "name"),
    ("speaker",),
    ("emotion",),
    ("duration",),
    ("flags",),
    ("take",),
)


@dataclass(frozen=True)
class Row:
    """One clip as the table shows it; texts are plain and translated."""

    id: int
    sentence: str
    speaker: str
    emotion: str | None  # id
    duration: float  # s
    flags: tuple[str, ...]  # in words
    take: int
    name: str
    status: str  # "active" or "disabled"
    picture: str | None  # PNG in base64; empty if there is none, None while it is being drawn


@dataclass(frozen=True)
class Action:
    """One thing that a user did in the table."""

    number: int
    do: str  # "open", "mark", "sort", "label", "turn", "undo" or "page"
    id: int | None = None
    ids: tuple[int, ...] = ()
    by: str = ""  # the column to sort by
    emotion: str | None = None
    pages: int = 0  # for "page": 1 on, -1 back


def draw_table(
    page: Frame,
    rows: Sequence[Row],
    *,
    key: str,
    scheme: Sequence[str],
    sort: tuple[str, bool],
    current: int | None,
    marked: Sequence[int],
    handled: int,
    on_action: Callable[[], None],
) -> None:
    """Draw the table.

    Parameters
    ----------
    page : Frame
    rows : sequence of Row
    key : str
        Of the widget.
    scheme : sequence of str
        Emotion ids; the first nine take the keys 1 to 9.
    sort : (str, bool)
        A column, and whether the greatest comes first.
    current : int or None
        Id of the open clip.
    marked : sequence of int
        Ids of the chosen clips, on this page or not.
    handled : int
        Number of the last action that was done.
    on_action : callable
        Called before the next run when there is something in `actions_since`.
    """
    captions = page.emotion_captions()
    _table()(
        key=key,
        data={
            "rows": [_row(row, captions) for row in rows],
            "columns": _columns(page),
            "scheme": [_emotion(e, captions) for e in scheme[:9]],
            "sort": {"by": sort[0], "down": sort[1]},
            "current": current,
            "marked": list(marked),
            "handled": handled,
            "keys": _keys(page),
            "captions": _captions(page),
        },
        default={"queue": [], "look": 0},
        on_queue_change=guarded(on_action),
        on_look_change=guarded(_looked),
    )


def _looked() -> None:
    """The table asks for pictures that were still being drawn; the run itself brings them."""


def actions_since(key: str, handled: int) -> list[Action]:
    """What was done in a table since a number, the oldest first.

    Parameters
    ----------
    key : str
        Of the widget.
    handled : int

    Returns
    -------
    actions : list of Action
    """
    state = st.session_state.get(key)
    queue = (state.get("queue") if state else None) or []
    return [_action(said) for said in queue if said.get("number", 0) > handled]


def _action(said: Mapping[str, Any]) -> Action:
    does = str(said.get("do", ""))
    return Action(
        number=int(said["number"]),
        do=does,
        id=None if said.get("id") is None else int(said["id"]),
        ids=tuple(int(i) for i in said.get("ids") or ()),
        by=str(said["by"]) if does == "sort" else "",
        emotion=said.get("emotion"),
        pages=int(said["by"]) if does == "page" else 0,
    )


@cache
def _table() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"table.{suffix}").read_text(encoding="utf-8") for suffix in ("html", "css", "js")
    )
    js = FOCUS.read_text(encoding="utf-8") + js
    return st.components.v2.component("malgyeol_clip_table", html=html, css=css, js=js)


def _row(row: Row, captions: Mapping[str, str]) -> dict[str, Any]:
    told = _emotion(row.emotion, captions) if row.emotion else None
    return {**vars(row), "emotion": told}


def _emotion(emotion_id: str, captions: Mapping[str, str]) -> dict[str, str]:
    return {
        "id": emotion_id,
        "caption": captions[emotion_id],
        "color": emotion(emotion_id).color,
    }


def _columns(page: Frame) -> list[list[dict[str, str]]]:
    _ = page._
    captions = {
        "sentence": _("Sentence"),
        "speaker": _("Voice"),
        "emotion": _("Emotion"),
        "duration": _("Length"),
        "flags": _("Flags"),
        "take": _("Take"),
        "name": _("File"),
    }
    return [[{"name": name, "caption": captions[name]} for name in group] for group in COLUMNS]


def _keys(page: Frame) -> list[tuple[str, str]]:
    _ = page._
    return [
        (_("Space"), _("play")),
        ("1–9", _("set the emotion")),
        ("↓ ↑", _("next, previous")),
        ("D", _("leave out")),
        ("X", _("choose")),
        ("Z", _("undo")),
    ]


def _captions(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "play": _("Play"),
        "mark": _("Choose this clip"),
        "mark_all": _("Choose all on this page"),
        "lasts": _("{n} s"),
    }
