"""The two large things of an answer, the emotion and the words, as HTML of our own captions."""

from core.emotions import emotion
from pages.parts.escape import esc_html

__all__ = ["verdict_html", "words_html"]


def verdict_html(emotion_id: str, sentence: str, note: str, *, sure: bool) -> str:
    """The emotion, large, on its own colour.

    Parameters
    ----------
    emotion_id : str
    sentence : str
        Such as ``"기쁨으로 들려요 · 82 %"``; plain text.
    note : str
        Smaller, below; plain text, may be empty.
    sure : bool
        An unsure answer is drawn as an outline.

    Returns
    -------
    html : str
    """
    kind = "sure" if sure else "unsure"
    below = f'<span class="mg-small">{esc_html(note)}</span>' if note else ""
    return (
        f'<div class="mg-verdict mg-verdict-{kind}" role="status"'
        f' style="--fill:{emotion(emotion_id).color}">'
        f"<b>{esc_html(sentence)}</b>{below}</div>"
    )


def words_html(text: str, *, muted: bool = False) -> str:
    """The words of a clip, large.

    Parameters
    ----------
    text : str
        What was said, or why there is nothing; plain text.
    muted : bool
        For what is not a quotation.

    Returns
    -------
    html : str
    """
    if muted:
        return f'<p class="mg-words mg-words-muted" role="status">{esc_html(text)}</p>'
    return f'<blockquote class="mg-words">{esc_html(text)}</blockquote>'
