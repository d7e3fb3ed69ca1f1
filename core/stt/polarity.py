"""Whether the words themselves are good or bad news, by a small lexicon with negation.

This is no understanding of text. It counts words of `core.stt.lexicon`, turns those round that are
negated, and says so when it found none. Irony, quotation, and what somebody else feels are beyond
it; a text without one of its words has no polarity rather than a neutral one.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from core.stt.lexicon import ENGLISH, GERMAN, KOREAN, KOREAN_EXCEPT

__all__ = ["PolarWord", "Polarity", "text_polarity"]

Sign = Literal["positive", "negative", "mixed", "none"]

ENOUGH = 2.0  # of summed values: one plain word, or two weak ones
NEGATED = -0.5  # "not bad" is less than good, "not good" less than bad
REACH = 3  # words before an English or German one in which a negation counts
_CLAUSE = re.compile(r"[^,.;:!?…]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KO_BEFORE = frozenset({"안", "못"})
_KO_AFTER = ("않", "못", "마", "말")  # after -지
_KO_NOT_SO = ("없", "아니", "아냐", "아닌", "안")  # after a noun: "걱정 없어", "최악은 아니야"
_KO_WITHIN = re.compile(r"지(는|도|가|를)?(않|못|마|말)|진않")
_KO_JI = re.compile(r"(지|지는|지도|지가|지를|진)$")
_EN_NOT = frozenset({"not", "no", "never", "neither", "nor", "without", "hardly", "cannot"})
_DE_NOT = re.compile(r"(nicht|nie|niemals|ohne|kein(e[mnrs]?)?)$")


@dataclass(frozen=True)
class PolarWord:
    """A word that decided, as it stands in the text."""

    text: str
    start: int  # its place in the text, in characters
    end: int
    value: float  # above 0 for good news; after negation
    negated: bool


@dataclass(frozen=True)
class Polarity:
    """What the words of a text say by themselves."""

    sign: Sign  # "none" where no word of the lexicon is in it
    score: float  # sum of the values
    words: tuple[PolarWord, ...]


def text_polarity(text: str, language: str = "auto") -> Polarity:
    """Whether the words of a text are good or bad news.

    Parameters
    ----------
    text : str
    language : str
        "en" or "de" for words in Latin letters; "auto" looks in both lists. Hangul is always read
        as Korean.

    Returns
    -------
    polarity : Polarity
        "mixed" where good and bad words outweigh each other.

    Examples
    --------
    >>> text_polarity("정말 좋아요").sign, text_polarity("기분이 좋지 않아").sign
    ('positive', 'negative')
    >>> text_polarity("안녕하세요").sign
    'none'
    """
    text = unicodedata.normalize("NFC", text)
    words: list[PolarWord] = []
    for clause in _CLAUSE.finditer(text):  # a negation does not reach beyond a comma
        tokens = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text, *clause.span())]
        found = (_word(tokens, i, language) for i in range(len(tokens)))
        words += [word for word in found if word is not None]
    return Polarity(_sign(words), sum(word.value for word in words), tuple(words))


def _sign(words: list[PolarWord]) -> Sign:
    if not words:
        return "none"
    score = sum(word.value for word in words)
    both = {word.value > 0 for word in words} == {True, False}
    if abs(score) < (ENOUGH if both else 1.0):
        return "mixed" if both else "none"
    return "positive" if score > 0 else "negative"


def _word(tokens: list[tuple[str, int, int]], i: int, language: str) -> PolarWord | None:
    token, start, end = tokens[i]
    if re.search("[가-힣]", token):
        found = _korean(token)
        if found is None:
            return None
        value, stem_at = found
        negations = _korean_negations([t for t, _, _ in tokens], i, stem_at)
    else:
        lists = {"en": (ENGLISH,), "de": (GERMAN,)}.get(language, (ENGLISH, GERMAN))
        listed = next((v for words in lists if (v := _listed(token.lower(), words))), None)
        if listed is None:
            return None
        value = listed
        negations = _latin_negations([t.lower().replace("’", "'") for t, _, _ in tokens], i)
    negated = negations % 2 == 1
    return PolarWord(token, start, end, value * NEGATED if negated else float(value), negated)


def _korean(token: str) -> tuple[int, int] | None:
    """Value of the entry that a word begins with, and where it begins (after 안 or 못)."""
    if token.startswith(KOREAN_EXCEPT):
        return None
    for at in (0, 1) if token[0] in _KO_BEFORE else (0,):
        for length in range(min(5, len(token) - at), 0, -1):
            value = KOREAN.get(token[at : at + length])
            if value is not None:
                return value, at
    return None


def _korean_negations(tokens: list[str], i: int, stem_at: int) -> int:
    token = tokens[i]
    before = tokens[i - 1] if i else ""
    after = tokens[i + 1] if i + 1 < len(tokens) else ""
    count = int(stem_at > 0) + int(before in _KO_BEFORE)
    if _KO_WITHIN.search(token):
        return count + 1
    if _KO_JI.search(token) and len(token) > 1:
        return count + after.startswith(_KO_AFTER)
    return count + (after.startswith(_KO_NOT_SO) and not after.startswith("안녕"))


def _listed(token: str, words: dict[str, int]) -> int | None:
    if token in words:
        return words[token]
    for length in range(len(token), 2, -1):
        if (value := words.get(token[:length] + "*")) is not None:
            return value
    return None


def _latin_negations(tokens: list[str], i: int) -> int:
    def negates(word: str) -> bool:
        return word in _EN_NOT or word.endswith("n't") or _DE_NOT.fullmatch(word) is not None

    before = any(negates(word) for word in tokens[max(0, i - REACH) : i])
    return int(before or "nicht" in tokens[i + 1 : i + 1 + REACH])  # "gefällt mir nicht"
