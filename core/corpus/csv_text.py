"""CSV that a spreadsheet opens as text: with Hangul as it is, and no cell taken for a formula.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` would be computed; it gets a leading ``'``,
the spreadsheet's own mark for text, and `unguarded` takes it away again.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

__all__ = ["csv_bytes", "guarded", "unguarded"]

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")  # marks before it are kept apart from ours
_GUARD = "'"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def guarded(value: object) -> str:
    """A value as a cell that is never computed.

    Parameters
    ----------
    value : object
        None gives an empty cell.

    Returns
    -------
    cell : str

    Examples
    --------
    >>> guarded("=1+1"), guarded("-0.5"), guarded("-kim"), guarded(None)
    ("'=1+1", '-0.5', "'-kim", '')
    """
    text = "" if value is None else str(value)
    if _NUMBER.fullmatch(text):
        return text
    return _GUARD + text if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The value of a cell that `guarded` made.

    Parameters
    ----------
    cell : str

    Returns
    -------
    value : str

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith(_GUARD) and _FORMULA.match(cell[1:]) else cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole CSV file, in UTF-8 with the mark by which spreadsheets know it.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequence

    Returns
    -------
    content : bytes
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(column) for column in header])
    writer.writerows([guarded(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
