"""The emotions, their order and their colours: the one source for every room.

Conventions
-----------
An emotion is known by its *id* (``"happy"``), which files, bundles and the catalog store and
which is never translated. A **label scheme** is a tuple of ids in the order of `EMOTIONS`; the
class index of an emotion is its position in that tuple. Captions live in the gettext catalogues.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import UnknownEmotionError, UnusableSchemeError
from core.i18n import N_

__all__ = [
    "EMOTIONS",
    "EMOTION_IDS",
    "FOUR_EMOTIONS",
    "Emotion",
    "caption_ids",
    "emotion",
    "emotion_of_code",
    "label_scheme",
]


@dataclass(frozen=True)
class Emotion:
    """One emotion: its id, its letter in file names, its English caption and its fill colour."""

    id: str
    code: str  # one letter, as in the original file names
    caption: str  # gettext message id
    color: str  # sRGB fill; ink text stays readable on it (WCAG AA), in light and dark


# Fills after the ideas of Okabe and Ito (2008), lightened until ink (#1E2430) reads on them.
EMOTIONS: tuple[Emotion, ...] = (
    Emotion("sad", "S", N_("Sad"), "#6A9BE0"),
    Emotion("neutral", "N", N_("Neutral"), "#A8A59D"),
    Emotion("happy", "J", N_("Happy"), "#F0B33A"),
    Emotion("angry", "A", N_("Angry"), "#E5705F"),
    Emotion("calm", "C", N_("Calm"), "#7CC8B4"),
    Emotion("fearful", "F", N_("Fearful"), "#A690DB"),
    Emotion("disgust", "D", N_("Disgust"), "#93AE4B"),
    Emotion("surprised", "U", N_("Surprised"), "#F09CC5"),
    Emotion("bored", "B", N_("Bored"), "#BC9A7B"),
)
EMOTION_IDS: tuple[str, ...] = tuple(e.id for e in EMOTIONS)
FOUR_EMOTIONS: tuple[str, ...] = ("sad", "neutral", "happy", "angry")

_BY_ID = {e.id: e for e in EMOTIONS}
_BY_CODE = {e.code: e for e in EMOTIONS}


def emotion(emotion_id: str) -> Emotion:
    """The emotion of an id.

    Parameters
    ----------
    emotion_id : str
        One of `EMOTION_IDS`.

    Returns
    -------
    emotion : Emotion

    Raises
    ------
    UnknownEmotionError
        If there is no such id.
    """
    try:
        return _BY_ID[emotion_id]
    except KeyError:
        raise UnknownEmotionError(emotion_id, EMOTION_IDS) from None


def emotion_of_code(code: str) -> Emotion | None:
    """The emotion of a letter of the original naming, or None for another letter.

    Parameters
    ----------
    code : str
        One letter, in either case.

    Returns
    -------
    emotion : Emotion or None

    Examples
    --------
    >>> emotion_of_code("j").id
    'happy'
    """
    return _BY_CODE.get(code.upper())


def label_scheme(emotion_ids: Iterable[str]) -> tuple[str, ...]:
    """A label scheme: the given emotions, each once, in the fixed order.

    Parameters
    ----------
    emotion_ids : iterable of str
        Two to nine ids of `EMOTIONS`, in any order.

    Returns
    -------
    scheme : tuple of str

    Raises
    ------
    UnknownEmotionError
        If an id is not an emotion.
    UnusableSchemeError
        If fewer than two different emotions are given.

    Examples
    --------
    >>> label_scheme(["angry", "sad", "angry"])
    ('sad', 'angry')
    """
    chosen = {emotion(i).id for i in emotion_ids}
    if len(chosen) < 2:
        raise UnusableSchemeError([e.caption for e in EMOTIONS if e.id in chosen])
    return tuple(i for i in EMOTION_IDS if i in chosen)


def caption_ids(scheme: Iterable[str]) -> dict[str, str]:
    """The gettext message id of each emotion of a scheme, by emotion id.

    Parameters
    ----------
    scheme : iterable of str
        Emotion ids.

    Returns
    -------
    captions : dict of str to str
        Untranslated; pass each value through the translation in force.
    """
    return {i: emotion(i).caption for i in scheme}
