"""CREMA-D, 12 sentences by 91 actors: ``1001_DFA_ANG_XX``: actor, sentence, emotion, level."""

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
    "SENTENCES",
    "TITLE",
    "parse_name",
]

TITLE = "CREMA-D"
CITATION = (
    "H. Cao, D. G. Cooper, M. K. Keutmann, R. C. Gur, A. Nenkova, R. Verma (2014). CREMA-D: "
    "Crowd-sourced Emotional Multimodal Actors Dataset. IEEE Transactions on Affective Computing "
    "5(4), 377-390. doi:10.1109/TAFFC.2014.2336244"
)
LICENCE = "ODbL 1.0"
LANGUAGE = "en"
EXPECTED = MappingProxyType({"clips": 7442, "speakers": 91, "sentences": 12})
CODES = MappingProxyType(
    {
        "ANG": "angry",
        "DIS": "disgust",
        "FEA": "fearful",
        "HAP": "happy",
        "NEU": "neutral",
        "SAD": "sad",
    }
)
SENTENCES = MappingProxyType(
    {
        "IEO": "It's eleven o'clock.",
        "TIE": "That is exactly what happened.",
        "IOM": "I'm on my way to the meeting.",
        "IWW": "I wonder what this is about.",
        "TAI": "The airplane is almost full.",
        "MTI": "Maybe tomorrow it will be cold.",
        "IWL": "I would like a new alarm clock.",
        "ITH": "I think I have a doctor's appointment.",
        "DFA": "Don't forget a jacket.",
        "ITS": "I think I've seen this before.",
        "TSI": "The surface is slick.",
        "WSI": "We'll stop in a couple of minutes.",
    }
)
# Level of the emotion; "X" for "XX" occurs in one published name, 1040_ITH_SAD_X.
_TAKES = {"LO": 1, "MD": 2, "HI": 3, "XX": None, "X": None}

_NAME = re.compile(
    r"(?P<actor>10[0-9]{2})_(?P<sentence>[A-Z]{3})_(?P<emotion>[A-Z]{3})_(?P<level>LO|MD|HI|XX?)"
)


def parse_name(name: str) -> ParsedName | None:
    """Sentence, actor and emotion of a CREMA-D name.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    parsed : ParsedName or None
        Takes 1 to 3 are the levels low, medium and high, which only the sentence IEO has.

    Examples
    --------
    >>> parse_name("AudioWAV/1001_DFA_ANG_XX.wav").text
    "Don't forget a jacket."
    """
    match = _NAME.fullmatch(clip_stem(name))
    if match is None or match["emotion"] not in CODES or match["sentence"] not in SENTENCES:
        return None
    return ParsedName(
        sentence=match["sentence"],
        speaker=match["actor"],
        emotion=CODES[match["emotion"]],
        take=_TAKES[match["level"]],
        text=SENTENCES[match["sentence"]],
    )


CONVENTION = Convention(
    id="crema_d",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
