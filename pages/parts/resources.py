"""What all sessions share: the catalog, models in memory, decoded sounds."""

from pathlib import Path

import streamlit as st

from core.audio import DECODERS, Sound, decode_apart
from core.corpus import Catalog, Utterance, ensure_demo
from core.corpus.clips import read_clip
from core.models import Bundle, default_model, find_model, load_for_answers
from core.settings import workspace

__all__ = ["bundle", "catalog", "clip_sound", "decoded"]


def catalog() -> Catalog:
    """The workspace's catalog, with the demo corpus in it on first run.

    Returns
    -------
    catalog : Catalog
        One object for all sessions; it keeps a connection a thread.
    """
    return _catalog(str(workspace().root))


@st.cache_resource(show_spinner=False)
def _catalog(root: str) -> Catalog:
    DECODERS.warm_up()
    opened = Catalog(workspace())
    ensure_demo(opened)
    return opened


def bundle(name: str | None = None) -> Bundle:
    """A model by name, loaded once for all sessions and again when its file changes.

    Parameters
    ----------
    name : str, optional
        The active model by default.

    Returns
    -------
    bundle : Bundle
        Read only.
    """
    path = find_model(name) if name else default_model()
    return _bundle(str(path), path.stat().st_mtime_ns)


@st.cache_resource(show_spinner=False, max_entries=8)
def _bundle(path: str, changed: int) -> Bundle:
    return load_for_answers(Path(path), name=Path(path).stem)


@st.cache_data(show_spinner=False, max_entries=64)
def decoded(data: bytes, name: str) -> Sound:
    """The sound of uploaded or recorded bytes.

    Parameters
    ----------
    data : bytes
    name : str
        The user's file name.

    Returns
    -------
    sound : Sound
    """
    return decode_apart(data, name=name)


@st.cache_data(show_spinner=False, max_entries=64)
def clip_sound(utterance: Utterance) -> Sound:
    """The sound of a clip of the catalog.

    Parameters
    ----------
    utterance : Utterance

    Returns
    -------
    sound : Sound
    """
    return read_clip(catalog(), utterance)
