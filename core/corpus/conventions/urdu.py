"""URDU, talk shows, 38 speakers: ``SM1_F10_A010``: speaker, file, emotion with running number.

SM1 is the first male, SF1 the first female speaker. The speech is spontaneous: no two clips say
the same, so there is no sentence. Most speakers have one emotion only, which makes this corpus
confounded by speaker.
"""

import re
from types import MappingProxyType

from core.corpus.clip_names import clip_stem
from core.corpus.conventions.convention import Convention, ParsedName
from core.i18n import N_

__all__ = [
    "CITATION",
    "CODES",
    "CONVENTION",
    "EXPECTED",
    "LANGUAGE",
    "LICENCE",
    "TITLE",
    "parse_name",
]

TITLE = "URDU"
CITATION = (
    "S. Latif, A. Qayyum, M. Usman, J. Qadir (2018). Cross lingual speech emotion recognition: "
    "Urdu vs. Western languages. FIT 2018, 88-93. doi:10.1109/FIT.2018.00023"
)
LICENCE = N_("For research only")
LANGUAGE = "ur"
EXPECTED = MappingProxyType({"clips": 400, "speakers": 38})
CODES = MappingProxyType({"A": "angry", "H": "happy", "N": "neutral", "S": "sad"})

_NAME = re.compile(
    r"(?P<speaker>S[MF][1-9][0-9]?)_F(?P<file>[1-9][0-9]{0,2})_(?P<emotion>[AHNS])[0-9]{2,4}"
)


def parse_name(name: str) -> ParsedName | None:
    """Speaker, emotion and take of a URDU name.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    parsed : ParsedName or None
        The take is the speaker's file number within the emotion.

    Examples
    --------
    >>> parse_name("Angry/SM1_F10_A010.wav")
    ParsedName(sentence=None, speaker='SM1', emotion='angry', take=10, text=None)
    """
    match = _NAME.fullmatch(clip_stem(name))
    if match is None:
        return None
    return ParsedName(
        speaker=match["speaker"], emotion=CODES[match["emotion"]], take=int(match["file"])
    )


CONVENTION = Convention(
    id="urdu",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
