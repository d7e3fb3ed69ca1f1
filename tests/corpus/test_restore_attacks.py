"""Requirement 17 from the other side: backups made to do harm, and restores that are killed."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
import zipfile
from contextlib import closing

import pytest

from core.corpus import Catalog, workspace_swap
from core.corpus.backup import back_up, restore
from core.errors import BackupDamagedError, BackupPlaceError, CatalogTooNewError
from core.settings import Workspace
from tests.corpus.builders import add_clips
from tests.corpus.test_backup import NAMES, hashes, rewritten


@pytest.fixture
def backup(workspace_home, tmp_path):
    with Catalog() as catalog:
        add_clips(catalog, NAMES)
        return back_up(catalog, tmp_path / "backup.zip").path


@pytest.fixture
def other(tmp_path):
    return Workspace(root=tmp_path / "other", models=tmp_path / "other" / "models")


def forged(backup, *statements: str, add: dict[str, bytes] | None = None, catalog=None):
    """The backup with its catalog worked over and with more members, and all its hashes right."""
    target = backup.with_name("forged.zip")
    with zipfile.ZipFile(backup) as old:
        members = {name: old.read(name) for name in old.namelist()}
    if statements or catalog is not None:
        file = backup.with_name("forged.db")
        file.write_bytes(members["catalog.db"] if catalog is None else catalog)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        members["catalog.db"] = file.read_bytes()
    members |= add or {}
    document = json.loads(members.pop("manifest.json"))
    document["members"] = {n: [len(d), hashlib.sha256(d).hexdigest()] for n, d in members.items()}
    with zipfile.ZipFile(target, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
        new.writestr("manifest.json", json.dumps(document))
    return target


FORGED = {
    "a trigger": ["CREATE TRIGGER x AFTER INSERT ON corpora BEGIN DELETE FROM heard; END"],
    "a view": ["CREATE VIEW x AS SELECT 1"],
    "one table fewer": ["DROP TABLE sheets"],
    "one column more": ["ALTER TABLE runs ADD COLUMN x"],
    "no version": ["PRAGMA user_version = 0"],
    "a version below none": ["PRAGMA user_version = -5"],
    "an older version than its tables": ["PRAGMA user_version = 3"],
    "a recording elsewhere": [
        "PRAGMA foreign_keys = OFF",
        "UPDATE utterances SET content = '../../../../../../etc/passwd' WHERE id = 1",
        "UPDATE recordings SET content = '../../../../../../etc/passwd'"
        " WHERE content NOT IN (SELECT content FROM utterances)",
    ],
    "an extension elsewhere": ["UPDATE recordings SET extension = '/../../../../etc/passwd'"],
    "references to nothing": ["PRAGMA foreign_keys = OFF", "DELETE FROM corpora"],
    "flags that are no JSON": ["UPDATE utterances SET flags = 'x'"],
    "flags nested without end": [f"UPDATE utterances SET flags = '{'[' * 100_000}'"],
    "measures of another kind": ["UPDATE utterances SET measures = '[]'"],
    "a text as duration": ["UPDATE utterances SET duration = 'long'"],
    "bytes as a name": ["UPDATE utterances SET speaker = x'ff00'"],
}


@pytest.mark.parametrize("statements", FORGED.values(), ids=FORGED)
def test_a_catalog_that_is_none_of_ours_is_never_put_in_place(backup, other, statements):
    with pytest.raises(BackupDamagedError):
        restore(forged(backup, *statements), other)
    assert not other.root.exists()


def test_a_catalog_that_was_emptied_is_none_and_a_newer_one_is_called_so(backup, other):
    with pytest.raises(BackupDamagedError):
        restore(forged(backup, catalog=b""), other)
    with pytest.raises(CatalogTooNewError):
        restore(forged(backup, "PRAGMA user_version = 999"), other)
    assert not other.root.exists()


def test_catalogs_of_every_version_there_was_are_restored(tmp_path, backup, other):
    from core.corpus.schema import MIGRATIONS

    for version in range(1, len(MIGRATIONS) + 1):
        file = tmp_path / f"{version}.db"
        with closing(sqlite3.connect(file)) as connection:
            for script in MIGRATIONS[:version]:
                connection.executescript(script)
            connection.execute(f"PRAGMA user_version = {version}")
        place = other.root.with_name(f"version{version}")
        restore(forged(backup, catalog=file.read_bytes()), Workspace(place, place / "models"))
        with Catalog(Workspace(place, place / "models")) as catalog:
            assert catalog.corpora() == []


def test_not_a_number_among_measures_comes_back(backup, other):
    odd = forged(backup, """UPDATE utterances SET measures = '{"snr": NaN}'""")
    assert restore(odd, other).files == len(NAMES) + 1


@pytest.mark.parametrize(
    "name",
    [
        "audio/.sweep.lock/x",
        "audio/a.wav",
        "audio/" + "x" * 300,
        "audio/ab/" + "g" * 64 + ".wav",
        "models/evil.py",
        "models/active/../x",
        "catalog.db-wal",
        "access.json",
        "speech.json",
    ],
)
def test_no_name_is_taken_that_malgyeol_does_not_write(backup, other, name):
    with pytest.raises(BackupDamagedError, match="none that Malgyeol writes") as caught:
        restore(forged(backup, add={name: b"x"}), other)
    assert len(str(caught.value)) < 400
    assert not other.root.exists()


def test_what_the_disk_cannot_hold_is_said(backup, other, tmp_path):
    with pytest.raises(BackupPlaceError, match="too long"):
        restore(forged(backup, add={"runs/" + "x" * 300: b"x"}), other)
    with pytest.raises(BackupPlaceError, match="a file and for a folder"):
        restore(forged(backup, add={"runs/a": b"x", "runs/a/b": b"x"}), other)
    assert not other.root.exists()
    other.root.write_bytes(b"a file")
    with pytest.raises(BackupPlaceError, match="it is no folder"):
        restore(backup, other)
    assert other.root.read_bytes() == b"a file"
    with Catalog() as catalog, pytest.raises(BackupPlaceError, match="no such folder"):
        back_up(catalog, tmp_path / "nowhere" / "b.zip")
    assert not list(tmp_path.glob("*.restoring-*"))


def test_a_size_that_is_only_claimed_is_no_full_disk(backup, other):
    bad = forged(backup)
    with zipfile.ZipFile(bad) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(members["manifest.json"])
    document["members"]["catalog.db"][0] = 10**18
    members["manifest.json"] = json.dumps(document).encode()
    with zipfile.ZipFile(bad, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(BackupDamagedError, match=r"catalog\.db"):
        restore(bad, other)


def test_bytes_that_the_zip_finds_sound_and_the_manifest_does_not_are_refused(backup, other):
    with zipfile.ZipFile(backup) as archive:
        names = [name for name in archive.namelist() if name != "manifest.json"]
    for name in ("catalog.db", names[-1]):
        bad = rewritten(
            backup,
            backup.with_name("other.zip"),
            lambda document, name=name: document["members"][name].__setitem__(1, "0" * 64),
        )
        with pytest.raises(BackupDamagedError, match="not those that were written"):
            restore(bad, other)
    assert not other.root.exists()


def test_a_manifest_of_nothing_but_brackets_needs_no_memory(backup, other):
    bad = backup.with_name("brackets.zip")
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"[" * 2**25)
    with pytest.raises(BackupDamagedError, match="no manifest"):
        restore(bad, other)


@pytest.mark.skipif(os.name == "nt", reason="Windows takes no such names")
def test_strays_of_any_name_are_kept_and_come_back(workspace_home, tmp_path, other):
    with Catalog() as catalog:
        add_clips(catalog, NAMES[:2])
        folder = workspace_home / "quarantine"
        folder.mkdir(exist_ok=True)
        for number, name in enumerate([b"a:b.wav", b"a\\b.wav", b"\xff\xfe.wav", b"a\nb.wav"]):
            (folder / os.fsdecode(name)).write_bytes(b"%d" % number)
        report = back_up(catalog, tmp_path / "b.zip")
    restore(report.path, other)
    kept = sorted(path.read_bytes() for path in (other.root / "quarantine").iterdir())
    assert kept == [b"0", b"1", b"2", b"3"]


def test_a_workspace_with_settings_alone_keeps_them(backup, other):
    for name in ("logs/pages.log", "access.json", "cache/x"):
        path = other.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ours")
    report = restore(backup, other)
    assert report.aside is None
    assert (other.root / "access.json").read_bytes() == b"ours"
    assert (other.root / "logs/pages.log").read_bytes() == b"ours"
    assert not list(other.root.parent.glob("other?*"))


def test_where_two_folders_cannot_be_exchanged_in_one_step_the_result_is_the_same(
    backup, workspace_home, monkeypatch
):
    before = hashes(workspace_home)
    monkeypatch.setattr(workspace_swap, "_exchanged", lambda one, other: False)
    place = Workspace(workspace_home, workspace_home / "models")
    aside = restore(backup, place, force=True).aside
    assert aside is not None
    assert hashes(aside) == hashes(workspace_home) == before


# In the child: killed at the n-th file or folder that is made, moved or removed.
KILLED = """
    import os, signal, sys
    from pathlib import Path
    from core.corpus import backup, workspace_swap
    from core.settings import Workspace

    root, file = Path(sys.argv[1]), Path(sys.argv[2])
    left = 0

    def count(*_):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event, arguments):
        if event in ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "ctypes.dlopen"):
            count()

    exchanged = workspace_swap._exchanged
    workspace_swap._exchanged = lambda *paths: (exchanged(*paths), count())[0]
    sys.addaudithook(watch)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            left = int(line)
            backup.restore(file, Workspace(root, root / "models"), force=True)
            os._exit(0)
        print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.parametrize("filled", [True, False])
def test_a_restore_that_is_killed_leaves_the_old_workspace_or_the_new_one(
    backup, workspace_home, tmp_path, filled
):
    root = tmp_path / "place" / "home"
    new = hashes(workspace_home)
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(root), str(backup)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ended, found = 0, set()
    for moment in range(1, 200):
        shutil.rmtree(root.parent, ignore_errors=True)
        old = laid_out(root, filled=filled)
        child.stdin.write(f"{moment}\n")
        child.stdin.flush()
        status = int(child.stdout.readline())
        now = hashes(root) if (root / "catalog.db").exists() else None
        assert now in (old, new), moment
        found.add("new" if now == new else "old")
        if filled and now == new:  # and the old one lies beside it, under one name or another
            assert any(hashes(p) == old for p in root.parent.glob("home.before-*")), moment
        if status == 0:
            ended = moment
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    child.communicate(timeout=60)
    assert ended > 5 and found == {"old", "new"}


def laid_out(root, *, filled: bool):
    """A workspace as it was before: with two clips, or with a log alone."""
    if not filled:
        (root / "logs").mkdir(parents=True)
        (root / "logs" / "pages.log").write_bytes(b"ours")
        return None
    kept = root.parent.parent / "kept"
    if not kept.exists():
        with Catalog(Workspace(kept, kept / "models")) as catalog:
            add_clips(catalog, NAMES[:2])
    shutil.copytree(kept, root)
    return hashes(root)


def test_what_killed_restores_had_unpacked_is_removed_when_it_is_old(backup, other):
    young, old = (other.root.with_name(f"other.restoring-{n}") for n in ("1-a", "2-b"))
    for folder in (young, old):
        (folder / "audio").mkdir(parents=True)
    past = time.time() - 7_200
    for path in (old / "audio", old):
        os.utime(path, (past, past))
    restore(backup, other)
    assert young.exists() and not old.exists()
