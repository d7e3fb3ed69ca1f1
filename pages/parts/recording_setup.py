"""What comes before recording: which corpus, which sentences, and whether the microphone is fit."""

from base64 import b64encode
from dataclasses import replace

import streamlit as st

from core.audio import decode
from core.corpus import Catalog
from core.corpus.sheets import ORIGINAL_SHEET, Prompt, PromptSheet, parse_prompts, save_sheet
from core.corpus.takes import BOOTH_LIMITS, PROBLEMS, RoomCheck, check_room
from core.emotions import EMOTION_IDS
from core.errors import MalgyeolError, SheetError
from pages.parts.frame import Frame, guarded
from pages.parts.recorder import PROCESSING, Take, draw_recorder

__all__ = ["choose_recording_corpus", "draw_check", "draw_sheet"]

MIC = "recording.mic"
SHEET_SAID = "recording.sheet.said"


def choose_recording_corpus(page: Frame, catalog: Catalog) -> str:
    """The corpus that is recorded into: one that is there, or a new name.

    Parameters
    ----------
    page : Frame
    catalog : Catalog

    Returns
    -------
    corpus : str
    """
    _ = page._
    own = [c.name for c in catalog.corpora() if not c.synthesised]
    fresh = _("Our voices")
    options = own or [fresh]
    chosen = st.selectbox(
        _("Corpus"),
        options,
        index=0,
        accept_new_options=True,
        key="recording.corpus",
        persist_state="session",
        help=_("Choose one, or type the name of a new one."),
    )
    return (chosen or fresh).strip()[:80] or fresh


# --- microphone -----------------------------------------------------------------------------------


def draw_check(page: Frame) -> None:
    """The check of the microphone: one sentence, and what to change.

    Parameters
    ----------
    page : Frame
    """
    _ = page._
    checked: RoomCheck | None = st.session_state.get("recording.checked")
    with st.expander(_("Check the microphone first"), expanded=False, key="recording.check"):
        st.caption(_("Be silent for a second, say a sentence, be silent for a second."))
        take = draw_recorder(page, key=MIC, limit=10.0, on_take=guarded(lambda: _check(page)))
        problem = st.session_state.get("recording.check.problem", "")
        if problem:
            page.note("caution", problem)
        elif checked is not None and take is not None:
            _draw_checked(page, checked, take)


def _check(page: Frame) -> None:
    take: Take | None = st.session_state.get(f"{MIC}.take")
    if take is None:
        return
    st.session_state["recording.check.problem"] = ""
    try:
        sound = decode(take.data, name="check.wav", limits=BOOTH_LIMITS)
        st.session_state["recording.checked"] = check_room(sound)
    except MalgyeolError as error:
        st.session_state["recording.check.problem"] = error.describe(page._)


def _draw_checked(page: Frame, checked: RoomCheck, take: Take) -> None:
    _ = page._
    page.stats(
        [
            (_("Voice"), f"{checked.loud:.0f} dBFS", _("-30 to -10 is good")),
            (_("Room"), f"{checked.noise:.0f} dBFS", _("below -60 is quiet")),
            (_("Voice above the room"), f"{checked.above:.0f} dB", _("30 or more is good")),
            (_("Rate"), f"{take.rate:,} Hz", take.device),
        ]
    )
    for problem in checked.problems:
        page.note("caution", f"{_(PROBLEMS[problem][0])}. {_(PROBLEMS[problem][1])}")
    if take.processed:
        names = ", ".join(_(PROCESSING[name]) for name in take.processed)
        page.note(
            "caution",
            _("The browser left this on: {names}. Turn it off in the sound settings.").format(
                names=names
            ),
        )
    if not checked.problems and not take.processed:
        page.note("good", _("Good: the voice is clear, and the browser leaves it alone."))


# --- sheet ----------------------------------------------------------------------------------------


def draw_sheet(page: Frame, catalog: Catalog, corpus: str, sheet: PromptSheet) -> None:
    """The sheet of prompts, to be edited.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : str
    sheet : PromptSheet
    """
    _ = page._
    lines, rest = st.columns([6, 5], gap="large")
    with lines:
        text = st.text_area(
            _("Sentences, one a line"),
            "\n".join(f"{p.code} {p.text}" for p in sheet.prompts),
            height=360,
            key=f"recording.sheet.text.{corpus}",
            help=_("A number before a sentence becomes its name in the files."),
        )
        st.button(
            _("The original ten sentences"),
            key="recording.sheet.original",
            on_click=guarded(_original),
            args=(catalog, corpus, sheet),
        )
    with rest:
        emotions, speakers = _choose_labels(page, corpus, sheet)
        pictures = _choose_pictures(page, sheet)
    cells = len([line for line in text.splitlines() if line.strip()]) * len(emotions)
    st.caption(
        _("{cells} cells a speaker, {total} in all").format(
            cells=cells, total=cells * max(1, len(speakers))
        )
    )
    if st.button(_("Keep the sheet"), type="primary", key="recording.sheet.keep"):
        _keep(page, catalog, corpus, text, emotions, speakers, pictures)
    said = st.session_state.pop(SHEET_SAID, "")
    if said:
        page.note("good", said)


def _choose_labels(page: Frame, corpus: str, sheet: PromptSheet) -> tuple[list[str], list[str]]:
    """The emotions and the speakers of the sheet."""
    _ = page._
    captions = page.emotion_captions()
    emotions = st.multiselect(
        _("Emotions"),
        EMOTION_IDS,
        default=sheet.emotions,
        format_func=captions.__getitem__,
        placeholder=_("Choose"),
        key=f"recording.sheet.emotions.{corpus}",
    )
    speakers = st.multiselect(
        _("Speakers"),
        sheet.speakers,
        default=sheet.speakers,
        accept_new_options=True,
        placeholder=_("a short name or a number"),
        key=f"recording.sheet.speakers.{corpus}",
    )
    return emotions, speakers


def _choose_pictures(page: Frame, sheet: PromptSheet) -> dict[str, str]:
    """Pictures by the code of their sentence: those kept, and those that come in now."""
    _ = page._
    kept = {p.code: p.picture for p in sheet.prompts if p.picture}
    with st.expander(_("Pictures to speak to")):
        code = st.selectbox(
            _("Sentence"), [p.code for p in sheet.prompts], key="recording.sheet.picture.code"
        )
        file = st.file_uploader(
            _("Picture"), ["png", "jpg", "jpeg", "webp"], key=f"recording.sheet.picture.{code}"
        )
        if file is not None and code is not None:
            kept[code] = _as_uri(file.getvalue())
        if kept:
            st.caption(_("With a picture: {codes}").format(codes=", ".join(sorted(kept))))
    return kept


def _as_uri(data: bytes) -> str:
    """A picture made small, as a data URI."""
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(data))
        picture.thumbnail((640, 480))
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=80)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return "none"
    return "data:image/jpeg;base64," + b64encode(out.getvalue()).decode()


def _original(catalog: Catalog, corpus: str, sheet: PromptSheet) -> None:
    save_sheet(catalog, corpus, replace(sheet, prompts=ORIGINAL_SHEET.prompts))
    st.session_state.pop(f"recording.sheet.text.{corpus}", None)


def _keep(
    page: Frame,
    catalog: Catalog,
    corpus: str,
    text: str,
    emotions: list[str],
    speakers: list[str],
    pictures: dict[str, str],
) -> None:
    try:
        prompts = tuple(
            Prompt(p.code, p.text, pictures.get(p.code, "")) for p in parse_prompts(text)
        )
        ordered = tuple(e for e in EMOTION_IDS if e in emotions)
        names = tuple(dict.fromkeys(s.strip().replace("_", "-") for s in speakers if s.strip()))
        save_sheet(catalog, corpus, PromptSheet(prompts, ordered, names))
    except (SheetError, MalgyeolError) as error:
        page.note("caution", error.describe(page._))
        return
    st.session_state[SHEET_SAID] = page._("The sheet is kept with the corpus.")
    st.rerun()
