"""Small pieces of HTML, built from our own captions and colours; text is escaped here, once."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from core.emotions import emotion
from pages.parts.escape import esc_html

__all__ = [
    "NoteKind",
    "balance_html",
    "below_heading",
    "chip_html",
    "drawing_uri",
    "empty_html",
    "header_html",
    "note_html",
    "score_difference",
    "score_html",
    "stats_html",
    "status_html",
]

NoteKind = Literal["info", "good", "caution", "wrong"]

MARK_FOLDER = Path(__file__).parent / "mark"
_ROLES = {"info": "status", "good": "status", "caution": "status", "wrong": "alert"}


@lru_cache(maxsize=8)
def drawing_uri(name: str) -> str:
    """One of our drawings as a data URI, for a CSS mask: it takes any colour of either theme.

    Parameters
    ----------
    name : str
        A file of ``pages/parts/mark``, without its ending.

    Returns
    -------
    uri : str
    """
    svg = (MARK_FOLDER / f"{name}.svg").read_text(encoding="utf-8").strip()
    return f"data:image/svg+xml,{quote(svg, safe=' =/:;,()')}"


def header_html(title: str, lead: str = "") -> str:
    """The head of a page.

    Parameters
    ----------
    title, lead : str
        Plain text.

    Returns
    -------
    html : str
    """
    below = f'<p class="mg-lead">{esc_html(lead)}</p>' if lead else ""
    return f'<header class="mg-header"><h1>{esc_html(title)}</h1>{below}</header>'


def note_html(kind: str, text: str) -> str:
    """A calm notice.

    Parameters
    ----------
    kind : {"info", "good", "caution", "wrong"}
    text : str
        Plain text.

    Returns
    -------
    html : str
    """
    role = _ROLES[kind]
    return f'<p class="mg-note mg-note-{kind}" role="{role}">{esc_html(text)}</p>'


def empty_html(title: str, text: str) -> str:
    """What stands where nothing is yet.

    Parameters
    ----------
    title, text : str
        Plain text: what is missing, and what to do about it.

    Returns
    -------
    html : str
    """
    return (
        '<div class="mg-empty"><span class="mg-mark" aria-hidden="true"></span>'
        f'<p class="mg-empty-title">{esc_html(title)}</p><p>{esc_html(text)}</p></div>'
    )


def chip_html(emotion_id: str, caption: str, detail: str = "") -> str:
    """An emotion as a chip: its colour, and its caption in ink.

    Parameters
    ----------
    emotion_id : str
    caption : str
        Translated.
    detail : str
        Such as ``"82 %"``.

    Returns
    -------
    html : str
    """
    more = f" <b>{esc_html(detail)}</b>" if detail else ""
    fill = emotion(emotion_id).color
    return f'<span class="mg-chip" style="background:{fill}">{esc_html(caption)}{more}</span>'


def stats_html(stats: Sequence[tuple[str, str, str]]) -> str:
    """Figures side by side: caption, value with its unit, and a note.

    Parameters
    ----------
    stats : sequence of (caption, value, note)
        Plain text; a note may be empty.

    Returns
    -------
    html : str
    """
    cells = [
        f'<div><span class="mg-small">{esc_html(caption)}</span><strong>{esc_html(value)}</strong>'
        + (f'<span class="mg-small">{esc_html(note)}</span>' if note else "")
        + "</div>"
        for caption, value, note in stats
    ]
    return f'<div class="mg-stats">{"".join(cells)}</div>'


def balance_html(counts: Mapping[str, int], captions: Mapping[str, str]) -> str:
    """How the clips of a corpus divide over the emotions: one bar, one colour each.

    Parameters
    ----------
    counts : mapping of str to int
        Clips by emotion id.
    captions : mapping of str to str
        Caption by emotion id.

    Returns
    -------
    html : str
    """
    shown = {i: n for i, n in counts.items() if n > 0}
    bars = "".join(
        f'<i style="flex:{n};background:{emotion(i).color}"></i>' for i, n in shown.items()
    )
    names = "".join(
        f'<span><i style="background:{emotion(i).color}"></i>{esc_html(captions[i])} {n}</span>'
        for i, n in shown.items()
    )
    return (
        f'<div class="mg-balance" aria-hidden="true">{bars}</div>'
        f'<div class="mg-legend">{names}</div>'
    )


def score_html(
    uar: float, chance: float, interval: tuple[float, float] | None, caption: str
) -> str:
    """A held-out score on a line from 0 to 1, with its interval and with chance.

    Parameters
    ----------
    uar, chance : float in [0, 1]
    interval : (float, float) or None
        95 %.
    caption : str
        The same in words, plain text.

    Returns
    -------
    html : str
    """
    low, high = interval or (uar, uar)
    return (
        '<div class="mg-score"><div class="mg-score-line" aria-hidden="true">'
        f'<i class="mg-score-band" style="left:{low:.1%};width:{high - low:.1%}"></i>'
        f'<i class="mg-score-chance" style="left:{chance:.1%}"></i>'
        f'<i class="mg-score-dot" style="left:{uar:.1%}"></i></div>'
        f'<p class="mg-small">{esc_html(caption)}</p></div>'
    )


def below_heading(document: str) -> str:
    r"""A Markdown document with its headings below those of the page that shows it.

    Parameters
    ----------
    document : str
        Whose title is a heading of the first level.

    Returns
    -------
    document : str

    Examples
    --------
    >>> below_heading("# Model\n## Scores").split("\n")
    ['### Model', '#### Scores']
    """
    return re.sub(r"^(#{1,4}) ", r"##\1 ", document, flags=re.MULTILINE)


def score_difference(difference: float) -> str:
    """The difference of two scores on the scale of the scores, with its sign.

    Parameters
    ----------
    difference : float in [-1, 1]

    Returns
    -------
    text : str
        A decimal more than a score has: it is small, and a verdict hangs on its side of zero.

    Examples
    --------
    >>> score_difference(0.0321), score_difference(-0.0001)
    ('+0.032', '+0.000')
    """
    return f"{round(difference, 3) + 0.0:+.3f}".replace("-", "\N{MINUS SIGN}")


def status_html(lines: Sequence[tuple[str, str, str]]) -> str:
    """States in small type, each with a dot whose shape says it too.

    Parameters
    ----------
    lines : sequence of (state, caption, text)
        State is ``"ready"``, ``"missing"`` or ``"broken"``.

    Returns
    -------
    html : str
    """
    rows = [
        f'<div class="mg-state mg-state-{state}"><span>{esc_html(caption)}</span>'
        f"{esc_html(text)}</div>"
        for state, caption, text in lines
    ]
    return f'<div class="mg-states">{"".join(rows)}</div>'
