"""Chunk sizes and page checksums tell what is missing."""

import io
import struct

import pytest

from core.audio.chunks import Payload, data_chunk, flac_is_unwritten
from core.audio.ogg import ogg_pages, page_checksum
from tests.odd_bytes import flac_claiming, ogg_pages_of, sndfile, wav


def payload_of(data: bytes) -> Payload | None:
    return data_chunk(io.BytesIO(data), len(data))


def test_a_whole_wav_has_what_it_claims():
    payload = payload_of(wav(bytes(100)))
    assert (payload.claimed, payload.present) == (100, 100)
    assert payload.share == 1.0
    assert not payload.is_cut


def test_a_cut_wav_has_less_than_it_claims():
    payload = payload_of(wav(bytes(100))[:-25])
    assert (payload.claimed, payload.present) == (100, 75)
    assert payload.share == 0.75
    assert payload.is_cut


def test_one_missing_byte_is_padding_and_two_are_not():
    assert not payload_of(wav(bytes(100))[:-1]).is_cut
    assert payload_of(wav(bytes(100))[:-2]).is_cut


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0xFFFFFF00, 0x7FFFF000, 0x7FFFFFFF])
def test_a_size_left_open_claims_nothing(size):
    payload = payload_of(wav(bytes(100), data_size=size))
    assert payload.claimed is None
    assert payload.share == 1.0
    assert not payload.unwritten


def test_a_size_of_0_before_samples_was_never_written():
    assert payload_of(wav(bytes(100), data_size=0)).unwritten


def test_a_size_of_0_before_another_chunk_or_the_end_is_meant():
    assert not payload_of(wav(b"")).unwritten
    tags = b"LIST" + struct.pack("<I", 4) + b"INFO"
    assert not payload_of(wav(tags, data_size=0)).unwritten


def test_chunks_before_the_data_are_skipped_with_their_padding():
    odd = b"note" + struct.pack("<I", 3) + b"abc\0"
    assert payload_of(wav(bytes(10), before=odd)) == Payload(claimed=10, present=10)


@pytest.mark.parametrize("format", ["RF64", "W64", "AIFF"])
def test_other_chunked_formats_are_measured_too(format):
    whole = sndfile(format=format)
    assert payload_of(whole).share == 1.0
    assert not payload_of(whole).is_cut
    half = payload_of(whole[: len(whole) // 2])
    assert half.share == pytest.approx(0.5, abs=0.01)
    assert half.is_cut


def test_a_file_without_chunks_has_no_payload():
    assert payload_of(sndfile(format="FLAC")) is None
    assert payload_of(b"RIFF") is None


def test_a_stream_of_flac_has_no_number_of_samples():
    whole = sndfile(format="FLAC")
    assert not flac_is_unwritten(whole[:64])
    assert flac_is_unwritten(flac_claiming(whole, 0)[:64])


def test_page_checksums_are_the_ones_libogg_writes():
    pages = ogg_pages_of(sndfile(format="OGG", subtype="VORBIS"))
    assert len(pages) >= 3
    for page in pages:
        assert page_checksum(page) == struct.unpack_from("<I", page, 22)[0]


def test_bytes_that_are_in_no_sound_page_are_missing():
    pages = ogg_pages_of(sndfile(format="OGG", subtype="OPUS"))
    whole = b"".join(pages)
    junk = b"OggS" + bytes(5_000)
    data = pages[0] + junk + b"".join(pages[1:])
    payload = ogg_pages(io.BytesIO(data), len(data))
    assert (payload.claimed, payload.present) == (len(whole) + 5_004, len(whole))
    assert not payload.lacks_end


def test_an_ogg_file_ends_with_the_page_that_says_so():
    pages = ogg_pages_of(sndfile(format="OGG", subtype="OPUS"))
    data = b"".join(pages[:-1])
    assert ogg_pages(io.BytesIO(data), len(data)).lacks_end
