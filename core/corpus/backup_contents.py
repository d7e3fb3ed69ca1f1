"""What a backup takes along: which files, and how much that is."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.corpus.catalog import Catalog
from core.files import TEMPORARY
from core.settings import Workspace, shipped_models

__all__ = ["BackupContents", "backup_contents", "files_to_keep", "files_under", "recordings_in"]

_MODEL_SUFFIX = ".malgyeol"
_ACTIVE = "active"  # the file that names the model in use
_UNPORTABLE = re.compile(r"[\\:\0\ud800-\udfff]")


@dataclass(frozen=True)
class BackupContents:
    """How much a backup would hold now."""

    recordings: int
    runs: int
    models: int  # the team's own
    size: int  # bytes, about: the catalog packs while it is written


def backup_contents(catalog: Catalog) -> BackupContents:
    """Count what a backup would hold, without reading a recording.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    contents : BackupContents
    """
    place = catalog.place
    row = catalog.database.row(
        "SELECT COUNT(*) AS n, COALESCE(SUM(size), 0) AS size FROM recordings"
    )
    assert row is not None  # a count always has one
    others = [path for _, path in _beside_recordings(place)]
    models = sum(path.suffix == _MODEL_SUFFIX for path in _own_models(place))
    runs = place.root / "runs"
    return BackupContents(
        recordings=row["n"],
        runs=sum(path.is_dir() for path in runs.iterdir()) if runs.is_dir() else 0,
        models=models,
        size=row["size"] + sum(_size(path) for path in (place.catalog, *others)),
    )


def recordings_in(snapshot: Path) -> dict[str, str]:
    """Contents of the recordings by their name in the backup, as of a copied catalog.

    Parameters
    ----------
    snapshot : Path

    Returns
    -------
    recordings : dict
        SHA-256 by name.
    """
    with closing(sqlite3.connect(snapshot)) as connection:
        rows = connection.execute("SELECT content, extension FROM recordings").fetchall()
    return {f"audio/{c[:2]}/{c}.{extension}": c for c, extension in rows}


def files_to_keep(place: Workspace, recordings: dict[str, str]) -> Iterator[tuple[str, Path]]:
    """Every file beside the catalog.

    Parameters
    ----------
    place : Workspace
    recordings : dict
        As from `recordings_in`.

    Yields
    ------
    name : str
        In the backup.
    path : Path
        Where it lies.
    """
    for name in sorted(recordings):
        yield name, place.root / name
    yield from _beside_recordings(place)


def files_under(folder: Path) -> list[Path]:
    """The files of a folder and its folders, without links and half-written ones.

    Parameters
    ----------
    folder : Path
        May be missing.

    Returns
    -------
    files : list of Path
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith(TEMPORARY)
    )


def _beside_recordings(place: Workspace) -> Iterator[tuple[str, Path]]:
    for folder in ("runs", "quarantine"):
        for path in files_under(place.root / folder):
            inner = path.relative_to(place.root / folder).parts
            yield "/".join([folder, *map(_portable, inner)]), path
    for path in _own_models(place):
        yield f"models/{path.relative_to(place.models).as_posix()}", path


def _portable(name: str) -> str:
    """A file's name as any system takes it: strays may be called anything."""
    plain = _UNPORTABLE.sub("_", name)
    if plain == name:
        return name
    return f"{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}-{plain}"


def _own_models(place: Workspace) -> Iterator[Path]:
    shipped = shipped_models()
    for path in files_under(place.models):
        own = path.suffix == _MODEL_SUFFIX or path.name == _ACTIVE
        if own and shipped not in path.parents:
            yield path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # gone meanwhile
        return 0
