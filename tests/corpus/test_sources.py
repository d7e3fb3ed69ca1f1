"""Files, folders and uploads: what is listed, what is skipped, what is refused."""

import io
import os
import unicodedata
from pathlib import Path

import pytest

from core.corpus.sources import open_source
from core.errors import (
    DamagedArchiveError,
    FileTooLargeError,
    LinkError,
    NotAZipError,
    UnreadableFileError,
)
from core.settings import ArchiveLimits
from tests.corpus.zips import Entry, zip_bytes


class Upload(io.BytesIO):
    """What a browser's upload looks like: bytes with a name."""

    def __init__(self, content: bytes, name: str):
        super().__init__(content)
        self.name = name


def put(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".wav").write_bytes(content)
    return folder


def test_a_single_file_is_listed_under_its_own_name(tmp_path):
    path = tmp_path / "1_1_N.wav"
    path.write_bytes(b"sound")
    with open_source(str(path)) as source:
        [file] = source.files
    assert (file.name, file.size, file.read()) == ("1_1_N.wav", 5, b"sound")


def test_a_folder_is_searched_with_all_its_folders(tmp_path):
    put(tmp_path, happy__b=b"2", happy__a=b"1", c=b"3")
    with open_source(tmp_path) as source:
        assert [(f.name, f.read()) for f in source.files] == [
            ("c.wav", b"3"),
            ("happy/a.wav", b"1"),
            ("happy/b.wav", b"2"),
        ]


def test_names_of_a_folder_are_in_nfc(tmp_path):
    folder = tmp_path / unicodedata.normalize("NFD", "기쁨")
    folder.mkdir()
    (folder / unicodedata.normalize("NFD", "하나.wav")).write_bytes(b"1")
    assert [file.name for file in open_source(tmp_path).files] == ["기쁨/하나.wav"]


def test_names_on_disk_in_cp949_are_read_as_hangul(tmp_path):
    try:
        (tmp_path / os.fsdecode("기쁨.wav".encode("cp949"))).write_bytes(b"1")
    except OSError:
        pytest.skip("this file system takes no names outside UTF-8")
    [file] = open_source(tmp_path).files
    assert (file.name, file.read()) == ("기쁨.wav", b"1")


def test_hidden_and_system_files_are_skipped_and_counted(tmp_path):
    put(tmp_path, a=b"1")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._a.wav", "~$notes.docx"):
        (tmp_path / name).write_bytes(b"junk")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.wav").write_bytes(b"junk")
    (tmp_path / "__MACOSX").mkdir()
    source = open_source(tmp_path)
    assert [file.name for file in source.files] == ["a.wav"]
    assert source.skipped == 5
    assert source.refused == []


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    outside = put(tmp_path / "outside", secret=b"1")
    inside = put(tmp_path / "inside", a=b"2")
    (inside / "file.wav").symlink_to(outside / "secret.wav")
    (inside / "folder").symlink_to(outside)
    source = open_source(inside)
    assert [file.name for file in source.files] == ["a.wav"]
    assert [(name, type(error)) for name, error in source.refused] == [
        ("file.wav", LinkError),
        ("folder", LinkError),
    ]


def test_a_link_within_the_folder_is_followed_once(tmp_path):
    put(tmp_path, deep__a=b"1")
    (tmp_path / "b.wav").symlink_to(tmp_path / "deep" / "a.wav")
    (tmp_path / "loop").symlink_to(tmp_path)
    source = open_source(tmp_path)
    assert [file.name for file in source.files] == ["b.wav", "deep/a.wav"]
    assert source.refused == []


def test_a_broken_link_is_refused_and_the_rest_is_listed(tmp_path):
    put(tmp_path, a=b"1")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    source = open_source(tmp_path)
    assert [file.name for file in source.files] == ["a.wav"]
    assert isinstance(source.refused[0][1], UnreadableFileError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    assert isinstance(open_source(tmp_path).refused[0][1], LinkError)
    with pytest.raises(LinkError):
        open_source(tmp_path / "pipe.wav")


def test_a_file_that_vanished_after_listing_says_so_when_read(tmp_path):
    path = put(tmp_path, a=b"1") / "a.wav"
    [file] = open_source(tmp_path).files
    path.unlink()
    with pytest.raises(UnreadableFileError, match=r"a\.wav"):
        file.read()


def test_a_file_that_has_grown_beyond_the_limit_is_not_read_whole(tmp_path):
    path = put(tmp_path, a=b"1") / "a.wav"
    [file] = open_source(tmp_path, limits=ArchiveLimits(max_entry_bytes=10)).files
    path.write_bytes(b"x" * 11)
    with pytest.raises(FileTooLargeError):
        file.read()


def test_too_large_a_file_in_a_folder_is_refused_and_the_rest_is_listed(tmp_path):
    put(tmp_path, a=b"1", b=b"x" * 11)
    source = open_source(tmp_path, limits=ArchiveLimits(max_entry_bytes=10))
    assert [file.name for file in source.files] == ["a.wav"]
    assert [(n, type(e)) for n, e in source.refused] == [("b.wav", FileTooLargeError)]


def test_a_place_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UnreadableFileError, match="nowhere"):
        open_source(tmp_path / "nowhere")


def test_a_zip_on_disk_is_known_by_its_content(tmp_path):
    path = tmp_path / "clips.bin"
    path.write_bytes(zip_bytes(Entry(b"a.wav", b"1")))
    with open_source(path) as source:
        assert [(f.name, f.read()) for f in source.files] == [("a.wav", b"1")]


def test_a_closed_zip_can_be_removed_and_no_longer_read(tmp_path):
    path = tmp_path / "clips.zip"
    path.write_bytes(zip_bytes(Entry(b"a.wav", b"1")))
    with open_source(path) as source:
        [file] = source.files
    with pytest.raises(ValueError, match="closed"):
        file.read()


def test_bytes_without_a_name_are_an_upload():
    [file] = open_source(b"sound").files
    assert (file.name, file.read()) == ("upload", b"sound")


def test_an_upload_keeps_its_name_but_not_a_path():
    [file] = open_source(Upload(b"sound", "C:\\fakepath\\1_1_N.wav")).files
    assert (file.name, file.size, file.read(), file.read()) == (
        "1_1_N.wav",
        5,
        b"sound",
        b"sound",
    )


def test_a_list_of_uploads_is_one_source_and_a_bad_one_spoils_no_other(tmp_path):
    put(tmp_path, folder__x=b"4")
    source = open_source(
        [
            Upload(b"1", "a.wav"),
            Upload(zip_bytes(Entry(b"b.wav", b"2")), "good.zip"),
            Upload(zip_bytes(Entry(b"c.wav", b"3"))[:-9], "cut.zip"),
            Upload(b"7z\xbc\xaf\x27\x1c", "other.7z"),
            tmp_path / "folder",
            tmp_path / "nowhere.wav",
        ]
    )
    with source:
        assert [(f.name, f.read()) for f in source.files] == [
            ("a.wav", b"1"),
            ("b.wav", b"2"),
            ("x.wav", b"4"),
        ]
    assert [(name, type(error)) for name, error in source.refused] == [
        ("cut.zip", DamagedArchiveError),
        ("other.7z", NotAZipError),
        ("nowhere.wav", UnreadableFileError),
    ]


def test_what_only_calls_itself_a_zip_is_refused(tmp_path):
    path = tmp_path / "clips.zip"
    path.write_bytes(b"<!doctype html><html>sign in first</html>")
    with pytest.raises(NotAZipError, match="web page"):
        open_source(path)


def test_an_empty_folder_has_no_files(tmp_path):
    assert open_source(tmp_path).files == []


def test_each_reason_has_its_korean(tmp_path):
    from core.i18n import captions

    translate = captions("ko")
    with pytest.raises(NotAZipError) as caught:
        open_source(b"7z\xbc\xaf\x27\x1c", name="녹음.zip")
    said = caught.value.describe(translate)
    assert said.startswith("“녹음.zip” 파일은 zip이 아니에요.")
    assert "looks like" not in said
