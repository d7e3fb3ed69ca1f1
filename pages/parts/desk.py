"""The desk: what a session has open of a corpus, chosen, sorted and done, kept between runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.corpus import Catalog, CorpusInfo, Utterance
from core.emotions import EMOTION_IDS, FOUR_EMOTIONS

__all__ = ["ROWS", "Desk", "Listing", "desk_of", "show_clips", "wanted_corpus"]

ROWS = 50  # clips on one page of the table
AS_PICKED = "picked"  # the order in which a listing came, such as the worst first
STATE = "dataset.desk"
LONGEST_ID = 18  # digits that the catalog's own numbers can have
WANTED = "dataset.wanted"


@dataclass(frozen=True)
class Listing:
    """Clips that something else has picked: a lasso, a cell, a finding."""

    corpus: str
    ids: tuple[int, ...]
    title: str  # plain text, translated
    source: str  # who picked them, such as "map"


@dataclass
class Desk:
    """A session's state of working on one corpus."""

    corpus: str
    scheme: tuple[str, ...] = ()  # emotions by number key; grows, so that a key keeps its meaning
    sort: tuple[str, bool] = ("name", False)  # column; the greatest first
    number: int = 1  # of the open page of rows
    total: int = 0  # clips that fit the filters
    ids: tuple[int, ...] = ()  # of the open page; they stay while their labels change
    current: int | None = None
    arriving: int = 0  # open the first (1) or last (-1) row of the page once it is read
    marked: tuple[int, ...] = ()
    handled: int = 0  # number of the last action of the table that was done
    opened: int = 0  # number of the action that opened the current clip; starts the player
    listing: Listing | None = None
    said: str = ""  # what the last change did, in words
    problem: str = ""  # why the last change failed, in words
    stale: bool = False  # labels have changed since the figures around the table were drawn
    page_of: str = field(default="", repr=False)  # what `ids` were read for

    @property
    def n_pages(self) -> int:
        """Pages of rows, at least one."""
        return max(1, -(-self.total // ROWS))

    def learn_scheme(self, corpus: CorpusInfo) -> None:
        """Take the emotions of the corpus in; one that has no clip left keeps its key."""
        known = set(self.scheme) | set(corpus.emotions)
        known = known if len(known) > 1 else known | set(FOUR_EMOTIONS)
        self.scheme = tuple(e for e in EMOTION_IDS if e in known)

    def open(self, clip_id: int, number: int | None = None) -> None:
        """Open a clip and play it; ``number`` is that of the action, where there is one."""
        self.current = clip_id
        self.opened = max(self.handled, self.opened) + 1 if number is None else number

    def list_clips(self, ids: Sequence[int], title: str, *, source: str) -> None:
        """List some clips in place of what the filters leave in; none puts the list away."""
        if ids:
            self.listing, self.marked = Listing(self.corpus, tuple(ids), title, source), ()
            self.current = None
            self.sort = (AS_PICKED, False) if source == "finding" else self.sort
            if len(ids) == 1:
                self.open(ids[0])
        elif self.listing is not None and self.listing.source == source:
            self.put_listing_away()

    def put_listing_away(self) -> None:
        """Go back to all clips, and to an order that they have."""
        self.listing = None
        if self.sort[0] == AS_PICKED:
            self.sort = ("name", False)

    def sort_by(self, column: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self.sort = (column, not self.sort[1] if self.sort[0] == column else False)
        self.number = 1

    def turn_page(self, by: int) -> None:
        """Go to the next or the previous page, to its first or last row."""
        wanted = min(self.n_pages, max(1, self.number + by))
        if wanted != self.number:
            self.number, self.arriving = wanted, by

    def clips(self, catalog: Catalog, filters: Mapping[str, Any]) -> list[Utterance]:
        """The clips of the open page.

        The page is chosen anew when the filters, the order or the corpus change, but not when a
        label does: a clip that was just corrected stays where it is, to be seen and undone.

        Parameters
        ----------
        catalog : Catalog
        filters : mapping
            As `Catalog.utterances` takes them; a listing takes their place.

        Returns
        -------
        clips : list of Utterance
        """
        if self.listing is not None:
            filters = {"ids": self.listing.ids, "status": None}
        wanted = repr((sorted(filters.items()), self.sort, catalog.count(self.corpus, status=None)))
        if not self.page_of.startswith(wanted + "|"):
            self.total = catalog.count(self.corpus, **filters)
            if self.page_of:
                self.number = 1
        self.number = min(self.number, self.n_pages)
        if self.page_of != f"{wanted}|{self.number}":
            self.page_of = f"{wanted}|{self.number}"
            by, down = self.sort
            offset = (self.number - 1) * ROWS
            if by == AS_PICKED and self.listing is not None:
                clips = self._picked(catalog, self.listing.ids[offset : offset + ROWS])
            else:
                clips = catalog.utterances(
                    self.corpus,
                    sort=by,
                    descending=down,
                    offset=offset,
                    limit=ROWS,
                    **filters,
                )
            self._arrive([clip.id for clip in clips])
            return clips
        return self._picked(catalog, self.ids)

    def _picked(self, catalog: Catalog, ids: Sequence[int]) -> list[Utterance]:
        """The clips of some ids, in the order of the ids."""
        known = {u.id: u for u in catalog.utterances(self.corpus, ids=ids, status=None)}
        return [known[i] for i in ids if i in known]

    def _arrive(self, ids: Sequence[int]) -> None:
        self.ids = tuple(ids)
        if self.arriving and ids:
            self.open(ids[0] if self.arriving > 0 else ids[-1])
        self.arriving = 0


def desk_of(corpus: CorpusInfo) -> Desk:
    """The session's desk for a corpus; another corpus begins with an empty one.

    An address with ``?clip=`` and an id begins with that clip open.

    Parameters
    ----------
    corpus : CorpusInfo

    Returns
    -------
    desk : Desk
        To be changed in place.
    """
    desk = st.session_state.get(STATE)
    if not isinstance(desk, Desk) or desk.corpus != corpus.name:
        handled = desk.handled if isinstance(desk, Desk) else 0
        asked = st.query_params.get("clip", "")
        numbered = asked.isdecimal() and len(asked) <= LONGEST_ID  # links come from anybody
        current = int(asked) if numbered else None
        desk = st.session_state[STATE] = Desk(corpus.name, handled=handled, current=current)
    desk.learn_scheme(corpus)
    wanted = st.session_state.pop(WANTED, None)
    if wanted is not None and wanted.corpus == corpus.name:
        desk.list_clips(wanted.ids, wanted.title, source=wanted.source)
    return desk


def show_clips(corpus: str, ids: Sequence[int], title: str, *, source: str) -> None:
    """Have the data page list these clips, until its user puts them away.

    Parameters
    ----------
    corpus : str
        The page opens this one.
    ids : sequence of int
    title : str
        What they have in common, plain text in the user's language.
    source : str
        Who picked them, such as ``"finding"``.
    """
    st.session_state[WANTED] = Listing(corpus, tuple(ids), title, source)


def wanted_corpus() -> str | None:
    """The corpus that `show_clips` asked for, until it has been opened.

    Returns
    -------
    corpus : str or None
    """
    wanted = st.session_state.get(WANTED)
    return None if wanted is None else wanted.corpus
