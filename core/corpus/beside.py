"""What lies beside the clips of a place and describes them: tables, a description, a database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.corpus import audformat_files, conventions
from core.corpus.clip_names import is_audio_name
from core.corpus.conventions.convention import Convention
from core.corpus.conventions.detection import MIN_SHARE, share_parsed
from core.corpus.conventions.manifest import (
    MANIFEST_EXTENSIONS,
    columns_of,
    guess_mapping,
    manifest_convention,
    read_rows,
)
from core.corpus.records import CorpusFacts
from core.corpus.sources import Source
from core.errors import MalgyeolError, ManifestError
from core.i18n import N_

__all__ = ["DESCRIPTION", "Beside", "described", "description", "look_beside"]

DESCRIPTION = "corpus.json"
MAX_BYTES = 20 * 2**20  # of one such file
_TOO_LARGE = N_("it has more than 20 MB")
_TEXTS = ("title", "licence", "citation", "note")


@dataclass(frozen=True)
class Beside:
    """Files that describe the clips they lie beside."""

    names: frozenset[str] = frozenset()  # of all these files
    tables: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    facts: CorpusFacts | None = None  # of a description that an export or the demo carries
    database: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    too_large: frozenset[str] = frozenset()  # names of those that were not even read

    def best_table(self, names: Sequence[str]) -> tuple[str, Convention] | None:
        """The table that knows most of some clips, where one knows at least half of them.

        Parameters
        ----------
        names : sequence of str

        Returns
        -------
        table : (str, Convention) or None
            Its name among `tables`, and what it says.
        """
        found = []
        for name, content in self.tables.items():
            try:
                convention = _read_table(content, name)
            except ManifestError:
                continue  # some other table
            exact = name.lower().endswith(("jsonl", "ndjson"))
            found.append((share_parsed(convention, names), exact, (name, convention)))
        share, _, best = max(found, key=lambda entry: entry[:2], default=(0.0, False, None))
        return best if share >= MIN_SHARE else None

    def unread(self, names: Sequence[str]) -> list[tuple[str, ManifestError]]:
        """The tables that cannot be used, where without one nothing tells what the clips are.

        Parameters
        ----------
        names : sequence of str
            Of the clips.

        Returns
        -------
        unread : list of (str, ManifestError)
            Each table and why; empty where names, another table or a database tell.
        """
        faults = [(name, ManifestError(name, _TOO_LARGE)) for name in sorted(self.too_large)]
        if self.database or conventions.detect(names) or self.best_table(names):
            return faults
        for name, content in self.tables.items():
            try:
                _read_table(content, name)
            except ManifestError as error:
                faults.append((name, error))
        return faults


def _read_table(content: bytes, name: str) -> Convention:
    rows = read_rows(content, name)
    return manifest_convention(rows, guess_mapping(columns_of(rows), name))


def look_beside(source: Source) -> Beside:
    """Read what describes the clips of a source; what cannot be read is left aside.

    Parameters
    ----------
    source : Source

    Returns
    -------
    beside : Beside
    """
    names: set[str] = set()
    too_large: set[str] = set()
    tables: dict[str, bytes] = {}
    database: dict[str, bytes] = {}
    facts = None
    for file in source.files:
        last = file.name.rpartition("/")[2]
        if is_audio_name(last) or not _describes(last):
            continue
        if file.size > MAX_BYTES:
            too_large.add(file.name)
            continue
        try:
            content = file.read()
        except MalgyeolError:
            continue  # it is named with its reason when the files are gone through
        names.add(file.name)
        if audformat_files.is_part(last):
            database.setdefault(last, content)
        elif last == DESCRIPTION:
            facts = facts or described(content)
        else:
            tables[file.name] = content
    if audformat_files.HEADER not in database:
        tables |= database
        database = {}
    return Beside(
        names=frozenset(names | too_large),
        tables=MappingProxyType(tables),
        facts=facts,
        database=MappingProxyType(database),
        too_large=frozenset(too_large),
    )


def _describes(last: str) -> bool:
    is_table = last.rpartition(".")[2].lower() in MANIFEST_EXTENSIONS
    return is_table or last == DESCRIPTION or audformat_files.is_part(last)


def description(facts: CorpusFacts) -> bytes:
    """What is known of a corpus, as the file that lies beside its clips.

    Parameters
    ----------
    facts : CorpusFacts

    Returns
    -------
    content : bytes
        JSON; `described` reads it.
    """
    document = {
        **{key: getattr(facts, key) for key in _TEXTS},
        "language": facts.language,
        "synthesised": facts.synthesised,
        "sentences": dict(facts.sentences),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def described(content: bytes) -> CorpusFacts | None:
    """What a description says of a corpus.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    facts : CorpusFacts or None
        None where it is no such description.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not _text(document, "title"):
        return None
    language = _text(document, "language")
    return CorpusFacts(
        **{key: _text(document, key) for key in _TEXTS},  # type: ignore[arg-type]
        language=language if language.isalpha() and len(language) == 2 else None,
        synthesised=document.get("synthesised") is True,
        sentences=_words(document.get("sentences")),
    )


def _text(document: dict[str, Any], key: str) -> str:
    value = document.get(key)
    return _whole(value)[:1_000] if isinstance(value, str) else ""


def _words(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else ()
    return {_whole(key): _whole(words) for key, words in pairs if isinstance(words, str)}


def _whole(text: str) -> str:
    """A text without halves of characters, which JSON can name and no catalog can hold."""
    return text.encode("utf-8", "replace").decode().strip()
