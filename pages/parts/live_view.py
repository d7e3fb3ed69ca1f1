"""Live: speak on, and each utterance is answered when it ends."""

import time
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from core.audio import Sound
from core.inference import GuestVoice
from core.inference.hear import Asked
from core.models import Bundle
from core.settings import SR
from pages.parts.clip_source import NEXT_WAY
from pages.parts.frame import Frame, guarded
from pages.parts.heard import draw_sound
from pages.parts.live_board import Board, last_html
from pages.parts.live_session import LiveSession, warm_up
from pages.parts.taking import draw_downloads
from pages.parts.words import WordsAsked

__all__ = ["draw_live_answer", "draw_live_source", "is_safe_address"]

LOOK = 0.3  # s between two looks
GIVEN_UP = 4.0  # s; who stops sooner has changed their mind
CONNECTING = 12.0  # s after which no sound means that none will come
KEY = "inference-live"
CONSTRAINTS = {
    "audio": {"echoCancellation": False, "noiseSuppression": False, "autoGainControl": False},
    "video": False,
}


def is_safe_address(url: str | None) -> bool:
    """Whether browsers give the microphone to a page at an address.

    Parameters
    ----------
    url : str or None

    Returns
    -------
    safe : bool
        HTTPS, or this machine itself.
    """
    parts = urlsplit(url or "")
    local = {"localhost", "127.0.0.1", "::1", None}
    return parts.scheme == "https" or parts.hostname in local


def draw_live_source(
    page: Frame,
    bundle: Bundle | None,
    asked: WordsAsked | None,
    voice: GuestVoice | None = None,
) -> None:
    """Draw the switch of the live microphone, and what stands in its way.

    Parameters
    ----------
    page : Frame
    bundle : Bundle or None
        None where no model can answer.
    asked : WordsAsked or None
        Who writes the words.
    voice : GuestVoice, optional
        Of the one who speaks, if the model has met it.
    """
    _ = page._
    if not is_safe_address(st.context.url):
        said = _(
            "Browsers give the microphone only to localhost and to HTTPS addresses. Open this page"
            " there; docs/live.md says how to get a certificate."
        )
        page.note("caution", said)
    if bundle is None:
        return
    desk = _desk()
    if desk.model is not bundle:
        warm_up(bundle)
    desk.model, desk.words, desk.voice = bundle, asked, voice
    _microphone(page, desk)
    if not desk.on:
        st.caption(_("Press start and speak on. Every utterance is answered when it ends."))


class Desk:
    """What a browser session has of live streams: whether one is on, and the latest one."""

    def __init__(self) -> None:
        self.model: Bundle | None = None
        self.words: WordsAsked | None = None
        self.voice: GuestVoice | None = None
        self.on = False
        self.since = 0.0  # monotonic s, when it was turned on
        self.failed = False  # whether it ended without any sound
        self.session: LiveSession | None = None
        self.board = Board()
        self._lock = Lock()

    def push(self, frame: Any) -> None:
        """Hand a frame to the session; called by the network's thread."""
        if self.on:
            self._current().push(frame)

    def turn(self, on: bool) -> None:
        """Note that the microphone was turned on or off."""
        if on == self.on:
            return
        if on:
            self.session, self.since, self.failed = None, time.monotonic(), False
        else:
            tried = time.monotonic() - self.since > GIVEN_UP
            self.failed = self.session is None and tried
        self.on = on
        if not on and self.session is not None:
            self.session.end()

    def _current(self) -> LiveSession:
        with self._lock:
            if self.session is None:
                asked = self.words
                words = asked and Asked(asked.engine, asked.language, consent=True)
                assert self.model is not None
                self.session = LiveSession(self.model, words, self.voice)
            return self.session


def _desk() -> Desk:
    return st.session_state.setdefault("inference.live", Desk())


def _microphone(page: Frame, desk: Desk) -> None:
    """Draw the switch, and note how it stands."""
    from streamlit_webrtc import WebRtcMode, create_audio_sink_track, webrtc_streamer

    def turned() -> None:
        state = st.session_state[KEY].state
        desk.turn(bool(state.playing or state.signalling))

    context = webrtc_streamer(
        key=KEY,
        mode=WebRtcMode.SENDONLY,
        rtc_configuration={"iceServers": []},
        media_stream_constraints=CONSTRAINTS,
        sink_audio_track=create_audio_sink_track(desk.push, key=KEY),
        translations=_translations(page),
        on_change=guarded(turned),
    )
    desk.turn(bool(context.state.playing or context.state.signalling))


def _translations(page: Frame) -> dict[str, str]:
    _ = page._
    return {
        "start": _("Start"),
        "stop": _("Stop"),
        "select_device": _("Choose a microphone"),
        "select_microphone": _("Choose a microphone"),
        "mute_microphone": _("Mute"),
        "unmute_microphone": _("Unmute"),
        "media_api_not_available": _("This address gets no microphone: use localhost or HTTPS."),
        "device_ask_permission": _("Allow the microphone."),
        "device_not_available": _("No microphone was found, or another program has it."),
        "device_access_denied": _("The browser may not use the microphone."),
    }


def draw_live_answer(page: Frame) -> None:
    """Draw what is heard, as long as the microphone is on, and what came of it afterwards.

    Parameters
    ----------
    page : Frame
    """
    _, desk = page._, _desk()
    if desk.failed:
        _draw_no_sound(page)
        return
    if not desk.on and desk.session is None:
        page.empty_state(
            _("Not listening yet"),
            _("Press start and allow the microphone: level, picture and answers appear here."),
        )
        return
    going = desk.on or not (desk.session and desk.session.over)
    st.fragment(guarded(_draw), run_every=LOOK if going else None)(page, desk, going)
    if not going and desk.session is not None:
        _draw_afterwards(page, desk.session)


def _draw(page: Frame, desk: Desk, going: bool) -> None:
    session = desk.session
    if going and not desk.on and (session is None or session.over):
        st.rerun()
    if session is None:
        _draw_connecting(page, desk)
        return
    if session.broke:
        page.note("wrong", page._("The stream broke off. Press stop, then start again."))
    elif desk.on and session.over:
        page.note("caution", page._("No sound comes any more. Press stop, then start again."))
    state = session.state
    page.html(last_html(page, state))
    desk.board.draw(
        page, state, session.stream.spectrogram, lost=session.lost, waiting=session.waiting
    )


def _draw_connecting(page: Frame, desk: Desk) -> None:
    _ = page._
    if time.monotonic() - desk.since < CONNECTING:
        page.note("info", _("Connecting to the microphone…"))
        return
    _draw_no_sound(page)


def _draw_no_sound(page: Frame) -> None:
    _ = page._
    page.note(
        "caution",
        _(
            "No sound is coming. The network between this browser and the app may block UDP, or"
            " the microphone is muted. On this very machine it works without a network; or record"
            " a clip instead."
        ),
    )
    if st.button(_("Record a clip instead"), type="primary", key="inference.live.instead"):
        st.session_state[NEXT_WAY] = "microphone"
        st.rerun(scope="app")


def _draw_afterwards(page: Frame, session: LiveSession) -> None:
    """What came of it, to be heard again and taken along."""
    _, timeline, y = page._, session.state.timeline, session.sound()
    if not timeline.segments or not len(y):
        page.note("info", _("Nobody spoke."))
        return
    start = session.sound_from
    kept = [s for s in timeline.segments if s.start >= start]
    shown = replace(
        timeline,
        segments=tuple(replace(s, start=s.start - start, end=s.end - start) for s in kept),
    )
    name = _("Live") + ".wav"
    sound = Sound(y, name, len(y) / SR, SR, 1, "live", timeline.content, ())
    draw_sound(page, sound, shown, key=f"inference.live.{timeline.content}", always=True)
    draw_downloads(page, timeline)
