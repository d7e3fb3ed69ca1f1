"""How many clips there are of each emotion by each speaker: gaps show at a glance."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.tables import cell_figure
from core.plots.theme import Theme, literal, plain

__all__ = ["cross_table_figure"]

FULLEST = 0.55  # shade of the greatest count: many clips are good, not alarming


def cross_table_figure(
    counts: np.ndarray,
    *,
    rows: Sequence[tuple[str, str]],
    emotions: Sequence[str],
    captions: Mapping[str, str],
    theme: Theme = "light",
    translate: Translate = plain,
    height: int | None = None,
) -> go.Figure:
    """Counts of clips by row (a speaker, a sentence) and emotion; an empty cell stays pale.

    Parameters
    ----------
    counts : np.ndarray [shape=(n_rows, n_emotions)]
        Integers.
    rows : sequence of (id, caption) [length=n_rows]
        From the top. Captions are shown as they are, HTML neutralised.
    emotions : sequence of str [length=n_emotions]
        Emotion ids in the fixed order.
    captions : mapping of str to str
        Caption by emotion id.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int, optional
        Pixels; by the number of rows when not given.

    Returns
    -------
    figure : plotly.graph_objects.Figure
        A selected point's ``customdata`` is [row id, emotion id, count].

    Raises
    ------
    ValueError
        If the counts do not fit the rows and emotions.
    """
    _ = translate
    counts = np.asarray(counts)
    if counts.shape != (len(rows), len(emotions)):
        raise ValueError(f"Counts are {counts.shape}; expected ({len(rows)}, {len(emotions)}).")
    named = [(i, literal(caption)) for i, caption in rows]
    said = _("{row} · {emotion}: {count} clips")
    hovers = [
        [
            said.format(row=caption, emotion=captions[e], count=int(counts[i, j]))
            for j, e in enumerate(emotions)
        ]
        for i, (_id, caption) in enumerate(named)
    ]
    return cell_figure(
        FULLEST * counts / max(1, counts.max(initial=0)),
        counts,
        rows=named,
        columns=[(e, captions[e]) for e in emotions],
        texts=[[str(int(c)) if c else "·" for c in row] for row in counts],
        hovers=hovers,
        theme=theme,
        height=height or 48 + 40 * len(rows),
    )
