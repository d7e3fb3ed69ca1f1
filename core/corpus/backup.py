"""Backup and restore: everything that the team made, in one file, and back again.

Conventions
-----------
A backup can be made while people work: the catalog is copied as it is at one moment, recordings
never change. A restore looks at every byte before it puts anything in place; what was there is
set aside under a name of its own, never deleted.
"""

import errno
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.corpus.backup_catalog import check_catalog
from core.corpus.backup_contents import files_to_keep, recordings_in
from core.corpus.backup_file import (
    CATALOG,
    KEPT,
    MANIFEST,
    Manifest,
    Member,
    copy,
    opened,
    unpack,
)
from core.corpus.catalog import Catalog
from core.corpus.schema import MIGRATIONS
from core.corpus.workspace_swap import (
    STAGING,
    hand_out_models,
    put_in_place,
    remove_left_overs,
)
from core.errors import (
    BackupExistsError,
    BackupPlaceError,
    CatalogTooNewError,
    DiskFullError,
    UnreadableFileError,
    WorkspaceFilledError,
)
from core.files import TEMPORARY, full_disk_told
from core.i18n import N_
from core.settings import Workspace

__all__ = ["BackupReport", "RestoreReport", "back_up", "restore"]

Progress = Callable[[int, int], None]  # files done, files in all

_LEFT_OVER = 3_600.0  # s; no backup copies the catalog that long
_MISSING = N_("it is not there")
_FORBIDDEN = N_("it may not be read")
_NO_FOLDER = N_("it is no folder")
_REFUSED = N_("the disk does not take it")
_REASONS = {  # by what the system says
    errno.ENOENT: N_("there is no such folder"),
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: N_("one name stands for a file and for a folder"),
    errno.EISDIR: N_("one name stands for a file and for a folder"),
    errno.EACCES: N_("it may not be written"),
    errno.EPERM: N_("it may not be written"),
    errno.EROFS: N_("it may not be written"),
    errno.EBUSY: N_("it is a disk of its own, which cannot be set aside"),
    errno.ENAMETOOLONG: N_("a name is too long for this disk"),
}


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds."""

    path: Path
    files: int
    size: int  # bytes, of the backup
    missing: tuple[str, ...]  # recordings whose file was gone or changed; the rest is safe


@dataclass(frozen=True)
class RestoreReport:
    """What a restore did."""

    files: int
    created: str  # when the backup was made
    aside: Path | None  # where the old workspace lies now
    missing: tuple[str, ...]  # recordings that the backup never had


# --- backup ------------------------------------------------------------------------------------


def back_up(
    catalog: Catalog, path: Path, *, force: bool = False, progress: Progress | None = None
) -> BackupReport:
    """Write the catalog, recordings, runs and models to one file.

    Parameters
    ----------
    catalog : Catalog
        May be in use by others meanwhile.
    path : Path
        Appears when it is whole; readable by its owner alone.
    force : bool
        Whether a file of this name may be replaced.
    progress : callable, optional
        Called with files done and files in all.

    Returns
    -------
    report : BackupReport

    Raises
    ------
    BackupExistsError
        If the file is there and ``force`` is not given.
    DiskFullError
        If there is no room; nothing is left behind.
    BackupPlaceError
        If the place cannot be written.
    """
    path = Path(path)
    if path.exists() and not force:
        raise BackupExistsError(str(path))
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with _typed_disk(path), temporary.open("xb") as file:
            temporary.chmod(0o600)
            manifest = _write(catalog, file, progress or (lambda *_: None))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return BackupReport(path, len(manifest.members), path.stat().st_size, manifest.missing)


def _write(catalog: Catalog, file, progress: Progress) -> Manifest:
    members: dict[str, Member] = {}
    missing: list[str] = []
    _remove_left_overs(catalog.place.root)
    # Sound hardly packs; what packs is small.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with tempfile.TemporaryDirectory(dir=catalog.place.root, prefix=TEMPORARY) as folder:
            snapshot = Path(folder) / CATALOG
            catalog.database.connection.execute("VACUUM INTO ?", (str(snapshot),))
            members[CATALOG] = _add(archive, CATALOG, snapshot, zipfile.ZIP_DEFLATED)
            recordings = recordings_in(snapshot)
        files = list(files_to_keep(catalog.place, recordings))
        for done, (name, path) in enumerate(files):
            progress(done, len(files))
            try:
                member = _add(archive, name, path)
            except FileNotFoundError:  # disposable, or gone: the report says which
                member = None
            if member is not None:
                members[name] = member
            content = recordings.get(name)
            if content is not None and (member is None or member.sha256 != content):
                missing.append(name)
        progress(len(files), len(files))
        manifest = Manifest(
            created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            members=members,
            missing=tuple(missing),
            tables=len(MIGRATIONS),
        )
        archive.writestr(MANIFEST, manifest.to_json(), zipfile.ZIP_DEFLATED)
    return manifest


def _remove_left_overs(root: Path) -> None:
    """Copies of the catalog that a killed backup left behind."""
    for folder in root.glob(f"{TEMPORARY}*/"):
        if time.time() - folder.stat().st_mtime > _LEFT_OVER:
            shutil.rmtree(folder, ignore_errors=True)


def _add(
    archive: zipfile.ZipFile, name: str, path: Path, method: int = zipfile.ZIP_STORED
) -> Member:
    with path.open("rb") as source:
        info = zipfile.ZipInfo(name, time.localtime()[:6])
        info.compress_type = method
        info.external_attr = 0o600 << 16
        with archive.open(info, "w", force_zip64=True) as target:
            return copy(source, target)  # type: ignore[arg-type]


# --- restore -----------------------------------------------------------------------------------


def restore(
    path: Path, place: Workspace, *, force: bool = False, progress: Progress | None = None
) -> RestoreReport:
    """Put a backup in place, once every byte of it has been found to be what was written.

    Parameters
    ----------
    path : Path
    place : Workspace
    force : bool
        Whether a workspace that holds something may be set aside, as ``<name>.before-<time>``.
    progress : callable, optional
        Called with files done and files in all.

    Returns
    -------
    report : RestoreReport

    Raises
    ------
    UnreadableFileError
        If the backup is not there.
    NotABackupError, BackupDamagedError, BackupTooNewError, CatalogTooNewError
        If it cannot be used; nothing was changed.
    WorkspaceFilledError
        If the workspace holds something and ``force`` is not given.
    WorkspaceInUseError
        If the app, a command or the training worker has it open.
    DiskFullError
        If there is no room; nothing was changed.
    BackupPlaceError
        If a file cannot be written for another reason; nothing was changed.
    """
    path, root = Path(path), place.root
    if not path.is_file():
        raise UnreadableFileError(path.name, _MISSING)
    if not os.access(path, os.R_OK):
        raise UnreadableFileError(path.name, _FORBIDDEN)
    filled = _filled(place)
    if filled and not force:
        raise WorkspaceFilledError(str(root))
    if root.exists() and not root.is_dir():
        raise BackupPlaceError(str(root), _NO_FOLDER)
    staging = root.with_name(f"{root.name}{STAGING}{os.getpid()}-{secrets.token_hex(3)}")
    try:
        with _typed_disk(root):
            with opened(path) as (archive, manifest):
                if manifest.tables > len(MIGRATIONS):
                    raise CatalogTooNewError(CATALOG, manifest.tables, len(MIGRATIONS))
                _unpack_all(archive, manifest, staging, progress or (lambda *_: None))
            check_catalog(staging / CATALOG, path.name, CATALOG)
            aside = put_in_place(staging, place, filled=filled)
            hand_out_models(place, aside)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return RestoreReport(len(manifest.members), manifest.created, aside, manifest.missing)


def _filled(place: Workspace) -> bool:
    """Whether anything that a backup would hold is there already."""
    there = [place.root / name for name in (CATALOG, *KEPT)]
    return any(p.is_file() or (p.is_dir() and any(p.iterdir())) for p in there)


def _unpack_all(
    archive: zipfile.ZipFile, manifest: Manifest, staging: Path, progress: Progress
) -> None:
    needed = sum(member.size for member in manifest.members.values())
    staging.parent.mkdir(parents=True, exist_ok=True)
    remove_left_overs(staging.with_name(staging.name.rpartition(STAGING)[0]))
    if needed > shutil.disk_usage(staging.parent).free:
        raise DiskFullError(str(staging.parent))
    staging.mkdir(mode=0o700)
    for done, (name, member) in enumerate(manifest.members.items()):
        progress(done, len(manifest.members))
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("xb") as file:
            unpack(archive, name, member, file)
            file.flush()
            os.fsync(file.fileno())
    progress(len(manifest.members), len(manifest.members))


@contextmanager
def _typed_disk(place: Path) -> Iterator[None]:
    """Tell a user why the disk does not take what is written inside."""
    try:
        with full_disk_told(place.name):
            yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise DiskFullError(place.name) from error
        raise
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, _REFUSED)
        raise BackupPlaceError(str(place), reason) from error
