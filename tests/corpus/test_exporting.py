"""What goes out comes in again with the same labels, and nothing in it can surprise anyone."""

import csv
import errno
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import decode
from core.corpus import import_path
from core.corpus.conventions import original
from core.corpus.export_names import export_names
from core.corpus.exporting import COLUMNS, export_corpus, export_zip
from core.corpus.records import CorpusFacts, NewUtterance, Recording
from core.emotions import EMOTION_IDS
from core.errors import (
    DiskFullError,
    EmptyCorpusError,
    ExportPlaceError,
    UnknownCorpusError,
    UnreadableFileError,
)
from tests.corpus.builders import utterance
from tests.corpus.sounds import wav, write_clips

NAMES = ("1_1_N.wav", "1_1_A.wav", "오늘_날씨_민지_J.wav", "10_6_S-2.wav")


@pytest.fixture
def team(catalog, tmp_path):
    import_path(catalog, write_clips(tmp_path / "in", *NAMES), corpus="team")
    return catalog


def labels(catalog, corpus):
    """Labels by content: names of files may change on the way."""
    return {
        u.content: (u.sentence, u.sentence_text, u.speaker, u.emotion, u.take)
        for u in catalog.utterances(corpus)
    }


def test_an_export_holds_the_original_bytes_under_the_original_names(team, tmp_path):
    result = export_corpus(team, "team", tmp_path / "out")
    assert sorted(result.files) == sorted(f"audio/{name}" for name in NAMES)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "audio",
        "corpus.json",
        "manifest.csv",
        "manifest.jsonl",
    ]
    for name in NAMES:
        exported = (tmp_path / "out" / "audio" / name).read_bytes()
        assert exported == (tmp_path / "in" / name).read_bytes()


@pytest.mark.parametrize("convention", ["auto", "manifest"])
def test_what_was_exported_comes_in_with_the_same_labels(team, tmp_path, convention):
    export_corpus(team, "team", tmp_path / "out")
    again = import_path(team, tmp_path / "out", corpus="again", convention=convention)
    assert (again.imported, again.refused, again.skipped) == (4, [], [])
    assert labels(team, "again") == labels(team, "team")


def test_labels_that_no_name_can_say_come_back_by_the_manifest(team, tmp_path):
    ids = [u.id for u in team.utterances("team")]
    team.relabel(ids[:1], speaker="kim_minji", sentence="=1+1")
    team.relabel(ids[1:2], speaker="../../etc", sentence="-cmd")
    team.relabel(ids[2:3], emotion=None, speaker=None)
    result = export_corpus(team, "team", tmp_path / "out")
    assert {f"audio/clip-{i}.wav" for i in ids[:3]} < set(result.files)
    for name in ("manifest.csv", "manifest.jsonl"):
        (tmp_path / "only").mkdir()
        (tmp_path / "out" / "audio").rename(tmp_path / "only" / "audio")
        (tmp_path / "only" / name).write_bytes((tmp_path / "out" / name).read_bytes())
        came = import_path(
            team, tmp_path / "only", corpus=name, convention="manifest", unlabelled=True
        )
        assert came.imported == 4
        assert labels(team, name) == labels(team, "team")
        (tmp_path / "only" / "audio").rename(tmp_path / "out" / "audio")
        (tmp_path / "only" / name).unlink()
        (tmp_path / "only").rmdir()


def test_the_table_computes_nothing_in_a_spreadsheet(team, tmp_path):
    ids = [u.id for u in team.utterances("team")]
    team.relabel(ids[:1], speaker="=HYPERLINK(1)", sentence="@x")
    team.relabel(ids[1:2], speaker="+82", sentence="\tx")
    export_corpus(team, "team", tmp_path / "out")
    content = (tmp_path / "out" / "manifest.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 5
    assert {row[2] for row in rows[1:]} >= {"'=HYPERLINK(1)", "'+82"}
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t")]


def test_two_clips_of_the_same_labels_are_numbered(catalog, tmp_path):
    import_path(catalog, write_clips(tmp_path / "a", "x/1_1_N.wav", "y/1_1_N.wav"), corpus="team")
    result = export_corpus(catalog, "team", tmp_path / "out")
    assert sorted(result.files) == ["audio/1_1_N-2.wav", "audio/1_1_N.wav"]


def names_of(*clips):
    return list(export_names((clip, "wav") for clip in clips).values())


def test_names_that_differ_in_case_alone_are_numbered():
    small, large = utterance(1, sentence="a"), utterance(2, sentence="A")
    assert names_of(small, large) == ["a_1_S.wav", "A_1_S-2.wav"]


@pytest.mark.parametrize(
    "labels",
    [
        {"sentence": None},
        {"speaker": None},
        {"emotion": None},
        {"speaker": "a_b"},
        {"sentence": "../x"},
        {"sentence": "a/b"},
        {"sentence": "a\\b"},
        {"sentence": ".hidden"},
        {"sentence": "-rf"},
        {"sentence": "what?"},
        {"sentence": "x" * 250},
        {"sentence": "CON.x"},
    ],
)
def test_what_no_file_name_can_say_everywhere_is_a_number(labels):
    assert names_of(utterance(7, **labels)) == ["clip-7.wav"]


@given(
    sentence=st.none() | st.text(max_size=12),
    speaker=st.none() | st.text(max_size=8),
    emotion=st.none() | st.sampled_from(EMOTION_IDS),
    take=st.integers(1, 40),
)
@settings(max_examples=300, deadline=None)
def test_no_exported_name_ever_lies(sentence, speaker, emotion, take):
    clip = utterance(7, sentence=sentence, speaker=speaker, emotion=emotion, take=take)
    (name,) = names_of(clip)
    assert Path(name).name == name
    parsed = original.parse_name(name)
    if name != "clip-7.wav":
        assert (parsed.sentence, parsed.speaker, parsed.emotion) == (sentence, speaker, emotion)
        assert (parsed.take or 1) == take
    else:
        assert parsed is None


def test_a_piece_of_a_long_take_is_written_as_its_own_wav(catalog, tmp_path):
    from core.audio import content_digest

    data = wav(1, duration=2.0)
    take = Recording(content_digest(data), "wav", len(data), 2.0, 16_000, 1, "WAV/PCM_16")
    catalog.store.put(take.content, "wav", data)
    pieces = [
        NewUtterance(take, "take.wav", "1", "1", "sad", start=0.5, end=1.25),
        NewUtterance(take, "take.wav", "2", "1", "sad", start=1.25),
    ]
    catalog.add("team", CorpusFacts(title="team"), pieces)
    export_corpus(catalog, "team", tmp_path / "out")
    first = decode(tmp_path / "out" / "audio" / "1_1_S.wav")
    second = decode(tmp_path / "out" / "audio" / "2_1_S.wav")
    assert (first.duration, second.duration) == (0.75, 0.75)


def test_disabled_clips_stay_out(team, tmp_path):
    team.set_status([team.utterances("team")[0].id], "disabled")
    assert export_corpus(team, "team", tmp_path / "out").clips == 3


def test_a_clip_whose_sound_is_gone_is_named_and_the_rest_goes_out(team, tmp_path):
    clip = team.utterances("team")[0]
    team.audio_path(clip.content).unlink()
    result = export_corpus(team, "team", tmp_path / "out")
    assert result.clips == 3
    ((name, error),) = result.refused
    assert (name, type(error)) == (clip.name, UnreadableFileError)


def test_what_is_known_of_the_corpus_goes_out_and_comes_in(catalog, tmp_path):
    facts = CorpusFacts(
        title="Team voices", language="ko", licence="own", synthesised=True, note="Nobody speaks."
    )
    import_path(catalog, write_clips(tmp_path / "in", *NAMES), corpus="team", facts=facts)
    export_corpus(catalog, "team", tmp_path / "out")
    import_path(catalog, tmp_path / "out", corpus="again")
    info = catalog.corpus("again")
    assert (info.title, info.language, info.licence) == ("Team voices", "ko", "own")
    assert (info.synthesised, info.note) == (True, "Nobody speaks.")


def test_nothing_is_written_over(team, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(ExportPlaceError, match="something is in it already"):
        export_corpus(team, "team", tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]
    with pytest.raises(ExportPlaceError, match="it is a file"):
        export_corpus(team, "team", tmp_path / "out" / "mine.txt")


def test_an_empty_folder_is_filled(team, tmp_path):
    (tmp_path / "out").mkdir()
    assert export_corpus(team, "team", tmp_path / "out").clips == 4


def test_what_is_not_there_cannot_go_out(team, tmp_path):
    with pytest.raises(UnknownCorpusError):
        export_corpus(team, "nobody", tmp_path / "out")
    team.set_status([u.id for u in team.utterances("team")], "disabled")
    with pytest.raises(EmptyCorpusError):
        export_corpus(team, "team", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_nothing_half_written(team, tmp_path, monkeypatch):
    really, calls = Path.write_bytes, []

    def full_in_the_middle(path, data):
        calls.append(path)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(path, data)

    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(Path, "write_bytes", full_in_the_middle)
    with pytest.raises(DiskFullError):
        export_corpus(team, "team", place / "out")
    monkeypatch.undo()
    assert list(place.iterdir()) == []


def test_stopping_leaves_nothing_half_written(team, tmp_path):
    def stop(done, total, seconds_left):
        if done == 2:
            raise KeyboardInterrupt

    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(KeyboardInterrupt):
        export_corpus(team, "team", place / "out", progress=stop)
    assert list(place.iterdir()) == []


def test_a_zip_holds_the_same_and_comes_in_again(team, tmp_path):
    result = export_zip(team, "team", tmp_path / "zips" / "team.zip")
    assert [p.name for p in (tmp_path / "zips").iterdir()] == ["team.zip"]
    with zipfile.ZipFile(result.place) as archive:
        assert set(result.files) < set(archive.namelist())
        lines = archive.read("manifest.jsonl").decode().splitlines()
    assert json.loads(lines[0])["file"] in result.files
    import_path(team, tmp_path / "zips" / "team.zip", corpus="again")
    assert labels(team, "again") == labels(team, "team")


def test_audformat_goes_out_and_comes_in_with_the_same_labels(team, tmp_path):
    audformat = pytest.importorskip("audformat", reason="audformat is an extra")
    team.relabel([team.utterances("team")[0].id], speaker="a_b", sentence=None)
    export_corpus(team, "team", tmp_path / "out", audformat=True)
    written = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"db.yaml", "db.clips.csv"} < written
    assert not [name for name in written if name.endswith(".pkl")]
    database = audformat.Database.load(str(tmp_path / "out"), load_data=True)
    assert len(database.files) == 4
    assert import_path(team, tmp_path / "out", corpus="again").convention == "audformat"
    assert labels(team, "again") == labels(team, "team")
