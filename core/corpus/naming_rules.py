r"""A user's own naming rule: a regular expression with named groups, tried on names beforehand.

Groups are ``sentence``, ``speaker``, ``emotion``, ``take`` and ``text``. A rule is searched in the
whole path without the sound file's extension, so folders can be used:
``(?P<speaker>[^/]+)/(?P<emotion>[^/]+)/``.

The expressions are RE2's: they match in time linear in the name's length, whatever is written,
where backtracking engines can be made to hang. Lookaround and back references do not exist there;
``\w`` means letters and digits of every script here, as it does in Python.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from core.corpus.clip_names import clip_stem, name_parts
from core.corpus.conventions.convention import Convention, ParsedName, take_of_value
from core.corpus.conventions.words import emotion_of_value
from core.errors import NamingRuleError
from core.i18n import N_

__all__ = ["GROUPS", "MAX_PATTERN", "NamingRule", "RulePreview", "naming_rule", "preview"]

GROUPS = ("sentence", "speaker", "emotion", "take", "text")
MAX_PATTERN = 300  # characters
_MAX_PATH = 1_000  # characters; a longer path matches nothing
_MAX_MEMORY = 2**20  # bytes for one compiled expression

_TOO_LONG = N_("it is too long.")
_INVALID = N_("it is no expression that is understood here:")
_NO_GROUP = N_("it names none of the parts that are known:")
_UNKNOWN_GROUP = N_("it names a part that is not known:")
_TWICE = N_("it names a part twice:")

_GROUP_NAME = re.compile(r"\(\?P?<(\w+)>")
_CLASS_OR_ESCAPE = re.compile(r"\\.|[\[\]]", re.DOTALL)
_LETTERS = r"\pL\pM\pN_"  # what Python's \w is; RE2's knows ASCII only


@dataclass(frozen=True)
class NamingRule:
    """A rule that has been checked; made by `naming_rule`."""

    pattern: str
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def parse_name(self, name: str) -> ParsedName | None:
        """What the rule reads out of a name.

        Parameters
        ----------
        name : str
            File name or relative path.

        Returns
        -------
        parsed : ParsedName or None
            None where the rule does not fit. A part that is empty, an emotion that is none and a
            take that is no number stay None.
        """
        return self._preview(name).parsed

    def convention(self) -> Convention:
        """The rule as a convention with the id ``rule``, to be used like any other."""
        return Convention(
            id="rule",
            title=N_("Own rule"),
            citation="",
            licence="",
            language=None,
            codes=self.codes,
            parse_name=self.parse_name,
            generality=1,
        )

    def _preview(self, name: str) -> "RulePreview":
        parts = self._parts(name)
        if parts is None:
            return RulePreview(name, None, None)
        written = parts.get("emotion")
        emotion = emotion_of_value(written, self.codes) if written else None
        parsed = ParsedName(
            sentence=parts.get("sentence"),
            speaker=parts.get("speaker"),
            emotion=emotion,
            take=take_of_value(parts.get("take")),
            text=parts.get("text"),
            unknown_emotion=None if emotion else written,
        )
        return RulePreview(name, parsed, parsed.unknown_emotion)

    def _parts(self, name: str) -> dict[str, str] | None:
        """The groups that matched something, stripped of blanks."""
        path = "/".join((*name_parts(name)[:-1], clip_stem(name)))
        match = _compiled(self.pattern).search(path) if len(path) <= _MAX_PATH else None
        if match is None:
            return None
        return {group: text.strip() for group, text in match.groupdict("").items() if text.strip()}


@dataclass(frozen=True)
class RulePreview:
    """What a rule makes of one name."""

    name: str
    parsed: ParsedName | None  # None: the rule does not fit
    unknown_emotion: str | None  # what stands for the emotion, where that is none


def naming_rule(pattern: str, codes: Mapping[str, str] = MappingProxyType({})) -> NamingRule:
    """A checked naming rule.

    Parameters
    ----------
    pattern : str
        Regular expression in RE2's syntax with at least one of `GROUPS` as a named group.
    codes : mapping of str to str, optional
        What stands for an emotion in the names, and its id, beside letters and words.

    Returns
    -------
    rule : NamingRule

    Raises
    ------
    NamingRuleError
        If the expression is too long, not understood, or names other groups or none.

    Examples
    --------
    >>> rule = naming_rule(r"(?P<speaker>[a-z]+)(?P<take>[0-9]+)-(?P<emotion>.+)")
    >>> rule.parse_name("kim02-기쁨.wav")
    ParsedName(sentence=None, speaker='kim', emotion='happy', take=2, text=None)
    """
    if len(pattern) > MAX_PATTERN:
        raise NamingRuleError(pattern[:MAX_PATTERN] + "…", _TOO_LONG)
    groups = _compiled(pattern).groupindex
    unknown = [group for group in groups if group not in GROUPS]
    if unknown:
        raise NamingRuleError(pattern, _UNKNOWN_GROUP, ", ".join(unknown))
    twice = [group for group, n in Counter(_GROUP_NAME.findall(pattern)).items() if n > 1]
    if twice:
        raise NamingRuleError(pattern, _TWICE, ", ".join(twice))
    if not groups:
        raise NamingRuleError(pattern, _NO_GROUP, ", ".join(GROUPS))
    return NamingRule(pattern, codes)


def preview(rule: NamingRule, names: Sequence[str]) -> list[RulePreview]:
    """What a rule makes of names, before anything is changed.

    Parameters
    ----------
    rule : NamingRule
    names : sequence of str
        File names or relative paths.

    Returns
    -------
    previews : list of RulePreview
        One a name, in order.
    """
    return [rule._preview(name) for name in names]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(_with_all_letters(pattern), options)
    except (re2.error, UnicodeEncodeError) as error:
        raise NamingRuleError(pattern, _INVALID, _engine_word(error)) from error


def _with_all_letters(pattern: str) -> str:
    r"""The pattern with each ``\w`` and ``\W`` spelled out for all scripts."""
    inside = False

    def spelled_out(match: re.Match[str]) -> str:
        nonlocal inside
        if match[0] in "[]":
            inside = match[0] == "["
            return match[0]
        if match[0] == r"\w":
            return _LETTERS if inside else f"[{_LETTERS}]"
        if match[0] == r"\W" and not inside:
            return f"[^{_LETTERS}]"
        return match[0]

    return _CLASS_OR_ESCAPE.sub(spelled_out, pattern)


def _engine_word(error: Exception) -> str:
    word = error.args[0] if error.args else ""
    return word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
