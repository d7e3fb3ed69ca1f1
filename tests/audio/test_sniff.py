"""Content is told by its first bytes, never by the name."""

import pytest

from core.audio.sniff import HEAD_BYTES, container, looks_like
from tests.odd_bytes import ffmpeg, sndfile, wav


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b"RIFF\x24\0\0\0WAVEfmt ", "WAV"),
        (b"RIFX\0\0\0\x24WAVEfmt ", "WAV"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "RF64"),
        (b"FORM\0\0\0\x24AIFFCOMM", "AIFF"),
        (b"FORM\0\0\0\x24AIFCFVER", "AIFF"),
        (b"fLaC\0\0\0\x22", "FLAC"),
        (b"OggS\0\x02", "OGG"),
        (b"ID3\x04\0\0", "MP3"),
        (b"\xff\xfb\x90\x64", "MP3"),  # MPEG-1 layer 3
        (b"\xff\xf3\x48\xc4", "MP3"),  # MPEG-2 layer 3
        (b"\xff\xf1\x4c\x80", "AAC"),
        (b"\0\0\0\x1cftypM4A \0\0\0\0", "M4A"),
        (b"\0\0\0\x1cftyp3gp5\0\0\0\0", "3GP"),
        (b"\0\0\0\x1cftypisom\0\0\0\0", "MP4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "MOV"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "WebM"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", "Matroska"),
        (b"#!AMR\n", "AMR"),
        (b"#!AMR-WB\n", "AMR"),
    ],
)
def test_a_sound_format_is_known_by_its_magic_number(head, label):
    assert container(head).label == label


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.wav", "a PNG image"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a.wav", "a WebP image"),
        (b"RIFF\0\0\0\0AVI LIST", "a.wav", "an AVI video"),
        (b"PK\x03\x04", "a.wav", "a zip archive"),
        (b"7z\xbc\xaf\x27\x1c", "a.wav", "a 7-Zip archive"),
        (b"\xef\xbb\xbf\n<HTML><body>", "a.wav", "a web page (HTML)"),
        ("안녕하세요".encode(), "a.wav", "text"),
        ("안녕하세요".encode()[:-1], "a.wav", "text"),  # the head ends inside a character
        ("안녕하세요".encode("cp949"), "a.wav", "text"),
        ("안녕하세요".encode("utf-16"), "a.wav", "text"),
        (b"hi", "a.raw", "text"),
        (bytes(range(256)), "a.RAW", "raw samples without a header"),
        (bytes(range(256)), "a.wav", "something unknown"),
        (b"\0", "a.wav", "something unknown"),
    ],
)
def test_what_is_no_sound_is_named(head, name, kind):
    assert container(head) is None
    assert looks_like(head, name) == kind


def test_utf_16_text_is_not_taken_for_an_mpeg_frame():
    assert container("RIFF WAVE".encode("utf-16")) is None


def test_each_container_goes_to_the_decoder_that_reads_it():
    assert container(wav()[:HEAD_BYTES]).demuxer == ""
    assert container(sndfile(format="MP3")[:HEAD_BYTES]).demuxer == ""
    assert container(ffmpeg("ipod", "aac")[:HEAD_BYTES]).demuxer == "mov"
    assert container(ffmpeg("webm", "libopus")[:HEAD_BYTES]).demuxer == "matroska"
