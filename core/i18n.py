"""Captions: gettext catalogues, Korean first, English as the source language.

Conventions
-----------
Message ids are the English captions. Each page and room keeps its own catalogue,
``locale/<language>/LC_MESSAGES/<part>.po``; all parts of a language form one dictionary. They are
read by Babel when they are first asked for, so no build step can be forgotten.
"""

import datetime
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Message

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "LOCALE_FOLDER",
    "N_",
    "Translate",
    "captions",
    "clip_count",
    "moment",
    "number",
    "percent",
    "with_share",
    "written",
]

Translate = Callable[[str], str]

LANGUAGES: tuple[str, ...] = ("ko", "en")
DEFAULT_LANGUAGE = "ko"
LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"


_LONG = 10_000  # numbers from here on are read in groups of three digits
_ALL = 1 - 1e-9  # a sum of shares may come out a hair below 1


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """The message unchanged; marks it for the catalogue where it is defined but not yet shown.

    Parameters
    ----------
    message : str
        English caption.

    Returns
    -------
    message : str
    """
    return message


def captions(language: str) -> Translate:
    """The translation into a language; a caption without one stays English.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`; anything else gives English.

    Returns
    -------
    translate : callable
        From message id to caption.
    """
    messages = _messages(language)
    return lambda message: messages.get(message, message)


def clip_count(n: int, _: Translate) -> str:
    """A number of clips.

    Parameters
    ----------
    n : int
    _ : callable
        Translation.

    Returns
    -------
    text : str
        Such as ``"1 clip"`` or ``"1,200 clips"``.
    """
    return _("1 clip") if n == 1 else _("{n} clips").format(n=f"{n:,}")


def moment(seconds: float, language: str) -> str:
    """A date with its time of day, as the language writes it.

    Parameters
    ----------
    seconds : float
        Unix seconds; told in the local time of this machine.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    text : str

    Examples
    --------
    >>> noon = datetime.datetime(2026, 11, 26, 12, 5).timestamp()
    >>> moment(noon, "ko"), moment(noon, "en")
    ('2026. 11. 26. 오후 12:05', 'Nov 26, 2026 12:05 PM')
    """
    from babel.dates import format_date, format_time

    at = datetime.datetime.fromtimestamp(seconds).astimezone()
    day, time = format_date(at, "medium", language), format_time(at, "short", locale=language)
    return f"{day} {time}".replace("\u202f", " ")


def percent(share: float, decimals: int = 0) -> str:
    r"""A share as every page writes it: ``82 %``, and never broken over two lines.

    What is nearly all is not all: ``100 %`` is written where nothing is missing.

    Parameters
    ----------
    share : float
        1 is all.
    decimals : int
        Behind the point, for shares of a few per cent.

    Returns
    -------
    text : str

    Examples
    --------
    >>> percent(0.824), percent(0.997), percent(1.0)
    ('82\xa0%', '99\xa0%', '100\xa0%')
    """
    if decimals:
        return f"{100 * share:.{decimals}f}\u00a0%"
    whole = round(100 * share)
    return f"{99 if whole == 100 and share < _ALL else whole}\u00a0%"


def with_share(said: str, share: float) -> str:
    r"""What was heard and how sure it is; a line may end before the dot and not behind it.

    Parameters
    ----------
    said : str
    share : float
        1 is all.

    Returns
    -------
    text : str

    Examples
    --------
    >>> with_share("Sounds happy", 0.824)
    'Sounds happy ·\xa082\xa0%'
    """
    return f"{said} ·\u00a0{percent(share)}"


def number(value: float) -> str:
    """A number as every page writes one: no more digits than it has, long ones in groups of three.

    Parameters
    ----------
    value : float

    Returns
    -------
    text : str

    Examples
    --------
    >>> number(0.1 + 0.2), number(1000), number(1e9), number(1e-05)
    ('0.3', '1000', '1,000,000,000', '1e-05')
    """
    return f"{value:,.10g}" if abs(value) >= _LONG else f"{value:.10g}"


def written(value: object, translate: Translate) -> str:
    """The value of a setting, as every page writes it; a dash where there is none.

    Parameters
    ----------
    value : object
        Such as a number, a switch, a choice, or several of them.
    translate : callable

    Returns
    -------
    text : str

    Examples
    --------
    >>> written((128, 64), str), written(True, str), written(None, str), written(1e9, str)
    ('128, 64', 'on', '–', '1,000,000,000')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return translate(N_("on")) if value else translate(N_("off"))
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(written(one, translate) for one in value)
    return str(value)


@lru_cache(maxsize=8)
def _messages(language: str) -> dict[str, str]:
    """All captions of a language by their message id, of every part; of two the later part's."""
    merged: dict[str, str] = {}
    for part in sorted((LOCALE_FOLDER / language / "LC_MESSAGES").glob("*.po")):
        merged |= _read_catalogue(part.read_text(encoding="utf-8"))
    return merged


def _read_catalogue(text: str) -> dict[str, str]:
    """The captions of one catalogue, without its header, what is unsure and what is empty."""
    from babel.messages.pofile import read_po

    return {str(m.id): str(m.string) for m in read_po(io.StringIO(text)) if _is_sure(m)}


def _is_sure(message: "Message") -> bool:
    return bool(message.id and message.string and not message.fuzzy)
