"""The sidebar: who we are, where to go, which language, and what is ready."""

import streamlit as st

from core.i18n import LANGUAGES, Translate, captions
from pages.parts.error_boundary import error_boundary, guarded
from pages.parts.language import current_language, switch_language
from pages.parts.pieces import status_html
from pages.parts.readiness import state_lines
from pages.parts.site import listed
from pages.parts.surroundings import follow_surroundings

__all__ = ["draw_sidebar"]

NAMES = {"ko": "한국어", "en": "English"}  # each in its own words, in every language
SWITCH = "frame.language"


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
            _draw_languages(_("Language"))
            _about(_)
        follow_surroundings()


def _draw_languages(label: str) -> None:
    """The switch; the label is for screen readers, the two names speak for themselves."""
    st.session_state[SWITCH] = current_language()
    st.segmented_control(
        label,
        LANGUAGES,
        format_func=NAMES.__getitem__,
        required=True,
        key=SWITCH,
        on_change=guarded(_switch),
        label_visibility="collapsed",
    )


def _switch() -> None:
    switch_language(st.session_state[SWITCH])


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
