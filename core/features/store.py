"""The feature store: one SQLite file of rows that were computed before.

It is derived and disposable. A row that does not check is computed again, a damaged file is
dropped and begun anew, and where nothing can be written the work goes on without it.
"""

import hashlib
import logging
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.settings import FeatureSpec, spec_digest

__all__ = ["FeatureKey", "FeatureStore"]

_LOG = logging.getLogger(__name__)

_SCHEMA = """
PRAGMA page_size = 16384;    -- six rows of 592 features a page
PRAGMA journal_mode = WAL;
CREATE TABLE features (
    key BLOB PRIMARY KEY,    -- 16 bytes: spec, content, correction, start, end
    content TEXT NOT NULL,   -- so that a withdrawn recording's rows can be deleted
    checksum INTEGER NOT NULL,
    row BLOB NOT NULL        -- little-endian float32
);
CREATE INDEX features_content ON features (content);
"""
_BUSY_TIMEOUT = 30.0  # s
_CHUNK = 500  # keys a query; the least limit of any SQLite is 999
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,  # other tables than ours
    sqlite3.SQLITE_CONSTRAINT,  # rows and index contradict each other
}
# SQLite quotes what it read in its messages, and damaged bytes may not be text.
_FAILURES = (sqlite3.Error, OSError, UnicodeDecodeError)


@dataclass(frozen=True)
class FeatureKey:
    """What a row was computed from, apart from the feature spec."""

    content: str  # SHA-256 of the original bytes, hexadecimal
    correction: str = ""  # digest of the correction chain; none if empty
    start: float = 0.0  # s
    end: float | None = None  # s; to the end of the recording if None


class FeatureStore:
    """Feature rows on disk, safe for several threads and processes at once.

    Every call opens the file for itself, so nothing is shared between threads, and nothing has to
    be closed.

    Parameters
    ----------
    folder : Path
        The cache folder of a workspace; made when the first row is stored.
    """

    def __init__(self, folder: Path):
        self.path = Path(folder) / "features.db"

    def get_many(
        self, keys: Sequence[FeatureKey], spec: FeatureSpec
    ) -> dict[FeatureKey, np.ndarray]:
        """The rows that are stored, of those asked for.

        Parameters
        ----------
        keys : sequence of FeatureKey
            In any order.
        spec : FeatureSpec

        Returns
        -------
        rows : dict of FeatureKey to np.ndarray [shape=(n_features,)], float32
            Read-only arrays. A key that is not stored is not in it, nor is one whose row was
            damaged on disk.
        """
        if not keys or not self.path.exists():
            return {}
        digest = spec_digest(spec)
        wanted = {_name(key, digest): key for key in keys}
        try:
            with closing(self._connect()) as connection:
                return {wanted[name]: row for name, row in _select(connection, list(wanted))}
        except _FAILURES as error:
            self._recover(error)
            return {}

    def put_many(self, rows: Mapping[FeatureKey, np.ndarray], spec: FeatureSpec) -> None:
        """Store rows, all of them or none; a stored row of the same key is replaced.

        A store that cannot be written, on a full disk for instance, is logged and costs only
        time: the rows are computed again when they are needed.

        Parameters
        ----------
        rows : mapping of FeatureKey to np.ndarray [shape=(n_features,)]
        spec : FeatureSpec
        """
        digest = spec_digest(spec)
        records = [_record(_name(key, digest), key.content, row) for key, row in rows.items()]
        try:
            self._insert(records)
        except _FAILURES as error:
            if not self._recover(error):
                return
            try:
                self._insert(records)
            except _FAILURES as again:
                _LOG.warning("features are not kept: %s", again)

    def forget(self, contents: Sequence[str]) -> int:
        """Delete every row computed from some recordings, in whatever spec.

        Parameters
        ----------
        contents : sequence of str
            SHA-256 of the recordings' original bytes.

        Returns
        -------
        deleted : int
            Rows.

        Raises
        ------
        sqlite3.Error
            If the rows could not be deleted; a withdrawal must not fail in silence.
        """
        if not self.path.exists():
            return 0
        with closing(self._connect()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            return sum(
                connection.execute("DELETE FROM features WHERE content = ?", (content,)).rowcount
                for content in contents
            )

    def _connect(self) -> sqlite3.Connection:
        if not self.path.exists():
            self._begin_anew()
        connection = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT, isolation_level=None)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _insert(self, records: Sequence[tuple]) -> None:
        with closing(self._connect()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR REPLACE INTO features (key, content, checksum, row) VALUES (?, ?, ?, ?)",
                records,
            )

    def _recover(self, error: Exception) -> bool:
        """Whether another try makes sense, because a damaged file has made way for a new one."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in _DAMAGED and not isinstance(error, UnicodeDecodeError):
            _LOG.warning("the feature store does without its file for now: %s", error)
            return False
        _LOG.warning("the feature store was damaged and begins anew: %s", error)
        try:
            self._begin_anew()
        except _FAILURES as reason:
            _LOG.warning("the damaged feature store could not be replaced: %s", reason)
            return False
        return True

    def _begin_anew(self) -> None:
        """Put an empty file where there is none, or a damaged one; one process at a time."""
        from filelock import FileLock

        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock", timeout=_BUSY_TIMEOUT):
            if self.path.exists() and self._is_sound():
                return  # another process was faster
            fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
            fresh.unlink(missing_ok=True)
            with closing(sqlite3.connect(fresh)) as connection:
                connection.executescript(_SCHEMA)
            for left_over in ("-wal", "-shm"):
                Path(f"{self.path}{left_over}").unlink(missing_ok=True)
            fresh.replace(self.path)

    def _is_sound(self) -> bool:
        try:
            with closing(sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT)) as connection:
                connection.execute("SELECT key, content, checksum, row FROM features LIMIT 1")
                return connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False


def _name(key: FeatureKey, spec: str) -> bytes:
    """Sixteen bytes that name a row; ``spec`` is the digest of the feature spec."""
    end = None if key.end is None else float(key.end)
    text = f"{spec}|{key.content}|{key.correction}|{float(key.start)!r}|{end!r}"
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _record(name: bytes, content: str, row: np.ndarray) -> tuple[bytes, str, int, bytes]:
    blob = np.ascontiguousarray(row, dtype="<f4").tobytes()
    return name, content, _checksum(name, blob), blob


def _checksum(name: bytes, blob: bytes) -> int:
    """Of a row together with its name, so that a row under a wrong name is noticed too."""
    return zlib.crc32(blob, zlib.crc32(name))


def _select(
    connection: sqlite3.Connection, names: Sequence[bytes]
) -> Iterator[tuple[bytes, np.ndarray]]:
    connection.text_factory = bytes  # a damaged type may turn a row into text
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        query = f"SELECT key, checksum, row FROM features WHERE key IN ({marks})"  # noqa: S608
        for name, checksum, blob in connection.execute(query, chunk):
            if isinstance(blob, bytes) and _checksum(name, blob) == checksum:
                yield name, np.frombuffer(blob, dtype="<f4")
