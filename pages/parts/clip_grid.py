"""The grid of clips: a page of rows with their spectrograms, played and chosen by a click."""

from collections.abc import Sequence

import streamlit as st

from core.corpus import Catalog, Utterance
from core.emotions import emotion
from pages.parts.frame import Frame
from pages.parts.resources import clip_thumbnail

__all__ = ["ROWS", "draw_grid"]

ROWS = 50  # clips on one page of the grid
ROW_HEIGHT = 44  # px
SORTS = ("name", "sentence", "speaker", "emotion", "duration")


def draw_grid(page: Frame, catalog: Catalog, corpus: str, filters: dict) -> Utterance | None:
    """Draw one page of clips and return the clip that was chosen or played last.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : str
    filters : dict
        As `Catalog.utterances` takes them.

    Returns
    -------
    chosen : Utterance or None
    """
    _ = page._
    total = catalog.count(corpus, **filters)
    if total == 0:
        page.empty_state(_("No clip fits"), _("Loosen a filter above and they come back."))
        return None
    offset = _choose_page(page, corpus, total)
    clips = catalog.utterances(corpus, **filters, offset=offset, limit=ROWS)
    state = st.dataframe(
        _table(page, clips, offset),
        key=f"dataset.grid.{corpus}.{offset}.{hash(str(filters))}",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(ROW_HEIGHT * len(clips) + 40, 620),
        on_select="rerun",
        selection_mode="single-row",
        column_config=_columns(page, clips),
    )
    return _chosen(clips, state)


def _choose_page(page: Frame, corpus: str, total: int) -> int:
    """The offset of the page of rows that is open."""
    n_pages = -(-total // ROWS)
    text, pager = st.columns([1, 2], vertical_alignment="center")
    text.caption(page._("{n} clips").format(n=f"{total:,}"))
    if n_pages == 1:
        return 0
    with pager:
        number = st.pagination(n_pages, key=f"dataset.page.{corpus}.{n_pages}")
    return (number - 1) * ROWS


def _table(page: Frame, clips: Sequence[Utterance], offset: int) -> dict[str, list]:
    _ = page._
    return {
        "#": [offset + i + 1 for i in range(len(clips))],
        "play": ["▶"] * len(clips),
        "picture": [clip_thumbnail(c, page.theme) for c in clips],
        "sentence": [c.sentence_text or c.sentence or "–" for c in clips],
        "speaker": [c.speaker or "–" for c in clips],
        "emotion": [[c.emotion] if c.emotion else [] for c in clips],
        "duration": [c.duration for c in clips],
        "name": [c.name for c in clips],
    }


def _columns(page: Frame, clips: Sequence[Utterance]) -> dict:
    _, config = page._, st.column_config
    there = sorted({c.emotion for c in clips if c.emotion})
    captions = page.emotion_captions()
    return {
        "#": config.NumberColumn("#", width=48),
        "play": config.ButtonColumn(
            _("Play"), width=56, type="tertiary", key="dataset.play", on_click=None
        ),
        "picture": config.ImageColumn(_("Spectrogram"), width=120),
        "sentence": config.TextColumn(_("Sentence"), width="medium"),
        "speaker": config.TextColumn(_("Voice"), width=64),
        "emotion": config.MultiselectColumn(
            _("Emotion"),
            width=96,
            options=there,
            color=[emotion(e).color for e in there],
            format_func=captions.get,
        ),
        "duration": config.NumberColumn(_("Length"), format="%.2f s", width=72),
        "name": config.TextColumn(_("File"), width="medium"),
    }


def _chosen(clips: Sequence[Utterance], state) -> Utterance | None:
    """The row whose button was pressed in this run, else the selected one."""
    pressed = st.session_state.get("dataset.play")
    if pressed is not None and pressed["row"] < len(clips):
        st.session_state["dataset.played"] = True
        return clips[pressed["row"]]
    st.session_state["dataset.played"] = False
    rows = state.selection.rows
    return clips[rows[0]] if rows and rows[0] < len(clips) else None
