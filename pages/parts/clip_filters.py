"""The filters above the grid: which corpus, emotions, voices, sentences, and a search."""

import streamlit as st

from core.corpus import Catalog, CorpusInfo
from pages.parts.frame import Frame

__all__ = ["choose_corpus", "choose_filters"]


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
    name = st.selectbox(
        _("Corpus"),
        list(by_name),
        format_func=lambda n: by_name[n].title or n,
        key="dataset.corpus",
        persist_state="session",
    )
    return by_name[name]


def choose_filters(page: Frame, catalog: Catalog, corpus: CorpusInfo) -> dict:
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
    _, captions = page._, page.emotion_captions()
    facets = catalog.facets(corpus.name)
    there = list(corpus.emotions)
    key = f"dataset.{corpus.name}"
    emotions = st.pills(
        _("Emotion"),
        there,
        selection_mode="multi",
        format_func=lambda e: f"{captions[e]} {corpus.emotions[e]}",
        key=f"{key}.emotions",
        persist_state="session",
    )
    voice, sentence, search = st.columns([1, 1, 1])
    speakers = voice.multiselect(
        _("Voice"),
        list(facets["speaker"]),
        key=f"{key}.speakers",
        placeholder=_("all"),
        persist_state="session",
    )
    sentences = sentence.multiselect(
        _("Sentence"),
        list(facets["sentence"]),
        key=f"{key}.sentences",
        placeholder=_("all"),
        persist_state="session",
    )
    words = search.text_input(
        _("Search"),
        key=f"{key}.search",
        placeholder=_("words or file name"),
        persist_state="session",
    )
    return {
        "emotions": emotions or None,
        "speakers": speakers or None,
        "sentences": sentences or None,
        "search": words.strip() or None,
    }
