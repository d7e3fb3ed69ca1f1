"""The words of a clip, written in the background so that the emotion never waits for them.

Conventions
-----------
Words are asked for segment by segment, two at a time: whoever comes with a short clip waits for
two segments of a long one at most. What was written belongs to a clip, an engine and a language,
and is never shown for another.
"""

from dataclasses import dataclass

import streamlit as st

from core.audio import Sound
from core.errors import MalgyeolError
from core.i18n import N_
from core.inference import HeardSegment, Timeline
from core.settings import SR
from core.stt import LANGUAGES, SttEngine, agree, consent_of, engines, withdraw
from core.stt.writing import Writing, start_writing
from pages.parts.background import draw_progress, find_task, start_task
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.verdict import words_html

__all__ = ["Scribe", "WordsAsked", "choose_words", "draw_words", "words_for"]

AT_A_TIME = 2  # segments in the line of all
KEPT = 8  # clips whose words a session keeps

ENGINE_CAPTIONS = {
    "whisper": N_("This machine"),
    "google": N_("Google"),
    "none": N_("Off"),
}
LANGUAGE_CAPTIONS = {
    "auto": N_("Recognise the language"),
    "ko": N_("Korean"),
    "en": N_("English"),
    "de": N_("German"),
}


@dataclass(frozen=True)
class WordsAsked:
    """Whom to ask, in which language; whatever consent it needs has been given."""

    engine: SttEngine
    language: str


class Scribe:
    """The writings of one clip's segments, put into the line a few at a time."""

    def __init__(self, sound: Sound, timeline: Timeline, asked: WordsAsked):
        self._sound, self._asked = sound, asked
        self._spans = [(s.start, s.end) for s in timeline.segments]
        self._writings: list[Writing] = []

    @property
    def over(self) -> bool:
        """Whether every segment has its words or its reason."""
        return len(self._writings) == len(self._spans) and all(w.over for w in self._writings)

    @property
    def ahead(self) -> int:
        """How many of others stand in line before the next one of ours."""
        waiting = [w for w in self._writings if not w.over]
        return waiting[0].position if waiting else 0

    def go_on(self) -> None:
        """Put the next segments into the line, if there is room."""
        while len(self._writings) < len(self._spans):
            if sum(not w.over for w in self._writings) >= AT_A_TIME:
                return
            start, end = self._spans[len(self._writings)]
            y = self._sound.y[round(start * SR) : round(end * SR)]
            self._writings.append(
                start_writing(
                    self._sound.content,
                    y,
                    self._asked.engine,
                    language=self._asked.language,
                    consent=True,
                )
            )

    def stop(self) -> None:
        """Leave the line."""
        for writing in self._writings:
            writing.stop()

    def on(self, timeline: Timeline) -> Timeline:
        """The timeline with what has been written so far."""
        for index, writing in enumerate(self._writings):
            if writing.over:
                timeline = timeline.with_words(index, writing.transcript, writing.error)
        return timeline


def choose_words(page: Frame) -> WordsAsked | None:
    """Draw the choice of speech engine and language, its state, and the consent it needs.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    asked : WordsAsked or None
        None where nobody is to write, or the engine is not ready or not agreed to; what is
        missing has been said.
    """
    _, known = page._, engines()
    names = [*sorted(known, key=lambda n: known[n].sends_voice_away), "none"]
    name = st.segmented_control(
        _("Who writes the words"),
        names,
        default=names[0],
        required=True,
        format_func=lambda n: _(ENGINE_CAPTIONS.get(n, n)),
        key="inference.engine",
        persist_state="session",
        width="stretch",
    )
    if name == "none":
        return None
    language = st.selectbox(
        _("Language of the words"),
        sorted(LANGUAGES, key=list(LANGUAGE_CAPTIONS).index),
        index=list(LANGUAGE_CAPTIONS).index("ko"),
        format_func=lambda n: _(LANGUAGE_CAPTIONS[n]),
        key="inference.language",
        persist_state="session",
        label_visibility="collapsed",
    )
    engine = known[name]
    return WordsAsked(engine, language) if _may_write(page, engine) else None


def _may_write(page: Frame, engine: SttEngine) -> bool:
    """Whether an engine is ready and agreed to; if not, what is missing is said."""
    _, status = page._, engine.status()
    if status.state != "ready":
        kind = "wrong" if status.state == "broken" else "caution"
        where = f" ({status.detail})" if status.detail else ""
        page.note(kind, f"{engine.title}: {_(status.reason)}{where}. {_(status.fix)}")
        _offer_download(page, engine)
        return False
    ready = _("{engine} is ready · {model}").format(engine=engine.title, model=status.detail)
    st.caption(esc_md(ready))
    if engine.sends_voice_away and not _agreed(page, engine):
        page.note("info", _("Without your consent no voice leaves this machine."))
        return False
    return True


def _agreed(page: Frame, engine: SttEngine) -> bool:
    """Whether voices may go to an engine; kept for the workspace until it is taken back."""
    key = f"inference.consent.{engine.name}"
    st.session_state[key] = consent_of(engine.name) is not None
    said = page._("I agree that clips are sent to {engine} to be written down.")
    return st.checkbox(
        said.format(engine=engine.title), key=key, on_change=_keep_consent, args=(engine.name, key)
    )


@guarded
def _keep_consent(engine: str, key: str) -> None:
    if st.session_state[key]:
        agree(engine)
    else:
        withdraw(engine)


def _offer_download(page: Frame, engine: SttEngine) -> None:
    """A named model is fetched only at a click."""
    if not getattr(engine, "can_download", False):
        return
    _, key = page._, ("download", engine.name)
    task = find_task(key)
    if task is not None and not (task.over or task.stopped):
        draw_progress(page, task, _("Downloading the model"), key="inference.download.stop")
        return
    if task is not None and task.error is not None:
        error = task.error
        known = isinstance(error, MalgyeolError)
        page.note("wrong", error.describe(_) if known else _("The download failed; try again."))
    if st.button(_("Download the model"), key="inference.download"):
        start_task(key, lambda task: engine.download())
        st.rerun()


def words_for(sound: Sound, timeline: Timeline, asked: WordsAsked | None) -> Scribe | None:
    """The words of a clip, being written from now on.

    Parameters
    ----------
    sound : Sound
    timeline : Timeline
        Its segments are final.
    asked : WordsAsked or None

    Returns
    -------
    scribe : Scribe or None
        The same one for the same clip, engine and language.
    """
    kept: dict = st.session_state.setdefault("inference.words", {})
    if asked is None:
        _leave_line(kept)  # a consent that was taken back holds for what still waits, too
        return None
    spans = hash(tuple((s.start, s.end) for s in timeline.segments))
    key = (sound.content, spans, asked.engine.name, asked.language)
    if key not in kept:
        _leave_line(kept)  # nobody waits any more for the words of another clip
        for old in list(kept)[: max(0, len(kept) + 1 - KEPT)]:
            del kept[old]
        kept[key] = Scribe(sound, timeline, asked)
    kept[key].go_on()
    return kept[key]


def _leave_line(kept: dict) -> None:
    for unfinished in [key for key, scribe in kept.items() if not scribe.over]:
        kept.pop(unfinished).stop()


def draw_words(page: Frame, segment: HeardSegment | None, scribe: Scribe | None) -> None:
    """Draw the words of a segment, large, or why there are none.

    Parameters
    ----------
    page : Frame
    segment : HeardSegment or None
        With what has been written.
    scribe : Scribe or None
        None where nobody is asked to write.
    """
    _ = page._
    if segment is None:
        page.html(words_html(_("No speech found in this clip"), muted=True))
        return
    words, error = segment.transcript, segment.words_error
    if words is None and error is None:
        _draw_missing(page, scribe)
        return
    if error is not None:
        page.html(words_html(_("No words"), muted=True))
        page.note("caution", error.describe(_))
        return
    if words.no_speech:
        page.html(words_html(_("No speech found in this clip"), muted=True))
    elif not words.text.strip():
        page.html(words_html(_("Speech, but no words could be made out"), muted=True))
    else:
        page.html(words_html(words.text, doubtful=words.low_confidence))
    said = [f"{words.engine} {words.model}"]
    if words.language in LANGUAGE_CAPTIONS and words.language != "auto":
        said.append(_(LANGUAGE_CAPTIONS[words.language]))
    if words.low_confidence:
        said.append(_("not sure of these words"))
    st.caption(esc_md(" · ".join(said)))


def _draw_missing(page: Frame, scribe: Scribe | None) -> None:
    _ = page._
    if scribe is None:
        page.html(words_html(_("No words: nobody was asked to write them"), muted=True))
        return
    said = _("Writing it down…")
    if scribe.ahead:
        said = _("Waiting to be written · {n} before it").format(n=scribe.ahead)
    page.html(words_html(said, muted=True))
