"""Where recordings come from: files or a zip, a folder, or a path on this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from core.corpus import Catalog
from core.corpus.sources import Upload
from core.i18n import N_
from pages.parts.frame import Frame, guarded
from pages.parts.import_desk import ImportDesk

__all__ = ["draw_source", "is_here"]

MAX_UPLOAD_MB = 200  # as [server] maxUploadSize; a zip's limit in core.settings.ArchiveLimits
WAYS = {"files": N_("Files or a zip"), "folder": N_("Folder"), "path": N_("On this machine")}


def draw_source(page: Frame, catalog: Catalog, desk: ImportDesk) -> None:
    """Draw the choice of what to bring in; choosing begins looking at it.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : ImportDesk
    """
    _ = page._
    ways = [way for way in WAYS if way != "path" or _at_this_machine()]
    way = st.segmented_control(
        _("Where the recordings are"),
        ways,
        default="files",
        required=True,
        format_func=lambda w: _(WAYS[w]),
        key="dataset.import.way",
        label_visibility="collapsed",
    )
    if way == "path":
        _draw_path(page, catalog, desk)
    else:
        _draw_uploader(page, catalog, desk, way)
    st.caption(
        _(
            "A zip up to 200 MB, a recording up to 25 MB and 60 s. Nothing comes in before you"
            " have seen the list; the originals stay as they are."
        )
    )


def _draw_uploader(page: Frame, catalog: Catalog, desk: ImportDesk, way: str) -> None:
    _, key = page._, f"dataset.import.{way}"
    st.file_uploader(
        _("Recordings, alone or packed as a zip; a table with their labels may be among them")
        if way == "files"
        else _("A folder with recordings, with all that is in it"),
        accept_multiple_files="directory" if way == "folder" else True,
        max_upload_size=MAX_UPLOAD_MB,
        key=key,
        on_change=guarded(_begin_uploads),
        args=(page, catalog, desk, key),
    )


def _begin_uploads(page: Frame, catalog: Catalog, desk: ImportDesk, key: str) -> None:
    uploads = [Upload(file.name, file.getvalue()) for file in st.session_state[key] or ()]
    if not uploads:
        return
    several = len(uploads) > 1 and "/" not in uploads[0].name
    shown = page._("{n} files").format(n=len(uploads)) if several else ""
    desk.begin(catalog, uploads, shown=shown, suggested=page._("Our voices") if several else "")


def _draw_path(page: Frame, catalog: Catalog, desk: ImportDesk) -> None:
    _ = page._
    with st.form("dataset.import.place", border=False):
        path = st.text_input(
            _("A folder, a zip or a file on the machine that Malgyeol runs on"),
            key="dataset.import.path",
        )
        if st.form_submit_button(_("Look")) and path.strip():
            desk.begin(catalog, path.strip())
            st.rerun()


def _at_this_machine() -> bool:
    """Whether the browser runs on the machine itself: others must not look into its folders."""
    return is_here(st.context.ip_address, st.context.url)


def is_here(address: str | None, url: str | None) -> bool:
    """Whether a visitor sits at the machine that the app runs on.

    Parameters
    ----------
    address : str or None
        Where the visitor comes from; Streamlit gives None for this machine.
    url : str or None
        What the visitor's browser asked for.

    Returns
    -------
    here : bool
    """
    host = urlsplit(url or "").hostname
    return address is None and (host in {None, "localhost"} or _is_loopback(host or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
