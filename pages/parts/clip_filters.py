"""The filters above the table: which corpus, and which of its clips."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from pages.parts.desk import wanted_corpus
from pages.parts.emotion_buttons import pill_dots
from pages.parts.flags import flag_captions
from pages.parts.frame import Frame

__all__ = ["choose_corpus", "choose_filters"]

STATUSES = ("active", "disabled", "all")
LONGEST = 60.0  # s; the top of the scale means "and longer"


def choose_corpus(page: Frame, corpora: list[CorpusInfo]) -> CorpusInfo:
    """Draw the choice of corpus.

    Parameters
    ----------
    page : Frame
    corpora : list of CorpusInfo
        At least one.

    Returns
    -------
    corpus : CorpusInfo
    """
    _ = page._
    by_name = {info.name: info for info in corpora}
    asked = wanted_corpus()
    if asked is None and "dataset.corpus" not in st.session_state:
        asked = st.query_params.get("corpus")
    if asked in by_name:
        st.session_state["dataset.corpus"] = asked
    name = st.selectbox(
        _("Corpus"),
        list(by_name),
        format_func=lambda n: _(by_name[n].title) if by_name[n].title else n,
        key="dataset.corpus",
        persist_state="session",
    )
    return by_name[name]


def choose_filters(page: Frame, catalog: Catalog, corpus: CorpusInfo) -> dict[str, Any]:
    """Draw the filters and return what they say.

    Parameters
    ----------
    page : Frame
    catalog : Catalog
    corpus : CorpusInfo

    Returns
    -------
    filters : dict
        Keyword arguments of `Catalog.utterances`.
    """
    _, key = page._, f"dataset.{corpus.name}"
    facets, texts = _choices(str(catalog.place.root), corpus.name, _written(catalog), catalog)
    words, voice, sentence, more = st.columns([5, 4, 5, 2], vertical_alignment="bottom")
    search = words.text_input(
        _("Search"),
        key=f"{key}.search",
        placeholder=_("words or file name"),
        persist_state="session",
    )
    with voice:
        speakers = _several(page, _("Voice"), facets["speaker"], key=f"{key}.speakers")
    with sentence:
        sentences = _several(
            page, _("Sentence"), facets["sentence"], key=f"{key}.sentences", texts=texts
        )
    with more.popover(_("More"), width="stretch"):
        other = _more(page, facets, key)
    return {
        "emotions": _emotions(page, facets["emotion"], key),
        "speakers": speakers,
        "sentences": sentences,
        "search": search.strip() or None,
        **other,
    }


@st.cache_data(show_spinner=False, max_entries=32)
def _choices(
    root: str, corpus: str, written: tuple[int, ...], _catalog: Catalog
) -> tuple[dict[str, dict[str | None, int]], dict[str, str]]:
    """What there is to choose from; counted again once the catalog was written to."""
    return _catalog.facets(corpus), _catalog.sentence_texts(corpus)


def _written(catalog: Catalog) -> tuple[int, ...]:
    """Changes with every commit, whoever made it: times and sizes of the database's files."""
    there = []
    for suffix in ("", "-wal"):
        try:
            file = Path(f"{catalog.place.catalog}{suffix}").stat()
        except OSError:
            continue
        there += [file.st_mtime_ns, file.st_size]
    return tuple(there)


def _emotions(page: Frame, counts: dict[str | None, int], key: str) -> list[str | None] | None:
    captions: dict[str | None, str] = {None: page._("no emotion"), **page.emotion_captions()}
    page.html(f"<style>{pill_dots('dataset-emotions', list(counts))}</style>")
    with st.container(key="dataset-emotions"):
        chosen = st.pills(
            page._("Emotion"),
            list(counts),
            selection_mode="multi",
            format_func=lambda e: f"{captions[e]} {counts.get(e, 0)}",
            key=f"{key}.emotions",
            label_visibility="collapsed",
            persist_state="session",
        )
    return chosen or None


def _several(
    page: Frame,
    caption: str,
    counts: dict[str | None, int],
    *,
    key: str,
    texts: dict[str, str] | None = None,
) -> list[str | None] | None:
    """A choice of several values of a label; nothing chosen means all of them."""

    def named(value: str | None) -> str:
        return page._("unknown") if value is None else (texts or {}).get(value, value)

    chosen = st.multiselect(
        caption,
        list(counts),
        format_func=named,
        key=key,
        placeholder=page._("all"),
        persist_state="session",
    )
    return chosen or None


def _more(page: Frame, facets: dict[str, dict[str | None, int]], key: str) -> dict[str, Any]:
    _ = page._
    counts = facets["status"]
    captions = {"active": _("in use"), "disabled": _("left out"), "all": _("all")}
    totals = {**counts, "all": sum(counts.values())}
    status = st.segmented_control(
        _("Status"),
        STATUSES,
        default="active",
        required=True,
        format_func=lambda s: f"{captions[s]} {totals.get(s, 0)}",
        key=f"{key}.status",
        persist_state="session",
    )
    words = flag_captions([f for f in facets["flag"] if f is not None], _)
    flags = st.multiselect(
        _("Flags"),
        list(words),
        format_func=lambda f: f"{words[f]} · {facets['flag'][f]}",
        key=f"{key}.flags",
        placeholder=_("all"),
        persist_state="session",
    )
    low, high = st.slider(
        _("Length (s)"),
        0.0,
        LONGEST,
        (0.0, LONGEST),
        0.5,
        key=f"{key}.durations",
        persist_state="session",
    )
    whole = (low, high) == (0.0, LONGEST)
    return {
        "status": None if status == "all" else status,
        "flags": flags or None,
        "durations": None if whole else (low, high if high < LONGEST else 1e9),
    }
