"""A backup from the data page: what it holds, what it says, and that it comes back."""

import errno
import os

import pytest

from core.corpus import Catalog
from core.corpus.backup import restore
from core.corpus.backup_contents import backup_contents
from core.settings import Workspace
from pages.parts import backup_view
from tests.pages.test_import import page, told, wait, widget  # noqa: F401  a fixture among them


def offered(at, key: str) -> bool:
    kinds = ("button", "download_button")
    return any(one.key == f"dataset.backup.{key}" for kind in kinds for one in at.get(kind))


def codes(at) -> list[str]:
    return [code.value for code in at.code]


def test_a_backup_is_made_on_the_page_and_comes_back_whole(page, tmp_path):  # noqa: F811
    with Catalog() as catalog:
        there = backup_contents(catalog)
        (catalog.place.runs / "20260101-000000-abcdef").mkdir(parents=True)
        assert backup_contents(catalog).runs == 1
        kept = {u.content for u in catalog.utterances("demo")}
    assert there.recordings == len(kept) == 320
    assert any("320 recordings, 0 runs" in m.value for m in page.markdown)
    widget(page, "button", "dataset.backup.start").click().run()
    wait(page, lambda: offered(page, "download"))
    assert "the hash of each is in it" in told(page)
    assert [c.split()[:4] for c in codes(page)] == [["python", "-m", "core", "restore"]]
    report = page.session_state[backup_view.STATE].result
    assert report.size == pytest.approx(there.size, rel=0.2)
    other = Workspace(root=tmp_path / "other", models=tmp_path / "other" / "models")
    restore(report.path, other)
    with Catalog(other) as catalog:
        assert {u.content for u in catalog.utterances("demo")} == kept


def test_what_is_too_large_for_a_browser_is_left_to_the_command_line(page, monkeypatch):  # noqa: F811
    monkeypatch.setattr(backup_view, "LARGEST", 1_000)
    page.run()
    assert not offered(page, "start")
    assert codes(page) == ["python -m core backup malgyeol.zip"]


def test_a_full_disk_is_said_and_leaves_nothing(page, monkeypatch):  # noqa: F811
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        widget(page, "button", "dataset.backup.start").click().run()
        wait(page, lambda: "The disk is full" in told(page))
    assert offered(page, "start")
    with Catalog() as catalog:
        assert not list((catalog.place.cache / "exports").iterdir())
