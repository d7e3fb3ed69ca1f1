"""What can be done to clips on the data page, each as one change that can be taken back."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.corpus import Catalog
from core.errors import MalgyeolError
from core.i18n import clip_count
from pages.parts.clip_table import Action, actions_since
from pages.parts.desk import Desk
from pages.parts.frame import Frame

__all__ = ["choose_name", "owner", "relabel", "set_status", "take_actions", "undo"]

WHO = "dataset.who"


def choose_name(page: Frame) -> None:
    """Draw the field for the name that changes are noted under.

    Parameters
    ----------
    page : Frame
    """
    _ = page._
    st.text_input(
        _("Your name"),
        _("me"),
        key=WHO,
        max_chars=60,
        help=_("It stands beside each change, and undo takes back your own."),
        persist_state="session",
    )


def owner(page: Frame) -> str:
    """The name that runs are asked for under; empty where nobody gave one.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    name : str
    """
    name = (st.session_state.get(WHO) or "").strip()
    return "" if name == page._("me") else name


def _who(page: Frame) -> str:
    return (st.session_state.get(WHO) or "").strip() or page._("me")


def relabel(
    page: Frame, catalog: Catalog, desk: Desk, ids: Sequence[int], **labels: str | None
) -> None:
    """Set labels of clips.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : Desk
        Learns what was done, or why not.
    ids : sequence of int
    **labels
        ``emotion``, ``speaker``, ``sentence``; None clears one.
    """
    _do(page, desk, ids, _said(page, labels), lambda by: catalog.relabel(ids, **labels, by=by))


def set_status(page: Frame, catalog: Catalog, desk: Desk, ids: Sequence[int], status: Any) -> None:
    """Disable clips, or take them in again.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : Desk
    ids : sequence of int
    status : {"active", "disabled"}
    """
    _ = page._
    said = _("left out") if status == "disabled" else _("in use again")
    _do(page, desk, ids, said, lambda by: catalog.set_status(ids, status, by=by))


def undo(page: Frame, catalog: Catalog, desk: Desk) -> None:
    """Take back this person's latest change.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : Desk
    """
    _, desk.said, desk.problem = page._, "", ""
    try:
        change = catalog.undo(by=_who(page))
    except MalgyeolError as error:
        desk.problem = error.describe(_)
        return
    desk.said = _("Nothing left to undo") if change is None else _("Undone")
    desk.stale = change is not None


def _do(
    page: Frame, desk: Desk, ids: Sequence[int], said: str, change: Callable[[str], int | None]
) -> None:
    _, desk.said, desk.problem = page._, "", ""
    try:
        done = change(_who(page))
    except MalgyeolError as error:
        desk.problem = error.describe(_)
        return
    if done is None:
        desk.said = _("Nothing to change: it was so already")
        return
    desk.stale = True
    desk.said = clip_count(len(ids), _) + f": {said}" if len(ids) > 1 else said


def _said(page: Frame, labels: dict[str, str | None]) -> str:
    _, captions = page._, page.emotion_captions()
    names = {"emotion": _("Emotion"), "speaker": _("Voice"), "sentence": _("Sentence")}
    parts = [
        f"{names[field]} → {captions.get(value or '', value or '–')}"
        for field, value in labels.items()
    ]
    return " · ".join(parts)


def take_actions(page: Frame, catalog: Catalog, desk: Desk, key: str) -> None:
    """Do what was done in the table since the last run.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : Desk
    key : str
        Of the table.
    """
    for action in actions_since(key, desk.handled):
        desk.handled = action.number
        _take(page, catalog, desk, action)


def _take(page: Frame, catalog: Catalog, desk: Desk, action: Action) -> None:
    match action.do:
        case "open" if action.id is not None:
            desk.open(action.id, action.number)
        case "mark":
            desk.marked = action.ids
        case "sort":
            desk.sort_by(action.by)
        case "page":
            desk.turn_page(action.pages)
        case "label" if action.id is not None and action.emotion in desk.scheme:
            relabel(page, catalog, desk, [action.id], emotion=action.emotion)
        case "turn" if action.id is not None:
            clip = catalog.utterance(action.id)
            if clip is not None:
                status = "active" if clip.status == "disabled" else "disabled"
                set_status(page, catalog, desk, [clip.id], status)
        case "undo":
            undo(page, catalog, desk)
