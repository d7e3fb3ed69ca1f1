"""A second look: the clips that deserve one, worst first, by keys; and what it gained."""

from dataclasses import dataclass, field

import streamlit as st

from core.corpus import Catalog, Utterance
from core.corpus.clips import read_clip
from core.corpus.quality import Examining, QualityReport, examine
from core.corpus.retakes import REASONS, SecondLook, second_looks
from core.emotions import EMOTION_IDS
from core.errors import MalgyeolError, SttError
from core.i18n import clip_count
from core.signal import FLAGS
from core.stt import SttEngine, engines
from core.training.correction_effect import HeldOutScore, score_as_it_is
from pages.parts.background import Task, draw_progress, find_task, start_task
from pages.parts.booth_view import booth_of
from pages.parts.correct_view import MODES
from pages.parts.escape import esc_html
from pages.parts.frame import Frame, guarded
from pages.parts.pieces import score_difference
from pages.parts.player import draw_player

__all__ = ["draw_retakes"]


@dataclass
class Queue:
    """A session's batch of second looks."""

    corpus: str
    looks: list[SecondLook]
    at: int = 0
    kept: int = 0
    relabelled: int = 0
    sent: int = 0  # to the booth again
    before: HeldOutScore | None = None
    words: dict[int, str] = field(default_factory=dict)


def draw_retakes(page: Frame, catalog: Catalog, corpus: str) -> None:
    """Draw the queue of a corpus.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : str
    """
    _ = page._
    if corpus not in {c.name for c in catalog.corpora()}:
        page.empty_state(_("No clip yet"), _("Record some in the booth, or cut a long take."))
        return
    key = ("recording.second", str(catalog.place.root), corpus)
    task, queue = find_task(key), st.session_state.get("recording.queue")
    if task is not None and not task.over:
        draw_progress(page, task, _("Listening to every clip"), key="recording.second.stop")
        return
    if task is not None and isinstance(task.error, MalgyeolError):
        page.note("caution", task.error.describe(_))
    if not isinstance(queue, Queue) or queue.corpus != corpus:
        fresh = task.result if task is not None else None
        if isinstance(fresh, Queue) and st.session_state.get("recording.second.wanted") == corpus:
            queue = st.session_state["recording.queue"] = fresh
        else:
            _draw_start(page, catalog, corpus, key)
            return
    if queue.at >= len(queue.looks):
        _draw_end(page, catalog, queue)
    else:
        _draw_look(page, catalog, queue)


def _draw_start(page: Frame, catalog: Catalog, corpus: str, key: tuple) -> None:
    _ = page._
    page.empty_state(
        _("A second look"),
        _("Clips with a doubtful label, poor sound or other words come first. Keys work them off."),
    )
    engine = engines().get("whisper")
    ready = engine is not None and engine.status().state == "ready"
    words = ready and st.toggle(_("Compare the words, too (slow)"), key="recording.second.words")
    if st.button(_("Gather the clips"), type="primary", key="recording.second.start"):
        st.session_state["recording.second.wanted"] = corpus
        st.session_state.pop("recording.queue", None)
        start_task(key, lambda t: _gather(t, catalog, corpus, engine if words else None))
        st.rerun()


def _gather(task: Task, catalog: Catalog, corpus: str, engine: SttEngine | None) -> Queue | None:
    report = None
    for item in examine(catalog, corpus):
        if isinstance(item, QualityReport):
            report = item
        elif isinstance(item, Examining) and not task.go_on(item.done, item.total):
            return None
    assert report is not None
    clips, said = catalog.utterances(corpus), {}
    for i, clip in enumerate(clips if engine is not None else ()):
        if not task.go_on(i, len(clips)):
            break
        if clip.sentence_text and engine is not None:
            try:
                said[clip.id] = engine.transcribe(read_clip(catalog, clip).y, consent=True).text
            except (SttError, MalgyeolError):
                continue
    looks = second_looks(report, clips, said)
    try:
        before = score_as_it_is(catalog, corpus)
    except MalgyeolError:
        before = None  # too few clips to score; the queue is of use all the same
    return Queue(corpus, looks, before=before, words=said)


def _draw_look(page: Frame, catalog: Catalog, queue: Queue) -> None:
    _, look = page._, queue.looks[queue.at]
    clip = catalog.utterance(look.id)
    if clip is None or clip.status != "active":
        queue.at += 1
        st.rerun()
    assert clip is not None
    st.progress(
        queue.at / len(queue.looks),
        text=_("{done} of {total}").format(done=queue.at, total=len(queue.looks)),
    )
    captions = page.emotion_captions()
    chip = page.emotion_chip(clip.emotion) if clip.emotion else ""
    said = esc_html(clip.sentence_text or clip.name)
    page.html(f'<div class="mg-prompt mg-prompt-quiet"><b>{said}</b>{chip}</div>')
    for reason in look.reasons:
        page.note("caution", _why(page, look, reason, captions))
    draw_player(
        page,
        read_clip(catalog, clip),
        key="recording.second.player",
        id=str(clip.id),
        title=clip.name,
        autoplay=queue.at + 1,
        compact=True,
    )
    _draw_keys(page, catalog, queue, clip)


def _draw_keys(page: Frame, catalog: Catalog, queue: Queue, clip: Utterance) -> None:
    """What can be done with the clip; each button has its key."""
    _, captions = page._, page.emotion_captions()
    with st.container(horizontal=True, key="recording-second-keys"):
        st.button(
            _("Keep"),
            type="primary",
            shortcut="K",
            key="recording.second.keep",
            on_click=guarded(_keep),
            args=(queue,),
        )
        st.button(
            _("Record again"),
            shortcut="T",  # Streamlit keeps R and C for itself
            key="recording.second.again",
            on_click=guarded(_again),
            args=(queue, clip),
        )
        known = catalog.corpus(queue.corpus).emotions
        for number, e in enumerate([e for e in EMOTION_IDS if known.get(e)][:9], start=1):
            st.button(
                captions[e],
                shortcut=str(number),
                key=f"recording.second.{e}",
                on_click=guarded(_relabel),
                args=(catalog, queue, clip, e),
                disabled=e == clip.emotion,
            )


def _why(page: Frame, look: SecondLook, reason: str, captions: dict[str, str]) -> str:
    _ = page._
    said = _(REASONS[reason])
    if reason == "label" and look.suggested:
        return (
            said
            + ". "
            + _("It sounds rather like: {emotion}").format(emotion=captions[look.suggested])
        )
    if reason == "sound":
        return said + ": " + ", ".join(_(FLAGS[f]) for f in look.flags)
    return f"{said}: “{look.heard}”"


def _keep(queue: Queue) -> None:
    queue.kept, queue.at = queue.kept + 1, queue.at + 1


def _relabel(catalog: Catalog, queue: Queue, clip: Utterance, emotion: str) -> None:
    catalog.relabel([clip.id], emotion=emotion)
    queue.relabelled, queue.at = queue.relabelled + 1, queue.at + 1


def _again(queue: Queue, clip: Utterance) -> None:
    """To the booth, at this clip's cell; the queue waits."""
    queue.sent, queue.at = queue.sent + 1, queue.at + 1
    booth = booth_of(queue.corpus)
    booth.open((clip.sentence or "", clip.emotion or ""))
    if clip.speaker:
        st.session_state["recording.speaker"] = clip.speaker
    st.session_state["recording.view"] = "booth"


def _draw_end(page: Frame, catalog: Catalog, queue: Queue) -> None:
    _ = page._
    if not queue.looks:
        page.note("good", _("No clip deserves a second look."))
    else:
        page.note(
            "good",
            _(
                "Done: {kept} kept, {relabelled} with another emotion, {sent} to record again."
            ).format(kept=queue.kept, relabelled=queue.relabelled, sent=queue.sent),
        )
        _draw_gain(page, catalog, queue)
    st.button(_("Another round"), key="recording.second.reset", on_click=guarded(_reset))


def _reset() -> None:
    for name in ("recording.queue", "recording.second.wanted"):
        st.session_state.pop(name, None)


def _draw_gain(page: Frame, catalog: Catalog, queue: Queue) -> None:
    """The held-out score before the batch and now."""
    _ = page._
    if queue.before is None:
        st.caption(_("Too few clips to measure what it gained."))
        return
    key = ("recording.gain", queue.corpus, id(queue))
    task = find_task(key)
    if st.button(_("What did it gain?"), type="primary", key="recording.second.gain"):
        task = start_task(key, lambda t: score_as_it_is(catalog, queue.corpus, go_on=t.go_on))
    if task is None:
        return
    if not task.over:
        draw_progress(page, task, _("Measuring"), key="recording.second.measuring")
    elif isinstance(task.error, MalgyeolError):
        page.note("caution", task.error.describe(_))
    elif isinstance(task.result, HeldOutScore):
        before, after = queue.before, task.result
        page.stats(
            [
                (_("Before the round"), f"{before.uar:.2f}", clip_count(before.n, _)),
                (_("Now"), f"{after.uar:.2f}", clip_count(after.n, _)),
                (_("Difference"), score_difference(after.uar - before.uar), ""),
            ]
        )
        st.caption(
            _("Held-out UAR, {mode}. The clips differ, so a small change says little.").format(
                mode=_(MODES.get(after.mode, after.mode))
            )
        )
        if queue.relabelled:
            st.caption(
                _(
                    "Labels that follow what a model hears raise it by themselves; whether they"
                    " are right, only your ear tells."
                )
            )
