"""Runs as jobs: queue one, watch it from anywhere, stop it.

A page holds nothing but the job's id: what it sees comes from the catalog's job row and the
run's event file, so it can be left, reloaded or lose its server and find the run again.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from core.corpus.catalog import Catalog
from core.corpus.jobs import Job
from core.errors import JobError, MalgyeolError
from core.i18n import N_
from core.settings import REPOSITORY, ExperimentSpec, SearchSpec, Workspace, spec_to_json
from core.training.event_file import EVENTS_FILE, read_events
from core.training.events import Event
from core.training.worker import LOCK_FILE, WANTED_FILE

__all__ = ["LOST_AFTER", "JobView", "cancel", "ensure_worker", "submit", "watch"]

LOST_AFTER = 15.0  # s without a heartbeat before a running job counts as lost
SILENT_AFTER = 3.0  # s without one before it is looked whether the worker is there at all
STEP_BACK = 5  # how much nicer than its server a worker is: with few cores the screen goes first

# Workers that this process has started, by workspace: one that is still on its way to the lock
# would otherwise be started again at every look of every page.
_started: dict[Path, subprocess.Popen] = {}
_starting = threading.Lock()


@dataclass(frozen=True)
class JobView:
    """What can be seen of a job now."""

    job: Job
    events: tuple[Event, ...]
    position: int  # jobs before it in the queue; 0 when it runs or is over
    error: MalgyeolError | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.job.state in {"done", "failed", "cancelled", "lost"}


def submit(
    catalog: Catalog,
    spec: ExperimentSpec | SearchSpec,
    *,
    save_as: str | None = None,
    owner: str | None = None,
) -> str:
    """Queue a run and see to it that a worker is there.

    Parameters
    ----------
    catalog : Catalog
    spec : ExperimentSpec or SearchSpec
    save_as : str, optional
        Name of the model to publish at the end.
    owner : str, optional
        Who asked; only shown.

    Returns
    -------
    job_id : str
    """
    _give_up(catalog)  # else the same run, asked for again, would be the one that is lost
    job_id = catalog.jobs.queue_job(spec_to_json(spec), save_as=save_as, owner=owner)
    ensure_worker(catalog.place)
    return job_id


def ensure_worker(place: Workspace) -> None:
    """Start the workspace's worker unless one is running.

    Parameters
    ----------
    place : Workspace
    """
    place.made()
    (place.root / WANTED_FILE).touch()
    with _starting:
        started = _started.get(place.root)
        if (started is None or started.poll() is not None) and not _worker_running(place):
            _started[place.root] = _start_worker(place)


def _start_worker(place: Workspace) -> subprocess.Popen:
    place.logs.mkdir(parents=True, exist_ok=True)
    with (place.logs / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "core.training.worker"],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it outlives the server that started it
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows
        )
    if hasattr(os, "setpriority"):  # its threads, which come later, have it from it
        with contextlib.suppress(OSError):  # over already
            ours = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, worker.pid, ours + STEP_BACK)
    return worker


def _worker_running(place: Workspace) -> bool:
    from filelock import FileLock, Timeout

    lock = FileLock(place.root / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def watch(catalog: Catalog, job_id: str) -> JobView:
    """What can be seen of a job now; a running job without a heartbeat becomes lost.

    Parameters
    ----------
    catalog : Catalog
    job_id : str

    Returns
    -------
    view : JobView

    Raises
    ------
    JobError
        If there is no such job.
    """
    _give_up(catalog)
    job = catalog.jobs.job(job_id)
    if job is None:
        raise JobError(job_id, N_("it is not known here"))
    return JobView(
        job=job,
        events=read_events(catalog.place.runs / job_id / EVENTS_FILE),
        position=catalog.jobs.queue_position(job_id),
        error=_error_of(job),
    )


def _give_up(catalog: Catalog) -> None:
    """Mark running jobs lost whose worker is silent for long, or for a moment and not there."""
    running = catalog.jobs.jobs(["running"])
    if any(_silent(job) for job in running):
        gone = not _worker_running(catalog.place)
        catalog.jobs.mark_stale_jobs_lost(max_age=SILENT_AFTER if gone else LOST_AFTER)


def _silent(job: Job) -> bool:
    return time.time() - (job.heartbeat or 0) > SILENT_AFTER


def _error_of(job: Job) -> MalgyeolError | None:
    if job.state == "lost":
        return JobError(job.id, N_("its worker was ended from outside"))
    if not job.error:
        return None
    kind = _error_classes().get(job.error["class"], MalgyeolError)
    error = kind.__new__(kind)
    MalgyeolError.__init__(error, **job.error["values"])
    return error


def _error_classes() -> dict[str, type[MalgyeolError]]:
    """Every error class by its name, wherever it is defined."""
    found, open_ = {}, [MalgyeolError]
    while open_:
        cls = open_.pop()
        found[cls.__name__] = cls
        open_.extend(cls.__subclasses__())
    return found


def cancel(catalog: Catalog, job_id: str) -> None:
    """Ask a job to stop; a queued one is over at once.

    Parameters
    ----------
    catalog : Catalog
    job_id : str
    """
    catalog.jobs.request_cancel(job_id)
