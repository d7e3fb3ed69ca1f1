"""The SQLite file: settings that keep what was promised, and faults that are named."""

import sqlite3

import pytest

from core.corpus import database as module
from core.corpus.database import Database
from core.corpus.schema import MIGRATIONS
from core.errors import CatalogBusyError, CatalogDamagedError, CatalogTooNewError, DiskFullError


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "catalog.db")
    yield opened
    opened.close()


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_commits_are_on_disk_and_references_are_checked(database):
    assert pragma(database.connection, "journal_mode") == "wal"
    assert pragma(database.connection, "synchronous") == 2  # FULL
    assert pragma(database.connection, "foreign_keys") == 1
    assert pragma(database.connection, "user_version") == len(MIGRATIONS)


def test_a_transaction_that_fails_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute("INSERT INTO corpora (name, title, created) VALUES ('a', 'A', 0)")
        _ = 1 / 0
    assert database.rows("SELECT * FROM corpora") == []


def test_opening_again_keeps_what_is_there(database):
    with database.write() as connection:
        connection.execute("INSERT INTO corpora (name, title, created) VALUES ('a', 'A', 0)")
    module._prepared.clear()  # as another process would find it
    again = Database(database.path)
    assert again.first_open
    assert again.row("SELECT name FROM corpora")["name"] == "a"
    again.close()


def test_an_older_catalog_is_brought_up_to_date(database, monkeypatch):
    newer = (*MIGRATIONS, "CREATE TABLE moods (id INTEGER);\nCREATE INDEX m ON moods (id);\n")
    monkeypatch.setattr(module, "MIGRATIONS", newer)
    module._prepared.clear()
    again = Database(database.path)
    assert again.rows("SELECT * FROM moods") == []
    assert pragma(again.connection, "user_version") == len(newer)
    again.close()


def test_a_migration_that_fails_changes_nothing(database, monkeypatch):
    broken = (*MIGRATIONS, "CREATE TABLE moods (id INTEGER);\nNONSENSE;\n")
    monkeypatch.setattr(module, "MIGRATIONS", broken)
    module._prepared.clear()
    with pytest.raises(sqlite3.OperationalError, match="NONSENSE"):
        Database(database.path)
    assert pragma(database.connection, "user_version") == len(MIGRATIONS)
    assert database.rows("SELECT name FROM sqlite_master WHERE name = 'moods'") == []


def test_a_catalog_from_the_future_is_refused(tmp_path):
    path = tmp_path / "catalog.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CatalogTooNewError, match="version 99"):
        Database(path)


def test_a_file_that_is_no_catalog_is_named_damaged(tmp_path):
    path = tmp_path / "catalog.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(CatalogDamagedError, match=r"catalog\.db"):
        Database(path)


def test_a_catalog_with_a_broken_page_is_named_damaged(database):
    path = database.path
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO corpora (name, title, created) VALUES (?, ?, 0)",
            [(f"corpus {i}", "T" * 500) for i in range(200)],
        )
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    module._prepared.clear()
    with pytest.raises(CatalogDamagedError):
        Database(path)


def test_a_writer_that_waits_too_long_is_told_so(database, monkeypatch):
    monkeypatch.setattr(module, "BUSY_TIMEOUT", 0.05)
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CatalogBusyError), database.write():
        pytest.fail("the other writer holds the lock")
    other.close()


def test_a_full_disk_is_named_and_leaves_nothing(database):
    pages = pragma(database.connection, "page_count")
    database.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError, match=r"catalog\.db"), database.write() as connection:
        connection.execute(
            "INSERT INTO corpora (name, title, created) VALUES ('a', ?, 0)", ("T" * 100_000,)
        )
    assert database.rows("SELECT * FROM corpora") == []
