"""Rows of ``predict``: file names from anywhere, answers a chunk at a time, JSON lines to resume.

Memory does not grow with the number of files: names come one by one, a few chunks are under way at
once, and a row is gone once it is written.
"""

import functools
import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from core.commands.console import caption
from core.errors import MalgyeolError, SignalTooLongError
from core.i18n import N_

__all__ = ["CHUNK", "file_names", "lines_done", "prediction_fields", "row_of_chunk", "rows_of"]

CHUNK = 32  # files a worker answers at once
FEW = 24  # files that are answered sooner than workers start
_KINDS = "wav flac mp3 ogg oga opus m4a mp4 aac aif aiff webm mka amr 3gp w64 rf64"
SUFFIXES = frozenset("." + kind for kind in _KINDS.split())
LONGER = N_("--segments takes up to half an hour.")


def file_names(sources: Iterable[str], stdin: TextIO | None = None) -> Iterator[str]:
    """The files of some names: files as they are, folders searched, ``-`` for standard input.

    Parameters
    ----------
    sources : iterable of str
    stdin : text file, optional
        With one name a line; standard input by default.

    Yields
    ------
    name : str
        A folder's in the order of their names, those alone that end like a sound file; a named
        file is taken whatever it is called.
    """
    for source in sources:
        if source == "-":
            lines = sys.stdin if stdin is None else stdin
            yield from (name for line in lines if (name := line.rstrip("\r\n")))
        elif Path(source).is_dir():
            yield from (str(p) for p in _walked(Path(source)))
        else:
            yield source


def _walked(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walked(path)
        elif path.suffix.lower() in SUFFIXES and path.is_file():
            yield path


def lines_done(out: Path, model: str) -> set[str]:
    """Names that a file of JSON lines already answers by this model; a torn last line is cut off.

    Parameters
    ----------
    out : Path
        It may not exist.
    model : str

    Returns
    -------
    names : set of str
    """
    done: set[str] = set()
    if not out.exists():
        return done
    whole = 0
    with out.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and row.get("model", model) == model and "file" in row:
                done.add(str(row["file"]))
    if whole < out.stat().st_size:
        with out.open("r+b") as file:
            file.truncate(whole)
    return done


def rows_of(names: Iterable[str], model: Path, *, jobs: int) -> Iterator[dict[str, Any]]:
    """An answer for each file, in their order; one bad file never fails the others.

    Parameters
    ----------
    names : iterable of str
    model : Path
        Of a bundle.
    jobs : int
        Processes; few files are answered in this one.

    Yields
    ------
    row : dict

    Raises
    ------
    UnsafeModelError, BrokenBundleError
        Before the first row.
    """
    names = iter(names)
    first = list(itertools.islice(names, FEW))
    if here := jobs == 1 or len(first) < FEW:
        from core.models import begin_loading

        begin_loading(model)
    bundle_of(model)  # what is wrong with it is told once, whoever answers
    if here:
        for name in itertools.chain(first, names):
            yield from row_of_chunk([name], model)
        return
    from joblib import Parallel, delayed

    chunks = _batched(itertools.chain(first, names), CHUNK)
    workers = Parallel(n_jobs=jobs, batch_size=1, pre_dispatch="2*n_jobs", return_as="generator")
    for rows in workers(delayed(row_of_chunk)(chunk, model) for chunk in chunks):
        yield from rows


def _batched(names: Iterator[str], n: int) -> Iterator[list[str]]:
    while chunk := list(itertools.islice(names, n)):
        yield chunk


@functools.lru_cache(maxsize=2)
def bundle_of(model: Path) -> Any:
    """A model to answer with, loaded once a process.

    Parameters
    ----------
    model : Path

    Returns
    -------
    bundle : core.models.Bundle

    Raises
    ------
    UnsafeModelError, BrokenBundleError
    """
    from core.models import load_for_answers

    return load_for_answers(model)


def row_of_chunk(names: list[str], model: Path) -> list[dict[str, Any]]:
    """Answers of some files, their features in one matrix.

    Parameters
    ----------
    names : list of str
    model : Path

    Returns
    -------
    rows : list of dict
        In the same order; one without ``emotion`` says in ``error`` why.
    """
    from core.audio import decode
    from core.inference.classify import classify_many

    bundle = bundle_of(model)
    rows: list[dict[str, Any]] = [{"file": name} for name in names]
    sounds = {}
    for index, name in enumerate(names):
        try:
            sounds[index] = decode(Path(name))
        except SignalTooLongError as error:
            rows[index]["error"] = f"{error.describe(caption())} {caption()(LONGER)}"
        except MalgyeolError as error:
            rows[index]["error"] = error.describe(caption())
    for index, heard in zip(sounds, classify_many(list(sounds.values()), bundle), strict=True):
        rows[index] |= prediction_fields(heard)
    return rows


def prediction_fields(heard: Any) -> dict[str, Any]:
    """A prediction as JSON values.

    Parameters
    ----------
    heard : core.inference.Prediction

    Returns
    -------
    fields : dict
    """
    return {
        "emotion": heard.emotion,
        "proba": heard.proba,
        "confidence": heard.confidence,
        "sure": heard.sure,
        "duration": heard.duration,
        "flags": list(heard.flags),
        "model": heard.model,
    }
