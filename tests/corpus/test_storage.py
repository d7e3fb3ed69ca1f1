"""Bytes on disk, and the sweep that puts a crash right without deleting a sound."""

import errno
import hashlib
import os

import pytest

from core.corpus import Catalog
from core.corpus.storage import AudioStore, extension_of_format
from core.errors import DiskFullError
from core.files import write_atomically
from core.settings import Workspace
from tests.corpus.builders import add_clips, recording


def all_files(folder):
    return sorted(p.name for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock")


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "report.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert all_files(tmp_path) == ["report.json"]


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    write_atomically(path, b"old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError, match=r"report\.json"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert all_files(tmp_path) == ["report.json"]


def test_bytes_lie_under_their_content_and_nothing_a_user_wrote(tmp_path):
    store = AudioStore(tmp_path / "audio")
    content = recording(b"sound").content
    assert store.put(content, "wav", b"sound")
    assert not store.put(content, "wav", b"sound")
    assert all_files(tmp_path) == [f"{content}.wav"]
    assert (tmp_path / "audio" / content[:2] / f"{content}.wav").read_bytes() == b"sound"


@pytest.mark.parametrize(
    ("sound_format", "extension"),
    [("WAV/PCM_16", "wav"), ("MP3", "mp3"), ("../../etc/x", "bin"), ("", "bin")],
)
def test_an_extension_holds_letters_and_digits_only(sound_format, extension):
    assert extension_of_format(sound_format) == extension


def age(path, seconds):
    when = path.stat().st_mtime - seconds
    os.utime(path, (when, when))


def test_a_sweep_removes_old_unfinished_files_and_leaves_young_ones(catalog):
    add_clips(catalog, ["1_1_A"])
    shelf = next(p for p in catalog.place.audio.iterdir() if p.is_dir())
    old, young = shelf / ".tmp-1-aa", shelf / ".tmp-2-bb"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    age(old, 7_200)
    assert catalog.sweep().temporary == 1
    assert not old.exists()
    assert young.exists()
    assert catalog.sweep(min_age=-1).temporary == 1


def test_a_sweep_moves_old_orphans_aside_and_deletes_no_sound(catalog):
    add_clips(catalog, ["1_1_A"])
    orphan = recording(b"orphan").content
    catalog.store.put(orphan, "wav", b"orphan")
    assert catalog.sweep().quarantined == ()  # young: an import may be about to write its row
    age(catalog.store.path(orphan, "wav"), 7_200)
    assert catalog.sweep().quarantined == (f"{orphan}.wav",)
    assert (catalog.place.root / "quarantine" / f"{orphan}.wav").read_bytes() == b"orphan"
    assert len(catalog.utterances("team")) == 1


def test_putting_an_orphan_again_makes_it_young(catalog):
    orphan = recording(b"orphan").content
    catalog.store.put(orphan, "wav", b"orphan")
    age(catalog.store.path(orphan, "wav"), 7_200)
    catalog.store.put(orphan, "wav", b"orphan")
    assert catalog.sweep().quarantined == ()


def test_a_sweep_names_the_clips_whose_file_is_gone(catalog):
    ids = add_clips(catalog, ["2_1_A", "10_1_A", "1_1_A"])
    for number in ids[:2]:
        catalog.audio_path(catalog.utterance(number).content).unlink()
    assert catalog.sweep().missing == ("2_1_A.wav", "10_1_A.wav")
    assert len(catalog.utterances("team")) == 3


def test_one_sweep_at_a_time(catalog):
    from filelock import FileLock

    catalog.place.audio.mkdir(parents=True, exist_ok=True)
    with FileLock(catalog.place.audio / ".sweep.lock"):
        assert catalog.sweep().skipped


def test_a_row_is_not_written_for_a_file_that_is_gone(catalog):
    from core.corpus.records import NewUtterance
    from core.errors import UnreadableFileError
    from tests.corpus.builders import FACTS

    with pytest.raises(UnreadableFileError, match="is gone"):
        catalog.add("team", FACTS, [NewUtterance(recording(b"never stored"), "a.wav")])
    assert catalog.corpora() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_new_workspace_is_its_owners_alone(tmp_path):
    """Requirement 25: voices are personal data."""
    place = Workspace(root=tmp_path / "a" / "home", models=tmp_path / "models")
    with Catalog(place):
        assert place.root.stat().st_mode & 0o077 == 0
    other = Workspace(root=tmp_path / "b" / "home", models=tmp_path / "models")
    assert other.made().stat().st_mode & 0o077 == 0


def test_two_thousand_files_are_swept_and_none_is_deleted(catalog):
    """Requirement 16; the time of 10,000 is in `bench.startup`."""
    for number in range(2_000):
        content = hashlib.sha256(number.to_bytes(4, "big")).hexdigest()
        path = catalog.store.path(content, "wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    report = catalog.sweep(min_age=-1)
    assert len(report.quarantined) == 2_000
    assert len(list((catalog.place.root / "quarantine").iterdir())) == 2_000
