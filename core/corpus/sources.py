"""Where clips come from: single files, folders, zips, uploads, or a list of these.

A `Source` lists its files without reading them; each is read on its own, so one that is broken
spoils no other. Names are relative paths in NFC with forward slashes, as conventions parse them.
"""

import io
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from core.audio.sniff import HEAD_BYTES
from core.corpus.clip_names import name_parts
from core.corpus.junk import is_junk
from core.corpus.zip_names import decode_name
from core.corpus.zip_source import ARCHIVE_EXTENSIONS, foreign_archive, is_zip, list_zip
from core.errors import (
    FileTooLargeError,
    LinkError,
    MalgyeolError,
    NotAZipError,
    UnreadableFileError,
)
from core.i18n import N_
from core.settings import ArchiveLimits

__all__ = ["Place", "Source", "SourceFile", "Upload", "open_source"]


@dataclass(frozen=True)
class Upload:
    """A file as a browser sends it: its path within what was chosen, and its bytes."""

    name: str
    content: bytes = field(repr=False)


Place = str | Path | bytes | BinaryIO | Upload | Sequence["Place"]  # a BinaryIO may have a name

_MISSING = N_("it is not there")
_FORBIDDEN = N_("it may not be read")
_UNNAMED = "upload"


@dataclass(frozen=True)
class SourceFile:
    """One file of a source, not yet read."""

    name: str  # NFC, relative, forward slashes
    size: int  # bytes, as declared
    read: Callable[[], bytes] = field(repr=False)  # raises only MalgyeolError


@dataclass
class Source:
    """The files of a place; close it, or use it in a ``with``."""

    files: list[SourceFile] = field(default_factory=list)
    refused: list[tuple[str, MalgyeolError]] = field(default_factory=list)
    skipped: int = 0  # hidden and system files
    _open: ExitStack = field(default_factory=ExitStack, repr=False)

    def close(self) -> None:
        """Close what is open; nothing can be read afterwards."""
        self._open.close()

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_source(
    place: Place, *, name: str | None = None, limits: ArchiveLimits | None = None
) -> Source:
    """The files of a place, listed but not read.

    Parameters
    ----------
    place : path, bytes, binary file, Upload, or a sequence of these
        A folder is searched with all its folders, links that lead out of it are refused. A zip is
        recognised by its content and opened. A binary file may have a ``name``; of an `Upload`,
        the name keeps its folders.
    name : str, optional
        Name of bytes or of a file without one.
    limits : ArchiveLimits, optional

    Returns
    -------
    source : Source
        What cannot be used is in ``refused``, each with its reason.

    Raises
    ------
    UnreadableFileError
        If the place is not there or may not be read.
    ArchiveError
        If the place is an archive that cannot be opened at all. In a sequence, such a place is
        refused by itself and the others are listed.
    """
    limits = limits or ArchiveLimits()
    source = Source()
    try:
        if isinstance(place, Sequence) and not isinstance(place, str | bytes):
            for one in place:
                try:
                    _add(source, one, None, limits)
                except MalgyeolError as error:
                    source.refused.append((_name_of(one, None), error))
        else:
            _add(source, place, name, limits)
    except BaseException:
        source.close()
        raise
    return source


def _add(source: Source, place: Place, name: str | None, limits: ArchiveLimits) -> None:
    shown = _name_of(place, name)
    if isinstance(place, str | Path):
        path = Path(place)
        if path.is_dir():
            _add_folder(source, path, limits)
        else:
            _add_path(source, path, shown, limits)
    elif isinstance(place, bytes):
        _add_open_file(source, io.BytesIO(place), shown, limits)
    elif isinstance(place, Upload):
        _add_upload(source, place, limits)
    elif isinstance(place, Sequence):
        raise TypeError("A place in a list is a path, bytes or a file, not another list.")
    else:
        _add_open_file(source, place, shown, limits)


def _add_upload(source: Source, upload: Upload, limits: ArchiveLimits) -> None:
    shown = "/".join(part for part in name_parts(_text(upload.name)) if part != "..") or _UNNAMED
    if is_junk(shown):
        source.skipped += 1
    else:
        _add_open_file(source, io.BytesIO(upload.content), shown, limits)


def _name_of(place: Place, name: str | None) -> str:
    given = place.name if isinstance(place, Path) else getattr(place, "name", None)
    if isinstance(place, str):
        given = Path(place).name
    parts = name_parts(_text(name or (given if isinstance(given, str) else "")))
    return parts[-1] if parts else _UNNAMED


def _text(name: str) -> str:
    """A name as the file system gave it, without the stand-ins for bytes that are no UTF-8."""
    if name.isprintable() or not any("\ud800" <= c <= "\udfff" for c in name):
        return name
    return decode_name(name.encode("utf-8", "surrogateescape"), "cp949")


def _add_path(source: Source, path: Path, shown: str, limits: ArchiveLimits) -> None:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise LinkError(shown)
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(shown, error) from error
    with ExitStack() as undo:
        undo.callback(file.close)
        head = file.read(HEAD_BYTES)
        if _is_archive(head, shown):
            _add_zip(source, file, shown, limits)
            source._open.push(undo.pop_all())
            return
    source.files.append(_file(path, shown, facts.st_size, limits))


def _add_open_file(source: Source, file: BinaryIO, shown: str, limits: ArchiveLimits) -> None:
    file.seek(0)
    if _is_archive(file.read(HEAD_BYTES), shown):
        _add_zip(source, file, shown, limits)
        return
    size = file.seek(0, io.SEEK_END)
    if size > limits.max_entry_bytes:
        raise FileTooLargeError(shown, size, limits.max_entry_bytes)
    source.files.append(SourceFile(shown, size, partial(_read_open_file, file)))


def _is_archive(head: bytes, name: str) -> bool:
    """Whether a file is a zip; raises for other archives and for what only calls itself a zip."""
    if is_zip(head):
        return True
    kind = foreign_archive(head, name)
    if kind:
        raise NotAZipError(name, kind)
    return name.rpartition(".")[2].lower() in ARCHIVE_EXTENSIONS


def _add_zip(source: Source, file: BinaryIO, shown: str, limits: ArchiveLimits) -> None:
    listing = list_zip(file, shown, limits)
    source._open.callback(listing.close)
    source.files += [SourceFile(*entry) for entry in listing.files]
    source.refused += listing.refused
    source.skipped += listing.skipped


def _add_folder(source: Source, folder: Path, limits: ArchiveLimits) -> None:
    root = folder.resolve()

    def refuse(error: OSError) -> None:
        shown = _relative(Path(error.filename or root), root)
        source.refused.append((shown, _unreadable(shown, error)))

    for place, folders, names in os.walk(root, onerror=refuse):
        folders.sort()
        for name in sorted(names) + [f for f in folders if Path(place, f).is_symlink()]:
            path = Path(place, name)
            shown = _relative(path, root)
            if is_junk(shown):
                source.skipped += 1
                continue
            try:
                _add_from_folder(source, path, root, shown, limits)
            except MalgyeolError as error:
                source.refused.append((shown, error))
        folders[:] = [f for f in folders if not is_junk(f)]


def _add_from_folder(
    source: Source, path: Path, root: Path, shown: str, limits: ArchiveLimits
) -> None:
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root):
            raise LinkError(shown)
        if target.is_dir():
            return  # inside the folder: listed there already
    try:
        facts = path.stat()
    except OSError as error:
        raise _unreadable(shown, error) from error
    if not stat.S_ISREG(facts.st_mode):
        raise LinkError(shown)
    source.files.append(_file(path, shown, facts.st_size, limits))


def _relative(path: Path, root: Path) -> str:
    inner = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    return "/".join(name_parts(_text(inner.as_posix()))) or _text(root.name)


def _file(path: Path, shown: str, size: int, limits: ArchiveLimits) -> SourceFile:
    if size > limits.max_entry_bytes:
        raise FileTooLargeError(shown, size, limits.max_entry_bytes)
    return SourceFile(shown, size, partial(_read_path, path, shown, limits.max_entry_bytes))


def _read_path(path: Path, shown: str, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise _unreadable(shown, error) from error
    if len(content) > limit:  # it has grown since it was listed
        raise FileTooLargeError(shown, len(content), limit)
    return content


def _read_open_file(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _unreadable(name: str, error: OSError) -> UnreadableFileError:
    return UnreadableFileError(
        name, _MISSING if isinstance(error, FileNotFoundError) else _FORBIDDEN
    )
