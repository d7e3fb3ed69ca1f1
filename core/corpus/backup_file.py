"""The backup file: a zip of the workspace's files and a manifest with the hash of each.

Conventions
-----------
Members are ``catalog.db``, ``audio/…``, ``runs/…``, ``quarantine/…`` and ``models/…``; the last
one is ``manifest.json``. Nothing is believed that the manifest does not name with size and
SHA-256, and the manifest itself is held by the checksum of the zip.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import BackupDamagedError, BackupTooNewError, NotABackupError
from core.i18n import N_

__all__ = [
    "CATALOG",
    "FORMAT",
    "KEPT",
    "MANIFEST",
    "Manifest",
    "Member",
    "copy",
    "opened",
    "unpack",
]

FORMAT = 1
MANIFEST = "manifest.json"
CATALOG = "catalog.db"
KEPT = ("audio", "runs", "quarantine", "models")  # folders; what is derived is left out
APPLICATION = "malgyeol-backup"
_MANIFEST_BYTES = 2**24, 2**10  # of what is missing, and for each file that is there
_BLOCK = 2**20  # bytes
_SHOWN = 120  # characters of a foreign name

_OTHER_FILES = N_("it holds other files than its manifest names")
_OTHER_BYTES = N_("its bytes are not those that were written")
_UNREADABLE = N_("it cannot be unpacked")
_FOREIGN_NAME = N_("its name is none that Malgyeol writes")
_NO_MANIFEST = N_("it is no manifest that can be read")
# A name that is the same path on every system; recordings are named by their content alone.
_SAFE = re.compile(
    r"catalog\.db|audio/[0-9a-f]{2}/[0-9a-f]{64}\.[0-9a-z]{1,8}"
    r"|(?:runs|quarantine)(?:/[^/\\:\0]+)+|models/(?:[^/\\:\0]+/)*(?:active|[^/\\:\0]+\.malgyeol)"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
# Everything that the zip module raises on damaged files.
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


@dataclass(frozen=True)
class Member:
    """One file of a backup."""

    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    created: str  # ISO 8601, UTC
    members: Mapping[str, Member]
    missing: tuple[str, ...] = ()  # recordings that were gone or changed when it was made
    tables: int = 0  # version of the catalog's tables

    def to_json(self) -> bytes:
        """The manifest as it stands in the file."""
        document = {
            "application": APPLICATION,
            "format": FORMAT,
            "created": self.created,
            "tables": self.tables,
            "missing": list(self.missing),
            "members": {n: [m.size, m.sha256] for n, m in sorted(self.members.items())},
        }
        return json.dumps(document, ensure_ascii=False, indent=0).encode()


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and its manifest; names and list of members are checked, contents not yet.

    Parameters
    ----------
    path : Path

    Yields
    ------
    archive : zipfile.ZipFile
    manifest : Manifest

    Raises
    ------
    NotABackupError, BackupTooNewError, BackupDamagedError
    """
    try:
        archive = zipfile.ZipFile(path)
    except _FAILURES as error:
        raise NotABackupError(path.name) from error
    with archive:
        manifest = _manifest(archive, path.name)
        names = [info.filename for info in archive.infolist()]
        if sorted(names) != sorted([*manifest.members, MANIFEST]):
            raise BackupDamagedError(path.name, MANIFEST, _OTHER_FILES)
        for name, member in manifest.members.items():
            if not _SAFE.fullmatch(name) or ".." in name.split("/") or "." in name.split("/"):
                raise BackupDamagedError(path.name, _plain(name), _FOREIGN_NAME)
            if archive.getinfo(name).file_size != member.size:
                raise BackupDamagedError(path.name, name, _OTHER_BYTES)
        yield archive, manifest


def _plain(name: str) -> str:
    """A foreign name for a message: of a readable length, and nothing in it works on a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name[:_SHOWN])


def _manifest(archive: zipfile.ZipFile, shown: str) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise NotABackupError(shown) from None
    try:
        most, each = _MANIFEST_BYTES
        if info.file_size > most + each * len(archive.infolist()):
            raise ValueError(info.file_size)
        document = json.loads(archive.read(info))
        return _read_document(document, shown)
    except (*_FAILURES, TypeError, KeyError, AttributeError) as error:
        raise BackupDamagedError(shown, MANIFEST, _NO_MANIFEST) from error


def _read_document(document: Any, shown: str) -> Manifest:
    if document.get("application") != APPLICATION:
        raise NotABackupError(shown)
    found = int(document["format"])
    if found > FORMAT:
        raise BackupTooNewError(shown, found, FORMAT)
    members = {}
    for name, (size, digest) in document["members"].items():
        if type(size) is not int or size < 0 or not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(name)
        members[name] = Member(size, digest)
    if CATALOG not in members or not _MOMENT.fullmatch(document["created"]):
        raise KeyError(CATALOG)
    return Manifest(
        created=document["created"],
        members=members,
        missing=tuple(map(str, document["missing"])),
        tables=int(document["tables"]),
    )


def copy(source: BinaryIO, target: BinaryIO) -> Member:
    """Copy a file block by block, and say what was copied.

    Parameters
    ----------
    source, target : binary file

    Returns
    -------
    member : Member
    """
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        target.write(block)
        digest.update(block)
        size += len(block)
    return Member(size, digest.hexdigest())


def unpack(archive: zipfile.ZipFile, name: str, expected: Member, target: BinaryIO) -> None:
    """Write a member of a backup, if it is what the manifest says.

    Parameters
    ----------
    archive : zipfile.ZipFile
    name : str
    expected : Member
    target : binary file

    Raises
    ------
    BackupDamagedError
        If it is not.
    OSError
        If it cannot be written.
    """
    shown = Path(archive.filename or "").name
    try:
        source = archive.open(name)
    except _FAILURES as error:
        raise BackupDamagedError(shown, name, _UNREADABLE) from error
    with source:
        found = copy(_Checked(source, expected.size, shown, name), target)  # type: ignore[arg-type]
    if found != expected:
        raise BackupDamagedError(shown, name, _OTHER_BYTES)


class _Checked:
    """A member that never gives more than was promised, and whose failures have our type."""

    def __init__(self, source: Any, size: int, shown: str, name: str):
        self._source, self._left, self._shown, self._name = source, size + 1, shown, name

    def read(self, n: int) -> bytes:
        try:
            block = self._source.read(min(n, self._left))
        except _FAILURES as error:
            raise BackupDamagedError(self._shown, self._name, _UNREADABLE) from error
        self._left -= len(block)
        return block
