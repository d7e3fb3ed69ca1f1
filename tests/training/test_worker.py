"""Runs as jobs: a real worker process, watched, stopped and killed."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from filelock import FileLock

from core.errors import JobError
from core.models import list_models, load_bundle
from core.settings import (
    ForestSpec,
    LogregSpec,
    MlpSpec,
    OriginalSpec,
    SplitSpec,
    spec_to_json,
    workspace,
)
from core.training.events import EpochEnded, Finished
from core.training.jobs import STEP_BACK, cancel, ensure_worker, submit, watch
from core.training.publish import keep_as_model
from core.training.setup import new_experiment
from core.training.worker import code_stamp
from core.training.worker import main as worker_main

pytestmark = [pytest.mark.slow]
PATIENCE = 60.0  # s; a bound on hanging, not a claim about speed


@pytest.fixture
def catalog(catalog):
    yield catalog
    stop_worker(catalog)


def stop_worker(catalog):
    for job in catalog.jobs.jobs(["running"]):
        os.kill(job.worker_pid, signal.SIGKILL)
    pid = worker_pid(catalog)
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def worker_pid(catalog):
    file = catalog.place.root / "worker.pid"
    if not file.exists():
        return None
    pid = int(file.read_text())
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    return pid


def spec(catalog, model, **choices):
    return new_experiment(catalog, "tones", features=OriginalSpec(), model=model, **choices)


def wait_until(catalog, job_id, condition):
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        view = watch(catalog, job_id)
        if condition(view):
            return view
        time.sleep(0.1)
    raise AssertionError(f"still {view.job.state} after {PATIENCE:.0f} s: {view.error}")


ENDLESS = MlpSpec(hidden_layer_sizes=(64, 64), max_epochs=2000, patience=200, tol=0.0)


def test_a_job_runs_to_its_report_and_its_model_can_be_kept(catalog):
    job_id = submit(catalog, spec(catalog, LogregSpec(C=10.0)))
    view = wait_until(catalog, job_id, lambda v: v.over)
    assert view.job.state == "done", view.error
    assert isinstance(view.events[-1], Finished)
    assert view.events[-1].report["uar"] == 1.0
    assert catalog.runs.run(job_id) is not None
    name = keep_as_model(catalog, job_id, "음색 tones")
    entry = next(m for m in list_models() if m.name == name)
    assert load_bundle(entry.path).scheme == ("sad", "neutral", "happy", "angry")


def test_a_cancelled_job_stops_and_the_worker_takes_the_next(catalog):
    first = submit(catalog, spec(catalog, ENDLESS))
    second = submit(catalog, spec(catalog, LogregSpec()))
    wait_until(catalog, first, lambda v: any(isinstance(e, EpochEnded) for e in v.events))
    assert watch(catalog, second).position == 1
    cancel(catalog, first)
    assert wait_until(catalog, first, lambda v: v.over).job.state == "cancelled"
    assert wait_until(catalog, second, lambda v: v.over).job.state == "done"


def test_a_step_that_does_not_end_keeps_nobody_waiting(catalog):
    """A forest of 500 trees over 40 folds says nothing for long; the job is over all the same."""
    slow = ForestSpec(n_trees=500)
    job_id = submit(catalog, spec(catalog, slow, split=SplitSpec("random", 40)))
    wait_until(catalog, job_id, lambda v: v.job.state == "running")
    cancel(catalog, job_id)
    assert wait_until(catalog, job_id, lambda v: v.over).job.state == "cancelled"
    assert catalog.runs.run(job_id) is None


def test_a_killed_worker_loses_its_job_and_nothing_else(catalog):
    done = submit(catalog, spec(catalog, LogregSpec()))
    wait_until(catalog, done, lambda v: v.over)
    kept = keep_as_model(catalog, done, "kept")
    before = next(m for m in list_models() if m.name == kept).path.read_bytes()
    job_id = submit(catalog, spec(catalog, ENDLESS), save_as="kept")
    view = wait_until(catalog, job_id, lambda v: v.job.state == "running")
    os.kill(view.job.worker_pid, signal.SIGKILL)
    view = wait_until(catalog, job_id, lambda v: v.over)  # a look finds that nobody is there
    assert view.job.state == "lost"
    ensure_worker(workspace())  # every look of a page does this
    again = submit(catalog, spec(catalog, LogregSpec(C=3.0)))
    assert wait_until(catalog, again, lambda v: v.over).job.state == "done"
    assert isinstance(view.error, JobError)
    assert next(m for m in list_models() if m.name == kept).path.read_bytes() == before


def test_a_run_asked_for_again_is_not_the_one_that_was_lost_with_its_machine(catalog, monkeypatch):
    monkeypatch.setattr("core.training.jobs._start_worker", lambda place: None)
    monkeypatch.setattr("core.training.jobs.SILENT_AFTER", 0.0)
    lost = submit(catalog, spec(catalog, LogregSpec()))
    assert catalog.jobs.claim_next_job().id == lost  # by a worker that never says another word
    again = submit(catalog, spec(catalog, LogregSpec()))
    assert again != lost
    assert catalog.jobs.job(lost).state == "lost"
    assert catalog.jobs.job(again).state == "queued"


def test_there_is_only_one_worker_however_often_it_is_called_for(catalog):
    for _ in range(3):
        ensure_worker(workspace())
    first = submit(catalog, spec(catalog, LogregSpec()))
    wait_until(catalog, first, lambda v: v.over)
    pid = worker_pid(catalog)
    ensure_worker(workspace())
    second = submit(catalog, spec(catalog, LogregSpec(C=1.0)))
    view = wait_until(catalog, second, lambda v: v.over)
    assert view.job.worker_pid == pid


def test_a_worker_on_its_way_is_not_started_again(catalog, monkeypatch):
    begun = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        "core.training.jobs.subprocess.Popen",
        lambda *a, **k: begun.append(popen(*a, **k)) or begun[-1],
    )
    for _look in range(20):  # as many pages that poll
        ensure_worker(workspace())
    assert len(begun) == 1


def test_a_look_at_the_lock_does_not_keep_a_worker_from_starting(catalog, monkeypatch):
    monkeypatch.setenv("MALGYEOL_WORKER_IDLE", "0")
    file = workspace().root / "worker.pid"
    with FileLock(workspace().root / "worker.lock"):
        worker = threading.Thread(target=worker_main)
        worker.start()
        time.sleep(0.2)  # it stands at the lock meanwhile
        assert not file.exists()
    worker.join(PATIENCE)
    assert int(file.read_text()) == os.getpid()
    file.unlink()


def test_after_an_update_the_worker_begins_anew_before_it_takes_a_run(catalog, monkeypatch):
    stamps = iter([(1, 1), (1, 2)])
    begun = []
    monkeypatch.setattr("core.training.worker.CODE_LOOK", 0.0)
    monkeypatch.setattr("core.training.worker.code_stamp", lambda folder: next(stamps))
    monkeypatch.setattr("core.training.worker.os.execv", lambda *words: begun.append(words[1]))
    catalog.jobs.queue_job(spec_to_json(spec(catalog, LogregSpec())))
    worker_main()
    (workspace().root / "worker.pid").unlink()
    assert begun == [[sys.executable, "-m", "core.training.worker"]]
    assert [job.state for job in catalog.jobs.jobs(["queued"])] == ["queued"]


def test_an_update_shows_in_the_stamp_of_the_code(tmp_path):
    (tmp_path / "a.py").write_text("one = 1\n")
    before = code_stamp(tmp_path)
    assert code_stamp(tmp_path) == before
    (tmp_path / "b.py").write_text("")
    assert code_stamp(tmp_path) != before


def test_an_unknown_job_is_said_to_be_unknown(catalog):
    with pytest.raises(JobError, match="not known"):
        watch(catalog, "no-such-job")


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="no priorities of this kind here")
def test_a_worker_lets_the_pages_go_first(catalog):
    ensure_worker(workspace())
    deadline = time.monotonic() + PATIENCE
    while (pid := worker_pid(catalog)) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, ours + STEP_BACK)
