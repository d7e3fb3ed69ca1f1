"""Hi,KIA, one wake-up word by eight speakers: ``F5_scene_trial_a``.

Speakers M1 to M4 and F5 to F8; every clip says “Hi, KIA” in Korean. The scene is the situation
that was acted, the trial its repetition.
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
    "SENTENCES",
    "TITLE",
    "parse_name",
]

TITLE = "Hi,KIA"
CITATION = (
    "T. Kim, S. Doh, G. Lee, H. Jeon, J. Nam, H.-J. Suk (2022). Hi,KIA: A speech emotion "
    "recognition dataset for wake-up words. APSIPA ASC 2022. arXiv:2211.03371"
)
LICENCE = N_("Not stated; ask its authors")
LANGUAGE = "ko"
EXPECTED = MappingProxyType({"clips": 488, "speakers": 8, "sentences": 1})
SENTENCES = MappingProxyType({"hi-kia": "하이 기아"})
CODES = MappingProxyType({"a": "angry", "d": "sad", "e": "happy", "n": "neutral"})

_NAME = re.compile(
    r"(?P<speaker>M[1-4]|F[5-8])_(?P<scene>[^_]+)_(?P<trial>[^_]+)_(?P<emotion>[aden])"
)


def parse_name(name: str) -> ParsedName | None:
    """Speaker, emotion and take of a Hi,KIA name.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    parsed : ParsedName or None
        The take is the trial where that is a number.

    Examples
    --------
    >>> parse_name("F5_3_2_d.wav")
    ParsedName(sentence='hi-kia', speaker='F5', emotion='sad', take=2, text='하이 기아')
    """
    match = _NAME.fullmatch(clip_stem(name))
    if match is None:
        return None
    number = re.search(r"[0-9]{1,4}$", match["trial"])
    return ParsedName(
        sentence="hi-kia",
        speaker=match["speaker"],
        emotion=CODES[match["emotion"]],
        take=int(number[0]) or None if number else None,
        text=SENTENCES["hi-kia"],
    )


CONVENTION = Convention(
    id="hi_kia",
    title=TITLE,
    citation=CITATION,
    licence=LICENCE,
    language=LANGUAGE,
    codes=CODES,
    parse_name=parse_name,
    expected=EXPECTED,
)
