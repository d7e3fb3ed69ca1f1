"""SAVEE, four male speakers: ``DC_a01``, or ``DC/a01`` with one folder a speaker.

The letters give the emotion, the number the sentence within that emotion: a01 and d01 are not
the same words. Only a few sentences are shared by all emotions, and their numbers are not part of
the name, so a sentence here is letters and number together, which never joins what differs.
"""

import re
from types import MappingProxyType

from core.corpus.clip_names import clip_stem, name_parts
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

TITLE = "SAVEE"
CITATION = (
    "S. Haq, P. J. B. Jackson (2009). Speaker-dependent audio-visual emotion recognition. "
    "AVSP 2009, 53-58."
)
LICENCE = N_("Free for research, on registration")
LANGUAGE = "en"
EXPECTED = MappingProxyType({"clips": 480, "speakers": 4})
SPEAKERS = ("DC", "JE", "JK", "KL")
CODES = MappingProxyType(
    {
        "a": "angry",
        "d": "disgust",
        "f": "fearful",
        "h": "happy",
        "n": "neutral",
        "sa": "sad",
        "su": "surprised",
    }
)

_CLIP = r"(?P<emotion>sa|su|[adfhn])(?P<number>[0-9]{2})"
_NAME = re.compile(rf"(?P<speaker>{'|'.join(SPEAKERS)})_{_CLIP}")
_IN_FOLDER = re.compile(_CLIP)


def parse_name(name: str) -> ParsedName | None:
    """Sentence, speaker and emotion of a SAVEE name.

    Parameters
    ----------
    name : str
        File name with its speaker, or a path whose last folder is the speaker.

    Returns
    -------
    parsed : ParsedName or None

    Examples
    --------
    >>> parse_name("AudioData/KL/su03.wav")
    ParsedName(sentence='su03', speaker='KL', emotion='surprised', take=None, text=None)
    """
    stem, folders = clip_stem(name), name_parts(name)[:-1]
    match = _NAME.fullmatch(stem)
    if match:
        speaker = match["speaker"]
    elif folders and folders[-1] in SPEAKERS:
        match, speaker = _IN_FOLDER.fullmatch(stem), folders[-1]
    if match is None:
        return None
    return ParsedName(
        sentence=match["emotion"] + match["number"],
        speaker=speaker,
        emotion=CODES[match["emotion"]],
    )


CONVENTION = Convention(
    id="savee",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
