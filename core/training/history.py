"""Runs that are over, as they are kept: read back, run again, put beside the corpus of today."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.corpus.catalog import Catalog
from core.corpus.runs import Run
from core.errors import MalgyeolError
from core.i18n import N_
from core.settings import ExperimentSpec, spec_from_json, spec_to_json
from core.training.data import SnapshotChangedError
from core.training.event_file import EVENTS_FILE
from core.training.events import EpochEnded, FoldEnded, event_from_json
from core.training.jobs import submit
from core.training.setup import ANSWERS_FILE

__all__ = [
    "HistoryError",
    "KeptRun",
    "RunFilesError",
    "SettingDifference",
    "UnknownRunError",
    "check_rerun",
    "epochs_before",
    "kept_run",
    "owner_of",
    "TwinRun",
    "read_answers",
    "read_run",
    "rerun",
    "settings_diff",
    "twin_of",
]

_NAMED = 5  # runs that an error names
_LOOKED_AT = 10  # runs that are looked through for one with epochs


class HistoryError(MalgyeolError):
    """A run that cannot be read back or compared."""


class UnknownRunError(HistoryError):
    """A run id that is not there."""

    template = N_("There is no run “{run}”.")
    advice = N_("The latest are: {known}.")

    def __init__(self, run: str, known: list[str]):
        super().__init__(run=run, known=", ".join(known[:_NAMED]) or "–")


class RunFilesError(HistoryError):
    """A run whose answers are gone or damaged; its row in the catalog is still there."""

    template = N_("The answers of the run {run} cannot be read.")
    advice = N_("Run it again exactly: the same seed gives the same answers.")

    def __init__(self, run: str):
        super().__init__(run=run)


@dataclass(frozen=True)
class KeptRun:
    """A finished run with its held-out answers, fold by fold, and its epochs if it had any."""

    run: Run
    answers: tuple[FoldEnded, ...]
    epochs: tuple[EpochEnded, ...]  # none for models that learn in one go

    @property
    def spec(self) -> ExperimentSpec:
        """The settings that it ran with."""
        return spec_from_json(self.run.spec)


@dataclass(frozen=True)
class SettingDifference:
    """One setting in which two runs differ; None where a run has no such setting."""

    name: str  # dotted, such as ``model.alpha``
    old: Any
    new: Any


@dataclass(frozen=True)
class TwinRun:
    """An earlier run with the very same settings, clips and seed."""

    id: str
    same: bool  # whether every held-out probability is the same to the last digit
    n: int  # clips that both answered


def twin_of(catalog: Catalog, run_id: str) -> TwinRun | None:
    """The run that a run repeats, and whether the same numbers came again.

    Parameters
    ----------
    catalog : Catalog
    run_id : str

    Returns
    -------
    twin : TwinRun or None
        None where no earlier run had the same settings, or its answers are gone.

    Raises
    ------
    UnknownRunError, RunFilesError
        If the run or its answers are not there.
    """
    run, answers = kept_run(catalog, run_id), read_answers(catalog, run_id)
    spec = _as_today(run.spec)
    for other in catalog.runs.runs(run.corpus):
        before = (other.created, other.id) < (run.created, run.id)
        if before and _as_today(other.spec) == spec:
            try:
                earlier = read_answers(catalog, other.id)
            except RunFilesError:
                continue
            n = sum(len(part.utterances) for part in answers)
            said = [[(p.utterances, p.proba) for p in parts] for parts in (answers, earlier)]
            return TwinRun(other.id, said[0] == said[1], n)
    return None


def kept_run(catalog: Catalog, run_id: str) -> Run:
    """The row of a run.

    Parameters
    ----------
    catalog : Catalog
    run_id : str

    Returns
    -------
    run : Run

    Raises
    ------
    UnknownRunError
        If there is no such run, or it was put away.
    """
    run = catalog.runs.run(run_id)
    if run is None:
        raise UnknownRunError(run_id, [known.id for known in catalog.runs.runs()])
    return run


def read_run(catalog: Catalog, run_id: str) -> KeptRun:
    """A run with everything that was kept of it.

    Parameters
    ----------
    catalog : Catalog
    run_id : str

    Returns
    -------
    kept : KeptRun

    Raises
    ------
    UnknownRunError
        If there is no such run.
    RunFilesError
        If its answers are gone or damaged.
    """
    run = kept_run(catalog, run_id)
    answers = read_answers(catalog, run_id)
    return KeptRun(run, answers, epochs=_epochs(catalog.place.runs / run.id / EVENTS_FILE))


def read_answers(catalog: Catalog, run_id: str) -> tuple[FoldEnded, ...]:
    """What a run answered to its held-out clips, fold by fold.

    Parameters
    ----------
    catalog : Catalog
    run_id : str

    Returns
    -------
    answers : tuple of FoldEnded

    Raises
    ------
    UnknownRunError
        If there is no such run.
    RunFilesError
        If its answers are gone or damaged.
    """
    folder = catalog.place.runs / kept_run(catalog, run_id).id
    try:
        answers = tuple(_events(folder / ANSWERS_FILE, FoldEnded))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunFilesError(run_id) from error
    if not answers:
        raise RunFilesError(run_id)
    return answers


def epochs_before(catalog: Catalog, run_id: str) -> tuple[EpochEnded, ...]:
    """The epochs of the latest run that came before a run, to be drawn behind it.

    Parameters
    ----------
    catalog : Catalog
    run_id : str
        Of a job or of a run that is over.

    Returns
    -------
    epochs : tuple of EpochEnded
        Of a run on the same corpus with the same emotions; empty where none learnt by epochs.
    """
    job = catalog.jobs.job(run_id)
    run = None if job is not None else catalog.runs.run(run_id)
    asked = job or run
    if asked is None:
        return ()
    before = [r for r in catalog.runs.runs(asked.spec["corpus"]) if r.created < asked.created]
    for earlier in before[:_LOOKED_AT]:
        if earlier.spec["scheme"] == asked.spec["scheme"]:
            epochs = _epochs(catalog.place.runs / earlier.id / EVENTS_FILE)
            if epochs:
                return epochs
    return ()


def _epochs(file: Path) -> tuple[EpochEnded, ...]:
    """The epochs of an event file; none where it was not written or cannot be read."""
    try:
        return tuple(_events(file, EpochEnded))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _events(file: Path, kind: type) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            if document["event"] == kind.__name__:
                yield event_from_json(document)


def owner_of(catalog: Catalog, run_id: str) -> str | None:
    """Who asked for a run.

    Parameters
    ----------
    catalog : Catalog
    run_id : str

    Returns
    -------
    owner : str or None
        Empty where a page asked without a name; None where no job did: the command line.
    """
    job = catalog.jobs.job(run_id)
    return None if job is None else job.owner or ""


def settings_diff(old: dict[str, Any], new: dict[str, Any]) -> tuple[SettingDifference, ...]:
    """The settings in which two specs differ, and only those.

    Parameters
    ----------
    old, new : dict
        As `core.settings.spec_to_json` gives them.

    Returns
    -------
    differences : tuple of SettingDifference
        In the order of the specs.

    Examples
    --------
    >>> settings_diff({"model": {"C": 1.0}, "seed": 0}, {"model": {"C": 2.0}, "seed": 0})
    (SettingDifference(name='model.C', old=1.0, new=2.0),)
    """
    before, after = dict(_flat(_as_today(old))), dict(_flat(_as_today(new)))
    return tuple(
        SettingDifference(name, before.get(name), after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    )


def _as_today(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec with the settings that have come since; one that is not understood as it stands."""
    try:
        return spec_to_json(spec_from_json(spec))
    except Exception:  # a run of another version, or not a whole spec
        return spec


def _flat(document: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif prefix or name != "kind":
            yield prefix + name, value


def check_rerun(catalog: Catalog, spec: ExperimentSpec) -> None:
    """Refuse a spec whose clips are no longer what it names.

    Parameters
    ----------
    catalog : Catalog
    spec : ExperimentSpec

    Raises
    ------
    UnknownCorpusError
        If the corpus is gone.
    SnapshotChangedError
        If its clips or labels have changed: the same numbers can then not come again.
    """
    if catalog.snapshot(spec.corpus, spec.scheme).digest != spec.snapshot:
        raise SnapshotChangedError(spec.corpus)


def rerun(
    catalog: Catalog, run_id: str, *, like: str | None = None, owner: str | None = None
) -> str:
    """Queue a run once more: exactly, or over the clips and folds of another run.

    Parameters
    ----------
    catalog : Catalog
    run_id : str
    like : str, optional
        A run whose corpus, clips, split and seed it takes over, so that the two can be compared.
    owner : str, optional
        Who asks.

    Returns
    -------
    job_id : str
        Also the id of the run that comes of it.

    Raises
    ------
    UnknownRunError
        If there is no such run.
    UnknownCorpusError, SnapshotChangedError
        If the clips are no longer what they were.
    """
    spec = spec_from_json(kept_run(catalog, run_id).spec)
    if like is not None:
        other = spec_from_json(kept_run(catalog, like).spec)
        shared = {n: getattr(other, n) for n in ("corpus", "snapshot", "scheme", "split", "seed")}
        spec = dataclasses.replace(spec, **shared)
    check_rerun(catalog, spec)
    return submit(catalog, spec, owner=owner)
