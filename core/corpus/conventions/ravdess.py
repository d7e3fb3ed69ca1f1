"""RAVDESS, speech and song of 24 actors: ``03-01-06-01-02-01-12``, seven fields of two digits.

Modality (01 picture and sound, 02 picture only, 03 sound only), channel (01 speech, 02 song),
emotion, intensity (01 normal, 02 strong), statement, repetition, actor (odd male, even female).
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

TITLE = "RAVDESS"
CITATION = (
    "S. R. Livingstone, F. A. Russo (2018). The Ryerson Audio-Visual Database of Emotional Speech "
    "and Song (RAVDESS). PLoS ONE 13(5): e0196391. doi:10.1371/journal.pone.0196391"
)
LICENCE = "CC BY-NC-SA 4.0"
LANGUAGE = "en"
EXPECTED = MappingProxyType({"clips": 1440, "speakers": 24, "sentences": 2})  # the speech part
CODES = MappingProxyType(
    {
        "01": "neutral",
        "02": "calm",
        "03": "happy",
        "04": "sad",
        "05": "angry",
        "06": "fearful",
        "07": "disgust",
        "08": "surprised",
    }
)
SENTENCES = MappingProxyType(
    {"01": "Kids are talking by the door.", "02": "Dogs are sitting by the door."}
)

_NAME = re.compile(
    r"0[1-3]-(?P<channel>0[12])-(?P<emotion>0[1-8])-(?P<intensity>0[12])"
    r"-(?P<statement>0[12])-(?P<repetition>0[12])-(?P<actor>0[1-9]|1[0-9]|2[0-4])"
)


def parse_name(name: str) -> ParsedName | None:
    """Statement, actor, emotion and take of a RAVDESS name.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    parsed : ParsedName or None
        Takes 1 and 2 are the repetitions at normal, 3 and 4 those at strong intensity. A sung
        statement is another sentence (``song-01``) than the spoken one.

    Examples
    --------
    >>> parse_name("Actor_12/03-01-06-01-02-01-12.wav").emotion
    'fearful'
    """
    match = _NAME.fullmatch(clip_stem(name))
    if match is None:
        return None
    return ParsedName(
        sentence=match["statement"] if match["channel"] == "01" else f"song-{match['statement']}",
        speaker=match["actor"],
        emotion=CODES[match["emotion"]],
        take=2 * (int(match["intensity"]) - 1) + int(match["repetition"]),
        text=SENTENCES[match["statement"]],
    )


CONVENTION = Convention(
    id="ravdess",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
