"""The large things of an answer, emotion, words and bars, as HTML of our own captions."""

from collections.abc import Mapping

from core.emotions import emotion
from core.i18n import percent
from pages.parts.escape import esc_html

__all__ = ["bars_html", "verdict_html", "words_html"]


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


def words_html(text: str, *, muted: bool = False, doubtful: bool = False) -> str:
    """The words of a clip, large.

    Parameters
    ----------
    text : str
        What was said, or why there is nothing; plain text.
    muted : bool
        For what is not a quotation.
    doubtful : bool
        For words that are likely wrong.

    Returns
    -------
    html : str
    """
    if muted:
        return f'<p class="mg-words mg-words-muted" role="status">{esc_html(text)}</p>'
    kind = " mg-words-doubtful" if doubtful else ""
    return f'<blockquote class="mg-words{kind}"><span>{esc_html(text)}</span></blockquote>'


def bars_html(
    proba: Mapping[str, float],
    captions: Mapping[str, str],
    *,
    threshold: float,
    below: str,
    best: str | None,
    small: bool = False,
) -> str:
    """Calibrated probabilities as bars, with the line below which nothing is said for sure.

    Parameters
    ----------
    proba : mapping of str to float
        By emotion id, in the order to be drawn.
    captions : mapping of str to str
        By emotion id.
    threshold : float in [0, 1]
    below : str
        What it means to stay below the line; plain text, empty for none.
    best : str or None
        Id of the answer; None where it is not sure.
    small : bool
        For several side by side.

    Returns
    -------
    html : str
    """
    rows = [
        f'<div class="mg-bar{" mg-bar-best" if i == best else ""}">'
        f"<span>{esc_html(captions[i])}</span>"
        f'<i style="--fill:{emotion(i).color};--share:{p:.4f};--line:{threshold:.4f}"></i>'
        f"<b>{percent(p)}</b></div>"
        for i, p in proba.items()
    ]
    note = f'<p class="mg-bars-note">{esc_html(below)}</p>' if below else ""
    kind = "mg-bars mg-bars-small" if small else "mg-bars"
    return f'<div class="{kind}">{"".join(rows)}{note}</div>'
