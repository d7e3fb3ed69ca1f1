"""Import in steps: what the preview shows is what comes in, with what a hand has filled in."""

import errno
import os

import pytest

from core.corpus import import_reading as reading_module
from core.corpus.import_preview import confirm_import, look, preview_import
from core.corpus.naming_rules import naming_rule
from core.corpus.sources import Upload
from core.errors import (
    ChangedFileError,
    DiskFullError,
    EmotionLeftOutError,
    NotAudioError,
    NothingToImportError,
    OnlyEmotionError,
    SignalTooShortError,
    UnknownEmotionError,
    UnknownLabelError,
    UnparsedNameError,
    UnreadableFileError,
)
from tests.corpus.sounds import wav, write_clips, zipped


@pytest.fixture
def folder(tmp_path):
    place = write_clips(tmp_path / "team", "1_1_N.wav", "1_1_A.wav", "10_6_J.wav", "memo.wav")
    (place / "2_1_N.wav").write_bytes((place / "1_1_N.wav").read_bytes())
    (place / "2_2_N.wav").write_bytes(wav(9, duration=0.1))
    (place / "notes.txt").write_text("read me")
    return place


def states(preview):
    return {row.file: row.state for row in preview.rows}


def stored(catalog):
    return sorted(p.name for p in catalog.place.audio.rglob("*.wav"))


def row_of(preview, file):
    return next(row for row in preview.rows if row.file == file)


def test_a_preview_shows_every_file_with_its_labels_or_its_reason(catalog, folder):
    preview = preview_import(catalog, look(catalog, folder))
    assert (preview.corpus, preview.convention.id) == ("team", "original")
    assert states(preview) == {
        "1_1_A.wav": "ok",
        "1_1_N.wav": "ok",
        "10_6_J.wav": "ok",
        "2_1_N.wav": "duplicate",
        "2_2_N.wav": "refused",
        "memo.wav": "unparsed",
        "notes.txt": "refused",
    }
    assert preview.counts == {"ok": 3, "unparsed": 1, "duplicate": 1, "filtered": 0, "refused": 2}
    happy = row_of(preview, "10_6_J.wav")
    assert (happy.sentence, happy.speaker, happy.emotion) == ("10", "6", "happy")
    assert isinstance(row_of(preview, "2_2_N.wav").reason, SignalTooShortError)
    assert isinstance(row_of(preview, "memo.wav").reason, UnparsedNameError)
    assert isinstance(row_of(preview, "notes.txt").reason, NotAudioError)


def test_looking_and_previewing_keep_nothing(catalog, folder):
    preview_import(catalog, look(catalog, folder), corpus="team")
    assert (catalog.corpora(), stored(catalog)) == ([], [])


def test_confirming_imports_exactly_what_was_shown(catalog, folder, monkeypatch):
    preview = preview_import(catalog, look(catalog, folder))

    def never(name, data, *, ours):
        raise AssertionError(f"{name} was decoded again")

    monkeypatch.setattr(reading_module, "_recording", never)
    result = confirm_import(catalog, folder, preview)
    assert (result.imported, result.duplicates) == (3, 1)
    assert [name for name, _ in result.refused] == ["2_2_N.wav", "notes.txt"]
    assert [name for name, _ in result.skipped] == ["memo.wav"]
    shown = {row.file for row in preview.rows if row.state == "ok"}
    assert {clip.name for clip in catalog.utterances("team")} == shown
    for clip in catalog.utterances("team"):
        assert catalog.read_bytes(clip) == (folder / clip.name).read_bytes()


def test_a_name_filled_in_by_hand_comes_in_with_it(catalog, folder):
    listing = look(catalog, folder)
    number = row_of(preview_import(catalog, listing), "memo.wav").number
    filled = {number: {"sentence": " 3 ", "speaker": "민지", "emotion": "sad"}}
    preview = preview_import(catalog, listing, corrections=filled)
    assert row_of(preview, "memo.wav").state == "ok"
    confirm_import(catalog, folder, preview)
    (clip,) = catalog.utterances("team", search="memo")
    assert (clip.sentence, clip.speaker, clip.emotion) == ("3", "민지", "sad")


def test_a_hand_goes_over_the_name_and_may_clear_a_label(catalog, folder):
    listing = look(catalog, folder)
    number = row_of(preview_import(catalog, listing), "1_1_N.wav").number
    hand = {number: {"sentence": "2", "speaker": ""}}
    row = row_of(preview_import(catalog, listing, corrections=hand), "1_1_N.wav")
    assert (row.sentence, row.speaker, row.emotion, row.text) == ("2", None, "neutral", None)


def test_a_hand_cannot_fill_in_an_emotion_that_is_none(catalog, folder):
    listing = look(catalog, folder)
    with pytest.raises(UnknownEmotionError, match="joyful"):
        preview_import(catalog, listing, corrections={0: {"emotion": "joyful"}})


def test_rules_read_what_the_convention_cannot(catalog, tmp_path):
    place = write_clips(tmp_path / "mix", "1_1_N.wav", "1_2_N.wav", "kim-03-happy.wav")
    listing = look(catalog, place)
    first = naming_rule(r"^(?P<speaker>[a-z]+)-(?P<take>\d+)-(?P<emotion>[a-z]+)$")
    second = naming_rule(r"-(?P<sentence>\d+)-")
    assert states(preview_import(catalog, listing))["kim-03-happy.wav"] == "unparsed"
    row = row_of(preview_import(catalog, listing, rules=[first, second]), "kim-03-happy.wav")
    assert (row.state, row.speaker, row.take, row.emotion) == ("ok", "kim", 3, "happy")
    assert row.sentence == "03"
    untouched = row_of(preview_import(catalog, listing, rules=[second]), "1_1_N.wav")
    assert untouched.sentence == "1"


def test_without_a_convention_every_name_waits_for_a_hand(catalog, folder):
    preview = preview_import(catalog, look(catalog, folder), convention=None)
    assert preview.convention is None
    assert preview.counts["ok"] == 0
    assert states(preview)["1_1_N.wav"] == "unparsed"


def test_a_convention_can_be_chosen_over_the_recognised_one(catalog, tmp_path):
    place = write_clips(tmp_path / "in", "기쁨/1_1_N.wav")
    preview = preview_import(catalog, look(catalog, place), convention="folder")
    row = row_of(preview, "기쁨/1_1_N.wav")
    assert (row.emotion, row.speaker) == ("happy", None)


def test_only_the_chosen_emotions_are_taken(catalog, folder):
    preview = preview_import(catalog, look(catalog, folder), emotions=["neutral"])
    assert preview.counts["ok"] == 1
    assert isinstance(row_of(preview, "1_1_A.wav").reason, EmotionLeftOutError)
    assert row_of(preview, "1_1_A.wav").state == "filtered"


def test_a_name_that_is_only_an_emotion_says_so_and_keeps_it_as_a_hint(catalog, tmp_path):
    listing = look(catalog, write_clips(tmp_path / "in", "기쁨.wav", "A.wav"))
    preview = preview_import(catalog, listing)
    assert [row.state for row in preview.rows] == ["unparsed", "unparsed"]
    assert all(isinstance(row.reason, OnlyEmotionError) for row in preview.rows)
    assert {row.emotion for row in preview.rows} == {"happy", "angry"}
    filled = {row.number: {"speaker": "1"} for row in preview.rows}
    done = preview_import(catalog, listing, corrections=filled)
    assert {(row.state, row.emotion) for row in done.rows} == {("ok", "happy"), ("ok", "angry")}


def test_a_label_that_is_no_emotion_is_named_and_counted(catalog, tmp_path):
    place = write_clips(tmp_path / "in", "kim-puzzled.wav", "lee-puzzled.wav", "lee-sad.wav")
    listing = look(catalog, place)
    rule = r"^(?P<speaker>\w+)-(?P<emotion>\w+)$"
    preview = preview_import(catalog, listing, convention=None, rules=[naming_rule(rule)])
    assert preview.unknown_labels == {"puzzled": 2}
    assert isinstance(row_of(preview, "kim-puzzled.wav").reason, UnknownLabelError)
    explained = preview_import(
        catalog,
        listing,
        convention=None,
        rules=[naming_rule(rule)],
        labels={"puzzled": "surprised"},
    )
    assert [row.emotion for row in explained.rows] == ["surprised", "surprised", "sad"]
    unlabelled = preview_import(
        catalog, listing, convention=None, rules=[naming_rule(rule)], unlabelled=True
    )
    assert row_of(unlabelled, "kim-puzzled.wav").state == "ok"
    assert row_of(unlabelled, "kim-puzzled.wav").emotion is None


def test_what_is_there_already_is_a_duplicate_whatever_its_name(catalog, folder, tmp_path):
    listing = look(catalog, folder)
    confirm_import(catalog, folder, preview_import(catalog, listing))
    again = write_clips(tmp_path / "again", "who knows.wav")
    (again / "who knows.wav").write_bytes((folder / "1_1_N.wav").read_bytes())
    preview = preview_import(catalog, look(catalog, again), corpus="team")
    assert states(preview) == {"who knows.wav": "duplicate"}
    assert confirm_import(catalog, again, preview).duplicates == 1


def test_a_file_that_changed_or_vanished_since_is_refused_by_itself(catalog, folder):
    preview = preview_import(catalog, look(catalog, folder))
    (folder / "1_1_A.wav").write_bytes(wav(77))
    (folder / "10_6_J.wav").unlink()
    result = confirm_import(catalog, folder, preview)
    assert result.imported == 1
    reasons = dict(result.refused)
    assert isinstance(reasons["1_1_A.wav"], ChangedFileError)
    assert isinstance(reasons["10_6_J.wav"], UnreadableFileError)
    assert len(stored(catalog)) == 1


def test_two_files_of_one_name_in_a_zip_stay_two(catalog):
    with pytest.warns(UserWarning, match="Duplicate name"):
        import io
        import zipfile

        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("1_1_N.wav", wav(1))
            archive.writestr("1_1_N.wav", wav(2))
    upload = Upload("clips.zip", packed.getvalue())
    preview = preview_import(catalog, look(catalog, upload))
    assert [row.state for row in preview.rows] == ["ok", "ok"]
    assert confirm_import(catalog, upload, preview).imported == 2


def test_uploads_of_a_folder_keep_their_paths_and_name_the_corpus(catalog):
    uploads = [
        Upload("우리/기쁨/a.wav", wav(1)),
        Upload("우리/슬픔/../슬픔/a.wav", wav(2)),
        Upload("우리/.DS_Store", b"x"),
    ]
    preview = preview_import(catalog, look(catalog, uploads))
    assert (preview.corpus, preview.convention.id, preview.ignored) == ("우리", "folder", 1)
    assert {row.file: row.emotion for row in preview.rows} == {
        "우리/기쁨/a.wav": "happy",
        "우리/슬픔/슬픔/a.wav": "sad",
    }


def test_a_full_disk_in_the_middle_of_confirming_leaves_nothing(catalog, folder, monkeypatch):
    preview = preview_import(catalog, look(catalog, folder))
    really, calls = os.fsync, []

    def full_in_the_middle(descriptor):
        calls.append(descriptor)
        if len(calls) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(descriptor)

    monkeypatch.setattr(os, "fsync", full_in_the_middle)
    with pytest.raises(DiskFullError):
        confirm_import(catalog, folder, preview)
    monkeypatch.undo()
    assert (catalog.corpora(), catalog.imports(), stored(catalog)) == ([], [], [])


class StoppedError(Exception):
    pass


def test_stopping_while_confirming_leaves_nothing(catalog, folder):
    preview = preview_import(catalog, look(catalog, folder))

    def stop(done, total, seconds_left):
        if done:
            raise StoppedError

    with pytest.raises(StoppedError):
        confirm_import(catalog, folder, preview, progress=stop)
    assert (catalog.corpora(), stored(catalog)) == ([], [])


@pytest.mark.parametrize(
    "place",
    [
        Upload("empty.zip", zipped({})),
        Upload("no sound.zip", zipped({"notes.txt": b"read me"})),
        [],
    ],
    ids=["empty", "no sound", "nothing"],
)
def test_a_place_without_sound_is_said_to_be_one(catalog, place):
    with pytest.raises(NothingToImportError):
        look(catalog, place)


def test_a_zip_of_broken_sound_shows_each_reason(catalog):
    broken = Upload("broken.zip", zipped({"1_1_N.wav": b"", "1_2_N.wav": b"RIFF"}))
    preview = preview_import(catalog, look(catalog, broken))
    assert preview.counts["refused"] == 2
    assert all(row.reason is not None for row in preview.rows)
    result = confirm_import(catalog, broken, preview)
    assert (result.imported, result.import_id, catalog.corpora()) == (0, None, [])
