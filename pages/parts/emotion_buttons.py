"""A button for each emotion, in its colour and with its number key; dots for pills."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.emotions import EMOTIONS, emotion
from pages.parts.frame import Frame, guarded

__all__ = ["draw_emotion_buttons", "pill_dots"]


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
        for number, name in enumerate(scheme, start=1):
            state = "on" if name == chosen else "off"
            with st.container(width="content", key=f"emotion-{state}-{name}-{key}"):
                st.button(
                    f"{number} {captions[name]}" if number <= 9 else captions[name],
                    key=f"{key}.{name}",
                    on_click=guarded(on_choice),
                    args=(name,),
                )


def _colors() -> str:
    """Rules for the buttons: our own colours only, so nothing here comes from a user."""
    rules = [
        ".stApp [class*='st-key-emotion-o'] button{border-radius:999px;min-height:2.25rem;"
        "padding:.125rem .875rem;border-width:2px}"
    ]
    for one in EMOTIONS:
        on, off = (
            f".stApp [class*='st-key-emotion-{state}-{one.id}-'] button" for state in ("on", "off")
        )
        pale = f"color-mix(in srgb,{one.color} 25%,transparent)"
        rules += [
            f"{on},{off}{{border-color:{one.color}}}",
            f"{on},{on}:hover,{on}:focus{{background:{one.color};color:#1E2430}}",
            f"{off}:hover{{background:{pale};color:var(--mg-ink)}}",
        ]
    return "".join(rules)


def pill_dots(place: str, emotions: Sequence[str | None]) -> str:
    """Rules that give each pill of a container the dot of its emotion.

    Parameters
    ----------
    place : str
        Key of the container.
    emotions : sequence of str or None
        Emotion ids in the order of the pills; None for clips without one.

    Returns
    -------
    css : str
        Our own colours only.
    """
    pill = f".st-key-{place} button[data-variant='pills']"
    dot = f"{pill}::before{{content:'';flex:none;width:.625rem;height:.625rem;border-radius:50%;"
    rules = [dot + "margin-right:.5rem;background:var(--mg-line)}"]
    for number, name in enumerate(emotions, start=1):
        if name is not None:
            color = emotion(name).color
            rules.append(f"{pill}:nth-of-type({number})::before{{background:{color}}}")
    return "".join(rules)
