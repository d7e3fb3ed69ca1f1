"""Naming conventions: each a small module, recognised by themselves, overridable by id.

A convention's module holds TITLE, CITATION, LICENCE, LANGUAGE, CODES, EXPECTED and a pure
``parse_name``. Names only: what is in a file is the business of `core.audio`. A table beside the
clips (`core.corpus.conventions.manifest`) makes a convention of its own and is not in the list.
"""

from collections.abc import Sequence

from core.corpus.conventions import (
    crema_d,
    emodb,
    folder,
    hi_kia,
    original,
    ravdess,
    savee,
    tess,
    urdu,
)
from core.corpus.conventions.convention import Convention, ParsedName
from core.corpus.conventions.detection import detect_among
from core.errors import UnknownConventionError

__all__ = ["CONVENTIONS", "Convention", "ParsedName", "by_id", "detect"]

CONVENTIONS: tuple[Convention, ...] = (
    emodb.CONVENTION,
    ravdess.CONVENTION,
    crema_d.CONVENTION,
    tess.CONVENTION,
    savee.CONVENTION,
    urdu.CONVENTION,
    hi_kia.CONVENTION,
    original.CONVENTION,
    folder.CONVENTION,
)


def by_id(convention_id: str) -> Convention:
    """The convention of an id.

    Parameters
    ----------
    convention_id : str
        Id of one of `CONVENTIONS`.

    Returns
    -------
    convention : Convention

    Raises
    ------
    UnknownConventionError
        If there is no such convention.
    """
    for convention in CONVENTIONS:
        if convention.id == convention_id:
            return convention
    raise UnknownConventionError(convention_id, [c.id for c in CONVENTIONS])


def detect(names: Sequence[str]) -> Convention | None:
    """The convention that the names follow; the rule is in `core.corpus.conventions.detection`.

    Parameters
    ----------
    names : sequence of str
        File names or relative paths, junk among them allowed.

    Returns
    -------
    convention : Convention or None
        None when none reads at least half of the sound files' names.

    Examples
    --------
    >>> detect(["03a01Fa.wav", "03a02Nc.wav", "cover.jpg"]).id
    'emodb'
    """
    return detect_among(CONVENTIONS, names)
