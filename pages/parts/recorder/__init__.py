"""The recorder: a button, a level meter, and a take as 48 kHz WAV that the browser left alone.

Conventions
-----------
Streamlit's own recorder asks for a rate and nothing else, and browsers then cancel echo, suppress
noise and level the gain: all three change the loudness that an emotion is heard by. This one asks
for them to be off, and tells which the browser kept on. While it records, every
`pages.parts.player` is silent.

No take gets lost on its way: the browser keeps it until Python says to have it, and sends it again
after 10 s. It comes in parts of 4 MB as triggers, so that no
later run of the page carries it again; half an hour would be more than one message may hold.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.i18n import N_
from pages.parts.frame import Frame, guarded

__all__ = ["PROCESSING", "Take", "draw_recorder", "forget_take"]

FOLDER = Path(__file__).parent
SHARED = ("focus.js", "microphone.js")
MAX_PARTS = 64  # 256 MB
MAX_TAG = 500  # characters
PROCESSING = {
    "echoCancellation": N_("echo cancellation"),
    "noiseSuppression": N_("noise suppression"),
    "autoGainControl": N_("gain control"),
}


@dataclass(frozen=True)
class Take:
    """What was recorded last."""

    data: bytes  # WAV, mono, 16 bit
    number: int  # another one for every take; it rises
    rate: int  # Hz
    processed: tuple[str, ...] = ()  # of `PROCESSING`: what the browser did not turn off
    device: str = ""  # as the browser calls the microphone
    tag: str = ""  # the recorder's tag when the take began
    part: int = 0  # which part of the file `data` is, on its way
    parts: int = 1


def draw_recorder(
    page: Frame,
    *,
    key: str,
    hint: str = "",
    limit: float = 60.0,
    open: bool = False,
    start: int = 0,
    page_keys: bool = False,
    tag: str = "",
    salvage: bool = False,
    on_take: Callable[[], None] | None = None,
) -> Take | None:
    """Draw the recorder, and return its latest take.

    Parameters
    ----------
    page : Frame
    key : str
        Of the widget; another one is another recorder without a take.
    hint : str
        Beside the button while it waits, translated; a general one by default.
    limit : float
        In s; there it stops by itself.
    open : bool
        Whether the microphone stays open between two takes, so that its level shows and the next
        take begins at once. Otherwise it is let go after each.
    start : int
        A take begins by itself whenever this changes to something greater than 0. Count upwards.
    page_keys : bool
        Whether the space bar starts and stops from anywhere on the page; it always stops.
    tag : str
        What is being recorded; a take brings the tag that stood when it began.
    salvage : bool
        Whether a take that is cut off when its page is left comes in at the next visit; it is
        dropped otherwise.
    on_take : callable, optional
        Called before the run that brings a new take, once for each.

    Returns
    -------
    take : Take or None
        Kept for the session, until `forget_take`.
    """

    def keep() -> None:
        said = (st.session_state.get(key) or {}).get("take")
        take = _whole(key, _take(said)) if said else None
        if take is None:
            return
        st.session_state[_place(key)] = take
        if on_take is not None:
            on_take()

    _component()(
        key=key,
        data={
            "hint": hint or page._("Press, say a sentence, press again"),
            "limit": limit,
            "open": open,
            "start": start,
            "page_keys": page_keys,
            "name": key,
            "tag": tag,
            "salvage": salvage,
            "got": _got(key),
            "captions": _captions(page),
        },
        on_take_change=guarded(keep),
    )
    return st.session_state.get(_place(key))


def forget_take(key: str) -> None:
    """Forget the take of a recorder.

    Parameters
    ----------
    key : str
        Of its widget.
    """
    st.session_state.pop(_place(key), None)


def _place(key: str) -> str:
    return f"{key}.take"


def _whole(key: str, part: Take | None) -> Take | None:
    """The take that a part completes; None while parts are missing, or if it was there already."""
    if part is None:
        return None
    number, got = st.session_state.get(f"{key}.parts", (0, []))
    if number != part.number:
        if number > part.number:
            return None  # sent again, although it came
        got = []
    if got is None or part.part != len(got):
        st.session_state[f"{key}.parts"] = (part.number, got)
        return None
    got = [*got, part.data]
    over = len(got) == part.parts
    st.session_state[f"{key}.parts"] = (part.number, None if over else got)
    return replace(part, data=b"".join(got), part=0, parts=1) if over else None


def _got(key: str) -> dict[str, Any] | None:
    """What the browser is told to have arrived."""
    number, got = st.session_state.get(f"{key}.parts", (0, None))
    if not number:
        return None
    return {"number": number, "parts": len(got or ()), "over": got is None}


def _take(said: Mapping[str, Any]) -> Take | None:
    """A take as it came; None where it is none, for anybody can send anything."""
    try:
        data = b64decode(said["data"], validate=True)
        number, rate = int(said["number"]), int(said["rate"])
        processed = tuple(name for name in said.get("processed") or () if name in PROCESSING)
        device = str(said.get("device") or "")[:80]
        tag = str(said.get("tag") or "")[:MAX_TAG]
        part, parts = int(said.get("part", 0)), int(said.get("parts", 1))
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    if not 0 <= part < parts <= MAX_PARTS or number < 1:
        return None
    return Take(data, number, rate, processed, device, tag, part, parts)


@cache
def _component() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"recorder.{suffix}").read_text(encoding="utf-8")
        for suffix in ("html", "css", "js")
    )
    shared = "".join((FOLDER.parent / name).read_text(encoding="utf-8") for name in SHARED)
    js = shared + js
    return st.components.v2.component("malgyeol_recorder", html=html, css=css, js=js)


def _captions(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "record": _("Record"),
        "stop": _("Stop recording"),
        "asking": _("Opening the microphone…"),
        "listening": _("Listening…"),
        "sending": _("One moment…"),
        "level": _("Level (dBFS)"),
        "lasts": _("{n} s"),
        # Filled in by the browser.
        "recorded": _("{seconds} s recorded"),
        "refused": _(
            "The browser may not use the microphone. Allow it at the left of the address, then"
            " press again; or upload a clip."
        ),
        "missing": _("No microphone was found. Plug one in and press again, or upload a clip."),
        "taken": _(
            "The microphone is in use elsewhere. Close the other program and press again, or"
            " upload a clip."
        ),
        "insecure": _(
            "Browsers give the microphone only to localhost and to HTTPS addresses. Open this page"
            " there, or upload a clip."
        ),
        "lost": _("The microphone went away. Plug it in and press again."),
        "failed": _("The microphone could not be opened. Press again, or upload a clip."),
    }
