"""The style sheet: our colours as variables for both themes, then our rules."""

import json
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import streamlit as st

from core.i18n import captions
from core.plots.theme import DARK, LIGHT
from pages.parts.language import current_language
from pages.parts.pieces import drawing_uri

__all__ = ["language_rules", "style_sheet", "write_language_rules"]

RULES = Path(__file__).with_suffix(".css")


def write_language_rules() -> None:
    """Send the rules of the language; once a run. The style sheet is there with the document."""
    st.html(f"<style>{language_rules(current_language())}</style>")


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


def language_rules(language: str) -> str:
    """What Streamlit's own widgets say, in the language of the page.

    Parameters
    ----------
    language : str
        One of `core.i18n.LANGUAGES`.

    Returns
    -------
    css : str
        Variables that the rules put in place of Streamlit's English.
    """
    _ = captions(language)
    said = {
        "files": _("Choose files"),
        "folder": _("Choose a folder"),
        "drop": _("or drop them here"),
        "release": _("Let go here"),
    }
    words = "".join(f"--mg-say-{k}:{json.dumps(v, ensure_ascii=False)};" for k, v in said.items())
    return f":root{{{words}--mg-english-hints:{'block' if language == 'en' else 'none'};}}"
