"""Every file ends as one Sound or as one typed error, within its limits."""

import importlib
import io
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.audio import decode, encode_wav
from core.errors import (
    AudioError,
    DamagedAudioError,
    EmptyAudioError,
    FileTooLargeError,
    NotAudioError,
    SignalTooLongError,
    SignalTooShortError,
    UndecodableAudioError,
    UnreadableFileError,
)
from core.settings import DecodeLimits
from tests.conftest import sine
from tests.odd_bytes import (
    chirp,
    ffmpeg,
    flac_claiming,
    float_wav,
    fmt_chunk,
    ogg_pages_of,
    pcm16,
    silent_mp3,
    sndfile,
    wav,
    without_sound,
)
from tests.odd_files import ODD_FILES, OddFile, make_all

LONG = DecodeLimits(max_duration=1_800.0, max_bytes=400 * 2**20)


@pytest.fixture(scope="session")
def odd_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    make_all(folder)
    return folder


def test_the_corpus_of_odd_files_has_72_different_names():
    assert len(ODD_FILES) == 72
    assert len({odd.name.casefold() for odd in ODD_FILES}) == 72


@pytest.mark.parametrize("odd", ODD_FILES, ids=lambda odd: odd.name)
def test_an_odd_file_becomes_a_sound_or_the_one_typed_error(odd: OddFile, odd_folder):
    path = odd_folder / odd.name
    if odd.refusal is not None:
        with pytest.raises(AudioError) as caught:
            decode(path)
        assert type(caught.value) is odd.refusal
        assert caught.value.name == odd.name
        assert odd.kind in str(caught.value)
        assert "object at 0x" not in str(caught.value)  # a decoder's own words
        return
    sound = decode(path)
    assert sound.y.dtype == np.float32
    assert sound.y.ndim == 1
    assert np.isfinite(sound.y).all()
    assert sound.name == odd.name
    assert sound.format == odd.format
    assert sound.flags == odd.flags
    assert sound.duration == pytest.approx(odd.duration, abs=0.1)
    assert sound.duration == len(sound.y) / 16_000


MEASURE = """
import sys
from pathlib import Path
from core.audio import decode, encode_wav
from core.errors import AudioError
from core.settings import DecodeLimits
import av, numpy, soundfile, soxr

def peak_kb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

limits = DecodeLimits(max_duration=float(sys.argv[2]), max_bytes=400 * 2**20)
before = peak_kb()
accepted = refused = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        decode(path, limits=limits)
        accepted += 1
    except AudioError:
        refused += 1
print(accepted, refused, (peak_kb() - before) // 1024)
"""


def decoded_elsewhere(folder: Path, max_duration: float) -> list[int]:
    """Files accepted, files refused and growth of the peak memory, in MB, of a fresh process."""
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory of a process is read from /proc, which only Linux has")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder), str(max_duration)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(figure) for figure in done.stdout.split()]


def test_all_odd_files_together_need_less_than_300_mb(odd_folder):
    accepted, refused, growth_mb = decoded_elsewhere(odd_folder, 60.0)
    assert (accepted, refused) == (42, 30)
    assert growth_mb < 300


def test_thirty_minutes_decode_under_longer_limits_in_bounded_memory(tmp_path):
    (tmp_path / "talk.mp3").write_bytes(silent_mp3(1_799.9))
    accepted, refused, growth_mb = decoded_elsewhere(tmp_path, 1_800.0)
    assert (accepted, refused) == (1, 0)
    assert growth_mb < 300  # the result alone has 110 MB


def test_a_lossless_copy_decodes_to_the_same_samples():
    y = decode(sndfile()).y
    for copy in (
        sndfile(format="FLAC"),
        sndfile(format="AIFF"),
        sndfile(format="W64"),
        sndfile(subtype="PCM_24"),
        wav(data_size=0),
        flac_claiming(sndfile(format="FLAC"), 0),
    ):
        assert np.abs(decode(copy).y - y).max() <= 1e-4


def test_both_decoders_give_the_same_samples_at_another_rate():
    y = chirp(sr=44_100)
    by_ffmpeg = decode(ffmpeg("ipod", "alac", y=y, sr=44_100)).y
    by_libsndfile = decode(sndfile(y, "FLAC", sr=44_100)).y
    assert np.abs(by_ffmpeg[:47_990] - by_libsndfile[:47_990]).max() <= 1e-4


def test_stereo_is_mixed_down_to_the_mean_of_its_channels():
    left = np.full(16_000, 29_491, "<i2")  # 0.9 of full scale
    right = np.full(16_000, 3_277, "<i2")
    data = np.stack([left, right], axis=1).tobytes()
    sound = decode(wav(data, fmt=fmt_chunk(channels=2)))
    assert sound.source_channels == 2
    np.testing.assert_array_equal(sound.y, np.float32(16_384 / 32_768))


def test_ffmpegs_stereo_is_not_three_decibel_louder():
    y = chirp(peak=0.9, sr=16_000)
    both = np.repeat(y, 2)  # interleaved, the same in both channels
    sound = decode(ffmpeg("matroska", "pcm_s16le", y=both, sr=16_000, layout="stereo"))
    assert np.abs(sound.y).max() == pytest.approx(0.9, abs=1e-3)


def test_channels_that_cancel_leave_the_first_one():
    y = chirp()
    sound = decode(sndfile(np.stack([y, -y], axis=1)))
    assert sound.flags == ("antiphase",)
    np.testing.assert_allclose(sound.y, y, atol=1e-4)


@pytest.mark.parametrize(
    ("right", "flags"),
    # mean (1 - r) / 2 over rms of both sqrt((1 + r²) / 2): 0.110 and 0.081 against 0.1
    [(-0.80, ()), (-0.85, ("antiphase",)), (0.0, ())],
)
def test_antiphase_begins_at_a_tenth(right, flags):
    y = chirp()
    assert decode(sndfile(np.stack([y, right * y], axis=1), subtype="FLOAT")).flags == flags


@pytest.mark.parametrize(
    ("y", "flags"),
    [
        (np.r_[np.full(16, 0.9991), sine()[16:]], ()),  # 0.1 % of 16,000 is not above 0.1 %
        (np.r_[np.full(17, -0.9991), sine()[17:]], ("clipped",)),
        (np.r_[np.full(17, 0.998), sine()[17:]], ()),
        (sine(peak=0.3) + 0.0195, ()),
        (sine(peak=0.3) - 0.0205, ("dc",)),
        (sine(peak=1.5e-4), ()),  # rms is peak / sqrt(2): 1.06e-4
        (sine(peak=1.4e-4), ("silent",)),  # 0.99e-4
        (np.full(16_000, 0.45), ("dc", "silent")),
        (sine(peak=0.5) * np.r_[np.ones(15_990), np.full(10, 3.0)], ("over-full-scale",)),
        (np.r_[np.full(1, 64.0), sine()[1:]], ("over-full-scale",)),
    ],
)
def test_flags_begin_where_the_figures_say(y, flags):
    assert decode(float_wav(y)).flags == flags


def test_clipping_is_measured_before_resampling():
    square = np.sign(sine(100.0, sr=48_000)).astype(np.float32)
    sound = decode(sndfile(square, subtype="PCM_16", sr=48_000))
    assert "clipped" in sound.flags


@pytest.mark.parametrize(("sr", "flags"), [(8_000, ("narrow-band",)), (11_025, ())])
def test_narrow_band_means_8_kilohertz_or_less(sr, flags):
    assert decode(sndfile(sr=sr)).flags == flags


def test_what_exceeds_full_scale_is_kept_and_not_clipped():
    y = np.zeros(16_000, np.float32)
    y[8_000] = 4.6
    assert decode(float_wav(y)).y.max() == np.float32(4.6)


def test_a_source_may_be_bytes_a_path_or_an_open_file(tmp_path):
    data = sndfile()
    path = tmp_path / "1_1_N.wav"
    path.write_bytes(data)
    from_bytes = decode(data, name="1_1_N.wav")
    from_path = decode(path)
    file = io.BytesIO(data)
    file.name = "1_1_N.wav"
    file.seek(100)
    from_file = decode(file)
    assert file.tell() == 0
    for sound in (from_path, from_file):
        assert (sound.name, sound.content) == (from_bytes.name, from_bytes.content)
        np.testing.assert_array_equal(sound.y, from_bytes.y)


def test_a_pipe_is_read_no_further_than_the_limit():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    assert decode(Pipe(sndfile())).duration == 3.0
    pipe = Pipe(sndfile())
    with pytest.raises(FileTooLargeError):
        decode(pipe, limits=DecodeLimits(max_bytes=1_000))
    assert pipe.tell() == 1_001


def test_a_wav_named_raw_is_read_by_its_content(tmp_path):
    path = tmp_path / "clip.raw"
    path.write_bytes(sndfile())
    assert decode(path).format == "WAV/PCM_16"
    with path.open("rb") as file:
        assert decode(file).format == "WAV/PCM_16"


def test_a_decomposed_korean_name_comes_back_composed():
    decomposed = "기쁨.wav"  # 기쁨 as macOS writes it
    assert decode(sndfile(), name=decomposed).name == "기쁨.wav"
    with pytest.raises(EmptyAudioError, match="기쁨"):
        decode(b"", name=decomposed)


def test_a_file_that_cannot_be_opened_says_why(tmp_path):
    with pytest.raises(UnreadableFileError, match="it is not there"):
        decode(tmp_path / "nowhere.wav")
    with pytest.raises(UnreadableFileError, match="not a file that can be read"):
        decode(tmp_path)
    with pytest.raises(UnreadableFileError):
        decode(Path("a\0b.wav"))
    with pytest.raises(UnreadableFileError):
        decode(tmp_path / ("x" * 300))


def test_a_file_above_the_size_limit_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "huge.wav"
    with path.open("wb") as file:
        file.truncate(25 * 2**20 + 1)  # no sound at all, and still the size is named
    with pytest.raises(FileTooLargeError, match=r"25\.0 MB; up to 25 MB"):
        decode(path)


def test_duration_limits_are_inclusive():
    limits = DecodeLimits(max_duration=1.0, min_duration=1.0)
    assert decode(encode_wav(sine(duration=1.0)), limits=limits).duration == 1.0
    with pytest.raises(SignalTooLongError):
        decode(encode_wav(np.zeros(16_001)), limits=limits)
    with pytest.raises(SignalTooShortError, match=r"lasts 1\.00 s; 1\.00 s or more"):
        decode(encode_wav(np.zeros(15_999)), limits=limits)


def test_two_hours_behind_a_header_without_duration_stop_at_the_cap():
    magic = b"#!AMR\n"
    short = ffmpeg("amr", "libopencore_amrnb", y=np.zeros(8_000), sr=8_000)
    with pytest.raises(SignalTooLongError) as caught:
        decode(magic + short.removeprefix(magic) * 7_200)
    assert 60 < caught.value.duration < 70


def test_a_video_without_sound_is_not_audio():
    with pytest.raises(NotAudioError, match="a video without sound"):
        decode(without_sound(), name="clip.m4a")


def test_a_half_copied_m4a_is_refused():
    whole = ffmpeg("ipod", "aac")
    with pytest.raises(UndecodableAudioError, match="begins like M4A"):
        decode(whole[: len(whole) // 2])


def test_a_damaged_file_tells_how_much_of_it_can_be_read():
    with pytest.raises(DamagedAudioError) as caught:
        decode(wav()[: 44 + 24_000])
    assert (caught.value.decoded, caught.value.declared) == (0.75, 3.0)
    whole = sndfile(format="FLAC")
    with pytest.raises(DamagedAudioError) as caught:
        decode(whole[: len(whole) // 2])
    assert 1.0 < caught.value.decoded < 2.0
    assert caught.value.declared == 3.0


def test_a_lost_ogg_page_is_noticed_although_libogg_says_nothing():
    pages = ogg_pages_of(sndfile(chirp(duration=20), "OGG", "VORBIS"))
    middle = len(pages) // 2
    with pytest.raises(DamagedAudioError):
        broken = bytearray(pages[middle])
        broken[-1] ^= 1
        decode(b"".join([*pages[:middle], bytes(broken), *pages[middle + 1 :]]))
    assert decode(b"".join(pages)).flags == ()
    assert decode(b"".join(pages[:-1])).flags == ("truncated",)


def test_short_mp3_in_wav_clips_are_not_taken_for_damaged(clips):
    long, short = decode(clips / "mp3_in_wav_1.wav"), decode(clips / "mp3_in_wav_4.wav")
    assert len(long.y) == 52_992
    assert len(short.y) == 10_368
    assert long.format == "WAV/MPEG_LAYER_III"
    assert (long.source_sr, long.source_channels) == (16_000, 1)


def test_mp3_in_wav_needs_no_ffmpeg_program(monkeypatch):
    from tests.odd_bytes import mp3_frames, mp3_in_wav

    monkeypatch.setenv("PATH", "")
    assert decode(mp3_in_wav(mp3_frames())).duration == pytest.approx(3.0, abs=0.15)


def test_a_fault_of_our_own_is_typed_chained_and_logged(monkeypatch, caplog):
    def broken(*_):
        raise IndexError("a decoder's surprise")

    # the package has a function of the module's name
    monkeypatch.setattr(importlib.import_module("core.audio.decode"), "open_stream", broken)
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(UndecodableAudioError, match="begins like WAV") as caught,
    ):
        decode(pcm16_file())
    assert isinstance(caught.value.__cause__, IndexError)
    assert "a decoder's surprise" in caplog.text


def pcm16_file() -> bytes:
    return wav(pcm16(sine()))
