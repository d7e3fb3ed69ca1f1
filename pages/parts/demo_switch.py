"""The demo corpus goes with one click, and comes back with one."""

import streamlit as st

from core.corpus.demo import DEMO
from pages.parts.frame import Frame, guarded
from pages.parts.resources import catalog

__all__ = ["draw_demo_switch"]


def draw_demo_switch(page: Frame) -> None:
    """Draw the button that takes the demo away, or the one that brings it back.

    Parameters
    ----------
    page : Frame
    """
    _, opened = page._, catalog()
    here = any(info.name == DEMO for info in opened.corpora())
    if here:
        st.button(_("Take the demo away"), key="home.demo.away", on_click=_take_away)
    elif (tombstone := opened.tombstone(DEMO)) is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Bring the demo back"),
                key="home.demo.back",
                on_click=_bring_back,
                args=(tombstone,),
            )
            st.caption(_("The demo is out of sight; nothing of yours was touched."))


@guarded
def _take_away() -> None:
    catalog().remove_corpus(DEMO)


@guarded
def _bring_back(tombstone: int) -> None:
    catalog().restore_corpus(tombstone)
