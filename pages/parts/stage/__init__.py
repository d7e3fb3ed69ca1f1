"""The stage: one bundled component that fills the screen, and the desk that answers it.

Conventions
-----------
The browser holds the keys, the microphone and the scenes; the server holds the model, the words
and the votes. Messages from the browser carry a rising number and are sent again until their
number comes back as ``acked``. Everything a user wrote travels as data and is drawn as text.
"""

import binascii
import secrets
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.audio import Sound, decode
from core.corpus.clips import read_clip
from core.errors import ModelError, StageError
from core.inference import classify
from core.models import Bundle
from core.settings import SR
from core.stage.content import Content, build_content
from core.stage.show import Show, show_to_json
from core.stt import overall_status, transcribe
from pages.parts.error_boundary import log_error
from pages.parts.frame import Frame, guarded
from pages.parts.resources import bundle, catalog
from pages.parts.stage.captions import (
    answer_words,
    emotion_captions,
    palettes,
    pictures,
    stage_captions,
)
from pages.parts.stage.checks import server_checks
from pages.parts.stage.desk import Desk, told
from pages.parts.stage.phones import phones

__all__ = ["CONSENTED", "ON", "answering_model", "draw_live", "stage_content"]

FOLDER = Path(__file__).parent
SCRIPTS = ("../microphone.js", "draw.js", "scenes.js", "checks.js", "stage.js")
KEY = "stage.live"
ON = "on"  # in the address: a reload stays on the stage
CONSENTED = "stage.consented"
# The menu goes, and nothing turns pale while the server thinks.
_ALONE = (
    "[data-testid='stSidebar'],[data-testid='stHeader']{display:none}"
    "[data-testid='stMain'] *{opacity:1!important;transition:none!important}"
)


def answering_model(show: Show) -> Bundle | None:
    """The show's model, or the one that answers by default where that is not here."""
    for name in (show.model, None):
        try:
            return bundle(name)
        except ModelError:
            continue
    return None


def stage_content(page: Frame, show: Show) -> Content:
    """What the scenes consist of; made anew when the show, the model or the language changes.

    Parameters
    ----------
    page : Frame
    show : Show

    Returns
    -------
    content : Content
    """
    model = answering_model(show)
    made = model.manifest["created"] if model else ""
    runs = len(catalog().runs.runs())
    key = (show_to_json(show), made, page.language, runs)
    kept = st.session_state.get("stage.content")
    if kept is None or kept[0] != key:
        content = build_content(
            show,
            catalog(),
            model,
            captions=page.emotion_captions(),
            language=page.language,
            translate=page._,
        )
        kept = st.session_state["stage.content"] = (key, content, secrets.token_hex(8))
    return kept[1]


def draw_live(page: Frame, show: Show) -> None:
    """Fill the screen with the show, until the presenter leaves it.

    Parameters
    ----------
    page : Frame
    show : Show
    """
    st.html(f"<style>{_ALONE}</style>")
    with st.spinner(page._("Getting the show ready…")):
        stage_content(page, show)
        _desk(page, show)
    _live(page, show)


@st.fragment
@guarded
def _live(page: Frame, show: Show) -> None:
    state, desk = st.session_state, _desk(page, show)
    content, digest = state["stage.content"][1:]
    words = answer_words(page._)
    wants = state.pop("stage.wants", False)
    _component()(
        key=KEY,
        data={
            "acked": state.get("stage.acked", 0),
            "answers": [told(answer, words) for answer in desk.latest()],
            "captions": stage_captions(page._),
            "checks": state.get("stage.checks"),
            "digest": digest,
            "emotions": emotion_captions(page._),
            "language": page.language,
            "notice": state.get("stage.notice", ""),
            "palette": show.palette,
            "palettes": palettes(),
            "pictures": pictures(page._),
            "round": phones().told(_owner()),
            "scenes": content.scenes if wants else None,
            "stand_ins": content.stand_ins,
        },
        on_outbox_change=guarded(partial(_receive, page, show)),
    )
    if state.pop("stage.leaves", False):
        leave(page)


def leave(page: Frame) -> None:
    """Leave the stage: the phones' page closes, the menu is back."""
    phones().close(_owner())
    del st.query_params[ON]
    st.rerun()


def _owner() -> str:
    return st.session_state.setdefault("stage.owner", secrets.token_hex(8))


def _desk(page: Frame, show: Show) -> Desk:
    """The session's desk; another one when the model or the consent changes."""
    model = answering_model(show)
    consented = frozenset(st.session_state.get(CONSENTED, ()))
    key = (model.name if model else "", model.manifest["created"] if model else "", consented)
    kept = st.session_state.get("stage.desk")
    if kept is None or kept[0] != key:
        if kept is not None:
            kept[1].close()
        ready = overall_status(consented=consented).state == "ready"
        write = partial(_write, language=page.language, consented=consented) if ready else None
        desk = Desk(partial(_classify, model), write, log_error)
        desk.warm(Sound(np.zeros(SR, np.float32), "", 1.0, SR, 1, "", "", ()))
        kept = st.session_state["stage.desk"] = (key, desk)
    return kept[1]


def _classify(model: Bundle | None, sound: Sound):
    if model is None:
        raise NoModelError
    return classify(sound, model)


class NoModelError(ModelError):
    """Nothing is there to answer with; only the words come then."""


def _write(sound: Sound, *, language: str, consented: frozenset[str]):
    return transcribe(sound.y, language=language, consented=consented)


# --- what the browser sends ----------------------------------------------------------------------


@guarded
def _receive(page: Frame, show: Show) -> None:
    """Act on every message that was not acted on yet."""
    state = st.session_state
    outbox = (state.get(KEY) or {}).get("outbox") or []
    for message in outbox if isinstance(outbox, list) else []:
        number = message.get("n") if isinstance(message, dict) else None
        if not isinstance(number, int) or number <= state.get("stage.acked", 0):
            continue
        state["stage.acked"] = number
        act = _ACTS.get(message.get("kind"))
        if act is not None:
            act(page, show, message)


def _take(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    try:
        data = b64decode(message["wav"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return
    name = page._("Your recording") + ".wav"
    _desk(page, show).take(str(message.get("id")), lambda: decode(data, name=name))


def _clip(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    opened, content = catalog(), message.get("content")
    clip = opened.utterances_by_content(show.takes).get(content) if content else None
    if clip is not None:
        _desk(page, show).take(str(message.get("id")), lambda: read_clip(opened, clip))


def _checks(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    consented = frozenset(st.session_state.get(CONSENTED, ()))
    rows = server_checks(answering_model(show), consented, page._)
    st.session_state["stage.checks"] = {
        "began": message.get("began"),
        "now": 1000 * time.time(),
        "rows": rows,
    }


def _scenes(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    st.session_state["stage.wants"] = True


def _phones(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    """Open the vote page or close it; a second wish takes it from another presenter."""
    state, owner = st.session_state, _owner()
    if phones().told(owner) is not None:
        phones().close(owner)
        return
    force = time.monotonic() - state.pop("stage.wished", -60.0) < 10
    try:
        phones().open(owner, page._, page.language, shared=show.shared_address, force=force)
    except StageError as error:
        state["stage.wished"] = time.monotonic()
        state["stage.notice"] = error.describe(page._)
        return
    if message.get("asking"):
        phones().start(owner, _known(message))


def _round(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    if message.get("action") == "start":
        phones().start(_owner(), _known(message))
    else:
        phones().finish(_owner())


def _known(message: Mapping[str, Any]) -> list[str]:
    """Options that are emotions, whatever was sent."""
    asked = message.get("options") or []
    return [e for e in emotion_captions(lambda m: m) if e in asked]


def _leave(page: Frame, show: Show, message: Mapping[str, Any]) -> None:
    st.session_state["stage.leaves"] = True


_ACTS: dict[Any, Callable[[Frame, Show, Mapping[str, Any]], None]] = {
    "take": _take,
    "clip": _clip,
    "checks": _checks,
    "scenes": _scenes,
    "phones": _phones,
    "round": _round,
    "leave": _leave,
}


@cache
def _component() -> Callable[..., Any]:
    html, css = ((FOLDER / f"stage.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    js = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return st.components.v2.component("malgyeol_stage", html=html, css=css, js=js)
