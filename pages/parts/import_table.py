"""The list of what an import would do: every file with its labels, to be filled in by hand."""

from collections import Counter

import streamlit as st

from core.corpus.import_records import FIELDS, ImportPreview, PreviewRow, RowState
from core.emotions import EMOTION_IDS
from core.errors import OnlyEmotionError, UnknownLabelError, UnlabelledError, UnparsedNameError
from core.i18n import N_
from pages.parts.frame import Frame
from pages.parts.import_desk import ImportDesk
from pages.parts.import_reasons import reasons_html

__all__ = ["STATE_CAPTIONS", "draw_table", "take_cells"]

ROWS = 100  # files on one page of the list
ROW_HEIGHT = 36  # px
STATE_CAPTIONS: dict[RowState, str] = {
    "ok": N_("Ready"),
    "unparsed": N_("To fill in"),
    "duplicate": N_("There already"),
    "filtered": N_("Left out"),
    "refused": N_("Refused"),
}
EDITABLE = ("ok", "unparsed")
SHORT_REASONS = {
    OnlyEmotionError: N_("only an emotion in the name"),
    UnlabelledError: N_("no emotion"),
    UnparsedNameError: N_("name not read"),
}


def draw_table(page: Frame, desk: ImportDesk, preview: ImportPreview) -> None:
    """Draw the files of one state; the labels of those that can come in can be changed.

    Parameters
    ----------
    page : Frame
    desk : ImportDesk
    preview : ImportPreview
    """
    counts = preview.counts
    state = _choose_state(page, desk, counts)
    emotions = Counter(row.emotion for row in preview.rows if row.state == "ok" and row.emotion)
    if emotions:
        page.balance({e: emotions[e] for e in EMOTION_IDS if emotions[e]})
    numbers = _numbers(desk, preview, state)
    if not numbers:
        page.html(f'<p class="mg-small">{page._("Nothing here.")}</p>')
        return
    start = _choose_page(page, len(numbers))
    by_number = {row.number: row for row in preview.rows}
    rows = [by_number[number] for number in numbers[start : start + ROWS]]
    if state == "unparsed":
        st.caption(page._("Click into a cell and fill it in; a clip with an emotion is ready."))
    if state in EDITABLE:
        _draw_editor(page, desk, rows)
    else:
        _draw_reasons(page, rows)


def _choose_state(page: Frame, desk: ImportDesk, counts: dict[RowState, int]) -> RowState:
    _ = page._
    key = "dataset.import.state"
    shown = st.session_state.get(key)
    is_new = desk.shown_for is None or desk.shown_for[1] != desk.version
    if shown is None or (is_new and not counts[shown]):
        st.session_state[key] = "unparsed" if counts["unparsed"] else "ok"
    chosen = st.session_state[key]
    return st.segmented_control(
        _("Files by what would become of them"),
        [state for state in STATE_CAPTIONS if counts[state] or state in {chosen, "ok"}],
        required=True,
        format_func=lambda s: f"{_(STATE_CAPTIONS[s])} {counts[s]:,}",
        key=key,
        label_visibility="collapsed",
        persist_state="session",
    )


def _numbers(desk: ImportDesk, preview: ImportPreview, state: RowState) -> tuple[int, ...]:
    """The rows that are shown: they stay while they are being filled in, though they are ready."""
    if desk.shown_for != (state, desk.version):
        desk.version += 1  # rows may be others: what was typed is in the corrections by now
        desk.shown_for = (state, desk.version)
        desk.shown = tuple(row.number for row in preview.rows if row.state == state)
    return desk.shown


def _choose_page(page: Frame, n: int) -> int:
    """Where the open page of the list begins."""
    n_pages = -(-n // ROWS)
    if n_pages == 1:
        return 0
    return (st.pagination(n_pages, key=f"dataset.import.page.{n_pages}") - 1) * ROWS


def _draw_editor(page: Frame, desk: ImportDesk, rows: list[PreviewRow]) -> None:
    _, config = page._, st.column_config
    key = f"dataset.import.editor.{desk.version}.{rows[0].number}"
    captions = page.emotion_captions()
    st.data_editor(
        {
            "file": [row.file for row in rows],
            "sentence": [row.sentence for row in rows],
            "speaker": [row.speaker for row in rows],
            "emotion": [row.emotion for row in rows],
            "state": [_mark(page, row) for row in rows],
        },
        column_config={
            "file": config.TextColumn(_("File"), disabled=True, width=150),
            "sentence": config.TextColumn(_("Sentence"), width=112, max_chars=200),
            "speaker": config.TextColumn(_("Voice"), width=90, max_chars=80),
            "emotion": config.SelectboxColumn(
                _("Emotion"), width=108, options=list(EMOTION_IDS), format_func=captions.get
            ),
            "state": config.TextColumn(_("State"), disabled=True, width=145),
        },
        placeholder="–",
        key=key,
        hide_index=True,
        num_rows="fixed",
        row_height=ROW_HEIGHT,
        height=min(ROW_HEIGHT * (len(rows) + 1) + 4, 520),
    )
    desk.editor = (desk.version, key, tuple(row.number for row in rows))


def _mark(page: Frame, row: PreviewRow) -> str:
    """The state of a row in a few words; the row's own cells say the rest."""
    _, reason = page._, row.reason
    if isinstance(reason, UnknownLabelError):
        return _("unknown label “{label}”").format(label=reason.values["found"])
    for kind, said in SHORT_REASONS.items():
        if isinstance(reason, kind):
            return _(said)
    return _(STATE_CAPTIONS[row.state])


def take_cells(desk: ImportDesk) -> None:
    """Take in what was typed into the table since the last run.

    Parameters
    ----------
    desk : ImportDesk
    """
    version, key, numbers = desk.editor
    if version != desk.version or key not in st.session_state:
        return
    corrections = dict(desk.corrections)
    for index, cells in st.session_state[key]["edited_rows"].items():
        filled = {field: cells[field] for field in FIELDS if field in cells}
        number = numbers[int(index)]
        corrections[number] = {**corrections.get(number, {}), **filled}
    if corrections != desk.corrections:
        desk.change("cell", corrections=corrections)


def _draw_reasons(page: Frame, rows: list[PreviewRow]) -> None:
    _ = page._
    page.html(
        reasons_html(
            [
                (
                    row.file,
                    _(STATE_CAPTIONS[row.state]),
                    row.reason.describe(_) if row.reason else "",
                )
                for row in rows
            ]
        )
    )
