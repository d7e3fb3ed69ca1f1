"""Cutting one long take: segments found, named by prompts, checked by words, saved at once."""

from dataclasses import replace

import streamlit as st

from core.corpus import Catalog
from core.corpus.cutting import (
    assign_in_order,
    closest_to,
    named,
    save_cuts,
    takes_of,
)
from core.corpus.said import match_prompts
from core.corpus.sheets import Cell, PromptSheet, order_of
from core.errors import (
    DecoderDiedError,
    DecoderTimeoutError,
    MalgyeolError,
    SttError,
)
from core.i18n import clip_count
from core.settings import SR
from core.stt import SttEngine, engines
from pages.parts.background import Task, draw_progress, find_task, start_task
from pages.parts.cut_desk import CutDesk
from pages.parts.cutter import draw_cutter
from pages.parts.frame import Frame, guarded
from pages.parts.recorder import Take, draw_recorder, forget_take

__all__ = ["draw_cut"]

RECORDER = "recording.cut.take"
LIMIT = 1_790.0  # s; a recording ends some blocks later, and half an hour is read at most
NONE = ""


def _desk() -> CutDesk:
    return st.session_state.setdefault("recording.cut", CutDesk())


def draw_cut(page: Frame, catalog: Catalog, corpus: str, sheet: PromptSheet) -> None:
    """Draw the cutting of a long take, as far as it has come.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : str
    sheet : PromptSheet
    """
    _, desk = page._, _desk()
    if desk.saved is not None:
        _draw_saved(page, catalog, desk)
        return
    speaker, cells = _choose_order(page, sheet)
    if desk.incoming is not None:
        _open(page, desk, cells)
    if desk.problem:
        page.note("caution", desk.problem)
    if desk.sound is None:
        _draw_source(page, desk)
        return
    if cells != desk.cells:
        desk.cells = cells
        desk.cuts = assign_in_order(desk.cuts, cells)
        desk.matches = None
    _draw_counts(page, desk)
    taken = takes_of(catalog, corpus, speaker)
    names = [name or _("no prompt") for name in named(desk.cuts, speaker or "?", taken)]
    draw_cutter(
        page,
        desk.sound,
        desk.cuts,
        names,
        _marks(desk),
        version=desk.version,
        key="recording.cutter",
        on_change=guarded(desk.change),
    )
    _draw_tools(page, catalog, corpus, desk, sheet, speaker)
    _draw_table(page, desk, sheet, names)


def _choose_order(page: Frame, sheet: PromptSheet) -> tuple[str, list[Cell]]:
    """Who speaks, and in which order the sheet was read."""
    _ = page._
    captions = page.emotion_captions(sheet.emotions)
    who, how, which = st.columns([3, 4, 5], vertical_alignment="bottom")
    with who:
        speaker = st.selectbox(
            _("Speaker"),
            sheet.speakers,
            index=0 if sheet.speakers else None,
            accept_new_options=True,
            placeholder=_("a short name or a number"),
            key="recording.cut.speaker",
            persist_state="session",
        )
    with how:
        by_emotion = st.segmented_control(
            _("Order of reading"),
            [False, True],
            default=False,
            required=True,
            format_func=lambda v: _("all in one emotion") if v else _("each sentence in turn"),
            key="recording.cut.order",
            persist_state="session",
        )
    with which:
        emotions = st.multiselect(
            _("Emotions"),
            sheet.emotions,
            default=sheet.emotions,
            format_func=captions.__getitem__,
            placeholder=_("Choose"),
            key="recording.cut.emotions",
        )
    cells = order_of(sheet, tuple(emotions))
    if by_emotion:
        cells = [(p.code, e) for e in emotions for p in sheet.prompts]
    return (speaker or "").strip().replace("_", "-")[:40], cells


def _draw_source(page: Frame, desk: CutDesk) -> None:
    _ = page._
    left, right = st.columns(2, gap="large")
    with left:
        file = st.file_uploader(
            _("A take of up to 30 minutes"),
            ["wav", "flac", "mp3", "ogg", "opus", "m4a", "webm", "amr", "3gp", "aif", "aiff"],
            max_upload_size=400,
            key="recording.cut.file",
        )
        if file is not None and st.button(
            _("Find the sentences"), type="primary", key="recording.cut.find"
        ):
            desk.incoming = (file.getvalue(), file.name)
            st.rerun()
    with right:
        draw_recorder(
            page,
            key=RECORDER,
            hint=_("Or record it here: read the sheet, pause for a second each time"),
            limit=LIMIT,
            salvage=True,
            on_take=guarded(lambda: _recorded(desk)),
        )
    if desk.aside is not None:
        st.button(
            _("Back to the take before"), key="recording.cut.back", on_click=guarded(desk.back)
        )


def _recorded(desk: CutDesk) -> None:
    take: Take | None = st.session_state.get(f"{RECORDER}.take")
    if take is not None:
        desk.incoming = (take.data, "take.wav")
        forget_take(RECORDER)


def _open(page: Frame, desk: CutDesk, cells: list[Cell]) -> None:
    """Open the take that has come; one that cannot be read now is there at the next run."""
    assert desk.incoming is not None
    with st.spinner(page._("Finding the sentences…")):
        try:
            desk.take_in(*desk.incoming, cells)
            desk.problem = ""
        except (DecoderDiedError, DecoderTimeoutError) as error:
            desk.problem = error.describe(page._)
            return
        except MalgyeolError as error:
            desk.problem = error.describe(page._)
    desk.incoming = None


def _draw_counts(page: Frame, desk: CutDesk) -> None:
    """How many segments there are for how many prompts, and what to do where they differ."""
    _, n, m = page._, len(desk.cuts), len(desk.cells)
    said = _("{n} segments for {m} prompts").format(n=n, m=m)
    if n > m:
        page.note("caution", said + ". " + _("Merge or delete some, or choose more prompts."))
    elif n < m:
        page.note(
            "info", said + ". " + _("The prompts at the end stay open; split where two are one.")
        )
    else:
        page.note("good", said)


def _marks(desk: CutDesk) -> list[str]:
    marks = []
    for i, cut in enumerate(desk.cuts):
        doubt = cut.cell is None
        if desk.matches is not None and cut.cell is not None:
            match = desk.matches[i]
            doubt = match.repeated or match.prompt is None
            doubt = doubt or desk.cells[match.prompt or 0][0] != cut.cell[0]
        marks.append("doubt" if doubt else "good")
    return marks


def _draw_tools(
    page: Frame, catalog: Catalog, corpus: str, desk: CutDesk, sheet: PromptSheet, speaker: str
) -> None:
    _ = page._
    with st.container(horizontal=True, key="recording-cut-tools"):
        ready = bool(speaker and desk.cuts) and all(c.cell for c in desk.cuts)
        if st.button(
            _("Save {clips}").format(clips=clip_count(len(desk.cuts), _)),
            type="primary",
            disabled=not ready,
            key="recording.cut.save",
        ):
            _save(page, catalog, corpus, desk, sheet, speaker)
        st.button(
            _("Undo"), disabled=not desk.past, key="recording.cut.undo", on_click=guarded(desk.undo)
        )
        if len(desk.cuts) > len(desk.cells) > 0:
            fewer = assign_in_order(closest_to(desk.cuts, len(desk.cells)), desk.cells)
            st.button(
                _("Merge to {n}").format(n=len(desk.cells)),
                key="recording.cut.closest",
                on_click=guarded(desk.set),
                args=(fewer,),
            )
        st.button(_("Another take"), key="recording.cut.reset", on_click=guarded(desk.reset))
        engine = _engine()
        if engine is not None and st.button(_("Check the words"), key="recording.cut.words"):
            _start_words(desk, engine)
            st.rerun()
    if not speaker:
        st.caption(_("Say who speaks, then the clips can be saved."))
    _follow_words(page, desk, sheet)


def _engine() -> SttEngine | None:
    engine = engines().get("whisper")
    return engine if engine is not None and engine.status().state == "ready" else None


def _key(desk: CutDesk) -> tuple:
    content = desk.sound.content if desk.sound else ""
    return ("recording.words", content, tuple((c.start, c.end) for c in desk.cuts))


def _start_words(desk: CutDesk, engine: SttEngine) -> None:
    sound, cuts = desk.sound, list(desk.cuts)
    assert sound is not None

    def work(task: Task) -> list[str]:
        said = []
        for i, cut in enumerate(cuts):
            if not task.go_on(i, len(cuts)):
                break
            piece = sound.y[round(cut.start * SR) : round(cut.end * SR)]
            try:
                said.append(engine.transcribe(piece, consent=True).text.strip())
            except SttError:
                said.append("")
        return said + [""] * (len(cuts) - len(said))

    start_task(_key(desk), work, keep=True)


def _follow_words(page: Frame, desk: CutDesk, sheet: PromptSheet) -> None:
    """The words of the segments as soon as they are there, set against the prompts."""
    task = find_task(_key(desk))
    if task is None or desk.matches is not None:
        return
    if not task.over:
        draw_progress(
            page, task, page._("Comparing the words with the prompts"), key="recording.cut.stop"
        )
        return
    texts = {p.code: p.text for p in sheet.prompts}
    desk.said = task.result or [""] * len(desk.cuts)
    desk.matches = match_prompts(desk.said, [texts.get(code, "") for code, _e in desk.cells])
    desk.version += 1
    st.rerun()


def _save(
    page: Frame, catalog: Catalog, corpus: str, desk: CutDesk, sheet: PromptSheet, speaker: str
) -> None:
    assert desk.sound is not None
    try:
        added = save_cuts(
            catalog, corpus, desk.data, desk.sound, desk.cuts, sheet=sheet, speaker=speaker
        )
    except MalgyeolError as error:
        desk.problem = error.describe(page._)
    else:
        desk.saved, desk.n_saved = added.import_id, sum(i is not None for i in added.ids)
        desk.problem = "" if desk.saved is not None else page._("These clips were there already.")
    st.rerun()


def _draw_table(page: Frame, desk: CutDesk, sheet: PromptSheet, names: list[str]) -> None:
    """Each segment with its name, its prompt and what was heard; the prompt can be changed."""
    _ = page._
    texts = {p.code: p.text for p in sheet.prompts}
    captions = page.emotion_captions(sheet.emotions)
    choices = {f"{code} {texts[code]} · {captions[e]}": (code, e) for code, e in desk.cells}
    by_cell = {cell: text for text, cell in choices.items()}
    rows = [
        {
            "n": i + 1,
            "name": name,
            "prompt": by_cell.get(cut.cell) if cut.cell else None,
            "length": round(cut.duration, 2),
            "heard": desk.said[i] if desk.matches and i < len(desk.said) else "",
            "verdict": _verdict(page, desk, i),
        }
        for i, (cut, name) in enumerate(zip(desk.cuts, names, strict=True))
    ]
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=["n", "name", "length", "heard", "verdict"],
        column_config={
            "n": st.column_config.NumberColumn(_("No.")),
            "name": st.column_config.TextColumn(_("Name")),
            "prompt": st.column_config.SelectboxColumn(
                _("Prompt"), options=list(choices), width="medium"
            ),
            "length": st.column_config.NumberColumn(_("Length"), format="%.2f s"),
            "heard": st.column_config.TextColumn(_("Heard"), width="medium"),
            "verdict": st.column_config.TextColumn(_("Words"), width="medium"),
        },
        key=f"recording.cut.table.{desk.version}.{len(desk.past)}",
    )
    wanted = [choices.get(row["prompt"] or NONE) for row in edited]
    if wanted != [cut.cell for cut in desk.cuts]:
        desk.set([replace(c, cell=w) for c, w in zip(desk.cuts, wanted, strict=True)])
        st.rerun()


def _verdict(page: Frame, desk: CutDesk, i: int) -> str:
    _ = page._
    if desk.matches is None or desk.cuts[i].cell is None:
        return ""
    match = desk.matches[i]
    if match.repeated:
        return _("said twice")
    if match.prompt is None:
        return _("another sentence?")
    if desk.cells[match.prompt][0] != desk.cuts[i].cell[0]:
        return _("a sentence was skipped?")
    return _("fits") if desk.said[i] else _("no words")


def _draw_saved(page: Frame, catalog: Catalog, desk: CutDesk) -> None:
    _ = page._
    page.note("good", _("In the corpus now: {clips}.").format(clips=clip_count(desk.n_saved, _)))
    with st.container(horizontal=True, key="recording-cut-saved"):
        page.link("dataset", _("See them"), primary=True)
        st.button(
            _("Undo"),
            key="recording.cut.unsave",
            on_click=guarded(_take_back),
            args=(catalog, desk),
        )
        st.button(_("Another take"), key="recording.cut.again", on_click=guarded(desk.reset))


def _take_back(catalog: Catalog, desk: CutDesk) -> None:
    if desk.saved is not None:
        catalog.undo_import(desk.saved)
        desk.saved = None
