"""The words of a clip, written in the background so that the emotion never waits for them."""

from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from core.audio import Sound
from core.errors import SttError
from core.i18n import N_
from core.stt import SttEngine, Transcript, engines
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.verdict import words_html

__all__ = ["choose_engine", "draw_words"]

POLL = 0.4  # s
KEPT = 32  # transcripts a session keeps

ENGINE_CAPTIONS = {
    "whisper": N_("On this machine"),
    "google": N_("Google (cloud)"),
}


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    """One writer for all sessions: two at once would only slow each other down."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="words")


def choose_engine(page: Frame) -> SttEngine | None:
    """Draw the choice of speech engine, its state, and the consent that a cloud engine needs.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    engine : SttEngine or None
        None where it is not ready or not agreed to; what is missing has been said.
    """
    _, known = page._, engines()
    name = st.segmented_control(
        _("Who writes the words"),
        sorted(known, key=lambda n: known[n].sends_voice_away),
        default="whisper",
        required=True,
        format_func=lambda n: _(ENGINE_CAPTIONS.get(n, n)),
        key="inference.engine",
        persist_state="session",
    )
    engine = known[name]
    status = engine.status()
    if status.state != "ready":
        page.note("caution", f"{_(status.reason)} {_(status.fix)}")
        return None
    if engine.sends_voice_away and not st.checkbox(
        _("I agree that clips are sent to {engine} to be written down.").format(
            engine=engine.title
        ),
        key=f"inference.consent.{name}",
        persist_state="session",
    ):
        page.note("info", _("Without your consent no voice leaves this machine."))
        return None
    return engine


def draw_words(page: Frame, sound: Sound, engine: SttEngine | None) -> None:
    """Draw the words of a clip, as soon as they are there.

    Parameters
    ----------
    page : Frame
    sound : Sound
        Its content names the words: they are never shown for another clip.
    engine : SttEngine or None
    """
    if engine is None:
        st.caption(page._("No words: no speech engine is in use. The emotion stands by itself."))
        return
    future = _future(sound, engine)
    if future.done():
        _draw_done(page, future)
    else:
        _draw_waiting(page, future)


def _future(sound: Sound, engine: SttEngine) -> "Future[Transcript]":
    futures = st.session_state.setdefault("inference.words", {})
    key = (sound.content, engine.name)
    if key not in futures:
        futures[key] = _pool().submit(engine.transcribe, sound.y, consent=True)
        while len(futures) > KEPT:
            futures.pop(next(iter(futures)))
    return futures[key]


@st.fragment(run_every=POLL)
@guarded
def _draw_waiting(page: Frame, future: "Future[Transcript]") -> None:
    if future.done():
        st.rerun()
    _ = page._
    page.html(words_html(_("Writing it down…"), muted=True))


def _draw_done(page: Frame, future: "Future[Transcript]") -> None:
    _ = page._
    try:
        transcript = future.result()
    except SttError as error:
        page.note("caution", error.describe(_))
        return
    if transcript.no_speech:
        page.html(words_html(_("No speech found in this clip"), muted=True))
    elif not transcript.text.strip():
        page.html(words_html(_("Speech, but no words could be made out"), muted=True))
    else:
        page.html(words_html(transcript.text))
    doubtful = any(s.low_confidence for s in transcript.segments)
    said = f"{transcript.engine} {transcript.model}"
    if doubtful:
        said += " · " + _("not sure of these words")
    st.caption(esc_md(said))
