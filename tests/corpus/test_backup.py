"""Requirement 17: everything comes back byte for byte, or nothing is touched."""

import hashlib
import json
import os
import sqlite3
import zipfile
from contextlib import closing

import pytest
from filelock import FileLock

from core.corpus import Catalog
from core.corpus.backup import back_up, restore
from core.errors import (
    BackupDamagedError,
    BackupError,
    BackupExistsError,
    BackupTooNewError,
    CatalogTooNewError,
    DiskFullError,
    MalgyeolError,
    NotABackupError,
    UnreadableFileError,
    WorkspaceFilledError,
    WorkspaceInUseError,
)
from core.files import TEMPORARY
from core.settings import Workspace, workspace
from tests.corpus.builders import add_clips

NAMES = [f"{i}_1_{e}" for i in range(1, 6) for e in "SNJA"]


def hashes(root) -> dict[str, str]:
    """Everything that a backup promises, the catalog by its contents."""
    kept = {}
    for folder in ("audio", "runs", "models", "quarantine"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(".lock"):
                data = path.read_bytes()
                kept[str(path.relative_to(root))] = hashlib.sha256(data).hexdigest()
    with closing(sqlite3.connect(root / "catalog.db")) as connection:
        dump = "\n".join(sorted(connection.iterdump()))
    kept["catalog"] = hashlib.sha256(dump.encode()).hexdigest()
    return kept


@pytest.fixture
def filled(workspace_home):
    with Catalog() as catalog:
        ids = add_clips(catalog, NAMES)
        catalog.relabel(ids[:3], emotion="fearful")
    for name, data in {
        "runs/20260101-000000-abcdef/report.json": b"{}",
        "models/\uc6b0\ub9ac \ubc18.malgyeol": b"a bundle",
        "models/active": b"{}",
        "quarantine/ab.wav": b"a stray",
        "cache/features/features.db": b"derived",
        "logs/pages.log": b"a log",
    }.items():
        path = workspace_home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return workspace_home


@pytest.fixture
def backup(filled, tmp_path):
    with Catalog() as catalog:
        return back_up(catalog, tmp_path / "backup.zip").path


def test_a_round_trip_gives_equal_hashes(filled, backup, tmp_path, monkeypatch):
    before = hashes(filled)
    monkeypatch.setenv("MALGYEOL_HOME", str(tmp_path / "other"))
    report = restore(backup, workspace())
    assert hashes(tmp_path / "other") == before
    assert len(before) == report.files == len(NAMES) + 5
    assert (report.aside, report.missing) == (None, ())
    with Catalog() as catalog:
        assert catalog.last_sweep.missing == () and catalog.last_sweep.quarantined == ()
        assert [catalog.read_bytes(u).decode() for u in catalog.utterances("team")]
        catalog.undo()  # the history came along


def test_what_is_derived_and_what_is_secret_stays_out(backup):
    names = zipfile.ZipFile(backup).namelist()
    assert {name.split("/")[0] for name in names} == {
        "catalog.db",
        "audio",
        "runs",
        "models",
        "quarantine",
        "manifest.json",
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_a_backup(backup):
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_is_taken_while_somebody_writes(filled, tmp_path):
    with Catalog() as catalog, Catalog() as other, other.database.write() as connection:
        connection.execute("UPDATE utterances SET speaker = 'half way'")
        back_up(catalog, tmp_path / "b.zip")
    place = Workspace(root=tmp_path / "other", models=tmp_path / "other" / "models")
    restore(tmp_path / "b.zip", place)
    with Catalog(place) as catalog:
        assert {u.speaker for u in catalog.utterances("team")} == {"1"}


def test_a_lost_recording_is_reported_and_the_rest_is_kept(filled, tmp_path):
    with Catalog() as catalog:
        first, second, *_ = catalog.utterances("team")
        catalog.audio_path(first.content).unlink()
        catalog.audio_path(second.content).write_bytes(b"other bytes")
        report = back_up(catalog, tmp_path / "b.zip")
    assert len(report.missing) == 2
    assert report.files == len(NAMES) + 4


def test_a_backup_replaces_another_only_when_told_to(filled, backup):
    old = backup.read_bytes()
    with Catalog() as catalog:
        with pytest.raises(BackupExistsError):
            back_up(catalog, backup)
        assert backup.read_bytes() == old
        back_up(catalog, backup, force=True)


def test_a_full_disk_leaves_no_half_backup(filled, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with Catalog() as catalog:
        monkeypatch.setattr("core.corpus.backup.copy", full)
        with pytest.raises(DiskFullError):
            back_up(catalog, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()
    assert not list(tmp_path.rglob(f"{TEMPORARY}*"))


def test_a_filled_workspace_is_never_overwritten_without_force(filled, backup):
    with Catalog() as catalog:
        add_clips(catalog, ["9_9_A"])
    now = hashes(filled)
    with pytest.raises(WorkspaceFilledError):
        restore(backup, workspace())
    assert hashes(filled) == now


def test_with_force_the_old_workspace_is_set_aside_whole(filled, backup):
    with Catalog() as catalog:
        add_clips(catalog, ["9_9_A"])
    now = hashes(filled)
    report = restore(backup, workspace(), force=True)
    assert hashes(report.aside) == now
    with Catalog() as catalog:
        assert len(catalog.utterances("team")) == len(NAMES)
    assert report.aside.name.startswith("home.before-")


def test_a_workspace_that_is_open_is_not_restored_over(filled, backup):
    with Catalog() as catalog:
        catalog.utterances("team")
        with pytest.raises(WorkspaceInUseError):
            restore(backup, workspace(), force=True)
        assert len(catalog.utterances("team")) == len(NAMES)


def test_a_workspace_with_a_working_worker_is_not_restored_over(filled, backup):
    with FileLock(filled / "worker.lock"), pytest.raises(WorkspaceInUseError):
        restore(backup, workspace(), force=True)


def test_a_damaged_catalog_does_not_stand_in_the_way(filled, backup):
    (filled / "catalog.db").write_bytes(b"x" * 5_000)
    report = restore(backup, workspace(), force=True)
    assert (report.aside / "catalog.db").read_bytes() == b"x" * 5_000
    with Catalog() as catalog:
        assert len(catalog.utterances("team")) == len(NAMES)


def test_models_outside_the_workspace_are_put_there_and_the_old_ones_kept(filled, backup, tmp_path):
    models = tmp_path / "elsewhere" / "models"
    models.mkdir(parents=True)
    (models / "active").write_bytes(b"older")
    report = restore(backup, Workspace(root=filled, models=models), force=True)
    assert (models / "active").read_bytes() == b"{}"
    assert (report.aside / "models.replaced" / "active").read_bytes() == b"older"
    assert (models / "\uc6b0\ub9ac \ubc18.malgyeol").read_bytes() == b"a bundle"


def test_no_damaged_bit_is_restored(filled, backup, tmp_path):
    """60 flips: each is refused, or lies where the zip says nothing about a file's bytes."""
    before, data = hashes(filled), backup.read_bytes()
    bad, refused = tmp_path / "bad.zip", 0
    for turn in range(60):
        at = turn * len(data) // 60
        flipped = bytearray(data)
        flipped[at] ^= 1 << turn % 8
        bad.write_bytes(flipped)
        place = tmp_path / f"turn{turn}"
        try:
            restore(bad, Workspace(root=place, models=place / "models"))
        except MalgyeolError as error:
            assert isinstance(error, BackupError), error
            assert not place.exists()
            refused += 1
        else:
            assert hashes(place) == before, at
    assert refused > 30
    assert not list(tmp_path.glob("*.restoring-*"))


def rewritten(backup, target, change=None, more=None):
    """The same backup with another manifest or more members."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "manifest.json" and change:
                document = json.loads(data)
                change(document)
                data = json.dumps(document)
            new.writestr(info.filename, data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return target


def test_a_backup_that_reaches_out_of_the_workspace_is_refused(backup, tmp_path, monkeypatch):
    monkeypatch.setenv("MALGYEOL_HOME", str(tmp_path / "a" / "b"))
    data = b"evil"
    digest = hashlib.sha256(data).hexdigest()
    for number, name in enumerate(
        ("audio/../../evil", "../evil", "/evil", "audio/..", "audio/a\\..\\evil", "evil.py")
    ):

        def add(document, name=name):
            document["members"][name] = [len(data), digest]

        bad = rewritten(backup, tmp_path / f"{number}.zip", add, {name: data})
        with pytest.raises(BackupDamagedError):
            restore(bad, workspace())
    assert not list(tmp_path.rglob("evil*"))


def test_members_that_nobody_named_or_that_are_gone_are_noticed(backup, tmp_path, monkeypatch):
    monkeypatch.setenv("MALGYEOL_HOME", str(tmp_path / "other"))
    more = rewritten(backup, tmp_path / "more.zip", more={"audio/zz/zz.wav": b"x"})
    less = rewritten(
        backup,
        tmp_path / "less.zip",
        lambda d: d["members"].update({"audio/zz/zz.wav": [1, "0" * 64]}),
    )
    for bad in (more, less):
        with pytest.raises(BackupDamagedError):
            restore(bad, workspace())


def test_backups_of_the_future_are_told_from_damaged_ones(backup, tmp_path, monkeypatch):
    monkeypatch.setenv("MALGYEOL_HOME", str(tmp_path / "other"))
    newer = rewritten(backup, tmp_path / "n.zip", lambda d: d.update(format=99))
    with pytest.raises(BackupTooNewError):
        restore(newer, workspace())
    tables = rewritten(backup, tmp_path / "t.zip", lambda d: d.update(tables=9_999))
    with pytest.raises(CatalogTooNewError):
        restore(tables, workspace())


@pytest.mark.parametrize("data", [b"", b"PK", b"a text", b"\0" * 1_000])
def test_what_is_no_backup_is_called_so(workspace_home, tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(NotABackupError):
        restore(tmp_path / "x.zip", workspace())


def test_a_zip_of_sounds_is_no_backup_and_a_missing_file_is_none(workspace_home, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("1_1_A.wav", b"RIFF")
    with pytest.raises(NotABackupError):
        restore(tmp_path / "x.zip", workspace())
    with pytest.raises(UnreadableFileError):
        restore(tmp_path / "nothing.zip", workspace())


def test_the_commands_say_what_they_did(filled, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from core.commands import app

    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    runner, file = CliRunner(), str(tmp_path / "b.zip")
    made = runner.invoke(app, ["backup", file, "--json"])
    assert (made.exit_code, json.loads(made.stdout)["files"]) == (0, len(NAMES) + 5)
    assert runner.invoke(app, ["backup", file]).exit_code == 2
    assert runner.invoke(app, ["restore", file]).exit_code == 2
    back = runner.invoke(app, ["restore", file, "--force", "--json"])
    assert back.exit_code == 0
    assert "home.before-" in json.loads(back.stdout)["aside"]
