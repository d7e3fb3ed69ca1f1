"""What a visitor gets: configuration, language, menu, the page, and a boundary around errors.

Nothing here is imported before the server listens: most of the program hangs on it.
"""

import streamlit as st

from core.i18n import captions
from pages.parts.error_boundary import error_boundary
from pages.parts.frame import routing, wanted_page
from pages.parts.language import current_language, keep_language_in_address
from pages.parts.memory import collect_in_background
from pages.parts.pieces import MARK_FOLDER
from pages.parts.sidebar import draw_sidebar
from pages.parts.site import HOME, listed
from pages.parts.style import write_language_rules

__all__ = ["draw_visit"]


def draw_visit() -> None:
    """Draw the frame and run the page that was asked for."""
    collect_in_background()
    _ = captions(current_language())
    entries = {page.name: page for page in listed()}
    pages = {
        name: st.Page(page.file, title=_(page.title), url_path=name, default=name == HOME)
        for name, page in entries.items()
    }
    current = st.navigation(list(pages.values()), position="hidden")
    st.set_page_config(
        page_title=_("{page} · Malgyeol").format(page=current.title),
        page_icon=MARK_FOLDER / "favicon.svg",
        layout="wide",
        initial_sidebar_state=256,  # px; opened where there is room,
    )
    if wanted := wanted_page():
        name, query = wanted
        st.switch_page(pages[name], query_params=query)
    keep_language_in_address()
    write_language_rules()
    with error_boundary():
        draw_sidebar(current.title)
    with routing(), error_boundary():
        current.run()
