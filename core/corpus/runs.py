"""Finished runs and the models that came of them, with what people say about them."""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.corpus.database import Database

__all__ = ["ModelRecord", "Run", "Runs"]


@dataclass(frozen=True)
class Run:
    """A finished run."""

    id: str
    created: float  # Unix seconds
    corpus: str
    name: str
    spec: dict[str, Any]
    report: dict[str, Any]
    notes: str
    star: bool


@dataclass(frozen=True)
class ModelRecord:
    """A model file that this workspace wrote."""

    name: str
    sha256: str
    run_id: str | None
    created: float  # Unix seconds


class Runs:
    """The runs and models of a workspace.

    Parameters
    ----------
    database : Database
    """

    def __init__(self, database: Database):
        self._database = database

    def add(
        self, run_id: str, *, spec: Mapping[str, Any], report: Mapping[str, Any], name: str = ""
    ) -> None:
        """Keep a finished run.

        Parameters
        ----------
        run_id : str
        spec : mapping
            As `core.settings.spec_to_json` gives it; its ``corpus`` is the run's.
        report : mapping
            JSON values.
        name : str
        """
        with self._database.write() as connection:
            connection.execute(
                """INSERT INTO runs (id, created, corpus, name, spec, report)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    run_id,
                    time.time(),
                    spec["corpus"],
                    name,
                    json.dumps(spec, ensure_ascii=False),
                    json.dumps(report, ensure_ascii=False),
                ),
            )

    def run(self, run_id: str) -> Run | None:
        """A run by its id.

        Parameters
        ----------
        run_id : str

        Returns
        -------
        run : Run or None
        """
        row = self._database.row("SELECT * FROM runs WHERE id = ? AND removed IS NULL", (run_id,))
        return _run(row) if row else None

    def runs(self, corpus: str | None = None) -> list[Run]:
        """The runs that were not put away, the newest first.

        Parameters
        ----------
        corpus : str, optional
            Only those on this corpus.

        Returns
        -------
        runs : list of Run
        """
        rows = self._database.rows(
            """SELECT * FROM runs WHERE removed IS NULL AND (:corpus IS NULL OR corpus = :corpus)
               ORDER BY created DESC, id DESC""",
            {"corpus": corpus},
        )
        return [_run(row) for row in rows]

    def annotate(
        self,
        run_id: str,
        *,
        name: str | None = None,
        notes: str | None = None,
        star: bool | None = None,
    ) -> None:
        """Set what people say about a run; what is not given stays.

        Parameters
        ----------
        run_id : str
        name, notes : str, optional
        star : bool, optional
        """
        with self._database.write() as connection:
            connection.execute(
                """UPDATE runs SET name = COALESCE(?, name), notes = COALESCE(?, notes),
                   star = COALESCE(?, star) WHERE id = ?""",
                (name, notes, star, run_id),
            )

    def remove(self, run_id: str) -> None:
        """Put a run away: out of every list, with nothing lost.

        Parameters
        ----------
        run_id : str
        """
        self._put_away(run_id, time.time())

    def restore(self, run_id: str) -> None:
        """Bring a run back that was put away.

        Parameters
        ----------
        run_id : str
        """
        self._put_away(run_id, None)

    def _put_away(self, run_id: str, at: float | None) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE runs SET removed = ? WHERE id = ?", (at, run_id))

    def add_model(self, name: str, sha256: str, *, run_id: str | None = None) -> None:
        """Note a model file that was written; one of the same name is replaced.

        Parameters
        ----------
        name : str
        sha256 : str
            Of the file's bytes, in hexadecimal.
        run_id : str, optional
            The run it comes from.
        """
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?)",
                (name, sha256, run_id, time.time()),
            )

    def model(self, name: str) -> ModelRecord | None:
        """What is noted of a model.

        Parameters
        ----------
        name : str

        Returns
        -------
        model : ModelRecord or None
        """
        row = self._database.row("SELECT * FROM models WHERE name = ?", (name,))
        return ModelRecord(**row) if row else None


def _run(row: sqlite3.Row) -> Run:
    values = dict(row)
    del values["removed"]
    values["spec"], values["report"] = json.loads(row["spec"]), json.loads(row["report"])
    values["star"] = bool(row["star"])
    return Run(**values)
