"""Zips: names come out right, and one bad entry never fails the rest."""

import io
import random
import struct
import tracemalloc
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.corpus import conventions
from core.corpus.sources import open_source
from core.corpus.zip_names import decode_name, harmless_name, sniff_encoding
from core.emotions import EMOTIONS
from core.errors import (
    ArchiveExpandsError,
    ArchiveTooLargeError,
    DamagedArchiveError,
    DamagedEntryError,
    EncryptedEntryError,
    FileTooLargeError,
    FolderTooDeepError,
    LinkError,
    MalgyeolError,
    NestedArchiveError,
    NotAZipError,
    SuspiciousEntryError,
    TooManyEntriesError,
    UnsupportedCompressionError,
    UnusableNameError,
)
from core.settings import ArchiveLimits
from tests.corpus.zips import (
    DEFLATED,
    ENCRYPTED_FLAG,
    STORED,
    SYMLINK,
    UTF8_FLAG,
    Entry,
    deflated,
    zip_bytes,
)

GOOD = Entry(b"1_1_N.wav", b"good")


def names(content: bytes) -> list[str]:
    with open_source(content, name="clips.zip") as source:
        return [file.name for file in source.files]


def contents(content: bytes, **limits) -> tuple[dict[str, bytes], dict[str, MalgyeolError]]:
    """What can be read of a zip and what cannot, by name."""
    read, refused = {}, {}
    chosen = ArchiveLimits(**limits)
    with open_source(content, name="clips.zip", limits=chosen) as source:
        refused.update(source.refused)
        for file in source.files:
            try:
                read[file.name] = file.read()
            except MalgyeolError as error:
                refused[file.name] = error
    return read, refused


# --- names -------------------------------------------------------------------------------------

HANGUL_NAME = "안녕하세요_김철수_J.wav"


@pytest.mark.parametrize(
    "entry",
    [
        Entry(HANGUL_NAME.encode("cp949")),
        Entry(HANGUL_NAME.encode()),
        Entry(HANGUL_NAME.encode(), flags=UTF8_FLAG),
        Entry(unicodedata.normalize("NFD", HANGUL_NAME).encode()),
        Entry(unicodedata.normalize("NFD", HANGUL_NAME).encode(), flags=UTF8_FLAG),
    ],
    ids=["cp949", "utf-8", "utf-8 flagged", "NFD", "NFD flagged"],
)
def test_a_korean_name_is_right_whoever_packed_it(entry):
    assert names(zip_bytes(GOOD, entry)) == ["1_1_N.wav", HANGUL_NAME]


def test_hangul_outside_euc_kr_is_read_as_cp949():
    assert names(zip_bytes(Entry("뷁_똠방각하_A.wav".encode("cp949")))) == ["뷁_똠방각하_A.wav"]


def test_flagged_and_unflagged_names_may_stand_in_one_zip():
    entries = [
        Entry("기쁨_1_J.wav".encode(), flags=UTF8_FLAG),
        Entry("슬픔_1_S.wav".encode("cp949")),
    ]
    assert names(zip_bytes(*entries)) == ["기쁨_1_J.wav", "슬픔_1_S.wav"]


def test_the_extra_field_for_unicode_names_is_believed_when_its_checksum_fits():
    raw = "기쁨_1_J.wav".encode("cp949")
    field = struct.pack("<BI", 1, zlib.crc32(raw)) + "행복_1_J.wav".encode()
    stale = struct.pack("<BI", 1, zlib.crc32(b"other")) + "행복_2_J.wav".encode()
    entries = [
        Entry(raw, extra=struct.pack("<HH", 0x7075, len(field)) + field),
        Entry(raw, extra=struct.pack("<HH", 0x7075, len(stale)) + stale),
    ]
    assert names(zip_bytes(*entries)) == ["행복_1_J.wav", "기쁨_1_J.wav"]


def test_european_names_without_a_flag_stay_european():
    assert names(zip_bytes(Entry("Müller_Zoë_N.wav".encode()))) == ["Müller_Zoë_N.wav"]


def test_a_name_flagged_as_utf8_that_is_none_costs_only_its_own_entry():
    read, refused = contents(
        zip_bytes(
            GOOD,
            Entry("기쁨_1_J.wav".encode("cp949"), flags=UTF8_FLAG),
            Entry("슬픔_1_S.wav".encode(), b"sad", flags=UTF8_FLAG),
        )
    )
    assert read == {"1_1_N.wav": b"good", "슬픔_1_S.wav": b"sad"}
    assert isinstance(refused["기쁨_1_J.wav"], DamagedEntryError)


def original_names(count: int, seed: int = 0) -> list[str]:
    """Names of the original pattern with random Hangul, Latin and digits in them."""
    draw = random.Random(seed)
    common = "가나다라마바사아자차카타파하김이박최정강조윤장임안녕하세요괜찮아요고맙습니다슬픔기쁨"

    def word() -> str:
        kind = draw.random()
        if kind < 0.5:
            return "".join(draw.choices(common, k=draw.randint(1, 6)))
        if kind < 0.7:
            return "".join(chr(draw.randint(0xAC00, 0xD7A3)) for _ in range(draw.randint(1, 5)))
        if kind < 0.9:
            return str(draw.randint(1, 99))
        return "".join(draw.choices("abcdefgKLMNOP", k=draw.randint(1, 6)))

    made = []
    for _ in range(count):
        sentence = "_".join(word() for _ in range(draw.choice([1, 1, 1, 2, 3])))
        made.append(f"{sentence}_{word()}_{draw.choice(EMOTIONS).code}.wav")
    return made


@pytest.mark.parametrize("form", ["NFC", "NFD", "cp949"])
def test_of_20000_generated_names_in_zips_none_is_read_wrongly(form):
    made = original_names(20_000)
    if form == "cp949":
        raw = [name.encode("cp949") for name in made]
    else:
        raw = [unicodedata.normalize(form, name).encode() for name in made]
    wrong = []
    for start in range(0, len(made), 4_000):  # within the limit of entries
        part = slice(start, start + 4_000)
        found = names(zip_bytes(*(Entry(name, b"", method=STORED) for name in raw[part])))
        wrong += [pair for pair in zip(found, made[part], strict=True) if pair[0] != pair[1]]
    assert wrong == []
    parse = conventions.by_id("original").parse_name
    for name in made:
        sentence, speaker, code = name.removesuffix(".wav").rsplit("_", 2)
        parsed = parse(unicodedata.normalize("NFD", name))
        assert (parsed.sentence, parsed.speaker) == (sentence, speaker)
        assert parsed.emotion == next(e.id for e in EMOTIONS if e.code == code)


def test_even_alone_in_its_zip_a_cp949_name_is_hardly_ever_read_wrongly():
    made = [name for name in original_names(20_000, seed=1) if not name.isascii()]
    raw = [name.encode("cp949") for name in made]
    wrong = [
        name
        for name, data in zip(made, raw, strict=True)
        if decode_name(data, sniff_encoding([data])) != name
    ]
    assert wrong == []


@given(st.lists(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)), max_size=5))
def test_hangul_in_utf8_is_never_taken_for_cp949(words):
    raw = [word.encode() for word in words]
    assert [decode_name(name, sniff_encoding(raw)) for name in raw] == words


@given(st.binary(max_size=60))
def test_any_bytes_become_some_name(raw):
    text = decode_name(raw, sniff_encoding([raw]))
    assert isinstance(text, str)
    assert ".." not in harmless_name(text).split("/")
    assert not harmless_name(text).startswith("/")


# --- entries that are refused, one by one ------------------------------------------------------

BIG_SILENCE = deflated(bytes(12 * 2**20))  # 12 MB of zeros, a thousandth of it packed

BAD_ENTRIES = {
    "symlink": (Entry(b"bad.wav", b"/etc/passwd", mode=SYMLINK), LinkError),
    "encrypted": (Entry(b"bad.wav", flags=ENCRYPTED_FLAG), EncryptedEntryError),
    "unknown method": (Entry(b"bad.wav", method=99, packed=b"?"), UnsupportedCompressionError),
    "corrupt deflate": (Entry(b"bad.wav", b"x" * 99, packed=b"\xff" * 9), DamagedEntryError),
    "wrong checksum": (Entry(b"bad.wav", says_crc=1), DamagedEntryError),
    "says too little": (Entry(b"bad.wav", bytes(10**7), says_size=100), DamagedEntryError),
    "says too much": (Entry(b"bad.wav", b"x" * 99, says_size=10**6), DamagedEntryError),
    "bomb": (Entry(b"bad.wav", bytes(12 * 2**20), packed=BIG_SILENCE), SuspiciousEntryError),
    "bomb that claims to be packed large": (
        Entry(b"bad.wav", bytes(12 * 2**20), packed=BIG_SILENCE, says_packed=10**7),
        SuspiciousEntryError,
    ),
    "too large": (Entry(b"bad.wav", says_size=26 * 2**20, packed=bytes(10**6)), FileTooLargeError),
    "zip by name": (Entry(b"bad.zip"), NestedArchiveError),
    "zip by content": (Entry(b"bad.wav", zip_bytes(GOOD)), NestedArchiveError),
    "7z by content": (Entry(b"bad.wav", b"7z\xbc\xaf\x27\x1c..."), NestedArchiveError),
    "six folders deep": (Entry(b"a/b/c/d/e/f/bad.wav"), FolderTooDeepError),
    "NUL in its name": (Entry(b"bad.wav\0.exe"), UnusableNameError),
    "only dots for a name": (Entry(b".."), UnusableNameError),
    "no name": (Entry(b""), UnusableNameError),
}


@pytest.mark.parametrize(("bad", "error"), BAD_ENTRIES.values(), ids=BAD_ENTRIES)
def test_a_bad_entry_is_refused_and_the_others_are_read(bad, error):
    after = Entry(b"2_1_N.wav", b"after")
    read, refused = contents(zip_bytes(GOOD, bad, after))
    assert read == {"1_1_N.wav": b"good", "2_1_N.wav": b"after"}
    assert [type(e) for e in refused.values()] == [error]


def test_a_traversal_becomes_the_files_own_name():
    for raw in (
        b"../../evil.wav",
        b"/etc/evil.wav",
        b"C:\\Windows\\evil.wav",
        b"..\\..\\evil.wav",
        b"a/../../evil.wav",
        b"C:evil.wav",
        b"\\\\server\\share\\evil.wav",
    ):
        assert names(zip_bytes(Entry(raw))) == ["evil.wav"], raw


def test_folders_are_kept_whichever_slash_divides_them():
    assert names(zip_bytes(Entry(b"Happy\\1.wav"), Entry(b"Sad/1.wav"), Entry(b"Sad/"))) == [
        "Happy/1.wav",
        "Sad/1.wav",
    ]


def test_of_two_entries_with_the_same_name_both_can_be_read():
    with open_source(zip_bytes(Entry(b"a.wav", b"one"), Entry(b"a.wav", b"two"))) as source:
        assert [(f.name, f.read()) for f in source.files] == [("a.wav", b"one"), ("a.wav", b"two")]


def test_junk_is_skipped_and_counted():
    junk = [b"__MACOSX/._1_1_N.wav", b"a/.DS_Store", b"Thumbs.db", b"desktop.ini", b".hidden/x.wav"]
    with open_source(zip_bytes(GOOD, *map(Entry, junk))) as source:
        assert [file.name for file in source.files] == ["1_1_N.wav"]
        assert source.skipped == 5
        assert source.refused == []


def test_a_long_silence_that_packs_well_is_no_bomb_below_ten_megabytes():
    read, refused = contents(zip_bytes(Entry(b"silence.wav", bytes(9 * 2**20))))
    assert len(read["silence.wav"]) == 9 * 2**20
    assert refused == {}


# --- zips that are refused as a whole ----------------------------------------------------------


def test_a_zip_above_the_size_limit_is_refused():
    with pytest.raises(ArchiveTooLargeError, match=r"clips\.zip"):
        contents(zip_bytes(Entry(b"a.wav", bytes(3000), method=STORED)), max_bytes=3000)


def test_more_entries_than_the_limit_are_refused():
    entries = [Entry(b"%d.wav" % i) for i in range(6)]
    assert len(contents(zip_bytes(*entries), max_entries=6)[0]) == 6
    with pytest.raises(TooManyEntriesError, match="more than 5 files"):
        contents(zip_bytes(*entries), max_entries=5)


def test_a_table_of_contents_beyond_all_measure_is_refused_before_it_is_read(monkeypatch):
    def never(*_):
        raise AssertionError("the table was read")

    content = zip_bytes(*(Entry(b"%0200d" % i, b"", method=STORED) for i in range(50)))
    monkeypatch.setattr(zipfile, "ZipFile", never)
    with pytest.raises(TooManyEntriesError):
        contents(content, max_entries=5)


def test_files_too_large_together_are_refused():
    entries = [Entry(b"%d.wav" % i, bytes(1000)) for i in range(3)]
    with pytest.raises(ArchiveExpandsError, match=r"clips\.zip"):
        contents(zip_bytes(*entries), max_total_bytes=2999)
    assert len(contents(zip_bytes(*entries), max_total_bytes=3000)[0]) == 3


def test_entries_that_share_their_bytes_still_count_each_towards_the_total():
    # Overlapping entries make a bomb without any suspicious ratio; the declared sizes give it away.
    data = bytes(random.Random(0).randbytes(1000))
    one = zip_bytes(Entry(b"a.wav", data, method=STORED))
    at = one.index(b"PK\x01\x02")
    table, count = one[at : one.index(b"PK\x05\x06")], 100
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(table) * count, at, 0)
    with pytest.raises(ArchiveExpandsError):
        contents(one[:at] + table * count + b"PK\x05\x06" + end, max_total_bytes=50_000)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_zip_that_was_cut_off_is_called_damaged(keep):
    whole = zip_bytes(*(Entry(b"%d.wav" % i, b"x" * 100, method=STORED) for i in range(20)))
    with pytest.raises(DamagedArchiveError):
        contents(whole[: int(keep * len(whole))])


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"ALZ\x01", "ALZ"),
        (b"EGGA", "EGG"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"just some words", "text"),
        (b"\x00\x01\x02\x03", "unknown"),
    ],
)
def test_another_kind_of_archive_is_called_by_its_kind(head, kind):
    with pytest.raises(NotAZipError, match=kind):
        open_source(head, name="clips.zip")


def test_an_empty_zip_has_no_files_and_is_no_error():
    with open_source(zip_bytes(), name="clips.zip") as source:
        assert (source.files, source.refused, source.skipped) == ([], [], 0)


def test_bytes_before_the_zip_and_a_comment_behind_it_do_no_harm():
    read, _ = contents(zip_bytes(GOOD, before=b"PK\x03\x04 self-extractor ", comment=b"hello"))
    assert read == {"1_1_N.wav": b"good"}


def test_a_zip64_is_read():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.wav", "w", force_zip64=True) as f:
        f.write(b"wide")
    assert contents(buffer.getvalue())[0] == {"a.wav": b"wide"}


# --- robustness --------------------------------------------------------------------------------

WHOLE = zip_bytes(
    GOOD,
    Entry("기쁨_1_J.wav".encode("cp949"), b"x" * 300),
    Entry("b/슬픔.wav".encode(), b"y" * 300, flags=UTF8_FLAG, method=STORED),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8))
@example(flips=[(WHOLE.index(b"PK\x05\x06") + 16, 0xFF)])  # the first entry before the beginning
def test_whatever_bytes_are_flipped_only_our_errors_arise(flips):
    content = bytearray(WHOLE)
    for at, value in flips:
        content[at] = value
    try:
        contents(bytes(content))
    except MalgyeolError as error:
        assert "clips.zip" in str(error)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_bytes_follow_the_zips_beginning_only_our_errors_arise(tail):
    for content in (b"PK\x03\x04" + tail, WHOLE + tail, tail + WHOLE[-60:]):
        try:
            contents(content)
        except MalgyeolError:
            continue


def test_reading_a_bomb_needs_no_more_memory_than_the_limit_of_an_entry():
    bomb = Entry(b"bomb.wav", packed=deflated(bytes(150 * 2**20)), says_size=24 * 2**20)
    content = zip_bytes(GOOD, bomb)
    tracemalloc.start()
    try:
        _, refused = contents(content, max_ratio=1e9)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(refused["bomb.wav"], DamagedEntryError)
    assert peak < 2 * 25 * 2**20


def test_a_deflated_file_of_the_largest_size_allowed_is_read_whole():
    data = random.Random(0).randbytes(25 * 2**20)
    entry = Entry(b"long.wav", data, method=DEFLATED)
    assert contents(zip_bytes(entry))[0]["long.wav"] == data
