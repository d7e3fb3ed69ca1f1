"""TESS, 200 words by two speakers: ``OAF_back_angry``: speaker, word, emotion.

OAF is the older (64 years), YAF the younger speaker (26 years), both female. Each clip says
“Say the word …”. One published name writes OA for OAF.
"""

import re
from types import MappingProxyType

from core.corpus.clip_names import clip_stem
from core.corpus.conventions.convention import Convention, ParsedName

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

TITLE = "TESS"
CITATION = (
    "M. K. Pichora-Fuller, K. Dupuis (2020). Toronto emotional speech set (TESS). Borealis, V1. "
    "doi:10.5683/SP2/E8H2MF"
)
LICENCE = "CC BY-NC-ND 4.0"
LANGUAGE = "en"
EXPECTED = MappingProxyType({"clips": 2800, "speakers": 2, "sentences": 200})
CODES = MappingProxyType(
    {
        "angry": "angry",
        "disgust": "disgust",
        "fear": "fearful",
        "happy": "happy",
        "neutral": "neutral",
        "ps": "surprised",  # pleasant surprise
        "sad": "sad",
    }
)

_NAME = re.compile(
    r"(?P<speaker>O|Y)AF?_(?P<word>[a-z]+)_(?P<emotion>" + "|".join(CODES) + ")", re.IGNORECASE
)


def parse_name(name: str) -> ParsedName | None:
    """Word, speaker and emotion of a TESS name.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    parsed : ParsedName or None

    Examples
    --------
    >>> parse_name("YAF_dog_ps.wav").text
    'Say the word dog.'
    """
    match = _NAME.fullmatch(clip_stem(name))
    if match is None:
        return None
    word = match["word"].lower()
    return ParsedName(
        sentence=word,
        speaker=f"{match['speaker'].upper()}AF",
        emotion=CODES[match["emotion"].lower()],
        text=f"Say the word {word}.",
    )


CONVENTION = Convention(
    id="tess",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
