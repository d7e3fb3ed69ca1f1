"""Tables of clips: reading, mapping, looking up."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corpus.conventions.convention import ParsedName
from core.corpus.conventions.manifest import (
    ColumnMapping,
    guess_mapping,
    manifest_convention,
    parse_rows,
    read_rows,
)
from core.errors import ManifestError

CSV = "파일,화자,감정,문장\nclips/a.wav,김철수,기쁨,1\nclips/b.wav,이영희,S,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_korean_csv_is_read_in_each_common_encoding(encoding):
    assert read_rows(CSV.encode(encoding), "clips.csv")[0] == {
        "파일": "clips/a.wav",
        "화자": "김철수",
        "감정": "기쁨",
        "문장": "1",
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter):
    content = f"file{delimiter}emotion\na.wav{delimiter}sad\n".encode()
    assert read_rows(content, "clips.csv") == [{"file": "a.wav", "emotion": "sad"}]


def test_json_lines_are_read_and_values_become_text():
    lines = [{"path": "a.wav", "speaker": 7, "extra": [1, 2]}, {"path": "b.wav", "speaker": None}]
    content = "\n".join(map(json.dumps, lines)).encode()
    assert read_rows(content, "clips.jsonl") == [
        {"path": "a.wav", "speaker": "7"},
        {"path": "b.wav"},
    ]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "no rows"),
        (b"file,emotion\n", "a.csv", "no rows"),
        (b"\n\n", "a.jsonl", "no rows"),
        (b"\xff\xff\xff", "a.csv", "neither UTF-8"),
        (b"[1, 2]", "a.jsonl", "not JSON objects"),
        (b"{broken", "a.jsonl", "not JSON objects"),
        (b"[" * 100_000, "a.jsonl", "not JSON objects"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content, name, reason):
    with pytest.raises(ManifestError, match=reason):
        read_rows(content, name)


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.jsonl"]))
def test_any_bytes_are_a_table_or_our_error(content, name):
    try:
        rows = read_rows(content, name)
        parse_rows(rows, guess_mapping(list(rows[0]), name))
    except ManifestError as error:
        assert name in str(error)


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (["file", "emotion"], ColumnMapping("file", emotion="emotion")),
        (
            ["Path", "Speaker_ID", "Label", "Transcript"],
            ColumnMapping("Path", speaker="Speaker_ID", emotion="Label", text="Transcript"),
        ),
        (
            ["파일", "화자", "감정", "문장", "회차"],
            ColumnMapping("파일", "문장", "화자", "감정", "회차"),
        ),
        (
            [unicodedata.normalize("NFD", "파일명")],
            ColumnMapping(unicodedata.normalize("NFD", "파일명")),
        ),
    ],
)
def test_columns_are_recognised_by_what_they_are_called(columns, mapping):
    assert guess_mapping(columns) == mapping


def test_a_table_without_a_file_column_is_refused():
    with pytest.raises(ManifestError, match="no column names the files"):
        guess_mapping(["speaker", "emotion"])


def test_rows_become_what_they_say_about_each_file():
    rows = [
        {"f": "a.wav", "s": "1", "who": "kim", "e": "Happiness", "n": "2", "t": "안녕하세요"},
        {"f": "b\\c.wav", "e": "S", "n": "two"},
        {"f": "d.wav", "e": "puzzled"},
        {"e": "sad"},
    ]
    assert parse_rows(rows, ColumnMapping("f", "s", "who", "e", "n", "t")) == {
        "a.wav": ParsedName("1", "kim", "happy", 2, "안녕하세요"),
        "b/c.wav": ParsedName(emotion="sad"),
        "d.wav": ParsedName(unknown_emotion="puzzled"),
    }


def test_the_tables_own_codes_come_first():
    rows = [{"f": "a.wav", "e": "S"}, {"f": "b.wav", "e": "3"}]
    parsed = parse_rows(rows, ColumnMapping("f", emotion="e"), {"S": "surprised", "3": "bored"})
    assert [p.emotion for p in parsed.values()] == ["surprised", "bored"]


def test_a_clip_is_found_by_path_by_the_end_of_its_path_and_by_its_stem():
    rows = [{"file": "clips/a.wav", "emotion": "sad"}, {"file": "b", "emotion": "happy"}]
    parse = manifest_convention(rows, ColumnMapping("file", emotion="emotion")).parse_name
    assert parse("clips/a.wav").emotion == "sad"
    assert parse("download/clips/a.wav").emotion == "sad"
    assert parse("a.wav").emotion == "sad"
    assert parse("x/b.wav").emotion == "happy"
    assert parse("c.wav") is None
    assert parse("") is None


def test_a_name_that_occurs_in_two_folders_is_found_only_with_its_folder():
    rows = [{"file": "kim/1.wav", "emotion": "sad"}, {"file": "lee/1.wav", "emotion": "happy"}]
    parse = manifest_convention(rows, ColumnMapping("file", emotion="emotion")).parse_name
    assert parse("kim/1.wav").emotion == "sad"
    assert parse("lee/1.wav").emotion == "happy"
    assert parse("1.wav") is None
    assert parse("park/1.wav") is None


def test_a_decomposed_name_finds_its_composed_row_and_the_other_way_round():
    name = "기쁨.wav"
    decomposed = unicodedata.normalize("NFD", name)
    for in_table, on_disk in [(name, decomposed), (decomposed, name)]:
        rows = read_rows(f"file,emotion\n{in_table},J\n".encode(), "clips.csv")
        parse = manifest_convention(rows, ColumnMapping("file", emotion="emotion")).parse_name
        assert parse(on_disk).emotion == "happy"
