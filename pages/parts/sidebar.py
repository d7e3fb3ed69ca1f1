"""The sidebar: who we are, where to go, which language, and what is ready."""

import streamlit as st

from core.i18n import Translate, captions
from pages.parts.error_boundary import error_boundary
from pages.parts.language import current_language, language_switch
from pages.parts.pieces import status_html
from pages.parts.readiness import state_lines
from pages.parts.site import listed
from pages.parts.surroundings import follow_surroundings

__all__ = ["draw_sidebar"]


def draw_sidebar(current: str) -> None:
    """Draw all of it.

    Parameters
    ----------
    current : str
        Title of the page that is shown.
    """
    _ = captions(current_language())
    with st.sidebar:
        st.html(
            '<div class="mg-brand"><span class="mg-mark" aria-hidden="true"></span>'
            '<strong lang="ko">말결</strong>'
            '<span lang="en">Malgyeol</span></div>'
        )
        with st.container(key="frame-menu", gap=None):
            for page in listed():
                here = "here" if _(page.title) == current else "there"
                with st.container(key=f"frame-menu-{here}-{page.name}"):
                    st.page_link(page.file, label=_(page.title), width="stretch")
        with st.container(key="frame-foot"):
            with error_boundary():
                st.html(status_html(state_lines(_)))
            language_switch(_("Language"))
            _about(_)
        follow_surroundings()


def _about(_: Translate) -> None:
    """Words on responsible use."""
    with st.expander(_("About, and fair use")):
        st.caption(
            _(
                "Malgyeol means the grain of speech. It names the emotion a voice sounds like;"
                " voices stay on this machine unless you turn a cloud engine on."
            )
        )
        st.caption(
            _(
                "A label is what was acted or perceived, not what a person feels. Do not use it"
                " for hiring, grading, policing or medicine; some laws forbid it at work and in"
                " schools."
            )
        )
        st.caption(
            _(
                "A speaker may withdraw their recordings at any time, with everything that was"
                " derived from them."
            )
        )
