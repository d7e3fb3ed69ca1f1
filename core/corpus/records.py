"""The frozen records that the catalog hands out and takes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

__all__ = [
    "CorpusFacts",
    "CorpusInfo",
    "CrossTable",
    "ImportOrigin",
    "ImportRecord",
    "LabelChange",
    "NewUtterance",
    "Recording",
    "Snapshot",
    "Status",
    "Utterance",
]

Status = Literal["active", "disabled"]


@dataclass(frozen=True)
class Recording:
    """A sound file as it was given, known by its content."""

    content: str  # SHA-256 of the original bytes, hexadecimal
    extension: str
    size: int  # bytes
    duration: float  # s
    source_sr: int  # Hz
    source_channels: int
    format: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewUtterance:
    """An utterance on its way into the catalog."""

    recording: Recording
    name: str  # NFC, relative to what was imported
    sentence: str | None = None
    speaker: str | None = None
    emotion: str | None = None
    take: int = 1
    sentence_text: str | None = None
    start: float = 0.0  # s
    end: float | None = None  # s; None means to the end of the recording


@dataclass(frozen=True)
class Utterance:
    """A labelled piece of a recording; what is not known is None."""

    id: int
    corpus: str
    name: str
    content: str
    start: float  # s
    end: float | None  # s; None means to the end of the recording
    duration: float  # s
    sentence: str | None
    sentence_text: str | None
    speaker: str | None
    emotion: str | None
    take: int
    status: Status
    flags: tuple[str, ...] = ()
    correction: str = ""  # digest of the chain of corrections, "" for none


@dataclass(frozen=True)
class CorpusFacts:
    """What is known of a corpus apart from its clips; kept when the corpus is made."""

    title: str
    language: str | None = None  # ISO 639-1
    licence: str = ""
    citation: str = ""
    synthesised: bool = False
    note: str = ""
    convention: str | None = None
    sentences: Mapping[str, str] = field(default_factory=dict)  # words by the sentence's code


@dataclass(frozen=True)
class ImportOrigin:
    """Where the clips of an import come from."""

    place: str  # folder, zip or upload, as the user knows it
    convention: str | None = None


@dataclass(frozen=True)
class ImportRecord:
    """An import that brought something."""

    id: int
    corpus: str
    at: float  # Unix seconds
    place: str
    convention: str | None
    n: int  # clips that it brought
    removed: float | None  # Unix seconds; None while its clips are in the corpus


@dataclass(frozen=True)
class CorpusInfo:
    """A corpus with the counts of its active utterances."""

    name: str
    title: str
    language: str | None
    licence: str
    citation: str
    synthesised: bool
    note: str
    n_utterances: int
    n_speakers: int
    n_sentences: int
    duration: float  # s
    emotions: dict[str, int] = field(default_factory=dict)  # in the fixed order of emotions


@dataclass(frozen=True)
class CrossTable:
    """How often each value of one label meets each value of another."""

    rows: tuple[str | None, ...]
    columns: tuple[str | None, ...]
    counts: np.ndarray  # (n_rows, n_columns) int


@dataclass(frozen=True)
class LabelChange:
    """One entry of an utterance's history."""

    change: int  # id of the change set; several utterances may share it
    at: float  # Unix seconds
    by: str
    field: str
    before: object
    after: object
    undoes: int | None  # id of the change that this one takes back


@dataclass(frozen=True)
class Snapshot:
    """Exactly the clips and labels of a moment, in an order that every machine agrees on."""

    digest: str
    corpus: str
    emotions: tuple[str, ...]
    utterances: tuple[Utterance, ...]
