"""The words that folders and files use for an emotion, Korean and English."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from core.emotions import EMOTION_IDS, emotion_of_code

__all__ = ["WORDS", "emotion_in_phrase", "emotion_of_value", "emotion_of_word"]

_BY_EMOTION = {
    "sad": "sad sadness sadly sorrow sorrowful unhappy 슬픔 슬픈 슬퍼 슬퍼요 슬프다",
    "neutral": "neutral neutrality 중립 중립적 무감정 평상 평상시 보통 평범",
    "happy": "happy happiness joy joyful 기쁨 기쁜 기뻐 기뻐요 기쁘다 행복 행복한 즐거움 즐거운",
    "angry": "angry anger mad rage 화남 화 화난 화나요 화나다 분노 성남",
    "calm": "calm calmness 차분함 차분 차분한 침착 침착함 평온 평온함",
    "fearful": "fearful fear afraid scared 두려움 두려운 공포 무서움 무서운 겁",
    "disgust": "disgust disgusted 혐오 혐오감 역겨움 역겨운",
    "surprised": "surprised surprise pleasantsurprise pleasantsurprised 놀람 놀란 놀라움 놀라",
    "bored": "bored boredom boring 지루함 지루 지루한 따분함 심심함",
}
WORDS = MappingProxyType(
    {word: emotion for emotion in EMOTION_IDS for word in _BY_EMOTION[emotion].split()}
)


def emotion_of_word(word: str) -> str | None:
    """The emotion that a single word names.

    Parameters
    ----------
    word : str
        In any case and normal form.

    Returns
    -------
    emotion : str or None
        Emotion id.

    Examples
    --------
    >>> emotion_of_word("Anger"), emotion_of_word("기쁨"), emotion_of_word("N")
    ('angry', 'happy', None)
    """
    return WORDS.get(unicodedata.normalize("NFC", word).casefold())


def emotion_in_phrase(phrase: str) -> str | None:
    """The one emotion that a phrase like ``01_happy (30)`` names.

    Parameters
    ----------
    phrase : str
        A folder's name.

    Returns
    -------
    emotion : str or None
        Emotion id; None when no emotion or two different ones are named.

    Examples
    --------
    >>> emotion_in_phrase("OAF_Pleasant_surprise"), emotion_in_phrase("happy or sad")
    ('surprised', None)
    """
    tokens = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", phrase).casefold())
    found = {WORDS[token] for token in tokens if token in WORDS} or {
        WORDS[joined] for joined in ["".join(tokens)] if joined in WORDS
    }
    return found.pop() if len(found) == 1 else None


def emotion_of_value(value: str, codes: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """The emotion that a value of a table or a part of a name stands for.

    Parameters
    ----------
    value : str
    codes : mapping of str to str, optional
        Values with a meaning of their own, and the ids they stand for; these come first, then the
        letters of the original naming, then words.

    Returns
    -------
    emotion : str or None
        Emotion id.

    Examples
    --------
    >>> emotion_of_value("J"), emotion_of_value("01_happy"), emotion_of_value("J", {"J": "bored"})
    ('happy', 'happy', 'bored')
    """
    found = emotion_of_code(value)
    return codes.get(value) or (found.id if found else emotion_in_phrase(value))
