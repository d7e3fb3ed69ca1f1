"""The worker: one warm process a workspace that takes queued runs and writes what happens.

Started by `core.training.jobs.ensure_worker`, run as ``python -m core.training.worker``. A file
lock keeps it the only one; the job row carries its heartbeat, the run's folder its events. It
ends by itself after a quiet while; killing it costs the run in hand and nothing else. After an
update it begins anew before it takes another run, so that old code never reads new specs.
"""

import contextlib
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from core.corpus.catalog import Catalog
from core.corpus.clip_features import feature_store
from core.corpus.jobs import Job
from core.errors import JobError, MalgyeolError
from core.i18n import N_
from core.settings import REPOSITORY, SearchSpec, Workspace, spec_from_json, worker_idle, workspace
from core.training.event_file import EVENTS_FILE
from core.training.events import Finished, event_to_json
from core.training.publish import keep_as_model, publish, run_bundle
from core.training.run import Experiment
from core.training.search import Search, search_folder
from core.training.setup import keep_run

__all__ = ["LOCK_FILE", "WANTED_FILE", "main"]

LOCK_FILE = "worker.lock"
PID_FILE = "worker.pid"
WANTED_FILE = "worker.wanted"  # touched by every page that wants a worker
LOCK_PATIENCE = 2.0  # s; whoever looks whether a worker is there holds the lock for a moment
HEARTBEAT = 2.0  # s between two signs of life
CANCEL_PATIENCE = 0.4  # s that a run has to stop by itself before its job is over all the same
STUBBORN = 5.0  # s after which a step that will not end is ended with the worker
CODE_LOOK = 2.0  # s between two looks whether the studio was updated
_POLL = 0.05  # s between two looks at the queue

log = logging.getLogger("malgyeol.worker")


class CancelledError(Exception):
    """The user asked the run to stop."""


def main() -> None:
    """Take jobs until none has been wanted for `core.settings.worker_idle` seconds."""
    from filelock import FileLock, Timeout

    place = workspace()
    place.made()
    lock = FileLock(place.root / LOCK_FILE)
    try:
        lock.acquire(timeout=LOCK_PATIENCE)
    except Timeout:
        return
    (place.root / PID_FILE).write_text(str(os.getpid()))
    with lock, Catalog(place) as catalog:
        _warm_up()
        # This process holds the lock, so whatever still says "running" has lost its worker.
        catalog.jobs.mark_stale_jobs_lost(max_age=0.0)
        updated = _serve(catalog, place)
    if updated:  # the lock is free again; the new code takes it, as the same process
        os.execv(sys.executable, [sys.executable, "-m", "core.training.worker"])  # noqa: S606


def _warm_up() -> None:
    """Pay the heavy imports before the first job asks for them."""
    import sklearn.linear_model
    import sklearn.neural_network
    import sklearn.svm  # noqa: F401


def _serve(catalog: Catalog, place: Workspace) -> bool:
    """Take jobs until none is wanted; whether it ended because the studio was updated."""
    quiet_since = looked = time.monotonic()
    limit, code = worker_idle(), code_stamp(REPOSITORY / "core")
    while time.monotonic() - quiet_since < limit or _wanted(place, limit):
        if time.monotonic() - looked >= CODE_LOOK:
            if code_stamp(REPOSITORY / "core") != code:
                return True
            looked = time.monotonic()
        job = catalog.jobs.claim_next_job()
        if job is None:
            time.sleep(_POLL)
            continue
        _work_on(job, catalog, place)
        quiet_since = time.monotonic()
    return False


def code_stamp(folder: Path) -> tuple[int, int]:
    """How many modules a folder has and when the latest was written, in ns.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    stamp : tuple of int
    """
    times = [file.stat().st_mtime_ns for file in folder.rglob("*.py")]
    return len(times), max(times, default=0)


def _wanted(place: Workspace, limit: float) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return time.time() - (place.root / WANTED_FILE).stat().st_mtime < limit
    return False


def _work_on(job: Job, catalog: Catalog, place: Workspace) -> None:
    """Run one job to its end, whatever that is; the worker itself goes on."""
    folder = place.runs / job.id
    folder.mkdir(parents=True, exist_ok=True)
    with _Pulse(job.id, place) as pulse:
        try:
            _run(job, catalog, place, folder, pulse)
        except CancelledError:
            catalog.jobs.finish_job(job.id, "cancelled")
        except MalgyeolError as error:
            catalog.jobs.finish_job(job.id, "failed", error=_error_document(error))
        except Exception as error:
            log.exception("job %s failed", job.id)
            wrapped = JobError(job.id, N_("an unexpected error; the log has the details"))
            wrapped.__cause__ = error
            catalog.jobs.finish_job(job.id, "failed", error=_error_document(wrapped))


def _run(job: Job, catalog: Catalog, place: Workspace, folder: Path, pulse: "_Pulse") -> None:
    spec = spec_from_json(job.spec)
    if isinstance(spec, SearchSpec):
        _search(job, spec, catalog, place, pulse)
        return
    experiment = Experiment(spec, catalog, feature_store(place), live=True)
    with (folder / EVENTS_FILE).open("w", encoding="utf-8", buffering=1) as events:
        for event in experiment.events():
            pulse.check()
            _write_event(events, event)
            if isinstance(event, Finished):
                _finish(job, catalog, experiment, event, pulse)
    catalog.jobs.finish_job(job.id, "done", run_id=job.id)


def _search(
    job: Job, spec: SearchSpec, catalog: Catalog, place: Workspace, pulse: "_Pulse"
) -> None:
    """Search for better settings; one that was stopped goes on with the trials it had."""
    folder = place.runs / job.id
    search = Search(spec, catalog, feature_store(place), search_folder(place, spec))
    with (folder / EVENTS_FILE).open("w", encoding="utf-8", buffering=1) as events:
        for event in search.events():
            pulse.check()
            _write_event(events, event)
    search.forget()
    catalog.jobs.finish_job(job.id, "done")


def _finish(
    job: Job, catalog: Catalog, experiment: Experiment, event: Finished, pulse: "_Pulse"
) -> None:
    publish(experiment, event.report, run_bundle(catalog.place, job.id), tick=pulse.check)
    if not pulse.too_late_to_cancel():
        raise CancelledError
    keep_run(catalog, job.id, event.report, experiment.answers)
    if job.save_as:
        keep_as_model(catalog, job.id, job.save_as)


def _write_event(file, event: Any) -> None:
    file.write(json.dumps(event_to_json(event), ensure_ascii=False) + "\n")


def _error_document(error: MalgyeolError) -> dict:
    return {"class": type(error).__name__, "values": error.values}


class _Pulse:
    """A thread that keeps the job's heartbeat and hears the wish to cancel.

    A step that takes long, such as one fold of a large forest, does not keep a user waiting: the
    job is over soon after the wish, and a worker that still does not come back ends itself. The
    next look of a page starts another one.
    """

    def __init__(self, job_id: str, place: Workspace):
        self.cancel_asked = False
        self._keeping = False  # the result is being kept: what is asked for now comes too late
        self._door = threading.Lock()
        self._job_id, self._place = job_id, place
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "_Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def too_late_to_cancel(self) -> bool:
        """Close the door: True when nobody has asked to cancel, and from now on nobody can."""
        with self._door:
            self._keeping = not self.cancel_asked
            return self._keeping

    def check(self) -> None:
        """Stop here if that was asked for."""
        if self.cancel_asked:
            raise CancelledError

    def _beat(self) -> None:
        last, asked_at = 0.0, None
        with Catalog(self._place) as catalog:
            while not self._stop.wait(0.2):
                with self._door:
                    asked = catalog.jobs.cancel_requested(self._job_id) and not self._keeping
                    self.cancel_asked = self.cancel_asked or asked
                now = time.monotonic()
                if self.cancel_asked:
                    asked_at = now if asked_at is None else asked_at
                    self._insist(catalog, now - asked_at)
                elif now - last >= HEARTBEAT:
                    catalog.jobs.heartbeat(self._job_id)
                    last = now

    def _insist(self, catalog: Catalog, waited: float) -> None:
        if waited >= CANCEL_PATIENCE:
            catalog.jobs.finish_job(self._job_id, "cancelled")
        if waited >= STUBBORN:
            log.warning("job %s did not stop by itself; the worker ends", self._job_id)
            os._exit(0)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    main()
