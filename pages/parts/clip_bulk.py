"""Several clips at once: the same label, status, voice or sentence for all chosen ones."""

import streamlit as st

from core.corpus import Catalog
from core.i18n import clip_count
from pages.parts.clip_changes import relabel, set_status, undo
from pages.parts.desk import Desk
from pages.parts.emotion_buttons import draw_emotion_buttons
from pages.parts.frame import Frame, guarded

__all__ = ["draw_bulk"]


def draw_bulk(page: Frame, catalog: Catalog, desk: Desk) -> None:
    """Draw what can be done to the chosen clips.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    desk : Desk
        With at least one clip marked.
    """
    _, ids = page._, list(desk.marked)
    st.subheader(_("{clips} chosen").format(clips=clip_count(len(ids), _)))

    def put(emotion: str) -> None:
        relabel(page, catalog, desk, ids, emotion=emotion)

    draw_emotion_buttons(page, desk.scheme, None, key="dataset.bulk", on_choice=put)
    with st.container(horizontal=True):
        st.button(
            _("Leave out"),
            key="dataset.bulk.disable",
            on_click=guarded(set_status),
            args=(page, catalog, desk, ids, "disabled"),
        )
        st.button(
            _("Use again"),
            key="dataset.bulk.enable",
            on_click=guarded(set_status),
            args=(page, catalog, desk, ids, "active"),
        )
        with st.popover(_("Edit")):
            _draw_form(page, catalog, desk, ids)
        st.button(
            _("Undo"),
            key="dataset.bulk.undo",
            on_click=guarded(undo),
            args=(page, catalog, desk),
        )
        st.button(
            _("Choose none"), key="dataset.bulk.clear", on_click=guarded(_clear), args=(desk,)
        )
    draw_outcome(page, desk)


def _draw_form(page: Frame, catalog: Catalog, desk: Desk, ids: list[int]) -> None:
    """Voice and sentence for all of them; a field left empty stays as it is."""
    _ = page._
    with st.form("dataset.bulk.form", border=False):
        speaker = st.text_input(_("Voice"), key="dataset.bulk.speaker", placeholder=_("keep"))
        sentence = st.text_input(_("Sentence"), key="dataset.bulk.sentence", placeholder=_("keep"))
        if st.form_submit_button(_("Save"), type="primary", key="dataset.bulk.save"):
            labels = {"speaker": speaker.strip(), "sentence": sentence.strip()}
            given = {field: value for field, value in labels.items() if value}
            if given:
                relabel(page, catalog, desk, ids, **given)
                st.rerun()


def _clear(desk: Desk) -> None:
    desk.marked = ()


def draw_outcome(page: Frame, desk: Desk) -> None:
    """Say what the last change did, or why it failed.

    Parameters
    ----------
    page : Frame
    desk : Desk
    """
    if desk.problem:
        page.note("caution", desk.problem)
    elif desk.said:
        page.note("good", desk.said)
