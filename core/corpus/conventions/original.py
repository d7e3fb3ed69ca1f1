"""The original team's naming: ``{sentence}_{speaker}_{emotion}``, as in ``10_6_A.wav``.

Read from the right: the last part is the emotion, the one before it the speaker, all the rest the
sentence, which may hold ``_`` itself. The emotion is a letter of `core.emotions` or one of its
names (``1_1_기쁨.wav``). A second take ends in `` (2)`` or ``-2``.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from core.corpus.clip_names import clip_stem
from core.corpus.conventions.convention import Convention, ParsedName
from core.corpus.conventions.words import emotion_of_word
from core.emotions import EMOTIONS, emotion_of_code
from core.i18n import N_

__all__ = [
    "CITATION",
    "CODES",
    "CONVENTION",
    "EXPECTED",
    "LANGUAGE",
    "LICENCE",
    "SENTENCES",
    "TITLE",
    "parse_name",
]

TITLE = N_("Sentence, speaker, emotion (1_1_N.wav)")
CITATION = ""
LICENCE = ""
LANGUAGE = "ko"
EXPECTED: Mapping[str, int] = MappingProxyType({})  # grows with each recording
CODES = MappingProxyType({e.code: e.id for e in EMOTIONS})
# The team's list had ten sentences; the words of these two are documented.
SENTENCES = MappingProxyType({"1": "안녕하세요", "2": "괜찮아요"})

# "N", "N (2)", "N-2", "N - 복사본 (2)": what file managers and recorders add behind the emotion.
_EMOTION_AND_TAKE = re.compile(
    r"(?P<emotion>[^\W\d_]+)(?: - (?:copy|복사본))?(?: ?\((?P<copy>\d{1,4})\)|-(?P<take>\d{1,4}))?",
    re.IGNORECASE,
)


def parse_name(name: str) -> ParsedName | None:
    """Sentence, speaker, emotion and take of a name in the original naming.

    Parameters
    ----------
    name : str
        File name or relative path; NFC or NFD, any sound file extension in any case.

    Returns
    -------
    parsed : ParsedName or None
        None when a part is missing or the last one is no emotion.

    Examples
    --------
    >>> parse_name("10_6_A.wav")
    ParsedName(sentence='10', speaker='6', emotion='angry', take=None, text=None)
    """
    parts = clip_stem(name).rsplit("_", 2)
    if len(parts) != 3:
        return None
    sentence, speaker, rest = (part.strip() for part in parts)
    match = _EMOTION_AND_TAKE.fullmatch(rest)
    if not (sentence.strip("_ ") and speaker and match):
        return None
    found = emotion_of_code(match["emotion"])
    emotion_id = found.id if found else emotion_of_word(match["emotion"])
    if emotion_id is None:
        return None
    number = match["copy"] or match["take"]
    return ParsedName(
        sentence=sentence,
        speaker=speaker,
        emotion=emotion_id,
        take=int(number) if number and int(number) else None,
        text=SENTENCES.get(sentence),
    )


CONVENTION = Convention(
    id="original",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
    generality=1,
)
