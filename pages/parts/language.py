"""The language in force: one a session, kept in the address so that a reload keeps it too."""

import streamlit as st

from core.i18n import LANGUAGES
from core.settings import default_language

__all__ = ["current_language", "keep_language_in_address", "switch_language"]

PARAMETER = "lang"
STATE = "language"


def current_language() -> str:
    """The language of this session: what was switched to, else the address, else the default.

    Returns
    -------
    language : str
        One of `core.i18n.LANGUAGES`.
    """
    if st.session_state.get(STATE) not in LANGUAGES:
        asked = st.query_params.get(PARAMETER)
        st.session_state[STATE] = asked if asked in LANGUAGES else default_language()
    return st.session_state[STATE]


def keep_language_in_address() -> None:
    """Write ``?lang=`` where it is not the default, so that a reload or a sent link keeps it."""
    language = current_language()
    if language != default_language():
        if st.query_params.get(PARAMETER) != language:
            st.query_params[PARAMETER] = language
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def switch_language(language: str) -> None:
    """Go on in another language.

    Parameters
    ----------
    language : str
        One of `core.i18n.LANGUAGES`.
    """
    st.session_state[STATE] = language
