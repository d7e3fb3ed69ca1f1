"""What a naming convention is, and what it reads out of one file name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Convention", "ParsedName", "take_of_value"]


@dataclass(frozen=True)
class ParsedName:
    """What a file name says about its clip; what it does not say is None."""

    sentence: str | None = None  # the corpus's own code
    speaker: str | None = None
    emotion: str | None = None  # id of `core.emotions`
    take: int | None = None  # from 1
    text: str | None = None  # the words, where the corpus documents them
    # what stands where the emotion should, when that is none known here
    unknown_emotion: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Convention:
    """One way of naming clips, with what is known about the corpus behind it."""

    id: str
    title: str
    citation: str
    licence: str
    language: str | None  # ISO 639-1; None where the naming says nothing about it
    codes: Mapping[str, str]  # the corpus's emotion code -> emotion id
    parse_name: Callable[[str], ParsedName | None] = field(repr=False)
    # "clips", "speakers", "sentences" as published; empty for a naming without a fixed corpus
    expected: Mapping[str, int] = field(default_factory=dict)
    # 0: names that hardly arise by accident; 1, 2: ever more general. See `detect`.
    generality: int = 0


def take_of_value(value: str | None) -> int | None:
    """The take that a value of a table or a part of a name stands for.

    Parameters
    ----------
    value : str or None

    Returns
    -------
    take : int or None
        None unless it is a whole number from 1 to 9999.

    Examples
    --------
    >>> take_of_value("02"), take_of_value("0"), take_of_value("two")
    (2, None, None)
    """
    is_number = value is not None and value.isascii() and value.isdigit() and len(value) <= 4
    return int(value) or None if value and is_number else None
