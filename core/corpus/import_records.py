"""The records of an import: what was heard, what is proposed, what became of each file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from core.corpus.beside import Beside
from core.corpus.conventions import Convention, ParsedName
from core.corpus.records import CorpusFacts, NewUtterance, Recording
from core.errors import MalgyeolError

__all__ = [
    "FIELDS",
    "HeardFile",
    "ImportPreview",
    "ImportResult",
    "ImportedFile",
    "Listing",
    "PreviewRow",
    "RowState",
    "Verdict",
    "new_utterance",
]

FIELDS = ("sentence", "speaker", "emotion")  # what a person can fill in

Verdict = Literal["new", "duplicate", "refused", "skipped"]
# "ok" comes in; "unparsed" waits for a person; "filtered" was not chosen
RowState = Literal["ok", "unparsed", "refused", "duplicate", "filtered"]


@dataclass(frozen=True)
class HeardFile:
    """A file after somebody listened to it: its recording, or what is wrong with it."""

    name: str
    recording: Recording | None = None
    error: MalgyeolError | None = None


@dataclass(frozen=True)
class Listing:
    """Everything at a place, heard once; naming it is tried on this as often as one likes."""

    place: str  # as the user knows it
    files: tuple[HeardFile, ...]
    beside: Beside = field(default_factory=Beside, repr=False)
    ignored: int = 0  # hidden and system files

    @property
    def names(self) -> list[str]:
        """The names of all files."""
        return [file.name for file in self.files]


@dataclass(frozen=True)
class PreviewRow:
    """What would become of one file."""

    number: int  # its place in the list
    file: str
    state: RowState
    sentence: str | None = None
    speaker: str | None = None
    emotion: str | None = None
    take: int | None = None
    text: str | None = None
    reason: MalgyeolError | None = None  # of every state but "ok" and "duplicate"
    recording: Recording | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do, file by file; `confirm_import` does exactly this."""

    corpus: str
    place: str
    convention: Convention | None
    rows: tuple[PreviewRow, ...]
    facts: CorpusFacts
    ignored: int = 0

    @property
    def counts(self) -> dict[RowState, int]:
        """Number of files by state; each state is there."""
        counts: dict[RowState, int] = {
            "ok": 0,
            "unparsed": 0,
            "duplicate": 0,
            "filtered": 0,
            "refused": 0,
        }
        for row in self.rows:
            counts[row.state] += 1
        return counts

    @property
    def unknown_labels(self) -> dict[str, int]:
        """Labels that are no emotion known here, with the number of clips that have them."""
        found: dict[str, int] = {}
        for row in self.rows:
            label = getattr(row.reason, "found", None) if row.state == "unparsed" else None
            if label is not None:
                found[label] = found.get(label, 0) + 1
        return found


@dataclass(frozen=True)
class ImportedFile:
    """What became of one file."""

    name: str
    verdict: Verdict
    parsed: ParsedName | None = None
    recording: Recording | None = None
    error: MalgyeolError | None = None  # why it was refused or skipped


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or with ``dry_run`` would do."""

    corpus: str
    convention: str | None  # None when the names follow none
    dry_run: bool
    files: tuple[ImportedFile, ...]
    ignored: int = 0  # hidden and system files
    import_id: int | None = None  # for `Catalog.undo_import`; None when nothing came in

    @property
    def imported(self) -> int:
        """Number of new clips."""
        return sum(file.verdict == "new" for file in self.files)

    @property
    def duplicates(self) -> int:
        """Number of files whose exact content the corpus has already."""
        return sum(file.verdict == "duplicate" for file in self.files)

    @property
    def refused(self) -> list[tuple[str, MalgyeolError]]:
        """Files that cannot be used, each with its reason."""
        return [(f.name, f.error) for f in self.files if f.verdict == "refused" and f.error]

    @property
    def skipped(self) -> list[tuple[str, MalgyeolError]]:
        """Files that were left out, each with its reason."""
        return [(f.name, f.error) for f in self.files if f.verdict == "skipped" and f.error]

    @property
    def speakers(self) -> dict[str, int]:
        """Number of new clips of each speaker."""
        return self._counts("speaker")

    @property
    def sentences(self) -> dict[str, int]:
        """Number of new clips of each sentence."""
        return self._counts("sentence")

    @property
    def emotions(self) -> dict[str, int]:
        """Number of new clips of each emotion."""
        return self._counts("emotion")

    def _counts(self, label: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for file in self.files:
            value = getattr(file.parsed, label, None)
            if file.verdict == "new" and value is not None:
                counts[value] = counts.get(value, 0) + 1
        return counts


def new_utterance(file: ImportedFile) -> NewUtterance:
    """The row that a new file becomes.

    Parameters
    ----------
    file : ImportedFile
        With labels and recording.

    Returns
    -------
    utterance : NewUtterance
    """
    assert file.parsed is not None
    assert file.recording is not None
    return NewUtterance(
        recording=file.recording,
        name=file.name,
        sentence=file.parsed.sentence,
        speaker=file.parsed.speaker,
        emotion=file.parsed.emotion,
        take=file.parsed.take or 1,
        sentence_text=file.parsed.text,
    )


def corrected(parsed: ParsedName | None, correction: Mapping[str, str | None]) -> ParsedName:
    """What a name says, with what a person filled in instead.

    Parameters
    ----------
    parsed : ParsedName or None
    correction : mapping of str to str or None
        By field of `FIELDS`; an empty value clears the field.

    Returns
    -------
    parsed : ParsedName
    """
    values = {key: (correction[key] or "").strip() or None for key in FIELDS if key in correction}
    merged = replace(parsed or ParsedName(), **values)  # type: ignore[arg-type]
    if "sentence" in values and parsed is not None and values["sentence"] != parsed.sentence:
        merged = replace(merged, text=None)  # they were another sentence's words
    return replace(merged, unknown_emotion=None) if "emotion" in values else merged
