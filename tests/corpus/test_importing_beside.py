"""What lies beside the clips is used: tables, descriptions, audformat databases."""

import json
import sys

import pytest

from core.corpus import import_path
from core.corpus.audformat_files import read_database
from core.corpus.conventions import manifest
from core.corpus.conventions.manifest import (
    guess_mapping,
    manifest_convention,
    mapping_with,
    read_rows,
)
from core.corpus.import_preview import look
from core.corpus.naming_rules import naming_rule
from core.errors import (
    AudformatError,
    AudformatMissingError,
    ManifestError,
    UnknownLabelError,
    UnlabelledError,
    UnparsedNameError,
)
from tests.corpus.sounds import write_clips

CSV = "file,who,emotion\na.wav,kim,happy\nb.wav,lee,슬픔\nc.wav,lee,puzzled\n".encode()


@pytest.fixture
def folder(tmp_path):
    return write_clips(tmp_path / "in", "a.wav", "b.wav", "c.wav", "d.wav")


def test_a_convention_of_ones_own_can_be_given_as_an_object(catalog, folder):
    rows = read_rows(CSV, "clips.csv")
    table = manifest_convention(rows, mapping_with(list(rows[0]), {"speaker": "who"}))
    result = import_path(catalog, folder, corpus="team", convention=table)
    assert (result.convention, result.imported) == ("manifest", 2)
    assert result.speakers == {"kim": 1, "lee": 1}
    assert {name: type(error) for name, error in result.skipped} == {
        "c.wav": UnknownLabelError,
        "d.wav": UnparsedNameError,
    }


def test_a_rule_of_ones_own_is_a_convention_too(catalog, tmp_path):
    place = write_clips(tmp_path / "in", "kim/sad-1.wav", "lee/angry-2.wav", "other.wav")
    rule = naming_rule(r"^(?P<speaker>[^/]+)/(?P<emotion>[a-z]+)-(?P<sentence>\d+)$")
    result = import_path(catalog, place, corpus="team", convention=rule.convention())
    assert (result.convention, result.imported, len(result.skipped)) == ("rule", 2, 1)
    assert result.speakers == {"kim": 1, "lee": 1}


def test_clips_without_an_emotion_come_in_only_when_asked_for(catalog, folder):
    rule = naming_rule(r"^(?P<sentence>[a-z])$").convention()
    result = import_path(catalog, folder, corpus="team", convention=rule)
    assert (result.imported, {type(e) for _, e in result.skipped}) == (0, {UnlabelledError})
    result = import_path(catalog, folder, corpus="team", convention=rule, unlabelled=True)
    assert result.imported == 4
    assert catalog.corpus("team").emotions == {}


def test_a_table_beside_names_of_no_convention_is_found(catalog, folder):
    (folder / "clips.csv").write_bytes(CSV)
    (folder / "prices.csv").write_text("item,price\nbread,2\n")
    result = import_path(catalog, folder, corpus="team")
    assert (result.convention, result.imported, result.ignored) == ("manifest", 2, 2)


def test_names_come_before_a_table_beside_them_unless_it_is_asked_for(catalog, tmp_path):
    place = write_clips(tmp_path / "in", "1_1_N.wav", "1_1_A.wav")
    (place / "clips.csv").write_text("file,emotion\n1_1_N.wav,sad\n1_1_A.wav,sad\n")
    assert import_path(catalog, place, dry_run=True).convention == "original"
    result = import_path(catalog, place, convention="manifest")
    assert result.emotions == {"sad": 2}


def test_a_table_that_is_asked_for_and_not_there_is_said_to_be_missing(catalog, folder):
    with pytest.raises(ManifestError, match="none that knows the clips"):
        import_path(catalog, folder, convention="manifest")


def test_a_mapping_is_guessed_where_nobody_says_otherwise():
    columns = ["path", "speaker", "actor_name", "emotion"]
    assert mapping_with(columns, {}) == guess_mapping(columns)
    chosen = mapping_with(columns, {"speaker": "actor_name", "emotion": ""})
    assert (chosen.file, chosen.speaker, chosen.emotion) == ("path", "actor_name", None)


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"mood": "emotion"}, "columns can be mapped to"),
        ({"emotion": "feeling"}, "no column of that name"),
        ({"file": ""}, "no column names the files"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(chosen, reason):
    with pytest.raises(ManifestError, match=reason):
        mapping_with(["path", "emotion"], chosen)


def test_a_description_beside_the_clips_names_the_corpus(catalog, tmp_path):
    place = write_clips(tmp_path / "in", "audio/1_1_N.wav", "audio/10_1_A.wav")
    described = {
        "title": "Our voices",
        "language": "ko",
        "licence": "own",
        "synthesised": True,
        "sentences": {"10": "이제 집에 가요"},
        "note": 7,
    }
    (place / "corpus.json").write_text(json.dumps(described), encoding="utf-8")
    assert import_path(catalog, place, corpus="team").ignored == 1
    info = catalog.corpus("team")
    assert (info.title, info.licence, info.synthesised, info.note) == (
        "Our voices",
        "own",
        True,
        "",
    )
    assert catalog.utterances("team", sentences=["10"])[0].sentence_text == "이제 집에 가요"


@pytest.mark.parametrize("content", ["[1]", "{", '{"title": ""}', '{"title": 3}'])
def test_a_description_that_is_none_is_left_aside(catalog, tmp_path, content):
    place = write_clips(tmp_path / "in", "1_1_N.wav")
    (place / "corpus.json").write_text(content)
    import_path(catalog, place, corpus="team")
    assert catalog.corpus("team").title == "team"


HEADER = """
name: made-up
source: here
usage: other
languages: [kor]
license: CC0-1.0
schemes:
  emotion: {dtype: str}
  words: {dtype: str, labels: {s1: 안녕하세요, s2: 괜찮아요}}
tables:
  clips:
    type: filewise
    columns:
      emotion: {scheme_id: emotion}
      speaker: {}
      transcription: {scheme_id: words}
"""
TABLE = "file,emotion,speaker,transcription\na.wav,anger,kim,s1\nb.wav,happiness,lee,s2\nc.wav,,,\n"


@pytest.fixture
def database(folder):
    (folder / "db.yaml").write_text(HEADER, encoding="utf-8")
    (folder / "db.clips.csv").write_text(TABLE, encoding="utf-8")
    return folder


def test_an_audformat_database_is_read_through_its_package(catalog, database):
    pytest.importorskip("audformat", reason="audformat is an extra")
    result = import_path(catalog, database, corpus="team")
    assert (result.convention, result.imported) == ("audformat", 2)
    clip = catalog.utterances("team")[0]
    assert (clip.emotion, clip.speaker) == ("angry", "kim")
    assert (clip.sentence, clip.sentence_text) == ("s1", "안녕하세요")
    info = catalog.corpus("team")
    assert (info.title, info.language, info.licence) == ("made-up", "ko", "CC0-1.0")


def test_without_its_package_a_database_says_what_to_install(catalog, database, monkeypatch):
    monkeypatch.setitem(sys.modules, "audformat", None)
    with pytest.raises(AudformatMissingError, match=r"requirements-audformat\.txt"):
        import_path(catalog, database, corpus="team")


def test_without_its_package_names_that_are_known_still_come_in(catalog, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "audformat", None)
    place = write_clips(tmp_path / "in", "1_1_N.wav")
    (place / "db.yaml").write_text(HEADER, encoding="utf-8")
    assert import_path(catalog, place).convention == "original"


def test_a_header_that_names_python_objects_is_refused_and_runs_nothing(tmp_path):
    pytest.importorskip("audformat", reason="audformat is an extra")
    trap = tmp_path / "ran"
    touch = f"!!python/object/apply:os.mkdir ['{trap}']"
    evil = f"name: x\nsource: y\nusage: other\nmeta: {{a: {touch}}}\n"
    with pytest.raises(AudformatError, match="no database description"):
        read_database({"db.yaml": evil.encode()}, "evil")
    assert not trap.exists()


def test_a_pickled_table_is_never_opened(catalog, database, tmp_path):
    pytest.importorskip("audformat", reason="audformat is an extra")
    (database / "db.clips.pkl").write_bytes(b"\x80\x04cnope\nnope\n.")
    assert import_path(catalog, database, corpus="team").imported == 2
    (database / "db.clips.csv").unlink()
    with pytest.raises(AudformatError, match="could not load"):
        import_path(catalog, database, corpus="other")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"- 1",
        b"name: [",
        b"name: x\ntables: {../../evil: {type: filewise}}",
        b"name: x\nusage: other",
    ],
)
def test_a_database_that_is_none_is_refused_with_its_reason(header):
    pytest.importorskip("audformat", reason="audformat is an extra")
    with pytest.raises(AudformatError):
        read_database({"db.yaml": header}, "broken")


# --- tables and descriptions made to do harm --------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"file,emotion\n" + b"a.wav,sad\n" * 51, "100,000 rows"),
        ("a.csv", b"file" + b",x" * 10_600_000, "20 MB"),
        (
            "a.csv",
            b"file," + b",".join(b"c%d" % i for i in range(100_000)) + b"\na.wav" + b",x" * 100_000,
            "1,000 columns",
        ),
        ("a.csv", b"\xff\x00\x80", "neither UTF-8"),
        ("a.jsonl", b"[" * 100_000, "not JSON objects"),
        ("a.csv", b"emotion\nsad\n", "no column names the files"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_with_its_reason(
    catalog, folder, name, content, reason, monkeypatch
):
    monkeypatch.setattr(manifest, "MAX_ROWS", 50)
    (folder / name).write_bytes(content)
    result = import_path(catalog, folder, corpus="team")
    assert [(n, type(e)) for n, e in result.refused] == [(name, ManifestError)]
    assert reason in str(result.refused[0][1])
    assert len(result.skipped) == 4
    listing = look(catalog, folder)
    assert [f.name for f in listing.files if f.error] == [name]
    assert listing.ignored == 0


def test_a_table_beside_names_that_tell_is_no_matter(catalog, tmp_path):
    place = write_clips(tmp_path / "in", "1_1_N.wav", "1_1_A.wav")
    (place / "notes.csv").write_text("day,weather\n1,rain\n")
    result = import_path(catalog, place, corpus="team")
    assert (result.imported, len(result.refused)) == (2, 0)


def test_halves_of_characters_never_reach_the_catalog(catalog, folder):
    rows = [
        {"file": f"{letter}.wav", "speaker": "\ud800kim", "sentence": "\udc00", "emotion": "sad"}
        for letter in "abcd"
    ]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)))
    document = {"title": "\ud800title", "licence": "\udfff", "sentences": {"\ud800": "\udfff"}}
    (folder / "corpus.json").write_text(json.dumps(document))
    result = import_path(catalog, folder, corpus="team")
    assert (result.imported, result.speakers) == (4, {"?kim": 4})
    assert catalog.corpus("team").title == "?title"


def test_a_number_of_too_many_digits_is_left_out(catalog, folder):
    digits = "1" + "0" * 5_000
    lines = [f'{{"file": "{x}.wav", "emotion": "sad", "take": {digits}}}' for x in "abcd"]
    (folder / "labels.jsonl").write_text("\n".join(lines))
    result = import_path(catalog, folder, corpus="team")
    assert result.imported + len(result.skipped) == 4


def test_a_table_of_a_spreadsheets_unicode_text_is_read(catalog, folder):
    text = "file\temotion\n" + "".join(f"{x}.wav\t기쁨\n" for x in "abcd")
    (folder / "labels.tsv").write_bytes(text.encode("utf-16"))
    assert import_path(catalog, folder, corpus="team").imported == 4
