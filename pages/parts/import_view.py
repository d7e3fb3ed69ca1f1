"""Import on the data page: choose, look, see what would happen, correct it, confirm, undo."""

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from core.corpus.import_notes import shortcomings
from core.corpus.import_preview import preview_import
from core.corpus.import_records import ImportPreview
from core.errors import MalgyeolError
from core.i18n import clip_count
from pages.parts.background import draw_progress
from pages.parts.backup_view import draw_backup
from pages.parts.export_view import draw_export
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.import_desk import ImportDesk, import_desk
from pages.parts.import_naming import choose_corpus_name, choose_naming, draw_rules, explain_labels
from pages.parts.import_result import draw_earlier, draw_result
from pages.parts.import_source import draw_source
from pages.parts.import_table import draw_table, take_cells

__all__ = ["draw_import"]


def draw_import(page: Frame, catalog: Catalog, corpus: CorpusInfo | None = None) -> None:
    """Draw the import as far as it has come; where none is under way, the way out, too.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo, optional
        The one that is open, to be exported.
    """
    _, desk = page._, import_desk()
    desk.settle()
    if desk.problem is not None:
        page.note("caution", desk.problem.describe(_))
    if desk.task is not None:
        text = _("Listening to the recordings") if desk.listing is None else _("Importing")
        draw_progress(page, desk.task, text, key="dataset.import.stop")
    elif desk.result is not None:
        draw_result(page, catalog, desk)
    elif desk.listing is not None:
        _draw_preview(page, catalog, desk)
    else:
        st.subheader(_("Bring recordings in"))
        draw_source(page, catalog, desk)
        draw_earlier(page, catalog)
        if corpus is not None:
            st.subheader(_("Take a corpus out"))
            draw_export(page, catalog, corpus)
            st.subheader(_("Back everything up"))
            draw_backup(page, catalog)


def _draw_preview(page: Frame, catalog: Catalog, desk: ImportDesk) -> None:
    _ = page._
    take_cells(desk)
    settings, table = st.columns([3, 8], gap="large")
    with settings:
        name = choose_corpus_name(page, catalog, desk)
        choose_naming(page, desk)
        emotions, unlabelled = _choose_clips(page)
    try:
        preview = preview_import(
            catalog,
            desk.listing,
            corpus=name,
            convention=desk.convention(),
            rules=desk.rules,
            labels=desk.labels,
            corrections=desk.corrections,
            emotions=emotions or None,
            unlabelled=unlabelled,
        )
    except MalgyeolError as problem:
        with table:
            page.note("caution", problem.describe(_))
        _draw_buttons(page, catalog, desk, None)
        return
    with settings:
        explain_labels(page, desk, preview)
    with table:
        draw_table(page, desk, preview)
        draw_rules(page, desk, preview)
        for lacking in shortcomings(catalog, preview):
            page.note("info", lacking.describe(_))
        _draw_buttons(page, catalog, desk, preview)


def _choose_clips(page: Frame) -> tuple[list[str], bool]:
    """Which clips are wanted at all."""
    _ = page._
    captions = page.emotion_captions()
    with st.expander(_("Which clips")):
        emotions = st.multiselect(
            _("Only these emotions"),
            list(captions),
            format_func=captions.get,
            placeholder=_("all"),
            key="dataset.import.emotions",
        )
        unlabelled = st.toggle(
            _("Clips without an emotion, too"),
            key="dataset.import.unlabelled",
            help=_("They come in without a label; give them one on this page later."),
        )
    return emotions, unlabelled


def _draw_buttons(
    page: Frame, catalog: Catalog, desk: ImportDesk, preview: ImportPreview | None
) -> None:
    _ = page._
    n = preview.counts["ok"] if preview else 0
    with st.container(key="dataset-import-buttons", horizontal=True, vertical_alignment="center"):
        confirmed = st.button(
            _("Import {clips}").format(clips=clip_count(n, _)),
            type="primary",
            disabled=n == 0,
            key="dataset.import.confirm",
        )
        st.button(
            _("Choose something else"), key="dataset.import.reset", on_click=guarded(desk.clear)
        )
    if preview is not None and preview.ignored:
        said = _("{n} system files and tables are left aside.").format(n=preview.ignored)
        st.caption(esc_md(said))
    if confirmed and preview is not None:
        desk.confirm(catalog, preview)
        st.rerun()
