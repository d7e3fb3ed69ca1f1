"""EmoDB, the Berlin Database of Emotional Speech: ``SSTTTEv``, as in ``03a01Fa.wav``.

Two digits of speaker, three characters of text, the first letter of the German emotion word, and
the version. Speakers (age when recorded): 03 m 31, 08 f 34, 09 f 21, 10 m 32, 11 m 26, 12 m 30,
13 f 32, 14 f 35, 15 m 25, 16 f 31.
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
    "SENTENCES",
    "TITLE",
    "parse_name",
]

TITLE = "EmoDB"
CITATION = (
    "F. Burkhardt, A. Paeschke, M. Rolfes, W. F. Sendlmeier, B. Weiss (2005). "
    "A database of German emotional speech. Interspeech 2005, 1517-1520. "
    "doi:10.21437/Interspeech.2005-446"
)
LICENCE = "CC0 1.0"
LANGUAGE = "de"
EXPECTED = MappingProxyType({"clips": 535, "speakers": 10, "sentences": 10})
CODES = MappingProxyType(
    {
        "W": "angry",  # Wut, Ärger
        "L": "bored",  # Langeweile
        "E": "disgust",  # Ekel
        "A": "fearful",  # Angst
        "F": "happy",  # Freude
        "T": "sad",  # Trauer
        "N": "neutral",
    }
)
SENTENCES = MappingProxyType(
    {
        "a01": "Der Lappen liegt auf dem Eisschrank.",
        "a02": "Das will sie am Mittwoch abgeben.",
        "a04": "Heute Abend könnte ich es ihm sagen.",
        "a05": "Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.",
        "a07": "In sieben Stunden wird es soweit sein.",
        "b01": "Was sind denn das für Tüten, die da unter dem Tisch stehen?",
        "b02": "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.",
        "b03": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
        "b09": "Ich will das eben wegbringen und dann mit Karl was trinken gehen.",
        "b10": "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
    }
)

_NAME = re.compile(
    r"(?P<speaker>[0-9]{2})(?P<text>[ab][0-9]{2})(?P<emotion>[WLEAFTN])(?P<version>[a-z])"
)


def parse_name(name: str) -> ParsedName | None:
    """Speaker, text, emotion and version of an EmoDB name.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    parsed : ParsedName or None
        Version ``a`` is take 1. None when the name is not of this corpus.

    Examples
    --------
    >>> parse_name("wav/03a01Fa.wav").emotion
    'happy'
    """
    match = _NAME.fullmatch(clip_stem(name))
    if match is None:
        return None
    return ParsedName(
        sentence=match["text"],
        speaker=match["speaker"],
        emotion=CODES[match["emotion"]],
        take=ord(match["version"]) - ord("a") + 1,
        text=SENTENCES.get(match["text"]),
    )


CONVENTION = Convention(
    id="emodb",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
