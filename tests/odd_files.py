"""Seventy-two odd files, each with what decoding it must give; a script makes them on disk.

``python -m tests.odd_files FOLDER`` writes all of them. Most are what laptops, phones and
recorders really hand over; the rest is what they hand over when something went wrong.
"""

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import (
    AudioError,
    DamagedAudioError,
    EmptyAudioError,
    NonFiniteSignalError,
    NotAudioError,
    SignalOutOfRangeError,
    SignalTooLongError,
    SignalTooShortError,
    TooManyChannelsError,
    UndecodableAudioError,
    UnsupportedRateError,
)
from tests.odd_bytes import (
    chirp,
    ffmpeg,
    flac_claiming,
    float_wav,
    fmt_chunk,
    mp3_frames,
    mp3_in_wav,
    noise_bytes,
    patched,
    pcm16,
    silent_flac,
    silent_mp3,
    silent_ogg,
    sndfile,
    wav,
)

TWO_HOURS = 7_200.0  # s


@dataclass(frozen=True)
class OddFile:
    """A file to be made, and either its refusal or what comes out of it."""

    name: str
    make: Callable[[], bytes]
    refusal: type[AudioError] | None = None
    format: str = ""
    flags: tuple[str, ...] = ()
    duration: float = 3.0  # s, to 0.1 s
    kind: str = ""  # what a NotAudioError must say


def refused(name, make, error, *, kind="") -> OddFile:
    return OddFile(name, make, refusal=error, kind=kind)


def damaged_by(data: bytes, n_bytes: int) -> bytes:
    """Noise over some bytes in the middle."""
    return patched(data, len(data) // 2, noise_bytes(n_bytes))


def with_bad_samples() -> bytes:
    y = chirp()
    y[100:200] = np.nan
    y[300], y[301] = np.inf, -np.inf
    return float_wav(y)


def stereo(right) -> bytes:
    return sndfile(np.stack([chirp(), right], axis=1))


def six_channels() -> bytes:
    return sndfile(np.stack([chirp() * share for share in (1, 1, 1, 0.5, 0.5, 0)], axis=1))


def picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (32, 32)).save(file, "PNG")
    return file.getvalue()


def archive() -> bytes:
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as box:
        box.writestr("1_1_N.wav", wav())
    return file.getvalue()


NOTHING = (
    refused("empty.wav", lambda: b"", EmptyAudioError),
    refused("riff_only.wav", lambda: wav()[:12], UndecodableAudioError),
    refused("header_without_samples.wav", lambda: wav(b""), EmptyAudioError),
    refused("one_sample.wav", lambda: wav(pcm16([0.5])), SignalTooShortError),
)
NO_SOUND = (
    refused("text.wav", lambda: b"My speech was here. " * 525, NotAudioError, kind="text"),
    refused("noise.wav", lambda: noise_bytes(9_000), NotAudioError, kind="something unknown"),
    refused("picture.wav", picture, NotAudioError, kind="a PNG image"),
    refused(
        "page.wav",
        lambda: b"<!DOCTYPE html><title>404</title>",
        NotAudioError,
        kind="a web page (HTML)",
    ),
    refused("archive.wav", archive, NotAudioError, kind="a zip archive"),
    refused(
        "samples.raw",
        lambda: pcm16(chirp()),
        NotAudioError,
        kind="raw samples without a header",
    ),
)
SIZES_THAT_LIE = (
    refused("half.wav", lambda: wav()[: 44 + 48_000], DamagedAudioError),
    OddFile(
        "nearly_all.wav",
        lambda: wav()[:-1_920],  # 2 % missing
        format="WAV/PCM_16",
        flags=("truncated",),
        duration=2.94,
    ),
    OddFile("riff_size_0.wav", lambda: wav(riff_size=0), format="WAV/PCM_16"),
    OddFile("riff_size_open.wav", lambda: wav(riff_size=0xFFFFFFFF), format="WAV/PCM_16"),
    OddFile("data_size_open.wav", lambda: wav(data_size=0xFFFFFFFF), format="WAV/PCM_16"),
    OddFile("data_size_0.wav", lambda: wav(data_size=0), format="WAV/PCM_S16LE"),
    refused(
        "list_of_2_gb.wav",
        lambda: wav(before=b"LIST" + struct.pack("<I", 2**31)),
        UndecodableAudioError,
    ),
)
SIGNALS = (
    OddFile(
        "silence.wav",
        lambda: wav(bytes(96_000)),
        format="WAV/PCM_16",
        flags=("silent",),
    ),
    OddFile("offset.wav", lambda: wav(pcm16(chirp() + 0.45)), format="WAV/PCM_16", flags=("dc",)),
    refused("not_a_number.wav", with_bad_samples, NonFiniteSignalError),
    OddFile(
        "peak_4.6.wav",
        lambda: float_wav(chirp(peak=4.6)),
        format="WAV/FLOAT",
        flags=("clipped", "over-full-scale"),
    ),
    refused("peak_1e30.wav", lambda: float_wav(chirp() * 2e30), SignalOutOfRangeError),
    OddFile("stereo.wav", lambda: stereo(chirp() * 0.5), format="WAV/PCM_16"),
    OddFile("antiphase.wav", lambda: stereo(-chirp()), format="WAV/PCM_16", flags=("antiphase",)),
    OddFile("six_channels.wav", six_channels, format="WAV/PCM_16"),
    OddFile(
        "telephone.wav",
        lambda: sndfile(sr=8_000),
        format="WAV/PCM_16",
        flags=("narrow-band",),
    ),
)
WAV_SUBTYPES = tuple(
    OddFile(
        f"{subtype.lower()}.wav",
        lambda subtype=subtype: sndfile(subtype=subtype),
        format=f"WAV/{subtype}",
    )
    for subtype in (
        *("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"),
        *("ALAW", "ULAW", "IMA_ADPCM", "MS_ADPCM", "GSM610"),
    )
)
LIBSNDFILE_FORMATS = (
    OddFile("long.rf64", lambda: sndfile(format="RF64"), format="RF64/PCM_16"),
    OddFile("long.w64", lambda: sndfile(format="W64"), format="W64/PCM_16"),
    OddFile("mac.aiff", lambda: sndfile(format="AIFF"), format="AIFF/PCM_16"),
    OddFile("clip.flac", lambda: sndfile(format="FLAC"), format="FLAC/PCM_16"),
    OddFile("vorbis.ogg", lambda: sndfile(format="OGG", subtype="VORBIS"), format="OGG/VORBIS"),
    OddFile("opus.ogg", lambda: sndfile(format="OGG", subtype="OPUS"), format="OGG/OPUS"),
    OddFile("clip.mp3", lambda: sndfile(format="MP3"), format="MP3"),
    OddFile(
        "mp3_in_wav.wav",
        lambda: mp3_in_wav(mp3_frames()),
        format="WAV/MPEG_LAYER_III",
    ),
)
FFMPEG_FORMATS = (
    OddFile("phone.m4a", lambda: ffmpeg("ipod", "aac"), format="M4A/AAC"),
    OddFile("lossless.m4a", lambda: ffmpeg("ipod", "alac", sr=44_100), format="M4A/ALAC"),
    OddFile("browser.webm", lambda: ffmpeg("webm", "libopus"), format="WebM/OPUS"),
    OddFile(
        "phone.amr",
        lambda: ffmpeg("amr", "libopencore_amrnb", sr=8_000),
        format="AMR/AMRNB",
        flags=("narrow-band",),
    ),
    OddFile(
        "phone.3gp",
        lambda: ffmpeg("3gp", "libopencore_amrnb", sr=8_000),
        format="3GP/AMRNB",
        flags=("narrow-band",),
    ),
)
WRONG_EXTENSIONS = (
    OddFile("m4a.wav", lambda: ffmpeg("ipod", "aac"), format="M4A/AAC"),
    OddFile("webm.wav", lambda: ffmpeg("webm", "libopus"), format="WebM/OPUS"),
    OddFile("flac.wav", lambda: sndfile(format="FLAC"), format="FLAC/PCM_16"),
    OddFile("mp3.wav", lambda: sndfile(format="MP3"), format="MP3"),
    OddFile("wav.mp3", wav, format="WAV/PCM_16"),
)
DAMAGED = (
    refused(
        "mp3_in_wav_damaged.wav",
        lambda: damaged_by(mp3_in_wav(mp3_frames()), 1_024),
        DamagedAudioError,
    ),
    refused("damaged.flac", lambda: damaged_by(sndfile(format="FLAC"), 1_024), DamagedAudioError),
    refused("half.flac", lambda: sndfile(format="FLAC")[:14_000], DamagedAudioError),
    refused(
        "damaged.ogg",
        lambda: damaged_by(sndfile(chirp(duration=20), "OGG", "VORBIS"), 1_024),
        DamagedAudioError,
    ),
    OddFile("damaged.mp3", lambda: damaged_by(mp3_frames(), 144), format="MP3"),
)
HEADERS_THAT_LIE = (
    refused("rate_0.wav", lambda: wav(fmt=fmt_chunk(sr=0)), UndecodableAudioError),
    refused("rate_4e9.wav", lambda: wav(fmt=fmt_chunk(sr=4 * 10**9)), UndecodableAudioError),
    refused("rate_1.wav", lambda: wav(fmt=fmt_chunk(sr=1)), UnsupportedRateError),
    refused("channels_0.wav", lambda: wav(fmt=fmt_chunk(channels=0)), UndecodableAudioError),
    refused("channels_1024.wav", lambda: wav(fmt=fmt_chunk(channels=1024)), TooManyChannelsError),
    refused(
        "channels_65535.wav", lambda: wav(fmt=fmt_chunk(channels=65_535)), UndecodableAudioError
    ),
)
BOMBS = (
    refused("two_hours.flac", lambda: silent_flac(TWO_HOURS), SignalTooLongError),
    refused("two_hours.ogg", lambda: silent_ogg("VORBIS", TWO_HOURS), SignalTooLongError),
    refused("two_hours.opus", lambda: silent_ogg("OPUS", TWO_HOURS), SignalTooLongError),
    refused("two_hours.mp3", lambda: silent_mp3(TWO_HOURS), SignalTooLongError),
    refused(
        "samples_2_to_36.flac",
        lambda: flac_claiming(sndfile(format="FLAC"), 2**36 - 1),
        SignalTooLongError,
    ),
    refused(
        "655_kilohertz.flac",
        lambda: sndfile(np.zeros((655_350, 8), np.int16), "FLAC", sr=655_350),
        UnsupportedRateError,
    ),
)
ODD_FILES: tuple[OddFile, ...] = (
    *NOTHING,
    *NO_SOUND,
    *SIZES_THAT_LIE,
    *SIGNALS,
    *WAV_SUBTYPES,
    *LIBSNDFILE_FORMATS,
    *FFMPEG_FORMATS,
    *WRONG_EXTENSIONS,
    *DAMAGED,
    *HEADERS_THAT_LIE,
    *BOMBS,
)


def make_all(folder: Path) -> list[Path]:
    """Write every odd file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for odd in ODD_FILES:
        path = folder / odd.name
        path.write_bytes(odd.make())
        paths.append(path)
    return paths


if __name__ == "__main__":
    print(f"{len(make_all(Path(sys.argv[1])))} files")
