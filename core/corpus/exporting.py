"""Export: a corpus as files in the original naming, with its manifest; whole or not at all.

What is written
---------------
``audio/`` with the clips, ``manifest.csv`` for people and spreadsheets, ``manifest.jsonl`` for
programs, ``corpus.json`` with what is known of the corpus. On request ``db.yaml`` and its table
for audformat. Importing the folder again gives the same labels.
"""

import json
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.corpus import audformat_files
from core.corpus.beside import DESCRIPTION, description
from core.corpus.catalog import Catalog
from core.corpus.clips import read_clip
from core.corpus.csv_text import csv_bytes
from core.corpus.export_names import export_names
from core.corpus.import_reading import Progress
from core.corpus.records import CorpusFacts, CorpusInfo, Utterance
from core.errors import (
    EmptyCorpusError,
    ExportPlaceError,
    MalgyeolError,
)
from core.files import full_disk_told
from core.i18n import N_

__all__ = ["ExportResult", "Extra", "export_corpus", "export_zip"]

AUDIO = "audio"
COLUMNS = (
    "file",
    "sentence",
    "speaker",
    "emotion",
    "take",
    "text",
    "name",
    "start",
    "end",
    "duration",
    "content",
    "correction",
    "flags",
)
_NOT_EMPTY = N_("something is in it already")
_NO_FOLDER = N_("it is a file")
_FORBIDDEN = N_("it cannot be written to")

Extra = Callable[[], dict[str, bytes]]  # more files by name, made at the end


@dataclass(frozen=True)
class ExportResult:
    """What an export wrote."""

    corpus: str
    place: Path
    files: tuple[str, ...]  # of the clips, relative
    refused: tuple[tuple[str, MalgyeolError], ...] = ()  # clips whose sound cannot be read

    @property
    def clips(self) -> int:
        """Number of clips."""
        return len(self.files)


def export_corpus(
    catalog: Catalog,
    corpus: str,
    folder: Path,
    *,
    audformat: bool = False,
    extra: Extra | None = None,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the active clips of a corpus into a folder.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    folder : Path
        Empty, or not there yet.
    audformat : bool
        Write an audformat database beside the rest.
    extra : callable, optional
        Gives more files to put beside them, such as a report.
    progress : callable, optional
        Called with clips done, clips in all, and seconds left (None at first). An exception of
        it ends the export, and nothing is kept.

    Returns
    -------
    result : ExportResult
        A clip that was not cut or corrected keeps its original bytes; another one is 16-bit WAV
        at 16 kHz.

    Raises
    ------
    UnknownCorpusError
        If there is no such corpus.
    EmptyCorpusError
        If it has no active clip.
    ExportPlaceError
        If the folder cannot take it.
    DiskFullError
        If there is no room left; nothing is kept then.
    AudformatMissingError
        If audformat is asked for and its package is not installed.
    """
    info = catalog.corpus(corpus)
    clips = catalog.utterances(corpus)
    if not clips:
        raise EmptyCorpusError(corpus)
    folder = Path(folder).resolve()
    with _new_folder(folder) as work:
        written, refused = _write_clips(catalog, clips, work / AUDIO, progress)
        facts = _facts(info, clips)
        _write_tables(work, facts, written)
        if audformat:
            audformat_files.write_database(work, facts, written)
        for name, content in (extra() if extra else {}).items():
            (work / name).write_bytes(content)
    return ExportResult(corpus, folder, tuple(file for file, _ in written), tuple(refused))


def export_zip(
    catalog: Catalog,
    corpus: str,
    file: Path,
    *,
    audformat: bool = False,
    extra: Extra | None = None,
    progress: Progress | None = None,
) -> ExportResult:
    """The same as a zip, for a download.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    file : Path
        An older one of this name is replaced.
    audformat, extra, progress
        As for `export_corpus`.

    Returns
    -------
    result : ExportResult

    Raises
    ------
    MalgyeolError
        As for `export_corpus`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    folder = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
    packed = folder.with_suffix(".zip")
    try:
        result = export_corpus(
            catalog, corpus, folder, audformat=audformat, extra=extra, progress=progress
        )
        with (
            full_disk_told(file.name),
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
        packed.replace(file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        packed.unlink(missing_ok=True)
    return ExportResult(corpus, file, result.files, result.refused)


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into that becomes ``folder`` at the end, or vanishes on any error."""
    if folder.exists() and not folder.is_dir():
        raise ExportPlaceError(folder.name, _NO_FOLDER)
    work = folder.with_name(f".{folder.name}.tmp-{secrets.token_hex(4)}")
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise ExportPlaceError(folder.name, _NOT_EMPTY)
        (work / AUDIO).mkdir(parents=True)
    except OSError as error:
        raise ExportPlaceError(folder.name, _FORBIDDEN) from error
    try:
        with full_disk_told(folder.name):
            yield work
            if folder.is_dir():
                folder.rmdir()
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_clips(
    catalog: Catalog, clips: Sequence[Utterance], folder: Path, progress: Progress | None
) -> tuple[list[tuple[str, Utterance]], list[tuple[str, MalgyeolError]]]:
    """Write the sounds; the clips that were written, and those that could not be read."""
    began, tell = time.monotonic(), progress or (lambda *_: None)
    names = export_names((clip, _extension(catalog, clip)) for clip in clips)
    written, refused = [], []
    tell(0, len(clips), None)
    for done, clip in enumerate(clips, start=1):
        try:
            content = _sound(catalog, clip)
        except MalgyeolError as error:
            refused.append((clip.name, error))
        else:
            (folder / names[clip.id]).write_bytes(content)
            written.append((f"{AUDIO}/{names[clip.id]}", clip))
        tell(done, len(clips), (time.monotonic() - began) / done * (len(clips) - done))
    return written, refused


def _is_whole(clip: Utterance) -> bool:
    """Whether a clip is its recording, neither cut nor corrected."""
    return clip.start == 0.0 and clip.end is None and not clip.correction


def _extension(catalog: Catalog, clip: Utterance) -> str:
    return catalog.audio_path(clip.content).suffix[1:] if _is_whole(clip) else "wav"


def _sound(catalog: Catalog, clip: Utterance) -> bytes:
    from core.audio import encode_wav

    if _is_whole(clip):
        return catalog.read_bytes(clip)
    return encode_wav(read_clip(catalog, clip).y)


def _facts(info: CorpusInfo, clips: Sequence[Utterance]) -> CorpusFacts:
    return CorpusFacts(
        title=info.title,
        language=info.language,
        licence=info.licence,
        citation=info.citation,
        synthesised=info.synthesised,
        note=info.note,
        sentences={c.sentence: c.sentence_text for c in clips if c.sentence and c.sentence_text},
    )


def _write_tables(folder: Path, facts: CorpusFacts, clips: Sequence[tuple[str, Utterance]]) -> None:
    rows = [_manifest_row(file, clip) for file, clip in clips]
    table = csv_bytes(
        COLUMNS, [[" ".join(v) if isinstance(v, tuple) else v for v in row] for row in rows]
    )
    lines = [
        json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows
    ]
    (folder / "manifest.csv").write_bytes(table)
    (folder / "manifest.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / DESCRIPTION).write_bytes(description(facts))


def _manifest_row(file: str, clip: Utterance) -> tuple[object, ...]:
    return (
        file,
        clip.sentence,
        clip.speaker,
        clip.emotion,
        clip.take,
        clip.sentence_text,
        clip.name,
        clip.start,
        clip.end,
        round(clip.duration, 6),
        clip.content,
        clip.correction,
        clip.flags,
    )
