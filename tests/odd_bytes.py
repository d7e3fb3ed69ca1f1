"""Builders of sound files, whole and broken, byte by byte where no encoder would do it."""

import io
import math
import struct

import numpy as np
import pytest

from core.audio.ogg import page_checksum

SR = 16_000


def chirp(*, duration=3.0, sr=SR, peak=0.5) -> np.ndarray:
    """A tone rising from 150 Hz to 900 Hz: every stretch differs [shape=(n_samples,)]."""
    t = np.arange(round(duration * sr)) / sr
    phase = 2 * np.pi * (150 * t + 375 * t**2 / duration)
    return (peak * np.sin(phase)).astype(np.float32)


def pcm16(y) -> bytes:
    return np.round(np.asarray(y) * 32_767).astype("<i2").tobytes()


def fmt_chunk(*, tag=1, channels=1, sr=SR, bits=16, extra=b"") -> bytes:
    align = channels * bits // 8
    fields = struct.pack(
        "<HHIIHH", tag, channels, sr, (sr * align) & 0xFFFFFFFF, align & 0xFFFF, bits
    )
    body = fields + extra
    return b"fmt " + struct.pack("<I", len(body)) + body


def wav(data=None, *, fmt=None, before=b"", data_size=None, riff_size=None) -> bytes:
    """A WAV file whose sizes may lie; three seconds of chirp by default."""
    data = pcm16(chirp()) if data is None else data
    chunks = b"WAVE" + (fmt or fmt_chunk()) + before
    chunks += b"data" + struct.pack("<I", len(data) if data_size is None else data_size) + data
    return b"RIFF" + struct.pack("<I", len(chunks) if riff_size is None else riff_size) + chunks


def float_wav(y) -> bytes:
    return wav(np.asarray(y, "<f4").tobytes(), fmt=fmt_chunk(tag=3, bits=32))


def sndfile(y=None, format="WAV", subtype=None, *, sr=SR, **options) -> bytes:
    """A file written by libsndfile."""
    import soundfile

    file = io.BytesIO()
    y = chirp(sr=sr) if y is None else y
    soundfile.write(file, y, sr, format=format, subtype=subtype, **options)
    return file.getvalue()


def ffmpeg(container, codec, *, y=None, sr=48_000, layout="mono") -> bytes:
    """A file written by FFmpeg's libraries; skips where the wheel lacks the encoder."""
    import av

    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        pytest.skip(f"this build of PyAV has no {codec} encoder")
    y = chirp(sr=sr) if y is None else y
    file = io.BytesIO()
    with av.open(file, "w", format=container) as box:
        stream = box.add_stream(codec, rate=sr, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(pcm16(y), "<i2").reshape(1, -1), format="s16", layout=layout
        )
        frame.sample_rate = sr
        resampler = av.AudioResampler(stream.format.name, layout, sr, stream.frame_size or None)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            box.mux(stream.encode(part))
        box.mux(stream.encode(None))
    return file.getvalue()


def without_sound() -> bytes:
    """An MP4 of ten grey pictures and no sound."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(10):
            picture = np.full((32, 32, 3), 128, np.uint8)
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        box.mux(stream.encode(None))
    return file.getvalue()


def mp3_frames() -> bytes:
    """Bare MPEG-2 layer 3 frames, 16 kHz, 32 kbit/s: the original team's, 144 bytes each."""
    mp3 = sndfile(format="MP3", bitrate_mode="CONSTANT", compression_level=0.85)
    n_bytes = frame_bytes(mp3)
    assert n_bytes == 144
    is_index = b"Xing" in mp3[:n_bytes] or b"Info" in mp3[:n_bytes]
    return mp3[n_bytes:] if is_index else mp3


def frame_bytes(mp3: bytes) -> int:
    """Length of an MPEG-2 layer 3 frame by its header."""
    kbit = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)[mp3[2] >> 4]
    return 72_000 * kbit // SR + (mp3[2] >> 1 & 1)


def mp3_in_wav(frames: bytes, *, n_samples=48_000) -> bytes:
    """The original team's format: a WAV header with tag 0x0055 around MP3 frames."""
    extra = struct.pack("<HHIHHH", 12, 1, 2, 144, 1, 0)  # MPEGLAYER3WAVEFORMAT
    fmt = b"fmt " + struct.pack("<IHHIIHH", 30, 0x55, 1, SR, 4_000, 1, 0) + extra
    fact = b"fact" + struct.pack("<II", 4, n_samples)
    return wav(frames, fmt=fmt, before=fact)


def silent_mp3(duration: float) -> bytes:
    """Frames of 36 ms and 36 bytes: MPEG-2 layer 3, 8 kbit/s, 16 kHz mono, nothing in them."""
    frame = bytes.fromhex("fff318c0") + bytes(32)
    return frame * round(duration / 0.036)


def silent_flac(duration: float, *, sr=8_000) -> bytes:
    import soundfile

    file = io.BytesIO()
    minute = np.zeros(60 * sr, np.int16)
    with soundfile.SoundFile(file, "w", sr, 1, format="FLAC", subtype="PCM_16") as sound:
        for _ in range(round(duration / 60)):
            sound.write(minute)
    return file.getvalue()


def silent_ogg(subtype: str, duration: float, *, sr=8_000) -> bytes:
    """Ten seconds encoded once, their pages then repeated with new numbers and checksums."""
    pages = ogg_pages_of(sndfile(np.zeros(10 * sr, np.float32), "OGG", subtype, sr=sr))
    heads = [page for page in pages if granule(page) <= 0]
    tails = [page for page in pages if granule(page) > 0]
    tails = tails[:-1] or tails  # the last one may be cut short
    per_round = granule(tails[-1])
    n_rounds = math.ceil(duration * (48_000 if subtype == "OPUS" else sr) / per_round)
    out = list(heads)
    for turn in range(n_rounds):
        for page in tails:
            ends = turn == n_rounds - 1 and page is tails[-1]
            out.append(renumbered(page, len(out), granule(page) + turn * per_round, ends=ends))
    return b"".join(out)


def ogg_pages_of(data: bytes) -> list[bytes]:
    pages, position = [], 0
    while position < len(data):
        n_segments = data[position + 26]
        sizes = data[position + 27 : position + 27 + n_segments]
        end = position + 27 + n_segments + sum(sizes)
        pages.append(data[position:end])
        position = end
    return pages


def granule(page: bytes) -> int:
    return struct.unpack_from("<q", page, 6)[0]


def renumbered(page: bytes, number: int, position: int, *, ends: bool) -> bytes:
    flags = page[5] & ~0b100 | (0b100 if ends else 0)
    fields = struct.pack("<Bq4sII", flags, position, page[14:18], number, 0)
    page = page[:5] + fields + page[26:]
    return patched(page, 22, struct.pack("<I", page_checksum(page)))


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def flac_claiming(data: bytes, n_samples: int) -> bytes:
    """A FLAC file with another number of samples (36 bits) in its STREAMINFO."""
    high = data[21] & 0xF0 | n_samples >> 32
    return patched(data, 21, bytes([high]) + struct.pack(">I", n_samples & 0xFFFFFFFF))


def noise_bytes(n_bytes: int, seed=0) -> bytes:
    return np.random.default_rng(seed).integers(0, 256, n_bytes, np.uint8).tobytes()
