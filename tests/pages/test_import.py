"""Importing on the data page: what is shown is what comes in, and it can be taken back."""

import errno
import os
import threading
import time

import pytest
import streamlit as st

from core.corpus import Catalog
from core.corpus.import_preview import preview_import
from core.corpus.sources import Upload
from pages.parts import import_source
from pages.parts.background import Task
from pages.parts.import_desk import ImportDesk, import_desk
from pages.parts.import_reasons import reasons_html
from pages.parts.import_source import is_here
from tests.corpus.sounds import wav, zipped

CLIPS = {
    "1_1_N.wav": wav(1),
    "1_1_A.wav": wav(2),
    "1_2_N.wav": wav(3),
    "1_2_A.wav": wav(4),
    "kim-happy-9.wav": wav(5),
    "memo.txt": b"read me",
}
ZIP = ("clips.zip", zipped(CLIPS), "application/zip")
RULE = r"^(?P<speaker>\w+)-(?P<emotion>\w+)-(?P<sentence>\d+)$"
PATIENCE = 90.0  # s; a bound on hanging, not a claim about speed


@pytest.fixture
def page(open_page, workspace_home, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    at = open_page("dataset")
    widget(at, "segmented_control", "dataset.view").set_value("import").run()
    return at


def widget(at, kind, key):
    return next(one for one in at.get(kind) if one.key == key)


def button(at, key):
    return widget(at, "button", f"dataset.import.{key}")


def has(at, kind, key):
    return any(one.key == f"dataset.import.{key}" for one in at.get(kind))


def told(at):
    """What the page says in its own pieces, the style sheet left out."""
    bodies = (html.proto.body for html in at.get("html"))
    return " ".join(body for body in bodies if not body.startswith("<style>"))


def wait(at, ready):
    began = time.monotonic()
    while not ready():
        assert time.monotonic() - began < PATIENCE, told(at)
        time.sleep(0.2)
        at.run()
        assert not at.exception
    return at


def upload(at, *files):
    widget(at, "file_uploader", "dataset.import.files").set_value(list(files)).run()
    assert not at.exception
    return wait(at, lambda: has(at, "button", "confirm"))


def editor(at):
    return next(f for f in at.dataframe if (f.key or "").startswith("dataset.import.editor"))


def fill(at, **cells):
    """Type into the first row of the table, as the browser would report it."""
    at.session_state[editor(at).key] = {
        "edited_rows": {0: cells},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()
    assert not at.exception


def confirm(at):
    button(at, "confirm").click().run()
    return wait(at, lambda: has(at, "button", "more"))


def names(corpus):
    with Catalog() as catalog:
        return {u.name for u in catalog.utterances(corpus)}


def test_a_zip_is_shown_before_anything_comes_in(page):
    at = upload(page, ZIP)
    assert button(at, "confirm").label == "Import 4 clips"
    assert list(editor(at).value["file"]) == ["kim-happy-9.wav"]
    with Catalog() as catalog:
        assert [info.name for info in catalog.corpora() if not info.synthesised] == []


def test_confirming_brings_in_what_was_shown_and_says_what_did_not(page):
    at = confirm(upload(page, ZIP))
    assert names("clips") == {"1_1_N.wav", "1_1_A.wav", "1_2_N.wav", "1_2_A.wav"}
    assert "4 clips came in." in told(at)
    assert "“memo.txt” is not a sound file" in told(at)
    assert at.get("download_button")


def test_a_name_is_filled_in_by_hand_and_the_filling_undone(page):
    at = upload(page, ZIP)
    fill(at, speaker="kim", emotion="happy")
    assert button(at, "confirm").label == "Import 5 clips"
    button(at, "undo").click().run()
    assert button(at, "confirm").label == "Import 4 clips"
    assert list(editor(at).value["speaker"]) == [None]
    fill(at, sentence="9", speaker="kim", emotion="sad")
    confirm(at)
    with Catalog() as catalog:
        (clip,) = catalog.utterances("clips", search="kim-happy")
    assert (clip.sentence, clip.speaker, clip.emotion) == ("9", "kim", "sad")


def test_a_rule_is_tried_applied_and_taken_back(page):
    at = upload(page, ZIP)
    widget(at, "text_input", "dataset.import.pattern").set_value(RULE).run()
    assert any("Fits 1 of 1 names" in caption.value for caption in at.caption)
    (examples,) = [f.value for f in at.dataframe if "Voice" in f.value]
    assert list(examples.iloc[0]) == ["kim-happy-9.wav", "9", "kim", "Happy"]
    button(at, "apply").click().run()
    assert button(at, "confirm").label == "Import 5 clips"
    button(at, "undo").click().run()
    assert button(at, "confirm").label == "Import 4 clips"


def test_a_rule_that_is_none_is_explained_and_changes_nothing(page):
    at = upload(page, ZIP)
    widget(at, "text_input", "dataset.import.pattern").set_value("(((").run()
    assert not at.exception
    assert "cannot be used" in told(at)
    assert not has(at, "button", "apply")


def test_the_recognised_naming_can_be_overridden(page):
    at = upload(page, ("clips.zip", zipped({"기쁨/1_1_N.wav": wav(1)}), "application/zip"))
    naming = widget(at, "selectbox", "dataset.import.naming")
    naming.set_value("folder").run()
    assert list(editor(at).value["emotion"]) == ["happy"]
    widget(at, "selectbox", "dataset.import.naming").set_value("hand").run()
    assert button(at, "confirm").disabled


def test_a_table_is_found_its_columns_corrected_and_its_labels_explained(page):
    table = b"wav,wer,actor,gefuehl\na,kim,x,sad\nb,lee,y,grumpy\n"
    files = {"a.wav": wav(1), "b.wav": wav(2), "labels.csv": table}
    at = upload(page, ("clips.zip", zipped(files), "application/zip"))
    assert button(at, "confirm").disabled
    column = "dataset.import.column.table:labels.csv."
    widget(at, "selectbox", column + "emotion").set_value("gefuehl").run()
    widget(at, "selectbox", column + "speaker").set_value("wer").run()
    assert button(at, "confirm").label == "Import 1 clip"
    widget(at, "selectbox", "dataset.import.label.grumpy").set_value("angry").run()
    assert button(at, "confirm").label == "Import 2 clips"
    confirm(at)
    with Catalog() as catalog:
        found = [(u.speaker, u.emotion) for u in catalog.utterances("clips")]
    assert found == [("kim", "sad"), ("lee", "angry")]


def test_an_import_is_undone_and_brought_back_by_one_click_each(page):
    at = confirm(upload(page, ZIP))
    button(at, "undo-import").click().run()
    with Catalog() as catalog:
        assert "clips" not in [info.name for info in catalog.corpora()]
    button(at, "undo-import").click().run()
    assert len(names("clips")) == 4


def test_an_undone_import_can_still_be_brought_back_later(page):
    at = confirm(upload(page, ZIP))
    button(at, "undo-import").click().run()
    button(at, "more").click().run()
    (again,) = [b for b in at.button if (b.key or "").startswith("dataset.import.earlier")]
    assert again.label == "Bring it back"
    again.click().run()
    assert len(names("clips")) == 4


def test_the_clips_can_be_seen_right_away(page):
    at = confirm(upload(page, ZIP))
    button(at, "see").click().run()
    assert not at.exception
    assert widget(at, "segmented_control", "dataset.view").value == "clips"
    assert widget(at, "selectbox", "dataset.corpus").value == "clips"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "No sound file was found"),
        ({"notes.txt": b"read me"}, "No sound file was found"),
    ],
)
def test_a_zip_without_sound_is_said_to_be_one_and_the_choice_stays_open(page, files, said):
    empty = ("empty.zip", zipped(files), "application/zip")
    widget(page, "file_uploader", "dataset.import.files").set_value([empty]).run()
    at = wait(page, lambda: said in told(page))
    assert has(at, "file_uploader", "files")


@pytest.mark.parametrize(
    ("address", "url", "here"),
    [
        (None, "http://localhost:8501/dataset", True),
        (None, "http://127.0.0.1:8501/dataset", True),
        (None, "http://[::1]:8501/dataset", True),
        (None, None, True),
        ("192.168.0.7", "http://localhost:8501/dataset", False),
        (None, "http://192.168.0.2:8501/dataset", False),
        (None, "https://voices.example/dataset", False),
    ],
)
def test_only_a_visitor_at_the_machine_itself_may_name_its_folders(address, url, here):
    assert is_here(address, url) is here


def test_others_are_not_offered_the_machines_folders(page):
    assert "path" not in widget(page, "segmented_control", "dataset.import.way").options


def test_a_path_on_this_machine_is_looked_at(page, tmp_path, monkeypatch):
    monkeypatch.setattr(import_source, "is_here", lambda address, url: True)
    page.run()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1_1_N.wav").write_bytes(wav(1))
    widget(page, "segmented_control", "dataset.import.way").set_value("path").run()
    widget(page, "text_input", "dataset.import.path").set_value(str(tmp_path / "in"))
    look = next(b for b in page.button if "Look" in b.label)
    look.click().run()
    at = wait(page, lambda: has(page, "button", "confirm"))
    assert button(at, "confirm").label == "Import 1 clip"
    assert "Add clips of another emotion" in told(at)


def test_a_corpus_goes_out_as_a_zip(page):
    widget(page, "button", "dataset.export.start").click().run()
    wait(page, lambda: any(b.key == "dataset.export.download" for b in page.get("download_button")))
    assert "Packed: 320 clips" in told(page)


def test_a_full_disk_is_said_and_the_list_stays_to_be_tried_again(page, monkeypatch):
    at = upload(page, ZIP)

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        button(at, "confirm").click().run()
        wait(at, lambda: "The disk is full" in told(at))
    with Catalog() as catalog:
        assert "clips" not in [info.name for info in catalog.corpora()]
    confirm(at)
    assert len(names("clips")) == 4


@pytest.fixture
def desk(workspace_home, monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    return import_desk()


def finished(desk):
    began = time.monotonic()
    while not desk.task.over:
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.05)
    desk.settle()
    return desk


@pytest.fixture
def held(monkeypatch):
    """Reading waits at its first report until it is let go."""
    gate, report = threading.Event(), Task.go_on

    def go_on(task, done, total):
        assert gate.wait(PATIENCE)
        return report(task, done, total)

    monkeypatch.setattr(Task, "go_on", go_on)
    return gate


def test_stopping_while_it_listens_leads_back_to_the_choice(desk, held):
    with Catalog() as catalog:
        desk.begin(catalog, Upload(*ZIP[:2]))
        desk.task.stop()
        held.set()
        finished(desk)
    assert (desk.task, desk.listing, desk.problem) == (None, None, None)


def test_stopping_the_import_keeps_the_list_and_nothing_else(desk, held):
    with Catalog() as catalog:
        held.set()
        desk.begin(catalog, Upload(*ZIP[:2]))
        finished(desk)
        held.clear()
        desk.confirm(catalog, preview_import(catalog, desk.listing))
        desk.task.stop()
        held.set()
        finished(desk)
        assert desk.listing is not None
        assert (desk.result, catalog.corpora()) == (None, [])


def test_file_names_cannot_bring_html_into_the_list():
    html = reasons_html([("<img src=x onerror=alert(1)>.wav", "Refused", "<b>no</b>")])
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_desk_of_an_older_shape_is_replaced(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"dataset.import": "something old"})
    assert isinstance(import_desk(), ImportDesk)
