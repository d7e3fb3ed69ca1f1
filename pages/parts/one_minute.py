"""The one-minute loop on Home: a few takes of your own, a model of them, and you try it."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.audio import decode
from core.corpus import Catalog
from core.emotions import FOUR_EMOTIONS
from core.errors import AudioError, MalgyeolError
from core.features import extract
from core.i18n import N_, Translate
from core.inference import classify
from core.models import load_for_answers
from core.settings import SR
from core.settings.features import FunctionalsSpec
from core.training.one_minute import TAKES, Learnt, OwnTake, learn_own_voice
from core.training.publish import keep_as_model
from pages.parts.background import Task, draw_progress, find_task, start_task
from pages.parts.emotion_buttons import pill_dots
from pages.parts.frame import Frame, guarded
from pages.parts.heard import draw_emotion
from pages.parts.recorder import draw_recorder, forget_take
from pages.parts.resources import catalog

__all__ = ["draw_one_minute", "under_way"]

SENTENCES = (N_("Hello"), N_("It's fine"), N_("I'm on my way"))
RECORDER, TRY = "home.minute.recorder", "home.minute.try"
TAKES_KEY, EMOTIONS_KEY, STATE = "home.minute.takes", "home.minute.emotions", "home.minute.state"
LONGEST = 6.0  # s of a take
PATIENCE = 4.0  # s that the page waits at once; looking again and again would only slow it down
QUIET = 0.01  # peak below which nobody spoke
NAME = "my-voice"


def under_way() -> bool:
    """Whether somebody is in the middle of the loop.

    Returns
    -------
    going : bool
    """
    return st.session_state.get(STATE, "before") != "before"


def draw_one_minute(page: Frame) -> None:
    """Draw where the loop is: before it, recording, learning, trying.

    Parameters
    ----------
    page : Frame
    """
    state = st.session_state.get(STATE, "before")
    with st.container(key="card-home-minute"):
        {"before": _before, "recording": _recording, "learning": _learning, "trying": _trying}[
            state
        ](page)


def _before(page: Frame) -> None:
    _ = page._
    said = _(
        "Say three short sentences in two to four emotions. A model learns from them in seconds,"
        " and then you try it on yourself."
    )
    page.html('<p class="mg-lead">', said, "</p>")
    captions = page.emotion_captions()
    page.html(f"<style>{pill_dots('card-home-minute', FOUR_EMOTIONS)}</style>")
    chosen = st.pills(
        _("Emotions"),
        FOUR_EMOTIONS,
        default=FOUR_EMOTIONS,
        selection_mode="multi",
        format_func=captions.__getitem__,
        key=EMOTIONS_KEY,
    )
    st.button(
        _("Begin: {n} takes").format(n=TAKES * len(chosen)),
        key="home.minute.begin",
        disabled=len(chosen) < 2,
        on_click=_begin,
        args=(tuple(e for e in FOUR_EMOTIONS if e in chosen),),
    )


@guarded
def _begin(emotions: Sequence[str]) -> None:
    state = st.session_state
    state[STATE], state[TAKES_KEY], state["home.minute.plan"] = "recording", [], tuple(emotions)
    forget_take(RECORDER)
    forget_take(TRY)
    start_task("home.minute.warm", _warm)  # the heavy imports happen while the first take is said


def _warm(task: Task) -> None:
    import skops.io  # noqa: F401

    extract(np.zeros(SR, np.float32), FunctionalsSpec())


def _plan(_: Translate) -> list[tuple[str, int]]:
    """(emotion, sentence from 0) of every take: a sentence in all emotions, then the next."""
    emotions = st.session_state["home.minute.plan"]
    return [(e, s) for s in range(TAKES) for e in emotions]


def _recording(page: Frame) -> None:
    _, plan, takes = page._, _plan(page._), st.session_state[TAKES_KEY]
    emotion_id, sentence = plan[len(takes)]
    done = _("Take {n} of {total}").format(n=len(takes) + 1, total=len(plan))
    prompt = _("“{sentence}”").format(sentence=_(SENTENCES[sentence]))
    page.html(
        f'<p class="mg-small">{done}</p><div class="mg-prompt"><b>{prompt}</b>',
        page.emotion_chip(emotion_id),
        "</div>",
    )
    st.progress(len(takes) / len(plan))
    draw_recorder(
        page,
        key=RECORDER,
        hint=_("Space or the button: start, and again when you are done"),
        limit=LONGEST,
        open=True,
        page_keys=True,
        on_take=guarded(lambda: _keep(page, plan)),
    )
    if problem := st.session_state.get("home.minute.problem"):
        page.note("caution", problem)
    with st.container(horizontal=True):
        st.button(
            _("Say the last one again"),
            key="home.minute.back",
            disabled=not takes,
            on_click=_take_back,
        )
        st.button(_("Stop here"), key="home.minute.stop", on_click=_stop)


def _keep(page: Frame, plan: Sequence[tuple[str, int]]) -> None:
    """Keep a take if somebody is heard on it; the last one lets the model learn."""
    state, _ = st.session_state, page._
    takes, take = state[TAKES_KEY], state.get(f"{RECORDER}.take")
    if take is None or len(takes) >= len(plan):
        return
    state["home.minute.problem"] = ""
    try:
        sound = decode(take.data, name=_("Your recording") + ".wav")
    except AudioError as error:
        state["home.minute.problem"] = error.describe(_)
        return
    if np.abs(sound.y).max(initial=0.0) < QUIET:
        state["home.minute.problem"] = _("Nothing was heard. Say it once more, a little louder.")
        return
    emotion_id, sentence = plan[len(takes)]
    takes.append(OwnTake(take.data, emotion_id, str(sentence + 1), _(SENTENCES[sentence])))
    if len(takes) == len(plan):
        state[STATE] = "learning"
        state["home.minute.task"] = ("home.minute", take.number)
        start_task(state["home.minute.task"], _learn(catalog(), tuple(takes), page.language))


def _learn(opened: Catalog, takes: Sequence[OwnTake], language: str):
    return lambda task: learn_own_voice(opened, takes, language=language)


@guarded
def _take_back() -> None:
    st.session_state[TAKES_KEY].pop()
    st.session_state["home.minute.problem"] = ""


@guarded
def _stop() -> None:
    st.session_state[STATE] = "before"


def _learning(page: Frame) -> None:
    _ = page._
    task = find_task(st.session_state["home.minute.task"])
    if task is not None:
        with st.spinner(_("Learning from your voice")):
            task.wait(PATIENCE)
    if task is None:
        _stop()
        st.rerun()
    elif not task.over:
        draw_progress(page, task, _("Learning from your voice"), key="home.minute.wait")
    elif task.error is not None:
        described = isinstance(task.error, MalgyeolError)
        page.note("wrong", task.error.describe(_) if described else _("It could not be learnt."))
        st.button(_("From the beginning"), key="home.minute.again", on_click=_stop)
    else:
        st.session_state["home.minute.learnt"] = task.result
        st.session_state[STATE] = "trying"
        st.rerun()


def _trying(page: Frame) -> None:
    _ = page._
    learnt = st.session_state["home.minute.learnt"]
    st.markdown(f"**{_('Now say anything, in any of the emotions')}**")
    take = draw_recorder(page, key=TRY, limit=LONGEST, open=True, page_keys=True)
    if take is not None:
        _draw_answer(page, learnt, take.data)
    _draw_honesty(page, learnt)
    with st.container(horizontal=True):
        st.button(
            _("Keep this model"), key="home.minute.keep", on_click=_keep_model, args=(learnt,)
        )
        st.button(_("From the beginning"), key="home.minute.again", on_click=_stop)
    if kept := st.session_state.get("home.minute.kept"):
        page.note(
            "good", _("Kept as “{name}”. It can be chosen on the other pages.").format(name=kept)
        )


def _draw_answer(page: Frame, learnt: Learnt, data: bytes) -> None:
    try:
        sound = decode(data, name=page._("Your recording") + ".wav")
    except AudioError as error:
        page.note("caution", error.describe(page._))
        return
    draw_emotion(page, classify(sound, load_for_answers(learnt.model, name=NAME)))


def _draw_honesty(page: Frame, learnt: Learnt) -> None:
    """How little that is, with its figures."""
    _, report = page._, learnt.report
    low, high = report["uar_interval"]
    said = _(
        "Learnt in {seconds:.1f} s from {n} takes of one voice, on one microphone. Held-out UAR"
        " {uar:.2f} (95 %: {low:.2f} to {high:.2f}), chance {chance:.2f}: so few takes leave"
        " almost everything open. It knows your voice of today and nobody else's."
    )
    values = {"uar": report["uar"], "low": low, "high": high, "chance": report["chance"]}
    page.note("info", said.format(seconds=learnt.seconds, n=report["n"], **values))


@guarded
def _keep_model(learnt: Learnt) -> None:
    st.session_state["home.minute.kept"] = keep_as_model(catalog(), learnt.run_id, NAME)
