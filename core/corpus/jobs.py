"""The queue of runs: one row a job, seen alike by every page, the worker and the command line.

Conventions
-----------
A job goes queued → running → done, failed, cancelled or lost, and never back. Only a running job
has a heartbeat; one whose heartbeat is too old has lost its worker.
"""

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from core.corpus.database import Database

__all__ = ["Job", "JobState", "Jobs"]

JobState = Literal["queued", "running", "done", "failed", "cancelled", "lost"]


@dataclass(frozen=True)
class Job:
    """One asked-for run."""

    id: str
    created: float  # Unix seconds
    spec: dict[str, Any]
    state: JobState
    worker_pid: int | None
    heartbeat: float | None  # Unix seconds
    cancel_requested: bool
    progress: dict[str, Any] | None
    error: dict[str, Any] | None
    run_id: str | None
    save_as: str | None
    owner: str | None


class Jobs:
    """The jobs of a workspace.

    Parameters
    ----------
    database : Database
    """

    def __init__(self, database: Database):
        self._database = database

    def queue_job(
        self,
        spec: Mapping[str, Any],
        *,
        save_as: str | None = None,
        owner: str | None = None,
    ) -> str:
        """Ask for a run.

        Parameters
        ----------
        spec : mapping
            As `core.settings.spec_to_json` gives it.
        save_as : str, optional
            Name of the model to publish.
        owner : str, optional
            Who asks.

        Returns
        -------
        job_id : str
            Of the new job, or of the same one when it is queued or running already.
        """
        text = json.dumps(spec, sort_keys=True, ensure_ascii=False)
        job_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        with self._database.write() as connection:
            row = connection.execute(
                """SELECT id FROM jobs WHERE spec = ? AND COALESCE(save_as, '') = ?
                   AND state IN ('queued', 'running')""",
                (text, save_as or ""),
            ).fetchone()
            if row is not None:
                return row["id"]
            connection.execute(
                "INSERT INTO jobs (id, created, spec, save_as, owner) VALUES (?, ?, ?, ?, ?)",
                (job_id, time.time(), text, save_as, owner),
            )
        return job_id

    def claim_next_job(self) -> Job | None:
        """Take the oldest queued job; no other worker can take it then.

        Returns
        -------
        job : Job or None
            Running now; None when none is queued.
        """
        if not self.jobs(["queued"]):
            return None  # looked at often; the write lock is left alone
        with self._database.write() as connection:
            row = connection.execute(
                """UPDATE jobs SET state = 'running', worker_pid = ?, heartbeat = ?
                   WHERE number = (SELECT MIN(number) FROM jobs WHERE state = 'queued')
                   RETURNING *""",
                (os.getpid(), time.time()),
            ).fetchone()
        return _job(row) if row else None

    def heartbeat(self, job_id: str, progress: Mapping[str, Any] | None = None) -> bool:
        """Say that a job's worker lives.

        Parameters
        ----------
        job_id : str
        progress : mapping, optional
            Kept with the job; the last one stays when not given.

        Returns
        -------
        go_on : bool
            False when the job is to be cancelled or is not running any more.
        """
        with self._database.write() as connection:
            row = connection.execute(
                """UPDATE jobs SET heartbeat = ?, progress = COALESCE(?, progress)
                   WHERE id = ? AND state = 'running' RETURNING cancel_requested""",
                (time.time(), None if progress is None else json.dumps(progress), job_id),
            ).fetchone()
        return row is not None and not row["cancel_requested"]

    def request_cancel(self, job_id: str) -> None:
        """Ask a running job to stop; end a queued one at once.

        Parameters
        ----------
        job_id : str
        """
        with self._database.write() as connection:
            connection.execute(
                """UPDATE jobs SET cancel_requested = 1,
                   state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END
                   WHERE id = ? AND state IN ('queued', 'running')""",
                (job_id,),
            )

    def cancel_requested(self, job_id: str) -> bool:
        """Whether a job is asked to stop; true also when it is not running any more.

        Parameters
        ----------
        job_id : str

        Returns
        -------
        asked : bool
        """
        row = self._database.row(
            "SELECT cancel_requested OR state != 'running' FROM jobs WHERE id = ?", (job_id,)
        )
        return row is None or bool(row[0])

    def finish_job(
        self,
        job_id: str,
        state: Literal["done", "failed", "cancelled"],
        *,
        error: Mapping[str, Any] | None = None,
        run_id: str | None = None,
    ) -> bool:
        """End a running job.

        Parameters
        ----------
        job_id : str
        state : {"done", "failed", "cancelled"}
        error : mapping, optional
            What went wrong, as JSON values.
        run_id : str, optional
            The run that came of it.

        Returns
        -------
        ended : bool
            False when it was not running any more, for example counted as lost.
        """
        with self._database.write() as connection:
            cursor = connection.execute(
                """UPDATE jobs SET state = ?, error = ?, run_id = ?
                   WHERE id = ? AND state = 'running'""",
                (state, None if error is None else json.dumps(error), run_id, job_id),
            )
        return cursor.rowcount == 1

    def mark_stale_jobs_lost(self, max_age: float) -> list[str]:
        """End the running jobs whose last heartbeat is too old.

        Parameters
        ----------
        max_age : float
            Seconds.

        Returns
        -------
        job_ids : list of str
            Those that are lost now.
        """
        stale = "state = 'running' AND heartbeat <= ?"
        limit = time.time() - max_age
        if self._database.row(f"SELECT 1 FROM jobs WHERE {stale}", (limit,)) is None:  # noqa: S608
            return []
        with self._database.write() as connection:
            rows = connection.execute(
                f"UPDATE jobs SET state = 'lost' WHERE {stale} RETURNING id",  # noqa: S608
                (limit,),
            ).fetchall()
        return [row["id"] for row in rows]

    def job(self, job_id: str) -> Job | None:
        """A job by its id.

        Parameters
        ----------
        job_id : str

        Returns
        -------
        job : Job or None
        """
        row = self._database.row("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return _job(row) if row else None

    def jobs(self, states: Iterable[JobState] | None = None) -> list[Job]:
        """The jobs in some states, in the order in which they were queued.

        Parameters
        ----------
        states : iterable of str, optional
            All by default.

        Returns
        -------
        jobs : list of Job
        """
        rows = self._database.rows(
            """SELECT * FROM jobs
               WHERE :states IS NULL OR state IN (SELECT value FROM json_each(:states))
               ORDER BY number""",
            {"states": None if states is None else json.dumps(list(states))},
        )
        return [_job(row) for row in rows]

    def queue_position(self, job_id: str) -> int:
        """How many jobs come before this one.

        Parameters
        ----------
        job_id : str

        Returns
        -------
        position : int
            0 when it runs or is over; the running job counts.
        """
        row = self._database.row(
            """SELECT COUNT(*) AS n FROM jobs other, jobs mine
               WHERE mine.id = ? AND mine.state = 'queued' AND other.number < mine.number
               AND other.state IN ('queued', 'running')""",
            (job_id,),
        )
        return row["n"] if row else 0


def _job(row: sqlite3.Row) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    for name in ("spec", "progress", "error"):
        values[name] = None if values[name] is None else json.loads(values[name])
    values["cancel_requested"] = bool(values["cancel_requested"])
    return Job(**values)
