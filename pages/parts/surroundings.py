"""What surrounds a page in the browser: the document's language, and the theme of the system.

Figures and pictures are drawn on the server in the colours of a theme. When the system goes from
light to dark, the browser changes the page by itself; the server hears of it here, and draws again.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from pages.parts.error_boundary import guarded
from pages.parts.language import current_language

__all__ = ["follow_surroundings"]

SCRIPT = """
export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let waiting = 0;
  // Streamlit learns of it by the same event: a moment later its own theme is the new one.
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => setTriggerValue("theme", dark.matches ? "dark" : "light"), 100);
  };
  dark.addEventListener("change", changed);
  return () => { clearTimeout(waiting); dark.removeEventListener("change", changed); };
}
"""


def follow_surroundings() -> None:
    """Tell the browser the language, and run again when the system's theme changes."""
    with st.container(key="frame-surroundings"):
        _component()(
            key="frame.surroundings",
            data={"language": current_language()},
            on_theme_change=guarded(_seen),
        )


def _seen() -> None:
    """The run that comes after this draws everything in the new theme."""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("malgyeol_surroundings", html="<i hidden></i>", js=SCRIPT)
