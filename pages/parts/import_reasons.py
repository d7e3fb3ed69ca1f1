"""Files with what became of them and why, in full: a reason that is cut off helps nobody."""

from collections.abc import Sequence

from pages.parts.escape import esc_html

__all__ = ["reasons_html"]


def reasons_html(rows: Sequence[tuple[str, str, str]]) -> str:
    """A list of files with their reasons.

    Parameters
    ----------
    rows : sequence of (file, state, reason)
        Plain text; the reason may be empty.

    Returns
    -------
    html : str
    """
    items = [
        f"<li><b>{esc_html(file)}</b><span>{esc_html(state)}</span><p>{esc_html(reason)}</p></li>"
        for file, state, reason in rows
    ]
    return f'<ul class="mg-reasons" tabindex="0">{"".join(items)}</ul>'
