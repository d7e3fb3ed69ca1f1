"""The booth as a page sees it: the cell that is open, its prompt, the recorder and the verdict."""

import json
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Thread

import numpy as np
import streamlit as st

from core.audio import Sound, decode, encode_wav
from core.corpus import Catalog, Utterance
from core.corpus.clips import read_clip
from core.corpus.consents import USES, agreement_of, note_consent
from core.corpus.said import SAME_SENTENCE, likeness
from core.corpus.sheets import Cell, Prompt, PromptSheet, cells_of, order_of, save_sheet, sheet_of
from core.corpus.takes import PROBLEMS, TakeVerdict, choose_take, judge_take, keep_take
from core.emotions import emotion
from core.errors import (
    CatalogError,
    DecoderDiedError,
    DecoderTimeoutError,
    MalgyeolError,
    SttError,
)
from core.i18n import N_
from core.settings import SR
from core.stt import SttEngine, Transcript, engines
from pages.parts.booth import draw_grid
from pages.parts.frame import Frame, esc_html, esc_md, guarded
from pages.parts.player import draw_player
from pages.parts.recorder import Take, draw_recorder, forget_take

__all__ = ["draw_booth"]

RECORDER = "recording.take"
LIMIT = 20.0  # s of one sentence
POLL = 0.5  # s
# How an emotion may be acted; message ids by emotion.
HINTS = {
    "neutral": N_("As you would read out an address: plain, even, at rest."),
    "happy": N_("Good news just came. Let the voice smile and rise."),
    "sad": N_("Something is lost. Slow, low, with little breath."),
    "angry": N_("It is the third time. Firm, pressed, on the point."),
    "calm": N_("As to a child that falls asleep: soft and slow."),
    "fearful": N_("Something is behind the door. Tense, quick, half whispered."),
    "disgust": N_("You smell spoiled milk. Push the words away."),
    "surprised": N_("You never expected it. High, sudden, wide open."),
    "bored": N_("For the tenth time today. Flat, drawn out, without aim."),
}


@dataclass
class Booth:
    """A session's place in the booth."""

    corpus: str = ""
    speaker: str = ""
    cell: Cell = ("", "")
    unsaved: Take | None = None  # could not be kept; the session holds it until it can
    clip: int | None = None  # id of the clip that the verdict is about
    verdict: TakeVerdict | None = None
    problem: str = ""
    processed: tuple[str, ...] = ()
    words: "dict[int, Future[Transcript]]" = field(default_factory=dict)

    def open(self, cell: Cell) -> None:
        """Go to a cell; what was good about the last take goes away, a problem stays to be read."""
        self.cell = cell
        if self.verdict is not None and self.verdict.good:
            self.clip, self.verdict = None, None


def booth_of(corpus: str) -> Booth:
    """The session's booth for a corpus."""
    booth = st.session_state.setdefault("recording.booth", Booth())
    if booth.corpus != corpus:
        booth = st.session_state["recording.booth"] = Booth(corpus=corpus)
    return booth


def draw_booth(page: Frame, catalog: Catalog, corpus: str, sheet: PromptSheet) -> None:
    """Draw the booth.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : str
        Need not exist.
    sheet : PromptSheet
    """
    _, booth = page._, booth_of(corpus)
    _warm_up()
    booth.speaker = _choose_speaker(page, sheet)
    if not booth.speaker:
        page.empty_state(
            _("Who speaks?"), _("Type a short name or a number above, such as 1 or 지민.")
        )
        return
    if not _agreed(page, catalog, booth.speaker):
        return
    order = order_of(sheet)
    if booth.cell not in order:
        booth.open(_first_open(catalog, booth, order) or order[0])
    # The desk comes first: on a phone, what is read stands above the grid.
    desk, grid = st.columns(2, gap="large")
    with desk:
        _draw_desk(page, catalog, booth, sheet, order)
    with grid:
        takes = _takes(catalog, booth)
        states = {cell: _state(clips) for cell, clips in takes.items() if _state(clips)}
        done = sum(cell in states for cell in order)
        st.progress(
            done / len(order),
            text=_("{left} cells left").format(left=len(order) - done)
            + " · "
            + _("{done} of {total}").format(done=done, total=len(order)),
        )
        draw_grid(
            page, sheet, states, booth.cell, key="recording.grid", on_choice=guarded(booth.open)
        )
        st.caption(_("Space records and stops · arrows move between the cells"))


@st.cache_resource(show_spinner=False)
def _warm_up() -> Thread:
    """Load what a verdict needs while the first prompt is being read."""
    silence = _silence()
    thread = Thread(target=lambda: judge_take(silence), daemon=True, name="booth-warm-up")
    thread.start()
    return thread


def _silence() -> Sound:
    """A second without a sound."""
    return decode(encode_wav(np.zeros(SR, np.float32)), name="silence.wav")


def _choose_speaker(page: Frame, sheet: PromptSheet) -> str:
    _ = page._
    chosen = st.selectbox(
        _("Speaker"),
        sheet.speakers,
        index=0 if sheet.speakers else None,
        accept_new_options=True,
        placeholder=_("a short name or a number"),
        key="recording.speaker",
        persist_state="session",
    )
    return (chosen or "").strip().replace("_", "-")[:40]


def _agreed(page: Frame, catalog: Catalog, speaker: str) -> bool:
    """Whether the ledger has this speaker; if not, the way into it."""
    _ = page._
    if agreement_of(catalog, speaker) is not None:
        return True
    page.note("info", _("{speaker} is not in the consent ledger yet.").format(speaker=speaker))
    uses = st.multiselect(
        _("What {speaker} agrees to").format(speaker=esc_md(speaker)),
        list(USES),
        default=["train"],
        format_func=lambda use: _(USES[use]),
        placeholder=_("Choose"),
        key="recording.uses",
    )
    st.button(
        _("{speaker} agrees").format(speaker=esc_md(speaker)),
        type="primary",
        disabled=not uses,
        key="recording.agree",
        on_click=guarded(note_consent),
        args=(catalog, speaker, uses),
    )
    st.caption(_("A voice can be withdrawn at any time, with everything made from it."))
    return False


def _takes(catalog: Catalog, booth: Booth) -> dict[Cell, list[Utterance]]:
    if booth.corpus not in {c.name for c in catalog.corpora()}:
        return {}
    clips = catalog.utterances(booth.corpus, speakers=[booth.speaker], status=None)
    return cells_of(clips, booth.speaker)


def _state(clips: list[Utterance]) -> str:
    active = [c for c in clips if c.status == "active"]
    if not active:
        return ""
    return "doubt" if set(active[0].flags) & {"clipped", "silent"} else "good"


def _first_open(catalog: Catalog, booth: Booth, order: list[Cell]) -> Cell | None:
    takes = _takes(catalog, booth)
    return next((cell for cell in order if not _state(takes.get(cell, []))), None)


# --- the open cell --------------------------------------------------------------------------------


def _draw_desk(
    page: Frame, catalog: Catalog, booth: Booth, sheet: PromptSheet, order: list[Cell]
) -> None:
    _ = page._
    prompt = sheet.prompt(booth.cell[0])
    assert prompt is not None
    page.html(_prompt_html(page, prompt, booth.cell[1]))
    draw_recorder(
        page,
        key=RECORDER,
        hint=_("Space, speak, space"),
        limit=LIMIT,
        open=True,
        page_keys=True,
        tag=json.dumps([booth.corpus, booth.speaker, *booth.cell]),
        on_take=guarded(lambda: _take_in(page, catalog, booth)),
    )
    if booth.problem:
        page.note("caution", booth.problem)
    if booth.unsaved is not None:
        st.button(
            _("Keep the take now"),
            key="recording.unsaved",
            on_click=guarded(lambda: _keep(page, catalog, booth)),
        )
    clip = catalog.utterance(booth.clip) if booth.clip else None
    if clip is not None and booth.verdict is not None:
        _draw_verdict(page, booth, clip)
    takes = _takes(catalog, booth).get(booth.cell, [])
    if takes:
        _draw_takes(page, catalog, booth, takes)
    at = order.index(booth.cell)
    follows = next((c for c in order[at + 1 :] if c not in _takes(catalog, booth)), None)
    follows = follows or (order[at + 1] if at + 1 < len(order) else None)
    if takes and follows:
        st.button(
            _("Next cell"),
            type="primary",
            key="recording.next",
            on_click=guarded(booth.open),
            args=(follows,),
        )
    elif takes:
        page.note("good", _("That was the last cell of the sheet."))


def _prompt_html(page: Frame, prompt: Prompt, emotion_id: str) -> str:
    picture = f'<img src="{prompt.picture}" alt="" />' if prompt.picture else ""
    hint = page._(HINTS[emotion_id]) if emotion_id in HINTS else ""
    return (
        "<style>.mg-prompt{border-left:6px solid;padding:.25rem 0 .25rem 1.25rem;margin:0 0 1rem}"
        ".mg-prompt img{max-width:100%;max-height:12rem;border-radius:10px;display:block}"
        ".mg-prompt strong{display:block;font-size:2rem;line-height:1.3;font-weight:700;"
        "letter-spacing:-.02em;margin:.5rem 0}</style>"
        f'<div class="mg-prompt" style="border-color:{emotion(emotion_id).color}">'
        f"{page.emotion_chip(emotion_id)}{picture}<strong>{esc_html(prompt.text)}</strong>"
        f'<p class="mg-small">{esc_html(hint)}</p></div>'
    )


def _take_in(page: Frame, catalog: Catalog, booth: Booth) -> None:
    """Keep the take that has just come in, and judge it."""
    take: Take | None = st.session_state.get(f"{RECORDER}.take")
    if take is None:
        return
    booth.unsaved = take  # before anything can go wrong
    forget_take(RECORDER)
    _keep(page, catalog, booth)


def _keep(page: Frame, catalog: Catalog, booth: Booth) -> None:
    """Keep a take in the cell where it began, which need not be open any more."""
    take = booth.unsaved
    if take is None:
        return
    booth.clip, booth.verdict = None, None
    booth.problem = page._("The last take is not kept yet, but it is still here.")
    corpus, speaker, (code, emotion_id) = _place_of(take, booth)
    sheet = sheet_of(catalog, corpus)
    prompt = sheet.prompt(code) or Prompt(code, "")
    try:
        clip, verdict = keep_take(
            catalog, corpus, take.data, prompt=prompt, speaker=speaker, emotion_id=emotion_id
        )
    except (CatalogError, DecoderDiedError, DecoderTimeoutError) as error:
        booth.problem = error.describe(page._)
        return  # a full disk can be emptied; until then the take stays in hand
    except MalgyeolError as error:
        booth.unsaved, booth.problem = None, error.describe(page._)
        return
    booth.unsaved, booth.problem, booth.processed = None, "", take.processed
    booth.verdict, booth.clip = verdict, clip.id if clip else None
    speakers = tuple(dict.fromkeys((*sheet.speakers, speaker)))
    if speakers != sheet.speakers:
        save_sheet(catalog, corpus, replace(sheet, speakers=speakers))
    if clip is None:
        booth.problem = _in_words(page, verdict.problems) + " " + page._("Nothing was kept.")
    elif (engine := _engine()) is not None and prompt.text:
        booth.words = {clip.id: _pool().submit(_write_down, engine, catalog, clip)}


def _place_of(take: Take, booth: Booth) -> tuple[str, str, Cell]:
    """Corpus, speaker and cell that stood in the booth when the take began."""
    try:
        corpus, speaker, code, emotion_id = (str(word) for word in json.loads(take.tag))
        return corpus, speaker, (code, emotion(emotion_id).id)
    except (ValueError, TypeError, MalgyeolError):
        return booth.corpus, booth.speaker, booth.cell


def _in_words(page: Frame, problems: tuple[str, ...]) -> str:
    _ = page._
    return " ".join(f"{_(PROBLEMS[p][0])}: {_(PROBLEMS[p][1])}" for p in problems)


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="booth-words")


def _engine() -> SttEngine | None:
    """The engine on this machine, where it is ready; no voice leaves it for a check."""
    engine = engines().get("whisper")
    return engine if engine is not None and engine.status().state == "ready" else None


def _write_down(engine: SttEngine, catalog: Catalog, clip: Utterance) -> Transcript:
    return engine.transcribe(read_clip(catalog, clip).y, consent=True)


def _draw_verdict(page: Frame, booth: Booth, clip: Utterance) -> None:
    _, verdict = page._, booth.verdict
    assert verdict is not None
    if verdict.good:
        page.note("good", _("Good take: {name}").format(name=clip.name))
    else:
        page.note("caution", f"{clip.name} · {_in_words(page, verdict.problems)}")
    if booth.processed:
        page.note(
            "caution",
            _("The browser keeps working on the sound; its loudness may say less."),
        )
    future = booth.words.get(clip.id)
    if future is not None:
        _draw_words(page, future, clip.sentence_text or "")


@st.fragment(run_every=POLL)
@guarded
def _draw_waiting(page: Frame, future: "Future[Transcript]") -> None:
    if future.done():
        st.rerun()
    st.caption(page._("Comparing the words with the prompt…"))


def _draw_words(page: Frame, future: "Future[Transcript]", prompt: str) -> None:
    _ = page._
    if not future.done():
        _draw_waiting(page, future)
        return
    try:
        said = future.result().text.strip()
    except SttError:
        return  # the words are an extra; the take stands without them
    if not said:
        st.caption(_("No words could be made out."))
    elif likeness(said, prompt) >= SAME_SENTENCE:
        st.caption(_("Heard: {words}").format(words=esc_md(said)))
    else:
        problem, advice = PROBLEMS["words"]
        page.note("caution", f"{_(problem)}: “{said}”. {_(advice)}")


def _draw_takes(page: Frame, catalog: Catalog, booth: Booth, takes: list[Utterance]) -> None:
    """The takes of the cell: the one that counts can be heard, the others can count instead."""
    _ = page._
    active = next((t for t in takes if t.status == "active"), takes[0])
    draw_player(
        page,
        read_clip(catalog, active),
        key="recording.player",
        id=str(active.id),
        title=active.name,
        compact=True,
        contours=False,
        page_keys=False,
    )
    others = [t for t in takes if t.id != active.id]
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="recording-takes"):
        st.caption(_("Earlier takes are kept:"))
        for take in others:
            st.button(
                _("Use take {n}").format(n=take.take),
                key=f"recording.use.{take.id}",
                on_click=guarded(choose_take),
                args=(catalog, takes, take.id),
            )
