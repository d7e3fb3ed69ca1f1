"""The style sheet: our colours as variables for both themes, then our rules."""

from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import streamlit as st

from core.plots.theme import DARK, LIGHT
from pages.parts.pieces import drawing_uri

__all__ = ["style_sheet", "write_style"]

RULES = Path(__file__).with_suffix(".css")


def write_style() -> None:
    """Send the style sheet; once a run."""
    st.html(f"<style>{style_sheet()}</style>")


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """The variables and the rules.

    Returns
    -------
    css : str
        Each variable is ``light-dark(…)``: the browser picks, as it does for the page around it.
    """
    names = [f.name for f in fields(LIGHT) if f.name != "series"]
    variables = "".join(
        f"--mg-{name.replace('_', '-')}:light-dark({getattr(LIGHT, name)},{getattr(DARK, name)});"
        for name in names
    )
    mark = f'--mg-mark:url("{drawing_uri("mark")}");'
    return f":root{{{variables}{mark}}}\n{RULES.read_text(encoding='utf-8')}"
