"""The player: a sound with its waveform, spectrogram and contours, and a moving playhead.

Conventions
-----------
The component is trusted code bundled here, without network. Everything that a user wrote reaches
it as data and is drawn as text. A part of the page that opens a clip may say so at once by a
browser event, ``malgyeol:open`` with ``{id, play, number}``: a player that has that clip ready
begins before Python has answered. The numbers rise.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.audio import Sound
from core.plots import Theme
from pages.parts.frame import Frame
from pages.parts.player.view import sound_view

__all__ = ["Cue", "PlayerState", "draw_player"]

FOLDER = Path(__file__).parent
FOCUS = FOLDER.parent / "focus.js"
KEPT = 128  # sounds whose pictures stay in memory; about 0.2 MB each


@dataclass(frozen=True)
class PlayerState:
    """What the player told last."""

    position: float  # s, where it was paused or sought to; 0 unless it reports


@dataclass(frozen=True)
class Cue:
    """A sound that is made ready beside the one that is shown."""

    sound: Sound
    id: str
    title: str = ""


def draw_player(
    page: Frame,
    sound: Sound,
    *,
    key: str,
    id: str | None = None,
    title: str = "",
    autoplay: int | bool = False,
    segments: Sequence[tuple[float, float]] | None = None,
    contours: bool = True,
    pictures: bool = True,
    compact: bool = False,
    page_keys: bool = True,
    report: bool = False,
    upcoming: Cue | None = None,
    seen: int = 0,
) -> PlayerState:
    """Draw a sound that can be heard.

    Parameters
    ----------
    page : Frame
    sound : Sound
    key : str
        Of the widget. Keep it while the sound changes: the player then changes in place.
    id : str, optional
        Names the sound to other parts of the page; its digest by default.
    title : str
        Shown beside the button; plain text from anywhere.
    autoplay : int or bool
        Starts by itself whenever this changes to something true. Count upwards to start the same
        sound again.
    segments : sequence of (start, end), optional
        Spans in s to shade.
    contours : bool
        Whether pitch and level are drawn.
    pictures : bool
        Whether waveform and spectrogram are drawn; not where larger figures stand below.
    compact : bool
        Lower lanes, for several players side by side.
    page_keys : bool
        Whether the space bar plays from anywhere on the page; for one player a page.
    report : bool
        Whether a pause or a seek comes back to Python, which costs a run of the page.
    upcoming : Cue, optional
        The sound that comes next, loaded with this one.
    seen : int
        Number of the latest ``malgyeol:open`` that this drawing knows of. What was drawn before a
        click does not undo what the browser has begun since.

    Returns
    -------
    state : PlayerState
    """
    state = _component()(
        key=key,
        data={
            "clip": _view(page.theme, Cue(sound, id or _digest(sound), title), contours, segments),
            "next": _view(page.theme, upcoming, contours, None) if upcoming else None,
            "play": int(autoplay),
            "seen": seen,
            "pictures": pictures,
            "compact": compact,
            "page_keys": page_keys,
            "report": report,
            "captions": _captions(page),
        },
        default={"position": 0.0},
        on_position_change=_told,
    )
    return PlayerState(position=float(state.get("position") or 0.0))


def _told() -> None:
    """A pause or a seek; the value is read where the player is drawn."""


@cache
def _component() -> Callable[..., Any]:
    html, css, js = (
        (FOLDER / f"player.{suffix}").read_text(encoding="utf-8")
        for suffix in ("html", "css", "js")
    )
    js = FOCUS.read_text(encoding="utf-8") + js
    return st.components.v2.component("malgyeol_player", html=html, css=css, js=js)


def _digest(sound: Sound) -> str:
    return hashlib.blake2b(sound.y.tobytes(), digest_size=16).hexdigest()


def _view(
    theme: Theme, cue: Cue, contours: bool, segments: Sequence[tuple[float, float]] | None
) -> dict[str, Any]:
    measured = _measured(_digest(cue.sound), theme, contours, cue.sound)
    spans = [[float(start), float(end)] for start, end in segments or ()]
    return {**measured, "id": cue.id, "title": cue.title, "segments": spans}


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _measured(digest: str, theme: Theme, contours: bool, _sound: Sound) -> dict[str, Any]:
    return sound_view(_sound, theme=theme, with_contours=contours)


def _captions(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "seek": _("Place in the clip, in seconds"),
        "wave": _("Amplitude"),
        "spectrogram": _("Spectrogram"),
        "frequency": _("Frequency (Hz)"),
        "pitch": _("Pitch (Hz)"),
        "level": _("Level (dBFS)"),
        "seconds": _("Time (s)"),
        "blocked": _("The browser waits for you: press play once."),
        "failed": _("The browser cannot play this clip."),
    }
