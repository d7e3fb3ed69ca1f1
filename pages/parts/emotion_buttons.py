"""A button for each emotion, in its colour and with its number key."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.emotions import EMOTIONS
from pages.parts.frame import Frame, guarded

__all__ = ["draw_emotion_buttons"]


def draw_emotion_buttons(
    page: Frame,
    scheme: Sequence[str],
    chosen: str | None,
    *,
    key: str,
    on_choice: Callable[[str], None],
) -> None:
    """Draw the buttons in a row that wraps.

    Parameters
    ----------
    page : Frame
    scheme : sequence of str
        Emotion ids, in the order of the number keys.
    chosen : str or None
        The one in force; filled, the others are outlined.
    key : str
        What the widget keys begin with.
    on_choice : callable
        Called with the id of the emotion that was pressed.
    """
    captions = page.emotion_captions()
    page.html(f"<style>{_colors()}</style>")
    with st.container(horizontal=True, gap="small", key=f"emotion-buttons-{key.replace('.', '-')}"):
        for number, emotion in enumerate(scheme, start=1):
            state = "on" if emotion == chosen else "off"
            with st.container(width="content", key=f"emotion-{state}-{emotion}-{key}"):
                st.button(
                    f"{number} {captions[emotion]}" if number <= 9 else captions[emotion],
                    key=f"{key}.{emotion}",
                    on_click=guarded(on_choice),
                    args=(emotion,),
                )


def _colors() -> str:
    """Rules for the buttons: our own colours only, so nothing here comes from a user."""
    rules = [
        ".stApp [class*='st-key-emotion-o'] button{border-radius:999px;min-height:2.25rem;"
        "padding:.125rem .875rem;border-width:2px}"
    ]
    for emotion in EMOTIONS:
        on, off = (
            f".stApp [class*='st-key-emotion-{state}-{emotion.id}-'] button"
            for state in ("on", "off")
        )
        pale = f"color-mix(in srgb,{emotion.color} 25%,transparent)"
        rules += [
            f"{on},{off}{{border-color:{emotion.color}}}",
            f"{on}{{background:{emotion.color};color:#1E2430}}",
            f"{off}:hover{{background:{pale};color:var(--mg-ink)}}",
        ]
    return "".join(rules)
