"""The files in a zip, one by one, within limits; a bad one never fails the rest.

Nothing is ever unpacked to disk under a name of the zip's choosing: an entry becomes bytes in
memory, read in pieces and never beyond the limits. Sizes written in a zip may lie, so they are
checked when they are read and again while the bytes come.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from core.audio.sniff import HEAD_BYTES, looks_like
from core.corpus.junk import is_junk
from core.corpus.zip_directory import MendedFile, find_directory
from core.corpus.zip_names import (
    Encoding,
    decode_name,
    harmless_name,
    sniff_encoding,
    unicode_path,
)
from core.errors import (
    ArchiveExpandsError,
    ArchiveTooLargeError,
    DamagedArchiveError,
    DamagedEntryError,
    EncryptedEntryError,
    FileTooLargeError,
    FolderTooDeepError,
    LinkError,
    MalgyeolError,
    NestedArchiveError,
    NotAZipError,
    SuspiciousEntryError,
    TooManyEntriesError,
    UnsupportedCompressionError,
    UnusableNameError,
)
from core.settings import ArchiveLimits

__all__ = ["ARCHIVE_EXTENSIONS", "ZipListing", "foreign_archive", "is_zip", "list_zip"]

ARCHIVE_EXTENSIONS: frozenset[str] = frozenset(
    {"zip", "7z", "rar", "alz", "egg", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "lzh", "jar"}
)
_FOREIGN_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"ALZ\x01", b"EGGA", b"Rar!", b"\x1f\x8b")
_ZIP_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_PIECE = 2**16  # bytes read at a time
_BYTES_PER_ENTRY = 1024  # of the table of contents, far above any honest zip's mean
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # these unpack within any bound asked for
_ENCRYPTED = 0x1
_UTF8_FLAG = 1 << 11
_UNIX = 3
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,  # an offset before the beginning, a name that is no UTF-8
    struct.error,
)


@dataclass
class ZipListing:
    """What a zip holds: entries to read, entries refused, and how many were only junk."""

    files: list[tuple[str, int, Callable[[], bytes]]] = field(default_factory=list)
    refused: list[tuple[str, MalgyeolError]] = field(default_factory=list)
    skipped: int = 0
    close: Callable[[], None] = lambda: None


def is_zip(head: bytes) -> bool:
    """Whether a file begins as a zip does.

    Parameters
    ----------
    head : bytes
        First bytes of the file.

    Returns
    -------
    zip : bool
    """
    return head.startswith(_ZIP_BEGINNINGS)


def foreign_archive(head: bytes, name: str) -> str | None:
    """What kind of archive, other than zip, a file is.

    Parameters
    ----------
    head : bytes
        First `core.audio.sniff.HEAD_BYTES` bytes.
    name : str
        File name.

    Returns
    -------
    kind : str or None
        Message id; None if it is no archive known here.
    """
    return looks_like(head, name) if head.startswith(_FOREIGN_ARCHIVES) else None


def list_zip(file: BinaryIO, name: str, limits: ArchiveLimits | None = None) -> ZipListing:
    """The entries of a zip.

    Parameters
    ----------
    file : binary file
        Seekable; must stay open as long as entries are read.
    name : str
        The zip's own name, for messages.
    limits : ArchiveLimits, optional

    Returns
    -------
    listing : ZipListing
        Names are relative paths in NFC; two entries may bear the same. Reading an entry raises
        nothing but `core.errors.MalgyeolError`.

    Raises
    ------
    ArchiveTooLargeError, TooManyEntriesError, ArchiveExpandsError
        If the zip as a whole is beyond the limits.
    NotAZipError
        If it is something else, as its first bytes show.
    DamagedArchiveError
        If its table of contents is missing or broken.
    """
    limits = limits or ArchiveLimits()
    size = file.seek(0, io.SEEK_END)
    if size > limits.max_bytes:
        raise ArchiveTooLargeError(name, size, limits.max_bytes)
    archive = _open(file, name, limits)
    entries = archive.infolist()
    if len(entries) > limits.max_entries:
        raise TooManyEntriesError(name, limits.max_entries)
    listing, total = ZipListing(close=archive.close), 0
    encoding = sniff_encoding([_raw_name(e) for e in entries if not e.flag_bits & _UTF8_FLAG])
    for entry in entries:
        shown = _shown_name(entry, encoding)
        if shown.endswith(("/", "\\")):  # not `is_dir`, which fails on an empty name
            continue
        if is_junk(shown):
            listing.skipped += 1
            continue
        entry_name = harmless_name(shown)
        refusal = _refusal(entry, entry_name, size, limits)
        if refusal is not None:
            listing.refused.append((entry_name or shown, refusal))
            continue
        total += entry.file_size
        read = partial(_read_entry, archive, entry, entry_name)
        listing.files.append((entry_name, entry.file_size, read))
    if total > limits.max_total_bytes:
        raise ArchiveExpandsError(name, total, limits.max_total_bytes)
    return listing


def _open(file: BinaryIO, name: str, limits: ArchiveLimits) -> zipfile.ZipFile:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    directory = find_directory(file)
    if directory is None:
        if is_zip(head):
            raise DamagedArchiveError(name)
        raise NotAZipError(name, looks_like(head, name))
    if directory.size > limits.max_entries * _BYTES_PER_ENTRY:
        raise TooManyEntriesError(name, limits.max_entries)
    try:
        return zipfile.ZipFile(file)
    except UnicodeDecodeError:
        pass  # one name breaks the whole table: mend it
    except _BROKEN as error:
        raise DamagedArchiveError(name) from error
    try:
        return zipfile.ZipFile(io.BufferedReader(MendedFile(file, directory)))
    except _BROKEN as error:
        raise DamagedArchiveError(name) from error


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    flagged = entry.flag_bits & _UTF8_FLAG
    return entry.orig_filename.encode("utf-8" if flagged else "cp437", errors="replace")


def _shown_name(entry: zipfile.ZipInfo, encoding: Encoding) -> str:
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    raw = _raw_name(entry)
    return unicode_path(entry.extra, raw) or decode_name(raw, encoding)


def _refusal(
    entry: zipfile.ZipInfo, name: str, zip_size: int, limits: ArchiveLimits
) -> MalgyeolError | None:
    """Why an entry is not even tried, or None."""
    mode = entry.external_attr >> 16 if entry.create_system == _UNIX else 0
    depth = name.count("/")
    packed = max(1, min(entry.compress_size, zip_size))  # what is claimed cannot exceed the zip
    ratio = entry.file_size / packed
    if not name or "\0" in entry.orig_filename:
        return UnusableNameError(name or entry.orig_filename.split("\0")[0])
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return LinkError(name)
    if entry.flag_bits & _ENCRYPTED:
        return EncryptedEntryError(name)
    if entry.compress_type not in _METHODS:
        return UnsupportedCompressionError(name, entry.compress_type)
    if name.rpartition(".")[2].lower() in ARCHIVE_EXTENSIONS:
        return NestedArchiveError(name)
    if depth > limits.max_depth:
        return FolderTooDeepError(name, depth, limits.max_depth)
    if ratio > limits.max_ratio and entry.file_size > limits.ratio_from_bytes:
        return SuspiciousEntryError(name, ratio, limits.max_ratio)
    if entry.file_size > limits.max_entry_bytes:
        return FileTooLargeError(name, entry.file_size, limits.max_entry_bytes)
    return None


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of an entry that `_refusal` let pass.

    `zipfile` never gives more than the declared size, which is within the limits; a CRC tells
    whether that was all of it.
    """
    if archive.fp is None:
        raise ValueError("This source was closed; read its files before that.")
    content = io.BytesIO()
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                content.write(piece)
    except _BROKEN as error:
        raise DamagedEntryError(name) from error
    if content.tell() != entry.file_size:
        raise DamagedEntryError(name)
    data = content.getvalue()
    if is_zip(data) or foreign_archive(data[:HEAD_BYTES], name):
        raise NestedArchiveError(name)
    return data
