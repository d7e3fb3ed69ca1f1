"""Import: a folder, a zip, a file or uploads become utterances of a corpus.

Conventions
-----------
Files are read, decoded and stored one by one; their rows follow in one transaction at the end. So
a bad file never spoils the rest, and an import that breaks off leaves the corpus as it was. What
is known by its content is neither decoded nor stored again.
"""

import contextlib
import os
import time
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from core.corpus import conventions
from core.corpus.catalog import Catalog
from core.corpus.clip_names import is_audio_name
from core.corpus.conventions import Convention, ParsedName
from core.corpus.recordings import discard_unlisted, known_pieces
from core.corpus.records import CorpusFacts, NewUtterance, Recording
from core.corpus.sources import Place, Source, SourceFile, open_source
from core.corpus.storage import extension_of_format
from core.emotions import emotion
from core.errors import (
    CatalogError,
    CorpusNameError,
    EmotionLeftOutError,
    MalgyeolError,
    NothingToImportError,
    UnparsedNameError,
)
from core.i18n import N_

__all__ = ["AUTO", "ImportResult", "ImportedFile", "Verdict", "import_path"]

AUTO = "auto"  # the convention that the names follow
MAX_NAME = 80  # characters of a corpus name
_BATCH = 16  # files between two progress reports
_ANY_NAMING = N_("of any corpus known here")

Verdict = Literal["new", "duplicate", "refused", "skipped"]
Progress = Callable[[int, int, float | None], None]  # done, total, seconds left


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


def import_path(
    catalog: Catalog,
    path: Place,
    *,
    corpus: str | None = None,
    convention: str = AUTO,
    emotions: Sequence[str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    facts: CorpusFacts | None = None,
) -> ImportResult:
    """Import labelled recordings into a corpus.

    Parameters
    ----------
    catalog : Catalog
    path : path, bytes, binary file, or a sequence of these
        A folder, a zip, a sound file, or uploads.
    corpus : str, optional
        Name in the catalog; the folder's or file's own name by default. A corpus that is there
        already grows.
    convention : str
        Id of a naming convention, or ``"auto"``.
    emotions : sequence of str, optional
        Only these; clips of others are skipped.
    dry_run : bool
        Look at everything, but keep nothing.
    progress : callable, optional
        Called with files done, files in all, and seconds left (None at first).
    facts : CorpusFacts, optional
        Title, licence and so on of a new corpus; the convention's by default.

    Returns
    -------
    result : ImportResult

    Raises
    ------
    NothingToImportError
        If the place holds no file at all.
    CatalogError
        If the workspace cannot be written; nothing of the import is kept then.
    MalgyeolError
        If the place, the corpus name, the convention or an emotion is none that can be used.
    """
    name = _corpus_name(corpus if corpus is not None else _name_of_place(path))
    chosen = None if emotions is None else frozenset(emotion(e).id for e in emotions)
    with open_source(path) as source:
        naming = _naming(convention, source)
        reader = _Reader(catalog, naming, chosen, store=not dry_run)
        with reader:
            files = _told_apart(catalog, name, _refusals(source) + reader.read(source, progress))
            if all(f.verdict == "skipped" and not is_audio_name(f.name) for f in files):
                raise NothingToImportError(_name_of_place(path), len(files) + source.skipped)
            if not dry_run:
                files = _keep(catalog, name, facts or _facts(name, naming), files)
    return ImportResult(name, naming.id if naming else None, dry_run, tuple(files), source.skipped)


def _name_of_place(place: Place) -> str:
    if isinstance(place, str | Path):
        path = Path(place).resolve()
        return path.name if path.is_dir() else path.stem
    if isinstance(place, Sequence) and not isinstance(place, bytes):
        return _name_of_place(place[0]) if place else ""
    return Path(str(getattr(place, "name", "upload"))).stem


def _corpus_name(text: str) -> str:
    """A name as the catalog keeps it."""
    name = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise CorpusNameError(text, MAX_NAME)
    return name


def _naming(convention: str, source: Source) -> Convention | None:
    if convention != AUTO:
        return conventions.by_id(convention)
    return conventions.detect([file.name for file in source.files])


def _facts(name: str, naming: Convention | None) -> CorpusFacts:
    """What a convention knows of its corpus; a mere way of naming knows only the language."""
    if naming is None:
        return CorpusFacts(title=name)
    if not naming.expected:
        return CorpusFacts(title=name, language=naming.language, convention=naming.id)
    return CorpusFacts(
        title=naming.title,
        language=naming.language,
        licence=naming.licence,
        citation=naming.citation,
        convention=naming.id,
    )


def _refusals(source: Source) -> list[ImportedFile]:
    return [ImportedFile(name, "refused", error=error) for name, error in source.refused]


class _Reader:
    """Reads files, several at a time; takes back what it stored when the import fails."""

    def __init__(
        self,
        catalog: Catalog,
        naming: Convention | None,
        emotions: frozenset[str] | None,
        *,
        store: bool,
    ):
        self._catalog, self._naming, self._emotions = catalog, naming, emotions
        self._store = store
        self._stored: list[Recording] = []

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and self._stored:
            with contextlib.suppress(CatalogError):  # the first error is the one to hear of
                discard_unlisted(self._catalog.database, self._catalog.store, self._stored)

    def read(self, source: Source, progress: Progress | None) -> list[ImportedFile]:
        """Every file with its labels and its recording, or with what is wrong with it."""
        began, files = time.monotonic(), source.files
        done: list[ImportedFile] = []
        tell = progress or (lambda *_: None)
        tell(0, len(files), None)
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # waits for all, also on an error
            for start in range(0, len(files), _BATCH):
                done += threads.map(self._read_file, files[start : start + _BATCH])
                left = (time.monotonic() - began) / len(done) * (len(files) - len(done))
                tell(len(done), len(files), left)
        return done

    def _read_file(self, file: SourceFile) -> ImportedFile:
        naming = self._naming
        parsed = naming.parse_name(file.name) if naming else None
        if parsed is None:
            error = UnparsedNameError(file.name, naming.title if naming else _ANY_NAMING)
            return ImportedFile(file.name, "skipped", error=error)
        if self._emotions is not None and parsed.emotion not in self._emotions:
            left_out = EmotionLeftOutError(file.name, parsed.emotion)
            return ImportedFile(file.name, "skipped", parsed, error=left_out)
        try:
            return ImportedFile(file.name, "new", parsed, self._read_recording(file))
        except CatalogError:
            raise  # the workspace's fault, not the file's
        except MalgyeolError as refusal:
            return ImportedFile(file.name, "refused", parsed, error=refusal)

    def _read_recording(self, file: SourceFile) -> Recording:
        """The recording of a file: known by its content, or decoded; then put into the store."""
        from core.audio import content_digest

        data = file.read()
        content = content_digest(data)
        recording = self._catalog.recording(content) or _decoded(file.name, data)
        if self._store:
            self._put(recording, data)
        return recording

    def _put(self, recording: Recording, data: bytes) -> None:
        """Store the bytes; those of a known recording too, in case that its file was lost."""
        try:
            new = self._catalog.store.put(recording.content, recording.extension, data)
        except BaseException:
            self._stored.append(recording)  # it may be there in spite of the error
            raise
        if new:
            self._stored.append(recording)


def _decoded(name: str, data: bytes) -> Recording:
    from core.audio import decode

    sound = decode(data, name=name)
    return Recording(
        content=sound.content,
        extension=extension_of_format(sound.format),
        size=len(data),
        duration=sound.duration,
        source_sr=sound.source_sr,
        source_channels=sound.source_channels,
        format=sound.format,
        flags=sound.flags,
    )


def _told_apart(catalog: Catalog, corpus: str, files: Sequence[ImportedFile]) -> list[ImportedFile]:
    """The same files, those whose exact content came before marked as duplicates."""
    known = {content for content, _, _ in known_pieces(catalog.database.connection, corpus)}
    marked = []
    for file in files:
        content = file.recording.content if file.recording else None
        if content in known:
            file = replace(file, verdict="duplicate")
        elif content is not None:
            known.add(content)
        marked.append(file)
    return marked


def _keep(
    catalog: Catalog, corpus: str, facts: CorpusFacts, files: Sequence[ImportedFile]
) -> list[ImportedFile]:
    """Write the rows of the new files; another import may have been quicker with some of them."""
    new = [file for file in files if file.verdict == "new"]
    if not new:
        return list(files)
    ids = iter(catalog.add(corpus, facts, [_new_utterance(file) for file in new]))
    return [
        replace(file, verdict="duplicate") if file.verdict == "new" and next(ids) is None else file
        for file in files
    ]


def _new_utterance(file: ImportedFile) -> NewUtterance:
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
