"""The catalog in a backup, looked at before anything believes it.

SQLite runs what a schema says: a trigger, a view in the place of a table. And a row says where a
recording lies. So a catalog from outside has just the tables of its version, values of the types
that they declare, recordings named by their content, and references that lead somewhere.
"""

import json
import re
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from core.corpus.schema import MIGRATIONS
from core.errors import BackupDamagedError, CatalogTooNewError
from core.i18n import N_

__all__ = ["check_catalog"]

_UNSOUND = N_("its catalog is not sound")
_FOREIGN = N_("its catalog has other tables than Malgyeol's")
_VALUES = N_("its catalog holds values that do not belong there")

_SCHEMA = """SELECT type, name, sql FROM sqlite_master
    WHERE NOT (type IN ('table', 'index') AND name LIKE 'sqlite\\_%' ESCAPE '\\')"""
_COMMENT = re.compile(r"--[^\n]*")
# What SQLite may hold in a column of a declared type; a column without one holds anything.
_HELD = {
    "TEXT": ("text", "null"),
    "INTEGER": ("integer", "null"),
    "REAL": ("real", "integer", "null"),
    "BLOB": ("blob", "null"),
}
_JSON = (  # columns that are read as JSON, and as what
    ("recordings", "flags", list),
    ("utterances", "flags", list),
    ("utterances", "measures", dict),
    ("snapshots", "emotions", list),
    ("runs", "spec", dict),
    ("runs", "report", dict),
    ("jobs", "spec", dict),
    ("jobs", "progress", dict),
    ("jobs", "error", dict),
    ("heard", "measures", dict),
    ("heard", "durations", list),
    ("listening_tests", "scores", dict),
    ("sheets", "sheet", dict),
    ("corrections", "chain", list),
    ("consents", "uses", list),
)
_MISNAMED = """SELECT 1 FROM recordings
    WHERE length(content) != 64 OR content GLOB '*[^0-9a-f]*'
        OR length(extension) NOT BETWEEN 1 AND 8 OR extension GLOB '*[^0-9a-z]*' LIMIT 1"""


def check_catalog(catalog: Path, shown: str, member: str) -> None:
    """Refuse a catalog that is damaged, made by a newer version, or not made by Malgyeol at all.

    Parameters
    ----------
    catalog : Path
        Unpacked, not yet in place.
    shown, member : str
        Names of the backup and of the catalog in it, for messages.

    Raises
    ------
    CatalogTooNewError
    BackupDamagedError
    """
    try:
        with closing(sqlite3.connect(catalog)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise CatalogTooNewError(member, version, len(MIGRATIONS))
            reason = _fault(connection, version)
    except sqlite3.DatabaseError as error:
        raise BackupDamagedError(shown, member, _UNSOUND) from error
    if reason is not None:
        raise BackupDamagedError(shown, member, reason)


def _fault(connection: sqlite3.Connection, version: int) -> str | None:
    """What is wrong with a catalog, or None."""
    if version < 1 or _schema(connection) != _schema_of(version):
        return _FOREIGN
    if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        return _UNSOUND
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        return _UNSOUND
    queries = [_MISNAMED, *_type_queries(connection)]
    odd = any(connection.execute(query).fetchone() is not None for query in queries)
    return _VALUES if odd or not _is_json(connection) else None


def _schema(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    """What a database consists of, without comments and blanks."""
    return frozenset(
        (kind, name, "".join(_COMMENT.sub("", sql or "").split()))
        for kind, name, sql in connection.execute(_SCHEMA)
    )


@cache
def _schema_of(version: int) -> frozenset[tuple[str, str, str]]:
    """What our own catalog of a version consists of."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in MIGRATIONS[:version]:
            connection.executescript(script)
        return _schema(connection)


def _type_queries(connection: sqlite3.Connection) -> list[str]:
    """For each table a query that finds a row with a value of another type than declared."""
    tables = [name for kind, name, _ in connection.execute(_SCHEMA) if kind == "table"]
    queries = []
    for table in tables:
        odd = [
            f'typeof("{name}") NOT IN {_HELD[declared]}'
            for _, name, declared, *_ in connection.execute(f'PRAGMA table_info("{table}")')
            if declared in _HELD
        ]
        queries.append(f'SELECT 1 FROM "{table}" WHERE {" OR ".join(odd)} LIMIT 1')  # noqa: S608 - names of our own tables
    return queries


def _is_json(connection: sqlite3.Connection) -> bool:
    """Whether each column of JSON holds what it is read as: NaN among it, as Python writes it."""
    tables = {name for kind, name, _ in connection.execute(_SCHEMA) if kind == "table"}
    for table, column, kind in _JSON:
        if table in tables:
            query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - ours
            try:
                if not all(
                    isinstance(json.loads(text), kind) for (text,) in connection.execute(query)
                ):
                    return False
            except (ValueError, RecursionError):
                return False
    return True
