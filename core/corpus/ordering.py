"""The order in which people expect names: 2 before 10, whatever the case."""

import re

from core.emotions import EMOTION_IDS

__all__ = ["emotion_rank", "natural_key"]

_NUMBER = re.compile(r"\d+")
_DIGITS = 12
_RANK = {emotion: rank for rank, emotion in enumerate(EMOTION_IDS)}


def natural_key(text: str | None) -> str | None:
    """A text that sorts as people count.

    Parameters
    ----------
    text : str or None

    Returns
    -------
    key : str or None
        None for None, which SQLite sorts first.

    Examples
    --------
    >>> sorted(["10_6_A", "2_1_N"], key=natural_key)
    ['2_1_N', '10_6_A']
    """
    if text is None:
        return None
    return _NUMBER.sub(lambda number: number.group().zfill(_DIGITS), text.casefold())


def emotion_rank(emotion: str | None) -> int:
    """The place of an emotion in the fixed order; no label comes last.

    Parameters
    ----------
    emotion : str or None

    Returns
    -------
    rank : int
    """
    return _RANK.get(emotion or "", len(_RANK))
