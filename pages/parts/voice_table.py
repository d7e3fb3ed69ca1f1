"""Who says how much in which emotion; a cell lists its clips."""

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from core.plots import cross_table_figure
from pages.parts.desk import Desk
from pages.parts.frame import Frame, guarded

__all__ = ["draw_voice_table"]

CLICKS = "dataset.cross.clicks"
UNKNOWN = "\0"  # stands for a voice without a name; no name can hold it


def draw_voice_table(page: Frame, catalog: Catalog, corpus: CorpusInfo, desk: Desk) -> None:
    """Draw the table of voices by emotions.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo
    desk : Desk
        Its listing becomes the clips of the cell that is clicked.
    """
    _ = page._
    table = catalog.cross_table(corpus.name, "speaker", "emotion")
    there = [i for i, emotion in enumerate(table.columns) if emotion is not None]
    if not there:
        st.caption(_("No clip has an emotion yet."))
        return
    figure = cross_table_figure(
        table.counts[:, there],
        rows=[(voice or UNKNOWN, voice or _("unknown")) for voice in table.rows],
        emotions=[e for e in table.columns if e is not None],
        captions=page.emotion_captions(),
        theme=page.theme,
        translate=_,
    )
    page.html('<p class="mg-caption">', _("Clips by voice and emotion"), "</p>")
    # A new key after each click: a selection that stayed would fade all other numbers.
    key = f"dataset.cross.{corpus.name}.{st.session_state.get(CLICKS, 0)}"
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        on_select=lambda: guarded(_choose)(page, catalog, desk, key),
        selection_mode="points",
        config={"displayModeBar": False},
    )
    st.caption(_("Click a number: those clips are listed below."))


def _choose(page: Frame, catalog: Catalog, desk: Desk, key: str) -> None:
    """List the clips of a cell."""
    points = st.session_state[key].selection.points
    if not points:
        return
    st.session_state[CLICKS] = st.session_state.get(CLICKS, 0) + 1
    voice, emotion, _count = points[0]["customdata"]
    clips = catalog.utterances(
        desk.corpus, speakers=[None if voice == UNKNOWN else voice], emotions=[emotion]
    )
    named = page._("unknown") if voice == UNKNOWN else voice
    title = f"{page._('Voice')} {named} · {page.emotion_captions()[emotion]}"
    desk.list_clips([clip.id for clip in clips], title, source="cell")
