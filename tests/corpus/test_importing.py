"""Import: what can be used comes in whole, what cannot is named with its reason."""

import errno
import io
import json
import os
import unicodedata
import zipfile

import numpy as np
import pytest

from core.corpus import demo as demo_module
from core.corpus import import_path
from core.corpus import import_reading as reading_module
from core.corpus.demo import ensure_demo
from core.errors import (
    CorpusNameError,
    DamagedAudioError,
    DiskFullError,
    EmotionLeftOutError,
    NothingToImportError,
    SignalTooShortError,
    UnknownConventionError,
    UnparsedNameError,
    UnreadableFileError,
)
from core.settings import demo_folder
from tests.corpus.sounds import wav

FOUR = ("1_1_N.wav", "1_1_A.wav", "1_2_N.wav", "10_6_J.wav")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "우리 팀"
    place.mkdir()
    for number, name in enumerate(FOUR):
        (place / name).write_bytes(wav(number))
    return place


def stored(catalog):
    return sorted(p for p in catalog.place.audio.rglob("*.*") if p.suffix != ".lock")


def test_a_folder_becomes_a_corpus_of_its_name(catalog, folder):
    result = import_path(catalog, folder)
    assert (result.corpus, result.convention) == ("우리 팀", "original")
    assert (result.imported, result.duplicates, result.refused, result.skipped) == (4, 0, [], [])
    assert result.speakers == {"1": 2, "2": 1, "6": 1}
    assert result.sentences == {"1": 3, "10": 1}
    assert result.emotions == {"neutral": 2, "angry": 1, "happy": 1}
    first, *_, last = catalog.utterances("우리 팀")
    assert (first.name, first.sentence_text, last.name) == ("1_1_A.wav", "안녕하세요", "10_6_J.wav")
    assert (last.sentence, last.speaker, last.emotion, last.take) == ("10", "6", "happy", 1)
    assert last.duration == 0.5
    info = catalog.corpus("우리 팀")
    assert (info.language, info.synthesised) == ("ko", False)


def test_originals_are_kept_byte_by_byte(catalog, folder):
    import_path(catalog, folder, corpus="team")
    for clip in catalog.utterances("team"):
        assert catalog.read_bytes(clip) == (folder / clip.name).read_bytes()
        assert catalog.audio_path(clip.content).name == f"{clip.content}.wav"
    assert catalog.recording(clip.content).format == "WAV/PCM_16"


def test_importing_again_brings_nothing_twice(catalog, folder, monkeypatch):
    import_path(catalog, folder)

    def never(name, data, *, ours):
        raise AssertionError(f"{name} was decoded again")

    monkeypatch.setattr(reading_module, "_recording", never)
    result = import_path(catalog, folder)
    assert (result.imported, result.duplicates) == (0, 4)
    assert catalog.count("우리 팀") == 4


def test_a_disabled_clip_does_not_come_back_by_importing_again(catalog, folder):
    import_path(catalog, folder)
    catalog.set_status([catalog.utterances("우리 팀")[0].id], "disabled")
    assert import_path(catalog, folder).imported == 0
    assert catalog.count("우리 팀") == 3


def test_a_twin_within_one_import_is_a_duplicate(catalog, folder):
    (folder / "2_1_N.wav").write_bytes(wav(0))
    result = import_path(catalog, folder)
    assert (result.imported, result.duplicates) == (4, 1)


def test_a_dry_run_says_the_same_and_keeps_nothing(catalog, folder):
    (folder / "9_9_N.wav").write_bytes(b"RIFF")
    seen = import_path(catalog, folder, dry_run=True)
    assert (catalog.corpora(), stored(catalog)) == ([], [])
    done = import_path(catalog, folder)
    assert (seen.imported, seen.dry_run) == (4, True)
    assert [(f.name, f.verdict) for f in seen.files] == [(f.name, f.verdict) for f in done.files]


def test_a_bad_file_never_fails_the_rest(catalog, folder):
    (folder / "2_1_N.wav").write_bytes(b"")
    (folder / "2_2_N.wav").write_bytes(wav(9, duration=0.1))
    (folder / "2_3_N.wav").write_bytes(wav(9)[:3000])
    (folder / "notes.txt").write_text("read me")
    result = import_path(catalog, folder)
    assert result.imported == 4 + (not _refuses_truncated(result))
    kinds = {name: type(error) for name, error in result.refused}
    assert kinds["2_2_N.wav"] is SignalTooShortError
    assert "2_1_N.wav" in kinds
    assert [(name, type(error)) for name, error in result.skipped] == [
        ("notes.txt", UnparsedNameError)
    ]


def _refuses_truncated(result):
    """A cut-off WAV is either refused as damaged or kept with a flag, never passed as whole."""
    for file in result.files:
        if file.name == "2_3_N.wav":
            if file.verdict == "new":
                assert "truncated" in file.recording.flags
            else:
                assert isinstance(file.error, DamagedAudioError)
            return file.verdict == "refused"
    raise AssertionError("the file is missing from the result")


def test_only_the_chosen_emotions_come_in(catalog, folder):
    result = import_path(catalog, folder, corpus="team", emotions=["neutral"])
    assert result.imported == 2
    assert {type(error) for _, error in result.skipped} == {EmotionLeftOutError}
    assert "“Happy”, which was not chosen" in str(dict(result.skipped)["10_6_J.wav"])


def test_names_from_macos_are_put_together(catalog, tmp_path):
    (tmp_path / "in").mkdir()
    name = unicodedata.normalize("NFD", "인사_민지_기쁨.wav")
    (tmp_path / "in" / name).write_bytes(wav(1))
    import_path(catalog, tmp_path / "in", corpus="team")
    (clip,) = catalog.utterances("team", search=unicodedata.normalize("NFD", "민지"))
    assert (clip.name, clip.sentence, clip.speaker) == ("인사_민지_기쁨.wav", "인사", "민지")


def test_a_zip_comes_in_like_a_folder(catalog, tmp_path):
    with zipfile.ZipFile(tmp_path / "clips.zip", "w") as archive:
        for number, name in enumerate(FOUR):
            archive.writestr(f"녹음/{name}", wav(number))
    result = import_path(catalog, tmp_path / "clips.zip")
    assert (result.corpus, result.imported) == ("clips", 4)
    assert catalog.utterances("clips")[0].name == "녹음/1_1_A.wav"


def test_uploads_come_in_as_they_are(catalog):
    uploads = []
    for number, name in enumerate(FOUR[:2]):
        upload = io.BytesIO(wav(number))
        upload.name = name
        uploads.append(upload)
    assert import_path(catalog, uploads, corpus="team").imported == 2


def test_emodb_names_bring_title_and_licence(catalog, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "03a01Fa.wav").write_bytes(wav(1))
    assert import_path(catalog, tmp_path / "in", corpus="berlin").convention == "emodb"
    info = catalog.corpus("berlin")
    assert (info.title, info.language, info.licence) == ("EmoDB", "de", "CC0 1.0")
    assert catalog.utterances("berlin")[0].sentence_text == "Der Lappen liegt auf dem Eisschrank."


def test_names_of_no_convention_are_skipped_each_with_its_reason(catalog, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "take one.wav").write_bytes(wav(1))
    result = import_path(catalog, tmp_path / "in")
    assert (result.convention, result.imported) == (None, 0)
    assert "“take one.wav” does not follow the naming" in str(result.skipped[0][1])
    assert catalog.corpora() == []


@pytest.mark.parametrize("names", [[], ["notes.txt", "cover.jpg"]])
def test_a_place_without_sound_is_said_to_be_one(catalog, tmp_path, names):
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_text("no sound")
    with pytest.raises(NothingToImportError, match=f"{len(names)} files looked at"):
        import_path(catalog, tmp_path / "in")


def test_what_cannot_be_meant_is_refused_before_anything_is_read(catalog, folder, tmp_path):
    with pytest.raises(UnknownConventionError, match="klingon"):
        import_path(catalog, folder, convention="klingon")
    for name in ("", "  ", "a\nb", "x" * 81):
        with pytest.raises(CorpusNameError):
            import_path(catalog, folder, corpus=name)
    with pytest.raises(UnreadableFileError, match="nowhere"):
        import_path(catalog, tmp_path / "nowhere")


def test_progress_counts_up_to_the_end(catalog, folder):
    seen = []
    import_path(catalog, folder, progress=lambda *report: seen.append(report))
    assert seen[0] == (0, 4, None)
    assert seen[-1][:2] == (4, 4)
    assert seen[-1][2] == 0.0


def test_a_full_disk_leaves_nothing_half_imported(catalog, folder, monkeypatch):
    really, calls = os.fsync, []

    def full_in_the_middle(descriptor):
        calls.append(descriptor)
        if len(calls) > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(descriptor)

    monkeypatch.setattr(os, "fsync", full_in_the_middle)
    with pytest.raises(DiskFullError):
        import_path(catalog, folder)
    monkeypatch.undo()
    assert catalog.corpora() == []
    assert stored(catalog) == []


def test_stopping_half_way_leaves_nothing_half_imported(catalog, folder):
    def stop(done, total, seconds_left):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_path(catalog, folder, progress=stop)
    assert catalog.corpora() == []
    assert stored(catalog) == []


def test_a_lost_recording_comes_back_with_the_next_import(catalog, folder):
    import_path(catalog, folder, corpus="team")
    clip = catalog.utterances("team")[0]
    catalog.audio_path(clip.content).unlink()
    assert import_path(catalog, folder, corpus="team").duplicates == 4
    assert catalog.read_bytes(clip) == (folder / clip.name).read_bytes()


DEMO = {
    "title": "Demo",
    "language": "ko",
    "licence": "CC0-1.0",
    "citation": "",
    "synthesised": True,
    "note": "Nobody speaks here.",
    "sentences": {"10": "이제 집에 가요"},
}


def test_the_demo_comes_once_and_stays_away_when_removed(catalog, folder, tmp_path, monkeypatch):
    folder.rename(tmp_path / "audio")
    (tmp_path / "corpus.json").write_text(json.dumps(DEMO), encoding="utf-8")
    monkeypatch.setattr(demo_module, "demo_folder", lambda: tmp_path)
    ensure_demo(catalog)
    ensure_demo(catalog)
    info = catalog.corpus("demo")
    assert (info.n_utterances, info.synthesised, info.title) == (4, True, "Demo")
    assert catalog.utterances("demo", sentences=["10"])[0].sentence_text == "이제 집에 가요"
    catalog.remove_corpus("demo")
    ensure_demo(catalog)
    assert catalog.corpora() == []


def test_the_shipped_demo_is_whole_and_its_title_and_note_are_captions(catalog):
    ensure_demo(catalog)
    info = catalog.corpus("demo")
    assert (info.title, info.note) == demo_module.CAPTIONS
    assert info.synthesised
    clips = [p for p in (demo_folder() / "audio").iterdir() if p.is_file()]
    assert info.n_utterances == len(clips) > 0
    assert all(u.sentence_text and u.speaker and u.emotion for u in catalog.utterances("demo"))


def test_without_its_files_there_is_no_demo(catalog, tmp_path, monkeypatch):
    monkeypatch.setattr(demo_module, "demo_folder", lambda: tmp_path / "nothing")
    ensure_demo(catalog)
    assert catalog.corpora() == []


@pytest.mark.corpus
def test_emodb_comes_in_whole(catalog, corpora):
    result = import_path(catalog, corpora / "emodb4")
    assert (result.imported, result.refused, result.skipped) == (339, [], [])
    assert result.emotions == {"happy": 71, "neutral": 79, "angry": 127, "sad": 62}
    table = catalog.cross_table("emodb4", "speaker", "sentence")
    assert table.counts.shape == (10, 10)
    assert np.sum(table.counts) == 339
