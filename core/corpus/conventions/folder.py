"""One folder an emotion: ``기쁨/clip1.wav``, ``Happy/…``, ``kim/01_angry/…``.

The innermost folder that names exactly one emotion gives it; Korean and English names, with
numbers and other words around them, are known (`core.corpus.conventions.words`). Nothing else is
read: a folder above may be a speaker, a session or a download.
"""

from types import MappingProxyType

from core.corpus.clip_names import is_audio_name, name_parts
from core.corpus.conventions.convention import Convention, ParsedName
from core.corpus.conventions.words import WORDS, emotion_in_phrase
from core.i18n import N_

__all__ = ["CITATION", "CODES", "CONVENTION", "LANGUAGE", "LICENCE", "TITLE", "parse_name"]

TITLE = N_("One folder for each emotion (Happy/…)")
CITATION = ""
LICENCE = ""
LANGUAGE = None
CODES = MappingProxyType(dict(WORDS))


def parse_name(name: str) -> ParsedName | None:
    """The emotion that a clip's folder names.

    Parameters
    ----------
    name : str
        Relative path.

    Returns
    -------
    parsed : ParsedName or None
        With the emotion only.

    Examples
    --------
    >>> parse_name("kim/02_기쁨/clip1.wav").emotion
    'happy'
    """
    parts = name_parts(name)
    if not parts or ("." in parts[-1] and not is_audio_name(name)):
        return None
    for part in reversed(parts[:-1]):
        emotion = emotion_in_phrase(part)
        if emotion is not None:
            return ParsedName(emotion=emotion)
    return None


CONVENTION = Convention(
    id="folder",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    generality=2,
)
