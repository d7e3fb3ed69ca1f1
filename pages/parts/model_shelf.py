"""The shelf of models: each with its passport, handed out, taken in, and chosen to answer."""

import streamlit as st

from core.errors import MalgyeolError
from core.models import (
    ModelEntry,
    find_model,
    install_model,
    list_models,
    load_bundle,
    load_for_answers,
    set_active,
)
from core.models.onnx_export import to_onnx
from pages.parts.escape import esc_md
from pages.parts.frame import Frame, guarded
from pages.parts.pieces import below_heading
from pages.parts.readiness import active_model

__all__ = ["CHOSEN", "draw_models"]

SAID = "models.said"
CHOSEN = "models.chosen"  # name of the model that is shown
ONNX = "models.onnx"  # (name, bytes) of the export that was asked for last
TAKEN = "models.taken"  # how many files were taken in; the uploader then begins anew
MOST_MB = 128


def draw_models(page: Frame) -> None:
    """Draw the models: choose one, read its passport, hand it out; take one in.

    Parameters
    ----------
    page : Frame
    """
    _ = page._
    with st.expander(_("Models: passport, export, import"), key="models.shelf"):
        if said := st.session_state.pop(SAID, None):
            page.note(*said)
        entries = {entry.name: entry for entry in list_models()}
        if entries:
            active = active_model()
            names = list(entries)
            name = st.selectbox(
                _("Model"),
                names,
                index=names.index(active.name) if active and active.name in names else 0,
                format_func=lambda n: _title(page, entries[n], active),
                key=CHOSEN,
            )
            _draw_model(page, entries[name], active)
        _draw_import(page)
        if entries and entries[name].problem is None:  # last: it is long
            path = entries[name].path
            st.markdown(_passport(str(path), path.stat().st_mtime_ns, page.language))


def _title(page: Frame, entry: ModelEntry, active: ModelEntry | None) -> str:
    _, metrics = page._, entry.manifest.get("metrics") or {}
    parts = [entry.name]
    if "uar" in metrics:
        parts.append(f"UAR {metrics['uar']:.2f}")
    if active is not None and entry.path == active.path:
        parts.append(_("answers now"))
    return " · ".join(parts)


def _draw_model(page: Frame, entry: ModelEntry, active: ModelEntry | None) -> None:
    _ = page._
    if entry.problem is not None:
        page.note("wrong", entry.problem.describe(_))
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Let it answer"),
            key="models.promote",
            disabled=active is not None and active.path == entry.path,
            on_click=guarded(_promote),
            args=(page, entry.name),
        )
        st.download_button(
            _("Hand it out (.malgyeol)"),
            lambda: find_model(entry.name).read_bytes(),
            file_name=entry.path.name,
            mime="application/zip",
            key="models.download",
            on_click="ignore",
        )
        kept = st.session_state.get(ONNX)
        if kept is not None and kept[0] == entry.name:
            st.download_button(
                _("Save the ONNX file"),
                kept[1],
                file_name=f"{entry.name}.onnx",
                mime="application/octet-stream",
                key="models.onnx.download",
                on_click="ignore",
            )
        else:
            st.button(
                _("Export as ONNX"),
                key="models.onnx.make",
                on_click=guarded(_make_onnx),
                args=(page, entry.name),
                help=_("For other programs; checked against the model's own answers."),
            )


@st.cache_data(show_spinner=False, max_entries=16)
def _passport(path: str, changed: int, language: str) -> str:
    """The passport of a model that has passed every check."""
    return below_heading(load_for_answers(find_model(path)).passport[language])


def _promote(page: Frame, name: str) -> None:
    load_bundle(find_model(name))
    set_active(name)
    st.session_state[SAID] = ("good", page._("“{name}” answers from now on.").format(name=name))


def _make_onnx(page: Frame, name: str) -> None:
    try:
        st.session_state[ONNX] = (name, to_onnx(load_bundle(find_model(name))))
    except MalgyeolError as error:
        st.session_state[SAID] = ("caution", error.describe(page._))
        return
    text = page._("The ONNX file of “{name}” gives the same answers as the model; save it now.")
    st.session_state[SAID] = ("good", text.format(name=name))


def _draw_import(page: Frame) -> None:
    _ = page._
    file = st.file_uploader(
        _("Take a model in: a .malgyeol file"),
        max_upload_size=MOST_MB,
        key=f"models.file.{st.session_state.get(TAKEN, 0)}",
        help=_(
            "Its checksums, its types and its self-test are checked first. Pickle and joblib files"
            " are refused: they can run any program when they are opened."
        ),
    )
    if file is None:
        return
    stem = file.name.removesuffix(".malgyeol")
    try:
        entry = install_model(file.getvalue(), stem, file=file.name)
    except MalgyeolError as error:
        page.note("caution", error.describe(_))
        return
    st.session_state[TAKEN] = st.session_state.get(TAKEN, 0) + 1
    st.session_state[SAID] = (
        "good",
        _("“{name}” has passed every check and is on the shelf.").format(name=esc_md(entry.name)),
    )
    st.rerun()
