"""The queue of runs: first come, first served, each taken once, none left running by a dead."""

import pytest

from core.corpus import Catalog

SPEC = {"kind": "experiment", "corpus": "team", "seed": 0}


def spec(seed):
    return {**SPEC, "seed": seed}


@pytest.fixture
def jobs(workspace_home):
    with Catalog() as catalog:
        yield catalog.jobs


def test_jobs_are_taken_in_the_order_in_which_they_came(jobs):
    first, second = jobs.queue_job(spec(1), save_as="mine", owner="me"), jobs.queue_job(spec(2))
    assert (jobs.queue_position(first), jobs.queue_position(second)) == (0, 1)
    job = jobs.claim_next_job()
    assert (job.id, job.state, job.spec, job.save_as, job.owner) == (
        first, "running", spec(1), "mine", "me",
    )  # fmt: skip
    assert jobs.queue_position(second) == 1
    assert jobs.claim_next_job().id == second
    assert jobs.claim_next_job() is None


def test_two_workers_never_take_the_same_job(jobs, workspace_home):
    jobs.queue_job(SPEC)
    with Catalog() as other:
        taken = [jobs.claim_next_job(), other.jobs.claim_next_job()]
    assert taken[0] is not None
    assert taken[1] is None


def test_the_same_run_is_never_under_way_twice(jobs):
    first = jobs.queue_job(SPEC)
    assert jobs.queue_job(SPEC) == first
    assert jobs.queue_job(SPEC, save_as="mine") != first
    jobs.claim_next_job()
    assert jobs.queue_job(SPEC) == first
    jobs.finish_job(first, "done")
    assert jobs.queue_job(SPEC) != first


def test_a_heartbeat_keeps_progress_and_tells_whether_to_go_on(jobs):
    job_id = jobs.queue_job(SPEC)
    assert not jobs.heartbeat(job_id)  # not running yet
    jobs.claim_next_job()
    assert jobs.heartbeat(job_id, {"epoch": 3})
    assert jobs.heartbeat(job_id)
    assert jobs.job(job_id).progress == {"epoch": 3}
    assert not jobs.cancel_requested(job_id)
    jobs.request_cancel(job_id)
    assert jobs.cancel_requested(job_id)
    assert not jobs.heartbeat(job_id)
    assert jobs.job(job_id).state == "running"  # until its worker has stopped


def test_a_queued_job_is_cancelled_at_once(jobs):
    job_id = jobs.queue_job(SPEC)
    jobs.request_cancel(job_id)
    assert jobs.job(job_id).state == "cancelled"
    assert jobs.claim_next_job() is None


def test_a_job_ends_once(jobs):
    job_id = jobs.queue_job(SPEC)
    jobs.claim_next_job()
    assert jobs.finish_job(job_id, "failed", error={"class": "JobError"}, run_id=None)
    assert not jobs.finish_job(job_id, "done")
    jobs.request_cancel(job_id)
    job = jobs.job(job_id)
    assert (job.state, job.error) == ("failed", {"class": "JobError"})


def test_a_job_without_heartbeat_is_lost_and_its_late_worker_is_told(jobs):
    job_id = jobs.queue_job(SPEC)
    jobs.claim_next_job()
    assert jobs.mark_stale_jobs_lost(max_age=3_600) == []
    assert jobs.mark_stale_jobs_lost(max_age=0) == [job_id]
    assert jobs.job(job_id).state == "lost"
    assert not jobs.heartbeat(job_id)
    assert not jobs.finish_job(job_id, "done")


def test_jobs_can_be_listed_by_state(jobs):
    first, second = jobs.queue_job(spec(1)), jobs.queue_job(spec(2))
    jobs.claim_next_job()
    assert [j.id for j in jobs.jobs(["queued"])] == [second]
    assert [j.id for j in jobs.jobs(["queued", "running"])] == [first, second]
    assert [j.id for j in jobs.jobs()] == [first, second]
    assert jobs.job("no-such-job") is None
