"""The language in force: one a session, kept in the address so that a reload keeps it too."""

import streamlit as st

from core.i18n import LANGUAGES
from core.settings import default_language

__all__ = ["current_language", "keep_language_in_address", "language_switch"]

NAMES = {"ko": "한국어", "en": "English"}  # each in its own words, in every language
PARAMETER = "lang"
STATE = "language"
SWITCH = "frame.language"


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


def language_switch(label: str) -> None:
    """Draw the switch.

    Parameters
    ----------
    label : str
        For screen readers; the two names speak for themselves.
    """
    from pages.parts.error_boundary import guarded  # which needs the language itself

    st.session_state[SWITCH] = current_language()
    st.segmented_control(
        label,
        LANGUAGES,
        format_func=NAMES.__getitem__,
        required=True,
        key=SWITCH,
        on_change=guarded(_switch),
        label_visibility="collapsed",
    )


def _switch() -> None:
    st.session_state[STATE] = st.session_state[SWITCH]
