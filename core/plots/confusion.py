"""Which emotion was taken for which: rows are what was meant, columns what was heard."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.i18n import Translate
from core.plots.tables import cell_figure
from core.plots.theme import Theme, plain

__all__ = ["confusion_figure"]


def confusion_figure(
    matrix: np.ndarray,
    scheme: Sequence[str],
    *,
    captions: Mapping[str, str],
    theme: Theme = "light",
    translate: Translate = plain,
    height: int | None = None,
) -> go.Figure:
    """A confusion matrix, coloured by the share of each row, with the share and the count.

    Parameters
    ----------
    matrix : np.ndarray [shape=(n, n)]
        Counts; rows are the reference.
    scheme : sequence of str [length=n]
        Emotion ids in the order of the rows.
    captions : mapping of str to str
        Caption by emotion id.
    theme : {"light", "dark"}
    translate : callable
        From message id to caption.
    height : int, optional
        Pixels; by the number of classes when not given.

    Returns
    -------
    figure : plotly.graph_objects.Figure
        A selected point's ``customdata`` is [reference id, heard id, count].

    Raises
    ------
    ValueError
        If the matrix is not n by n.
    """
    _ = translate
    counts = np.asarray(matrix)
    n = len(scheme)
    if counts.shape != (n, n):
        raise ValueError(f"The matrix is {counts.shape}; expected ({n}, {n}).")
    totals = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, totals, out=np.zeros((n, n)), where=totals > 0)
    said = _("meant as {reference}, heard as {heard}: {count} of {total}")
    texts = [[_cell_text(share[i, j], counts[i, j]) for j in range(n)] for i in range(n)]
    hovers = [
        [
            said.format(
                reference=captions[scheme[i]],
                heard=captions[scheme[j]],
                count=int(counts[i, j]),
                total=int(totals[i, 0]),
            )
            for j in range(n)
        ]
        for i in range(n)
    ]
    classes = [(i, captions[i]) for i in scheme]
    figure = cell_figure(
        share,
        counts,
        rows=classes,
        columns=classes,
        texts=texts,
        hovers=hovers,
        theme=theme,
        height=height or 80 + 52 * n,
    )
    figure.update_xaxes(title_text=_("Heard as"))
    return figure.update_yaxes(title_text=_("Meant as"))


def _cell_text(share: float, count: int) -> str:
    return f"<b>{100 * share:.0f} %</b><br>{count}" if count else "·"
