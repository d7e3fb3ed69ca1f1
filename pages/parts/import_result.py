"""What an import did, file by file, and taking it back."""

import streamlit as st

from core.corpus import Catalog, ImportResult
from core.corpus.import_report import report_csv, report_rows
from core.i18n import N_, clip_count, moment
from pages.parts.desk import show_clips
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.import_desk import ImportDesk
from pages.parts.import_reasons import reasons_html

__all__ = ["draw_earlier", "draw_result"]

VERDICTS = {
    "new": N_("Came in"),
    "duplicate": N_("There already"),
    "skipped": N_("Left out"),
    "refused": N_("Refused"),
}
ROWS = 200  # files that are listed with their reasons
N_EARLIER = 8  # imports that are listed


def draw_result(page: Frame, catalog: Catalog, desk: ImportDesk) -> None:
    """Draw the result, the way to the clips, and the way back.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : ImportDesk
        With a result.
    """
    _, result = page._, desk.result
    assert result is not None
    said = (
        _("{clips} came in.").format(clips=clip_count(result.imported, _))
        if result.imported
        else _("Nothing new came in.")
    )
    page.note("good" if result.imported else "info", said)
    page.stats(
        [
            (_("Came in"), f"{result.imported:,}", ""),
            (_("There already"), f"{result.duplicates:,}", ""),
            (_("Left out"), f"{len(result.skipped):,}", ""),
            (_("Refused"), f"{len(result.refused):,}", ""),
        ]
    )
    _draw_ways(page, catalog, desk, result)
    rows = report_rows(result, _)
    open_ = [row for row in rows if row[1] != "new"]
    if open_:
        st.subheader(_("What did not come in, and why"))
        page.html(
            reasons_html([(name, _(VERDICTS[v]), reason) for name, v, reason in open_[:ROWS]])
        )
        if len(open_) > ROWS:
            st.caption(_("The first {n}; the CSV has them all.").format(n=ROWS))
    st.download_button(
        _("The whole list as CSV"),
        report_csv(result, _),
        file_name="import.csv",
        mime="text/csv",
        key="dataset.import.csv",
        on_click="ignore",
    )


def _draw_ways(page: Frame, catalog: Catalog, desk: ImportDesk, result: ImportResult) -> None:
    _ = page._
    with st.container(key="dataset-import-ways", horizontal=True, vertical_alignment="center"):
        if result.imported:
            st.button(
                _("See and hear them"),
                type="primary",
                key="dataset.import.see",
                on_click=guarded(_see),
                args=(page, catalog, desk, result),
            )
        st.button(_("Import more"), key="dataset.import.more", on_click=guarded(desk.clear))
        if result.import_id is not None:
            _draw_undo(page, catalog, result.import_id, key="dataset.import.undo-import")


def _see(page: Frame, catalog: Catalog, desk: ImportDesk, result: ImportResult) -> None:
    """Open the clips of an import in the list of clips."""
    ids = catalog.import_members(result.import_id) if result.import_id is not None else []
    show_clips(result.corpus, ids, page._("Just imported"), source="import")
    st.session_state["dataset.view"] = "clips"
    desk.clear()


def _draw_undo(page: Frame, catalog: Catalog, import_id: int, *, key: str) -> None:
    """The button that takes an import back, or brings it again."""
    _ = page._
    record = next((r for r in catalog.imports() if r.id == import_id), None)
    if record is None:
        return
    if record.removed is None:
        st.button(
            _("Undo this import"), key=key, on_click=guarded(catalog.undo_import), args=(import_id,)
        )
    else:
        st.button(
            _("Bring it back"), key=key, on_click=guarded(catalog.restore_import), args=(import_id,)
        )


def draw_earlier(page: Frame, catalog: Catalog) -> None:
    """Draw the imports so far, each with its way back.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    _ = page._
    records = [r for r in catalog.imports() if not _is_shipped(catalog, r.corpus)]
    if not records:
        return
    with st.expander(_("Imports so far")):
        for record in records[:N_EARLIER]:
            at = moment(record.at, page.language)
            clips = clip_count(record.n, _)
            gone = " · " + _("taken back") if record.removed else ""
            text, button = st.columns([5, 2], vertical_alignment="center")
            text.markdown(esc_md(f"{at} · {record.place} → {record.corpus} · {clips}{gone}"))
            with button:
                _draw_undo(page, catalog, record.id, key=f"dataset.import.earlier.{record.id}")


def _is_shipped(catalog: Catalog, corpus: str) -> bool:
    return any(info.name == corpus and info.synthesised for info in catalog.corpora())
