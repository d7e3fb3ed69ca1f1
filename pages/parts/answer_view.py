"""The whole answer to one clip: words and emotion, the sound, and a closer look."""

from collections.abc import Sequence

import streamlit as st

from core.i18n import N_
from core.inference import GuestVoice, HeardSegment, Timeline
from core.models import Bundle
from pages.parts.background import POLL
from pages.parts.clip_source import Clip
from pages.parts.frame import Frame, guarded
from pages.parts.heard import (
    draw_before,
    draw_emotion,
    draw_honesty,
    draw_language_warning,
    draw_proba,
    draw_sound,
    draw_words_and_voice,
)
from pages.parts.listening import Listening, listen, listen_again, piece_of
from pages.parts.model_choice import draw_models_side_by_side
from pages.parts.player import chosen_part
from pages.parts.same_sentence import draw_same_sentence
from pages.parts.taking import draw_downloads
from pages.parts.why_view import draw_why
from pages.parts.words import Scribe, WordsAsked, draw_words, words_for

__all__ = ["draw_answer"]

STAGES = {
    "reading": N_("Reading the file"),
    "speech": N_("Looking for speech"),
    "emotions": N_("Listening for emotions"),
    "pictures": N_("Drawing the pictures"),
    "words": N_("Listening for emotions"),
    "done": N_("Drawing the pictures"),
}


def draw_answer(
    page: Frame,
    clip: Clip,
    bundle: Bundle,
    asked: WordsAsked | None,
    voice: GuestVoice | None = None,
) -> None:
    """Draw what a model hears in a clip, as far as it is known.

    Parameters
    ----------
    page : Frame
    clip : Clip
    bundle : Bundle
    asked : WordsAsked or None
        Who writes the words.
    voice : GuestVoice, optional
        Of the one who speaks, if the model has met it.
    """
    _, listening = page._, listen(clip, bundle, page.theme)
    if listening.stopped:
        _draw_stopped(page, listening)
        if not (listening.over and listening.timeline and listening.timeline.segments):
            return
    elif not listening.over:
        _draw_waiting(page, listening)
        return
    if listening.error is not None:
        page.note("wrong", listening.error.describe(_))
        return
    if listening.broke:
        said = _("This clip could not be heard. Number {number} in the log says why.")
        page.note("wrong", said.format(number=listening.broke))
        return
    scribe = words_for(listening.sound, listening.timeline, asked)
    waits = scribe is not None and not scribe.over
    st.fragment(guarded(_draw_all), run_every=POLL if waits else None)(
        page, listening, scribe, waits, voice
    )


def _draw_waiting(page: Frame, listening: Listening) -> None:
    st.fragment(guarded(_progress), run_every=POLL)(page, listening)


def _draw_stopped(page: Frame, listening: Listening) -> None:
    """That it was stopped, and the way on; a file that is being read is left at once."""
    page.note("info", page._("Stopped. What was heard so far stays."))
    st.button(
        page._("Listen from the start"),
        key="inference.again",
        on_click=guarded(listen_again),
        args=(listening,),
    )


def _progress(page: Frame, listening: Listening) -> None:
    if listening.over or listening.stopped:
        st.rerun()
    _, total = page._, listening.total
    said = _(STAGES[listening.stage])
    if total:
        said += " · " + _("{done} of {total}").format(done=listening.done, total=total)
    bar, button = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(listening.done / total if total else 0.0, text=said)
    button.button(
        _("Stop"), key="inference.stop", on_click=guarded(listening.stop), width="stretch"
    )


def _draw_all(
    page: Frame,
    listening: Listening,
    scribe: Scribe | None,
    waits: bool,
    voice: GuestVoice | None,
) -> None:
    if scribe is not None:
        scribe.go_on()
        if waits and scribe.over:
            st.rerun()
    timeline = listening.heard_by(voice)
    if scribe is not None:
        timeline = scribe.on(timeline)
    key = f"heard.player.{listening.clip.id}"
    chosen = chosen_part(key, timeline.content, len(timeline.segments)) or 0
    _draw_segment(page, listening, timeline, chosen, scribe)  # first: it is what is waited for
    draw_sound(page, listening.sound, timeline, key=key, chosen=chosen)
    _draw_closer(page, listening, timeline, chosen, met=voice is not None)
    draw_honesty(page, listening.bundle)


def _draw_segment(
    page: Frame, listening: Listening, timeline: Timeline, chosen: int, scribe: Scribe | None
) -> None:
    _ = page._
    segment = timeline.segments[chosen] if timeline.segments else None
    if len(timeline.segments) > 1:
        st.caption(_which(page, timeline.segments, chosen))
    words, feeling = st.columns(2, gap="medium")
    with words:
        draw_words(page, segment, scribe)
    if segment is None:
        return
    with feeling:
        draw_emotion(page, segment.prediction)
        plain = listening.timeline.segments[chosen].prediction
        if plain is not segment.prediction:
            draw_before(page, plain)
    draw_proba(page, segment.prediction, listening.bundle)
    draw_words_and_voice(page, segment)
    draw_language_warning(page, listening.bundle, segment.transcript)


def _which(page: Frame, segments: Sequence[HeardSegment], chosen: int) -> str:
    return page._("Stretch {i} of {n} · {start:.1f}–{end:.1f} s").format(
        i=chosen + 1, n=len(segments), start=segments[chosen].start, end=segments[chosen].end
    )


def _draw_closer(
    page: Frame, listening: Listening, timeline: Timeline, chosen: int, *, met: bool
) -> None:
    """One closer look at a time; each costs only when it is asked for."""
    if not timeline.segments:
        return
    _ = page._
    looks = {
        "why": _("Why?"),
        "same": _("Same sentence"),
        "models": _("Other models"),
        "take": _("Take along"),
    }
    look = st.segmented_control(
        _("A closer look"),
        list(looks),
        format_func=looks.__getitem__,
        key="inference.look",
        label_visibility="collapsed",
        persist_state="session",
    )
    segment = timeline.segments[chosen]
    piece = piece_of(listening.sound, segment)
    if look == "why":
        key = (timeline.content, segment.start, segment.end)
        draw_why(page, piece, key, listening.bundle, met=met)
    elif look == "same":
        draw_same_sentence(page, piece, segment.text)
    elif look == "models":
        draw_models_side_by_side(page, piece, segment, listening.bundle)
    elif look == "take":
        draw_downloads(page, timeline)
