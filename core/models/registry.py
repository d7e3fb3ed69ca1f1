"""The models there are: shipped ones and the team's own, and which of them answers.

Conventions
-----------
A model is known by its file name without ``.malgyeol``. The team's models lie in the workspace;
one of them hides a shipped model of the same name. The model that answers by default is named
in the small file ``active`` beside them, else the shipped one does.
"""

import contextlib
import json
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import (
    BrokenBundleError,
    MalgyeolError,
    UnknownModelError,
    UnusableModelNameError,
)
from core.files import write_atomically
from core.models.archive import CUT_SHORT, MEMBER_LIMITS
from core.models.bundle import SUFFIX
from core.models.bundle_file import load_bundle
from core.settings import part_kinds, shipped_models, workspace
from core.whisper import packaged_problem, shared_model

__all__ = [
    "ModelEntry",
    "begin_loading",
    "default_model",
    "find_model",
    "install_model",
    "list_models",
    "model_path",
    "runs_here",
    "safe_name",
    "set_active",
]

MAX_NAME = 60  # characters; 180 bytes of Hangul, so the file name fits everywhere
_ACTIVE = "active"
_SIGNS = frozenset(" -_.")
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(1, 10))]
)


@dataclass(frozen=True)
class ModelEntry:
    """A model file, with what its manifest says; it is checked only when it is loaded."""

    name: str
    path: Path
    shipped: bool
    manifest: dict[str, Any] = field(default_factory=dict)  # empty if it cannot be read
    problem: MalgyeolError | None = None  # why it cannot be read


def safe_name(name: str) -> str:
    """A model name that every file system takes.

    Parameters
    ----------
    name : str
        Letters (of any script), digits, space and ``-_.``, not beginning with a dot.

    Returns
    -------
    name : str
        In NFC, without spaces at its ends.

    Raises
    ------
    UnusableModelNameError
        If another sign is in it, or it is empty, too long or reserved by an operating system.

    Examples
    --------
    >>> safe_name(" 우리 반 1 ")
    '우리 반 1'
    """
    clean = unicodedata.normalize("NFC", name).strip()
    fine = all(c.isalnum() or unicodedata.combining(c) or c in _SIGNS for c in clean)
    reserved = clean.split(".")[0].strip().lower() in _RESERVED
    dotted = clean.startswith(".") or clean.endswith(".")
    if not clean or not fine or reserved or dotted or len(clean) > MAX_NAME:
        raise UnusableModelNameError(name, MAX_NAME)
    return clean


def model_path(name: str) -> Path:
    """Where the team's model of a name lies, or would lie.

    Parameters
    ----------
    name : str

    Returns
    -------
    path : Path

    Raises
    ------
    UnusableModelNameError
        If the name cannot be a file name.
    """
    return workspace().models / (safe_name(name.removesuffix(SUFFIX)) + SUFFIX)


def list_models() -> list[ModelEntry]:
    """All models: the team's, newest first, then the shipped ones by name.

    Returns
    -------
    models : list of ModelEntry
        Files that cannot be read are among them, with their problem.
    """
    own = [_entry(path, shipped=False) for path in _files(workspace().models)]
    own.sort(key=lambda entry: str(entry.manifest.get("created", "")), reverse=True)
    return own + [_entry(path, shipped=True) for path in _files(shipped_models())]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*" + SUFFIX) if path.is_file())


def _entry(path: Path, *, shipped: bool) -> ModelEntry:
    name = unicodedata.normalize("NFC", path.stem)
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo("manifest.json")
            if entry.file_size > MEMBER_LIMITS["manifest.json"]:
                raise ValueError(f"a manifest of {entry.file_size} bytes")
            manifest = json.loads(archive.read(entry))
        if not isinstance(manifest, dict):
            raise ValueError("a manifest that is no object")
    except Exception as error:  # whatever a damaged file makes zip or JSON raise
        problem = BrokenBundleError(path.name, CUT_SHORT, repr(error))
        return ModelEntry(name, path, shipped, problem=problem)
    return ModelEntry(name, path, shipped, manifest)


def find_model(model: str | Path) -> Path:
    """The file of a model.

    Parameters
    ----------
    model : str or Path
        A name, the team's before the shipped ones; or the path of a ``.malgyeol`` file.

    Returns
    -------
    path : Path
        Of a file that exists.

    Raises
    ------
    UnknownModelError
        If there is no such model.
    """
    path = Path(model)
    if path.suffix == SUFFIX and path.is_file():
        return path
    wanted = unicodedata.normalize("NFC", str(model)).removesuffix(SUFFIX)
    known = {}
    for found in [*_files(shipped_models()), *_files(workspace().models)]:
        known[unicodedata.normalize("NFC", found.stem)] = found
    if wanted not in known:
        raise UnknownModelError(str(model), sorted(known))
    return known[wanted]


def runs_here(entry: ModelEntry) -> bool:
    """Whether this machine has what a model's features need.

    Parameters
    ----------
    entry : ModelEntry

    Returns
    -------
    runs : bool
        False for a model that hears with Whisper's encoder where its weights are missing.
    """
    return not _hears_with_whisper(entry) or packaged_problem() is None


def _hears_with_whisper(entry: ModelEntry) -> bool:
    return "whisper" in part_kinds(entry.manifest.get("features") or {})


def begin_loading(model: Path) -> None:
    """Begin to load what a model hears with, in a thread, before the model itself is read.

    Whisper's weights take as long to check and load as all the rest of a new process. A model
    that needs none, or cannot be read, begins nothing; whoever loads it is told.

    Parameters
    ----------
    model : Path
        Of a bundle.
    """
    if _hears_with_whisper(_entry(model, shipped=False)) and packaged_problem() is None:
        shared_model().begin()


def default_model() -> Path:
    """The file of the model that answers when nobody chose one.

    Returns
    -------
    path : Path
        The active model if one is set and still there; else the shipped one with the best score
        of those that run on this machine; else the team's newest.

    Raises
    ------
    UnknownModelError
        If there is no model at all.
    """
    with contextlib.suppress(OSError, UnknownModelError, UnicodeDecodeError):
        return find_model((workspace().models / _ACTIVE).read_text(encoding="utf-8").strip())
    usable = [e for e in list_models() if e.problem is None and runs_here(e)]
    for entry in sorted(usable, key=lambda e: (not e.shipped, -_score(e) if e.shipped else 0.0)):
        return entry.path
    raise UnknownModelError("–", [])


def _score(entry: ModelEntry) -> float:
    return float((entry.manifest.get("metrics") or {}).get("uar") or 0.0)


def set_active(name: str | None) -> None:
    """Choose the model that answers by default.

    Parameters
    ----------
    name : str or None
        None goes back to the shipped one.

    Raises
    ------
    UnknownModelError
        If there is no such model.
    """
    pointer = workspace().models / _ACTIVE
    if name is None:
        pointer.unlink(missing_ok=True)
        return
    write_atomically(pointer, find_model(name).stem.encode())


def install_model(data: bytes, name: str, *, file: str | None = None) -> ModelEntry:
    """Take a bundle from outside into the workspace, once it has passed every check.

    Parameters
    ----------
    data : bytes
    name : str
        Its name here; an older model of this name is replaced.
    file : str, optional
        What the file that came in is called, for messages; what it will be called here by default.

    Returns
    -------
    entry : ModelEntry

    Raises
    ------
    UnusableModelNameError
        If the name cannot be a file name.
    UnsafeModelError, BrokenBundleError
        If the bundle is refused; nothing is written then.
    """
    path = model_path(name)
    load_bundle(data, name=file or path.name)
    write_atomically(path, data, tidy=True)
    return _entry(path, shipped=False)
