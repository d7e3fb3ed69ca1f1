"""The SQLite file under the catalog: opened, migrated and checked once a process.

Conventions
-----------
Write-ahead log with ``synchronous=FULL``: what a call has returned is on disk, also after a power
cut. Every write is one ``BEGIN IMMEDIATE`` transaction, so that two writers queue up instead of
failing half way. Each thread has its own connection.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.corpus.schema import MIGRATIONS
from core.errors import (
    CatalogBusyError,
    CatalogDamagedError,
    CatalogTooNewError,
    DiskFullError,
    MalgyeolError,
)

__all__ = ["BUSY_TIMEOUT", "Database"]

BUSY_TIMEOUT = 10.0  # s that a writer waits for another one
_OPENING = 60.0  # s that a process waits for another one to migrate and check

_prepared: set[Path] = set()  # checked by this process
_preparing = threading.Lock()

Values = Sequence[Any] | Mapping[str, Any]


class Database:
    """One SQLite file, safe for several threads and processes.

    Parameters
    ----------
    path : Path
        Made, with its folder, when it is not there.

    Raises
    ------
    CatalogDamagedError
        If SQLite finds the file malformed.
    CatalogTooNewError
        If a newer version of Malgyeol made it.
    """

    def __init__(self, path: Path):
        self.path = path
        self._local = threading.local()
        with self._translated():
            self.first_open = _prepare(path)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread and process."""
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.connection = _connect(self.path)
            self._local.pid = os.getpid()
        return self._local.connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock; committed at the end, rolled back on any error.

        Yields
        ------
        connection : sqlite3.Connection

        Raises
        ------
        CatalogBusyError
            If another writer keeps the lock longer than `BUSY_TIMEOUT`.
        DiskFullError
            If there is no room left; nothing of the transaction is kept.
        """
        with self._translated():
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        """All rows of a query.

        Parameters
        ----------
        sql : str
        values : sequence or mapping

        Returns
        -------
        rows : list of sqlite3.Row
        """
        with self._translated():
            return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        """The first row of a query, or None.

        Parameters
        ----------
        sql : str
        values : sequence or mapping

        Returns
        -------
        row : sqlite3.Row or None
        """
        with self._translated():
            return self.connection.execute(sql, values).fetchone()

    def close(self) -> None:
        """Close this thread's connection; the next use opens another one."""
        if getattr(self._local, "pid", None) == os.getpid():
            self._local.connection.close()
        self._local.__dict__.clear()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            translation = _translation(error, self.path)
            if translation is None:
                raise
            raise translation from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _prepare(path: Path) -> bool:
    """Make, migrate and check the file, once a process; whether this was the first time."""
    path = path.resolve()
    with _preparing:
        if path in _prepared and path.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(path.with_suffix(".lock"), timeout=_OPENING):
            connection = _connect(path)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                _migrate(connection, path)
                _check(connection, path)
            finally:
                connection.close()
        _prepared.add(path)
        return True


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables up to date, one transaction a script."""
    found = _version(connection)
    if found > len(MIGRATIONS):
        raise CatalogTooNewError(path.name, found, len(MIGRATIONS))
    for version, script in enumerate(MIGRATIONS[found:], start=found + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger's own semicolons do not end it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    assert not statement.strip(), "a migration ends within a statement"


def _check(connection: sqlite3.Connection, path: Path) -> None:
    findings = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    if findings != ["ok"]:
        raise CatalogDamagedError(path.name, "; ".join(findings))


def _translation(error: sqlite3.DatabaseError, path: Path) -> MalgyeolError | None:
    """The user's error for one of SQLite's, or None when it is a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:  # the primary result code
        case sqlite3.SQLITE_FULL:
            return DiskFullError(path.name)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CatalogBusyError(path.name, BUSY_TIMEOUT)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return CatalogDamagedError(path.name, str(error))
    return None
