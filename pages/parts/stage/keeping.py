"""The show that is being prepared: kept in the workspace, so that a reload finds it again."""

import hashlib
from pathlib import Path

import streamlit as st

from core.errors import ShowFileError
from core.files import write_atomically
from core.settings import workspace
from core.stage.content import default_show
from core.stage.show import Show, show_from_json, show_to_json
from pages.parts.frame import Frame
from pages.parts.resources import catalog

__all__ = ["current_show", "keep_show", "kept_elsewhere"]

SHOW = "stage.show"
DIGEST = "stage.show.digest"  # of the file as this session knows it


def _file() -> Path:
    return workspace().root / "show.json"


def current_show(page: Frame) -> Show:
    """The show of this session, else the kept one, else one made of what is here.

    Parameters
    ----------
    page : Frame

    Returns
    -------
    show : Show
    """
    if SHOW not in st.session_state:
        st.session_state[SHOW] = _kept() or default_show(catalog(), page._)
        st.session_state[DIGEST] = _digest()
    return st.session_state[SHOW]


def keep_show(show: Show) -> None:
    """Make a show the current one, here and in the workspace.

    Parameters
    ----------
    show : Show
    """
    st.session_state[SHOW] = show
    write_atomically(_file(), show_to_json(show), tidy=True)
    st.session_state[DIGEST] = _digest()


def kept_elsewhere() -> bool:
    """Whether another presenter has kept a show since this session looked."""
    return st.session_state.get(DIGEST) != _digest()


def _kept() -> Show | None:
    try:
        return show_from_json(_file().read_bytes())
    except (OSError, ShowFileError):
        return None


def _digest() -> str:
    try:
        return hashlib.sha256(_file().read_bytes()).hexdigest()
    except OSError:
        return ""
