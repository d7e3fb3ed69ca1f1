"""Export on the data page: a corpus as a zip of files that any program can read."""

import contextlib
import secrets
import time
from importlib.util import find_spec
from pathlib import Path

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from core.corpus.exporting import ExportResult, export_zip
from core.corpus.quality_html import REPORT, examined_html
from core.errors import MalgyeolError
from core.i18n import clip_count
from pages.parts.background import Task, draw_progress
from pages.parts.escape import one_line
from pages.parts.frame import Frame, esc_md, guarded

__all__ = ["StoppedError", "draw_export", "offer_zip", "place_to_pack"]

STATE = "dataset.export"
KEPT = 3_600.0  # s that a packed zip stays


class StoppedError(Exception):
    """The user does not want the rest."""


def draw_export(page: Frame, catalog: Catalog, corpus: CorpusInfo) -> None:
    """Draw the export of a corpus: what goes into it, its progress, its download.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo
    """
    _ = page._
    name, task = st.session_state.get(STATE) or ("", None)
    if task is None or name != corpus.name:
        _draw_choice(page, catalog, corpus)
    elif not task.over:
        draw_progress(page, task, _("Packing the corpus"), key="dataset.export.stop")
    elif isinstance(task.error, MalgyeolError):
        page.note("caution", task.error.describe(_))
        _draw_choice(page, catalog, corpus)
    elif task.error is not None:
        st.session_state.pop(STATE)
        raise task.error
    elif task.result is None:
        _draw_choice(page, catalog, corpus)
    else:
        _draw_download(page, corpus, task.result)


def _draw_choice(page: Frame, catalog: Catalog, corpus: CorpusInfo) -> None:
    _ = page._
    st.markdown(
        _(
            "“{title}”, {n} clips: the original recordings under names like 1_1_N.wav, a table of"
            " their labels (CSV and JSON Lines), and what is known of the corpus."
        ).format(title=esc_md(_(corpus.title)), n=f"{corpus.n_utterances:,}")
    )
    is_there = find_spec("audformat") is not None
    audformat = st.toggle(
        _("As an audformat database, too"),
        key="dataset.export.audformat",
        disabled=not is_there,
        help=None
        if is_there
        else _("Needs the package audformat: pip install -r requirements-audformat.txt"),
    )
    report = st.toggle(
        _("With the report on its quality (HTML)"),
        key="dataset.export.report",
        help=_("Every clip is listened to once for it; that takes a while the first time."),
    )
    st.button(
        _("Export"),
        key="dataset.export.start",
        disabled=not corpus.n_utterances,
        on_click=guarded(_start),
        args=(catalog, corpus.name, audformat, page.language if report else None),
    )


def _start(catalog: Catalog, corpus: str, audformat: bool, report: str | None) -> None:
    """Begin packing; ``report`` is the language of the report, or None for none."""
    place = place_to_pack(catalog)

    def work(task: Task) -> ExportResult | None:
        def tell(done: int, total: int, seconds_left: float | None) -> None:
            if not task.go_on(done, total):
                raise StoppedError

        def quality() -> dict[str, bytes]:
            html = examined_html(catalog, corpus, language=report or "", progress=tell)
            return {REPORT: html.encode()}

        extra = quality if report else None
        try:
            return export_zip(
                catalog, corpus, place, audformat=audformat, extra=extra, progress=tell
            )
        except StoppedError:
            return None

    st.session_state[STATE] = (corpus, Task(work))


def place_to_pack(catalog: Catalog) -> Path:
    """Where the next zip goes; what was packed long ago is removed, as it can be packed again.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    place : Path
        Nobody else's.
    """
    folder = catalog.place.cache / "exports"
    for file in folder.glob("*.zip"):
        with contextlib.suppress(OSError):  # another session was quicker
            if time.time() - file.stat().st_mtime > KEPT:
                file.unlink()
    return folder / f"{secrets.token_hex(8)}.zip"


def _draw_download(page: Frame, corpus: CorpusInfo, result: ExportResult) -> None:
    _ = page._
    page.note("good", _("Packed: {clips}.").format(clips=clip_count(result.clips, _)))
    for name, error in result.refused:
        page.note("caution", f"{name}: {error.describe(_)}")
    name = one_line(corpus.name).replace("/", "-") + ".zip"
    offer_zip(STATE, result.place, name, download=_("Download the zip"), again=_("Export anew"))


def offer_zip(state: str, place: Path, name: str, *, download: str, again: str) -> None:
    """Draw the button that hands out what was packed, and the one that packs it anew.

    Parameters
    ----------
    state : str
        Where the session keeps the task; also the beginning of the buttons' keys.
    place : Path
        Where the zip lies.
    name : str
        What the browser calls it.
    download, again : str
        What stands on the buttons.
    """
    row = st.container(
        key=f"{state.replace('.', '-')}-ways", horizontal=True, vertical_alignment="center"
    )
    row.download_button(
        download,
        place.read_bytes,
        file_name=name,
        mime="application/zip",
        type="primary",
        key=f"{state}.download",
        on_click="ignore",
    )
    row.button(
        again,
        key=f"{state}.again",
        on_click=guarded(lambda: st.session_state.pop(state, None)),
    )
