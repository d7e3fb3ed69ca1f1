"""A backup of the whole workspace on the data page; how it comes back is said beside it."""

from datetime import datetime

import streamlit as st

from core.corpus import Catalog
from core.corpus.backup import BackupReport, back_up
from core.corpus.backup_contents import backup_contents
from core.errors import MalgyeolError
from pages.parts.background import Task, draw_progress
from pages.parts.export_view import StoppedError, offer_zip, place_to_pack
from pages.parts.frame import Frame, guarded

__all__ = ["LARGEST", "draw_backup"]

STATE = "dataset.backup"
LARGEST = 500 * 10**6  # bytes that are handed to a browser, which gets them from memory


def draw_backup(page: Frame, catalog: Catalog) -> None:
    """Draw the backup: what goes into it, its progress, its download, the way back.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    """
    _ = page._
    task = st.session_state.get(STATE)
    if task is not None and not task.over:
        draw_progress(page, task, _("Packing everything"), key="dataset.backup.stop")
        return
    if task is not None and task.result is not None and task.result.path.exists():
        _draw_download(page, task.result)
        return
    if task is not None and isinstance(task.error, MalgyeolError):
        page.note("caution", task.error.describe(_))
    elif task is not None and task.error is not None:
        st.session_state.pop(STATE)
        raise task.error
    _draw_offer(page, catalog)


def _draw_offer(page: Frame, catalog: Catalog) -> None:
    _ = page._
    there = backup_contents(catalog)
    st.markdown(
        _(
            "One file with {recordings} recordings, {runs} runs, {models} models of your own, and"
            " every label and consent: {size:.1f} MB. Passwords, keys and what can be worked out"
            " again stay out. It holds people's voices; keep it where only you can read it."
        ).format(
            recordings=f"{there.recordings:,}",
            runs=f"{there.runs:,}",
            models=f"{there.models:,}",
            size=there.size / 1e6,
        )
    )
    if there.size > LARGEST:
        st.caption(
            _("That is more than a browser takes well. This writes it while everybody works on:")
        )
        st.code("python -m core backup malgyeol.zip", language=None)
        return
    st.button(
        _("Make a backup"),
        key="dataset.backup.start",
        on_click=guarded(_start),
        args=(catalog,),
    )


def _start(catalog: Catalog) -> None:
    def work(task: Task) -> BackupReport | None:
        def tell(done: int, total: int) -> None:
            if not task.go_on(done, total):
                raise StoppedError

        place = place_to_pack(catalog)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            return back_up(catalog, place, progress=tell)
        except StoppedError:
            return None

    st.session_state[STATE] = Task(work)


def _draw_download(page: Frame, report: BackupReport) -> None:
    _ = page._
    said = _("{n} files are packed, {size:.1f} MB; the hash of each is in it.")
    page.note("good", said.format(n=f"{report.files:,}", size=report.size / 1e6))
    if report.missing:
        said = _("Gone before the backup: {n} recordings. The rest is whole.")
        page.note("caution", said.format(n=len(report.missing)))
    made = datetime.fromtimestamp(report.path.stat().st_mtime)
    name = f"malgyeol-{made:%Y%m%d-%H%M}.zip"
    offer_zip(STATE, report.path, name, download=_("Download the backup"), again=_("Back up anew"))
    st.caption(
        _(
            "To bring it back, close the app and enter this. Every byte is checked first; what is"
            " here now is set aside, not deleted."
        )
    )
    st.code(f"python -m core restore {name} --force", language=None)
