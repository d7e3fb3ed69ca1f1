"""Which naming an import follows, and what it makes of one clip's name."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from core.corpus import audformat_files, conventions
from core.corpus.beside import Beside
from core.corpus.clip_names import clip_stem
from core.corpus.conventions import Convention, ParsedName
from core.corpus.conventions.words import emotion_of_word
from core.corpus.naming_rules import NamingRule
from core.corpus.records import CorpusFacts
from core.emotions import emotion, emotion_of_code
from core.errors import (
    AudformatMissingError,
    EmotionLeftOutError,
    MalgyeolError,
    ManifestError,
    OnlyEmotionError,
    UnknownLabelError,
    UnlabelledError,
    UnparsedNameError,
)
from core.i18n import N_

__all__ = ["AUTO", "TABLE", "explained", "facts_of", "labels_of", "naming_of", "with_rules"]

AUTO = "auto"  # whatever the names follow, else a table or a database beside them
TABLE = "manifest"  # the table that lies beside the clips

_ANY_NAMING = N_("of any corpus known here")
_NO_TABLE = N_("none that knows the clips lies beside them")


def naming_of(
    convention: str | Convention | None, names: Sequence[str], beside: Beside, place: str
) -> Convention | None:
    """The naming that an import follows.

    Parameters
    ----------
    convention : str, Convention or None
        An id, ``"auto"``, ``"manifest"`` or ``"audformat"``; a convention is taken as it is.
    names : sequence of str
        Of all files.
    beside : Beside
        What lies beside the clips.
    place : str
        What the user knows the place as.

    Returns
    -------
    naming : Convention or None
        None when the names follow none.

    Raises
    ------
    UnknownConventionError
        If there is no such convention.
    ManifestError
        If a table is asked for and none knows the clips.
    AudformatError, AudformatMissingError
        If a database is asked for, or is the only thing that could tell, and cannot be read.
    """
    if convention is None or isinstance(convention, Convention):
        return convention
    if convention == AUTO:
        return _recognised(names, beside, place)
    if convention == TABLE:
        table = beside.best_table(names)
        if table is None:
            raise ManifestError(place, _NO_TABLE)
        return table[1]
    if convention == audformat_files.ID:
        return audformat_files.read_database(beside.database, place)[0]
    return conventions.by_id(convention)


def _recognised(names: Sequence[str], beside: Beside, place: str) -> Convention | None:
    by_name = conventions.detect(names)
    if beside.database:
        try:
            return audformat_files.read_database(beside.database, place)[0]
        except AudformatMissingError:
            if by_name is None:
                raise
    table = None if by_name else beside.best_table(names)
    return table[1] if table else by_name


def with_rules(
    naming: Convention | None, rules: Sequence[NamingRule], name: str
) -> ParsedName | None:
    """What a name says by its naming, or where that cannot read it by a user's own rules.

    Parameters
    ----------
    naming : Convention or None
    rules : sequence of NamingRule
        A later rule fills in or replaces what an earlier one found.
    name : str

    Returns
    -------
    parsed : ParsedName or None
    """
    parsed = naming.parse_name(name) if naming else None
    if parsed is not None:
        return parsed
    for rule in rules:
        found = rule.parse_name(name)
        if found is not None:
            parsed = _merged(parsed or ParsedName(), found)
    return parsed


def _merged(old: ParsedName, new: ParsedName) -> ParsedName:
    said = {
        f.name: value
        for f in dataclasses.fields(ParsedName)
        if (value := getattr(new, f.name)) is not None
    }
    if "emotion" in said:
        said["unknown_emotion"] = None
    return dataclasses.replace(old, **said)


def explained(parsed: ParsedName | None, labels: Mapping[str, str]) -> ParsedName | None:
    """What a name says, with its label's meaning where that was given.

    Parameters
    ----------
    parsed : ParsedName or None
    labels : mapping of str to str
        Labels that are no emotion known here, and the emotions they stand for.

    Returns
    -------
    parsed : ParsedName or None
    """
    meant = labels.get(parsed.unknown_emotion or "") if parsed else None
    if parsed is None or meant is None:
        return parsed
    return dataclasses.replace(parsed, emotion=emotion(meant).id, unknown_emotion=None)


def labels_of(
    name: str,
    parsed: ParsedName | None,
    naming: Convention | None,
    *,
    emotions: Collection[str] | None = None,
    unlabelled: bool = False,
) -> tuple[ParsedName | None, MalgyeolError | None]:
    """What is known of a clip from its name, and what keeps it out.

    Parameters
    ----------
    name : str
    parsed : ParsedName or None
    naming : Convention or None
        For the message.
    emotions : collection of str, optional
        Only these are wanted.
    unlabelled : bool
        Whether clips without a known emotion are wanted.

    Returns
    -------
    parsed : ParsedName or None
        Of a name that is only an emotion, that emotion.
    error : MalgyeolError or None
        `UnparsedNameError`, `UnknownLabelError`, `UnlabelledError` or `EmotionLeftOutError`.
    """
    if parsed is None:
        found = _only_emotion(name)
        if found is not None:
            return ParsedName(emotion=found), OnlyEmotionError(name)
        return None, UnparsedNameError(name, naming.title if naming else _ANY_NAMING)
    if parsed.emotion is None and not unlabelled:
        if parsed.unknown_emotion is not None:
            return parsed, UnknownLabelError(name, parsed.unknown_emotion)
        return parsed, UnlabelledError(name)
    if emotions is not None and parsed.emotion not in emotions:
        return parsed, EmotionLeftOutError(name, parsed.emotion and emotion(parsed.emotion).caption)
    return parsed, None


def _only_emotion(name: str) -> str | None:
    stem = clip_stem(name)
    code = emotion_of_code(stem) if stem.isupper() else None  # a small letter is a version
    return code.id if code else emotion_of_word(stem)


def facts_of(name: str, naming: Convention | None, beside: Beside) -> CorpusFacts:
    """What is known of a new corpus: from a description beside the clips, else by its naming.

    Parameters
    ----------
    name : str
        Of the corpus.
    naming : Convention or None
    beside : Beside

    Returns
    -------
    facts : CorpusFacts
    """
    convention = naming.id if naming else None
    if beside.facts is not None:
        return dataclasses.replace(beside.facts, convention=convention)
    if naming is None:
        return CorpusFacts(title=name)
    if naming.id == audformat_files.ID and beside.database:
        return audformat_files.read_database(beside.database, name)[1]
    if not naming.expected:  # a mere way of naming knows only the language
        return CorpusFacts(title=name, language=naming.language, convention=convention)
    return CorpusFacts(
        title=naming.title,
        language=naming.language,
        licence=naming.licence,
        citation=naming.citation,
        convention=convention,
    )
