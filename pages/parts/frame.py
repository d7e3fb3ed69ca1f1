"""What every page opens with, and the furniture it is built from.

    page = open_page("training")
    _ = page._
    page.header(_("Training"), _("Change a setting and watch."))

The first line of a page is `open_page`: it also sends a visitor who came by a deep link to a
server just started through the frame first, and back with the same address.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import streamlit as st

from core.emotions import EMOTION_IDS, caption_ids, emotion
from core.i18n import Translate, captions
from core.plots.theme import Theme
from pages.parts.error_boundary import guarded
from pages.parts.escape import esc_html, esc_md
from pages.parts.language import current_language
from pages.parts.pieces import (
    NoteKind,
    balance_html,
    chip_html,
    empty_html,
    header_html,
    note_html,
    score_html,
    stats_html,
)
from pages.parts.site import HOME, entry

__all__ = ["Frame", "esc_html", "esc_md", "guarded", "open_page", "routing", "wanted_page"]

# Not in the session: after a stop, Streamlit lets nobody write there, and the mark must go.
_routed = ContextVar("routed", default=False)
WANTED = "_want"


@dataclass(frozen=True)
class Frame:
    """A page's language and theme, and the pieces every page draws with."""

    name: str
    language: str
    theme: Theme
    _: Translate

    def header(self, title: str, lead: str = "") -> None:
        """The head of the page: one title, one sentence below it."""
        st.html(header_html(title, lead))

    def note(self, kind: NoteKind, text: str) -> None:
        """A calm notice; ``kind`` is ``"info"``, ``"good"``, ``"caution"`` or ``"wrong"``."""
        st.html(note_html(kind, text))

    def stat(self, caption: str, value: str, note: str = "") -> None:
        """One figure with its unit; `stats` puts several side by side."""
        self.stats([(caption, value, note)])

    def stats(self, stats: Sequence[tuple[str, str, str]]) -> None:
        """Figures side by side: (caption, value with unit, note)."""
        st.html(stats_html(stats))

    def score(
        self, uar: float, *, chance: float, interval: tuple[float, float] | None, caption: str
    ) -> None:
        """A held-out UAR on a line from 0 to 1, with its 95 % interval and chance."""
        st.html(score_html(uar, chance, interval, caption))

    def emotion_captions(self, scheme: Sequence[str] = EMOTION_IDS) -> dict[str, str]:
        """Translated captions by emotion id, as the figures take them."""
        return {i: self._(message) for i, message in caption_ids(scheme).items()}

    def emotion_chip(self, emotion_id: str, detail: str = "") -> str:
        """HTML of an emotion's chip, for `html`; ``detail`` such as ``"82 %"``."""
        return chip_html(emotion_id, self._(emotion(emotion_id).caption), detail)

    def balance(self, counts: Mapping[str, int]) -> None:
        """One bar of clips by emotion id."""
        st.html(balance_html(counts, self.emotion_captions()))

    def html(self, *pieces: str) -> None:
        """HTML made by our own functions only; text from outside goes through `esc_html`."""
        st.html("".join(pieces))

    def empty_state(
        self, title: str, text: str, *, to: str | None = None, action: str | None = None
    ) -> None:
        """What is missing and what to do; with ``to`` and ``action``, the way there."""
        with st.container(key=f"{self.name}-empty", horizontal_alignment="center"):
            st.html(empty_html(title, text))
            if to and action:
                self.link(to, action, primary=True)

    def link(
        self,
        to: str,
        label: str,
        *,
        primary: bool = False,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> None:
        """A link to another page, by its name; nothing where that page does not exist.

        Two links of one page to the same page need a ``key`` each. ``primary`` is for the one
        next action.
        """
        target = entry(to)
        if target is None:
            return
        weight = "primary" if primary else "quiet"
        with st.container(key=f"{weight}-link-{key or f'{self.name}-{to}'}", width="content"):
            st.page_link(target.file, label=label, width="content", query_params=query)


def open_page(name: str) -> Frame:
    """Open a page: the first call of its script.

    Parameters
    ----------
    name : str
        The page's name, as in `pages.parts.site.PAGES`.

    Returns
    -------
    frame : Frame
        Does not return where the page was started without the frame: that runs first, then
        the page again, with the same address.
    """
    if not _routed.get():
        query = {key: st.query_params.get_all(key) for key in st.query_params}
        st.session_state[WANTED] = (name, query)
        st.switch_page("streamlit_app.py", query_params=query)
    language = current_language()
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    return Frame(name=name, language=language, theme=theme, _=captions(language))


@contextmanager
def routing() -> Iterator[None]:
    """Mark the run as one that came through the frame; a page alone then knows that it is alone."""
    token = _routed.set(True)
    try:
        yield
    finally:
        _routed.reset(token)


def wanted_page() -> tuple[str, dict[str, list[str]]] | None:
    """The page and query that a cold deep link asked for; told once.

    Returns
    -------
    wanted : (name, query) or None
        None also for Home, which is what comes anyway.
    """
    name, query = st.session_state.pop(WANTED, (HOME, {}))
    return None if name == HOME or entry(name) is None else (name, query)
