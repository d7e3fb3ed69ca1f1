"""Files with random damage end like all others: a Sound or a typed error."""

import numpy as np
import pytest

from core.audio import decode
from core.errors import AudioError
from tests.odd_bytes import chirp, ffmpeg, mp3_frames, mp3_in_wav, sndfile

EXTREMES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\1")


@pytest.fixture(scope="module")
def healthy_files() -> list[bytes]:
    y = chirp(duration=1.0)
    ours = [sndfile(y, subtype=s) for s in ("PCM_16", "FLOAT", "IMA_ADPCM", "MS_ADPCM", "GSM610")]
    ours += [sndfile(y, f) for f in ("FLAC", "MP3", "AIFF", "W64", "RF64")]
    ours += [sndfile(y, "OGG", s) for s in ("VORBIS", "OPUS")]
    ours += [mp3_in_wav(mp3_frames())]
    wide = chirp(duration=1.0, sr=48_000)
    ours += [ffmpeg("ipod", c, y=wide) for c in ("aac", "alac")]
    ours += [ffmpeg("webm", "libopus", y=wide), ffmpeg("adts", "aac", y=wide)]
    return ours


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """A file after one to four accidents, half of them in its first 256 bytes."""
    out = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        reach = min(len(out), 256) if rng.random() < 0.5 else len(out)
        if reach < 8:
            break
        at = int(rng.integers(0, reach - 4))
        accident = rng.integers(0, 6)
        if accident == 0:
            out[at] ^= 1 << int(rng.integers(0, 8))
        elif accident == 1:
            out[at : at + 4] = EXTREMES[rng.integers(0, len(EXTREMES))]
        elif accident == 2:
            n = min(len(out) - at, int(rng.integers(1, 2_000)))
            out[at : at + n] = rng.integers(0, 256, n, np.uint8).tobytes()
        elif accident == 3:
            del out[at + int(rng.integers(0, len(out) - at)) :]
        elif accident == 4:
            del out[at : at + int(rng.integers(1, 600))]
        else:
            out[at:at] = out[at : at + int(rng.integers(1, 600))]
    return bytes(out)


def test_damage_at_random_never_gives_anything_but_a_sound_or_an_audio_error(
    healthy_files, fuzz_count
):
    rng = np.random.default_rng(20_240)
    outcomes = {"sound": 0, "refused": 0}
    for turn in range(fuzz_count):
        data = mutated(healthy_files[turn % len(healthy_files)], rng)
        try:
            sound = decode(data, name=f"turn {turn}")
        except AudioError as error:
            assert error.name == f"turn {turn}"
            outcomes["refused"] += 1
            continue
        assert sound.y.dtype == np.float32, turn
        assert np.isfinite(sound.y).all(), turn
        assert 0.29 <= sound.duration <= 60.1, turn
        outcomes["sound"] += 1
    assert min(outcomes.values()) > fuzz_count / 20  # the damage is neither harmless nor total
