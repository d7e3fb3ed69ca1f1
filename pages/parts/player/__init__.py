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
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.audio import Sound
from core.plots import Theme
from pages.parts.frame import Frame, guarded
from pages.parts.player.source import sound_source
from pages.parts.player.view import Scale, sound_view

__all__ = ["Cue", "Part", "PlayerState", "chosen_part", "draw_player", "prepare_player"]

FOLDER = Path(__file__).parent
FOCUS = FOLDER.parent / "focus.js"
KEPT = 128  # sounds whose pictures stay in memory; about 0.2 MB each
LONG = 120.0  # s; no pitch is tracked in what is longer


@dataclass(frozen=True)
class PlayerState:
    """What the player told last."""

    position: float  # s, where it was paused or sought to; 0 unless it reports
    part: int | None = None  # index of the part that was chosen last, of this very sound


@dataclass(frozen=True)
class Part:
    """A stretch of the sound on its timeline; texts are plain and translated."""

    start: float  # s
    end: float  # s
    caption: str  # the emotion
    color: str  # its fill
    detail: str = ""  # such as "82 %"
    text: str = ""  # the words
    note: str = ""  # why there are none, or that they are doubtful
    sure: bool = True
    doubtful: bool = False


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
    parts: Sequence[Part] = (),
    part: int | None = None,
    listed: bool = True,
    contours: bool = True,
    pictures: bool = True,
    scale: Scale = "mel",
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
    parts : sequence of Part
        A timeline above the pictures; a click on one plays it.
    part : int, optional
        The part that is chosen at first.
    listed : bool
        Whether the parts stand in a list, too. One that is chosen comes back to Python.
    contours : bool
        Whether pitch and level are drawn.
    pictures : bool
        Whether waveform and spectrogram are drawn; not where larger figures stand below.
    scale : {"mel", "stft"}
        Frequencies of the spectrogram: as they are heard, or evenly spaced.
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
    name = id or _digest(sound)
    state = _component()(
        key=key,
        data={
            "clip": {
                **_view(page.theme, Cue(sound, name, title), contours, segments, scale),
                "parts": [{**asdict(p), "when": _when(p)} for p in parts],
                "part": part,
            },
            "next": _view(page.theme, upcoming, contours, None, scale) if upcoming else None,
            "listed": listed,
            "report_parts": listed and bool(parts),
            "play": int(autoplay),
            "seen": seen,
            "pictures": pictures,
            "compact": compact,
            "page_keys": page_keys,
            "report": report,
            "captions": _captions(page),
        },
        default={"position": 0.0, "part": {}},
        on_position_change=guarded(_told),
        on_part_change=guarded(_told),
    )
    chosen = chosen_part(key, name, len(parts))
    return PlayerState(
        position=float(state.get("position") or 0.0), part=part if chosen is None else chosen
    )


def chosen_part(key: str, id: str, n_parts: int) -> int | None:
    """The part of a player that was chosen last; known before it is drawn again.

    Parameters
    ----------
    key : str
        Of the widget.
    id : str
        Of the sound.
    n_parts : int

    Returns
    -------
    index : int or None
        None where none was, or of another sound.
    """
    told = (st.session_state.get(key) or {}).get("part") or {}
    index = told.get("part") if told.get("id") == id else None
    return index if isinstance(index, int) and 0 <= index < n_parts else None


def prepare_player(sound: Sound, theme: Theme) -> None:
    """Measure a sound for the player ahead of time; from any thread.

    Parameters
    ----------
    sound : Sound
    theme : {"light", "dark"}
    """
    _measured(_digest(sound), theme, sound.duration <= LONG, "mel", sound)


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
    theme: Theme,
    cue: Cue,
    contours: bool,
    segments: Sequence[tuple[float, float]] | None,
    scale: Scale,
) -> dict[str, Any]:
    digest, tracked = _digest(cue.sound), contours and cue.sound.duration <= LONG
    measured = _measured(digest, theme, tracked, scale, cue.sound)
    spans = [[float(start), float(end)] for start, end in segments or ()]
    source = sound_source(cue.sound, digest)
    told = {"id": cue.id, "title": cue.title, "segments": spans, "parts": [], "src": source}
    return {**measured, **told}


def _when(part: Part) -> str:
    return f"{_clock(part.start)}–{_clock(part.end)}"


def _clock(time: float) -> str:
    minutes, seconds = divmod(round(time, 1), 60)
    return f"{int(minutes)}:{seconds:04.1f}"


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _measured(
    digest: str, theme: Theme, contours: bool, scale: Scale, _sound: Sound
) -> dict[str, Any]:
    return sound_view(_sound, theme=theme, with_contours=contours, scale=scale)


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
        "lasts": _("{n} s"),
        "closer": _("Closer (key +)"),
        "wider": _("Wider (key -)"),
        "blocked": _("The browser waits for you: press play once."),
        "failed": _("The browser cannot play this clip."),
    }
