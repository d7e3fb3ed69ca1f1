"""The grid: a page of clips as a table, beside it the open clip or the chosen ones."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.corpus import Catalog, CorpusInfo, Utterance
from core.i18n import clip_count
from pages.parts.clip_bulk import draw_bulk
from pages.parts.clip_changes import take_actions
from pages.parts.clip_detail import draw_clip
from pages.parts.clip_table import Row, draw_table
from pages.parts.desk import ROWS, Desk
from pages.parts.flags import flag_captions
from pages.parts.frame import Frame, esc_md, guarded
from pages.parts.thumbnails import thumbnail_maker

__all__ = ["draw_grid"]

TABLE = "dataset.table"


def draw_grid(
    page: Frame, catalog: Catalog, corpus: CorpusInfo, desk: Desk, filters: Mapping[str, Any]
) -> None:
    """Draw the grid; what happens inside draws only itself again.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo
    desk : Desk
    filters : mapping
        As `Catalog.utterances` takes them.
    """
    desk.stale = False
    st.fragment(guarded(_grid))(page, catalog, corpus, desk, filters)


def _grid(
    page: Frame, catalog: Catalog, corpus: CorpusInfo, desk: Desk, filters: Mapping[str, Any]
) -> None:
    if desk.stale:
        st.rerun()  # the figures around the table count labels
    clips = desk.clips(catalog, filters)
    _draw_listing(page, desk)
    if not clips:
        page.empty_state(
            page._("No clip fits"), page._("Loosen a filter above and they come back.")
        )
        return
    table, detail = st.columns([13, 9], gap="large")
    with table:
        _draw_page(page, catalog, desk, clips)
        _choose_page(page, desk)
    with detail:
        _draw_side(page, catalog, desk, clips)
    _prepare_next_page(page, catalog, desk, filters)


def _draw_listing(page: Frame, desk: Desk) -> None:
    """What the listed clips have in common, and the way back to all of them."""
    if desk.listing is None:
        return
    _ = page._
    with st.container(horizontal=True, vertical_alignment="center", key="dataset-listing"):
        n = clip_count(len(desk.listing.ids), _)
        st.markdown(f"**{esc_md(desk.listing.title)}** · {n}", width="content")
        if st.button(_("Show all clips again"), key="dataset.unlist"):
            desk.put_listing_away()
            st.rerun()


def _draw_page(page: Frame, catalog: Catalog, desk: Desk, clips: Sequence[Utterance]) -> None:
    pictures = thumbnail_maker().pictures(clips, page.theme)
    draw_table(
        page,
        [_row(page, clip, picture) for clip, picture in zip(clips, pictures, strict=True)],
        key=TABLE,
        scheme=desk.scheme,
        sort=desk.sort,
        current=desk.current,
        marked=desk.marked,
        handled=desk.handled,
        on_action=partial(guarded(take_actions), page, catalog, desk, TABLE),
    )


def _row(page: Frame, clip: Utterance, picture: str | None) -> Row:
    return Row(
        id=clip.id,
        sentence=clip.sentence_text or clip.sentence or "–",
        speaker=clip.speaker or "–",
        emotion=clip.emotion,
        duration=clip.duration,
        flags=tuple(flag_captions(clip.flags, page._).values()),
        take=clip.take,
        name=clip.name,
        status=clip.status,
        picture=picture,
    )


def _choose_page(page: Frame, desk: Desk) -> None:
    _ = page._
    first = (desk.number - 1) * ROWS + 1
    last = min(desk.total, desk.number * ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            _("{first} to {last} of {n} clips").format(
                first=f"{first:,}", last=f"{last:,}", n=f"{desk.total:,}"
            ),
            width="content",
        )
        if desk.n_pages > 1:
            key = f"dataset.page.{desk.n_pages}.{desk.number}"
            st.pagination(
                desk.n_pages,
                default=desk.number,
                key=key,
                on_change=guarded(_turned),
                args=(desk, key),
            )


def _turned(desk: Desk, key: str) -> None:
    desk.number = int(st.session_state[key])


def _draw_side(page: Frame, catalog: Catalog, desk: Desk, clips: Sequence[Utterance]) -> None:
    if desk.marked:
        draw_bulk(page, catalog, desk)
        st.divider()
    clip = None if desk.current is None else catalog.utterance(desk.current)
    if clip is not None:
        draw_clip(page, catalog, desk, clip, upcoming=_after(clip, clips))
    elif not desk.marked:
        page.empty_state(
            page._("Pick a clip"), page._("Click a row: it plays here, with its pictures.")
        )


def _after(clip: Utterance, clips: Sequence[Utterance]) -> Utterance | None:
    """The clip in the next row."""
    ids = [c.id for c in clips]
    at = ids.index(clip.id) + 1 if clip.id in ids else 0
    return clips[at] if at < len(clips) else None


def _prepare_next_page(
    page: Frame, catalog: Catalog, desk: Desk, filters: Mapping[str, Any]
) -> None:
    """Draw the next page's thumbnails while this one is looked at."""
    if desk.listing is not None or desk.number >= desk.n_pages:
        return
    by, down = desk.sort
    following = catalog.utterances(
        desk.corpus, sort=by, descending=down, offset=desk.number * ROWS, limit=ROWS, **filters
    )
    thumbnail_maker().prepare(following, page.theme)
