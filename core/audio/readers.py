"""The two decoders behind one face: libsndfile, and FFmpeg's libraries through PyAV.

Conventions
-----------
A `Stream` is an open file whose header has been read and nothing more; its blocks are decoded
as they are asked for, float32, ``(n_frames, channels)``, in the file's own channel layout.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from core.audio.sniff import Container

if TYPE_CHECKING:
    import av
    import soundfile

__all__ = ["BLOCK_FRAMES", "NoSoundStreamError", "Stream", "decoder_errors", "open_stream"]

BLOCK_FRAMES = 65_536
_FINE_FRAMES = 1_024
_UNKNOWN_FROM = 2**62  # frames; libsndfile's word for a length it does not know


class NoSoundStreamError(Exception):
    """A container without sound in it; never leaves this room."""


class UnusableStreamError(Exception):
    """Sound in no known codec, or whose layout changes on the way; never leaves this room."""


@dataclass(frozen=True)
class Stream:
    """An open sound file."""

    sr: int  # Hz
    channels: int
    n_declared: int | None  # frames by the header; None if it does not say
    format: str  # "WAV/PCM_16"
    blocks: Iterator[np.ndarray]


class _PlainFile:
    """A binary file as the decoders may see it.

    It has no name: soundfile trusts one that ends in ``.raw`` too much. And a seek to nowhere,
    which a damaged header can ask for, stays where it is: an exception could not cross C.
    """

    def __init__(self, file: BinaryIO):
        self._file = file
        self.read, self.tell = file.read, file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError, ValueError):
            return self._file.tell()


def decoder_errors() -> tuple[type[Exception], ...]:
    """What the two decoders raise about a file that is not as it should be."""
    import av
    import soundfile

    return (soundfile.SoundFileError, av.FFmpegError, UnusableStreamError)


@contextmanager
def open_stream(file: BinaryIO, kind: Container) -> Iterator[Stream]:
    """Open a sound file with the reader of its container.

    Parameters
    ----------
    file : binary file
        Seekable.
    kind : Container

    Yields
    ------
    stream : Stream

    Raises
    ------
    NoSoundStreamError
        If the container holds no sound.
    """
    file.seek(0)
    with _open_av(file, kind) if kind.demuxer else _open_soundfile(file, kind) as stream:
        yield stream


@contextmanager
def _open_soundfile(file: BinaryIO, kind: Container) -> Iterator[Stream]:
    import soundfile

    with soundfile.SoundFile(_PlainFile(file)) as sound:
        yield Stream(
            sr=sound.samplerate,
            channels=sound.channels,
            n_declared=sound.frames if sound.frames < _UNKNOWN_FROM else None,
            format=kind.label if kind.label == "MP3" else f"{kind.label}/{sound.subtype}",
            blocks=_soundfile_blocks(sound, file),
        )


def _soundfile_blocks(sound: "soundfile.SoundFile", file: BinaryIO) -> Iterator[np.ndarray]:
    import soundfile

    n_frames = 0
    try:
        while len(block := _next_block(sound, BLOCK_FRAMES)):
            yield block
            n_frames += len(block)
    except soundfile.SoundFileError:
        yield from _before_the_fault(file, n_frames)
        raise


def _next_block(sound: "soundfile.SoundFile", n_frames: int) -> np.ndarray:
    return sound.read(n_frames, dtype="float32", always_2d=True)


def _before_the_fault(file: BinaryIO, start: int) -> Iterator[np.ndarray]:
    """The good part of a block that libsndfile gave up as a whole, to the nearest frames."""
    import soundfile

    with suppress(soundfile.SoundFileError):
        file.seek(0)
        with soundfile.SoundFile(_PlainFile(file)) as sound:
            sound.seek(start)
            while len(block := _next_block(sound, _FINE_FRAMES)):
                yield block


@contextmanager
def _open_av(file: BinaryIO, kind: Container) -> Iterator[Stream]:
    import av

    # The demuxer is named, so no other can be talked into opening the file.
    plain = _PlainFile(file)
    with av.open(plain, mode="r", format=kind.demuxer, metadata_errors="ignore") as box:
        if not box.streams.audio:
            raise NoSoundStreamError
        audio = box.streams.audio[0]
        codec = audio.codec_context
        if codec is None:  # PyAV's type hides it
            raise UnusableStreamError("The codec is not known.")
        yield Stream(
            sr=codec.sample_rate,
            channels=codec.channels,
            n_declared=_av_frames(box, audio) if kind.states_duration else None,
            format=f"{kind.label}/{codec.name.upper()}",
            blocks=_av_blocks(box, audio),
        )


def _av_frames(box: "av.container.InputContainer", audio: "av.AudioStream") -> int | None:
    seconds = None
    if audio.duration is not None and audio.time_base is not None:
        seconds = float(audio.duration * audio.time_base)
    elif box.duration is not None:
        seconds = box.duration / 1_000_000  # FFmpeg's AV_TIME_BASE, µs
    if seconds is None or seconds <= 0:  # a recorder's stream: nobody went back to fill it in
        return None
    return round(seconds * audio.codec_context.sample_rate)


def _av_blocks(box: "av.container.InputContainer", audio: "av.AudioStream") -> Iterator[np.ndarray]:
    """FFmpeg's frames are short (160 to 4096 samples); gather them into blocks."""
    import av

    layout = (audio.codec_context.sample_rate, audio.codec_context.channels)
    gathered: list[np.ndarray] = []
    n_frames = 0
    try:
        for frame in box.decode(audio):
            if (frame.sample_rate, frame.layout.nb_channels) != layout:
                raise UnusableStreamError("The rate or the channels change inside the file.")
            gathered.append(_av_samples(frame))
            n_frames += frame.samples
            if n_frames >= BLOCK_FRAMES:
                yield np.concatenate(gathered)
                gathered, n_frames = [], 0
    except (av.FFmpegError, UnusableStreamError):
        if gathered:  # what came before the fault is good
            yield np.concatenate(gathered)
        raise
    if gathered:
        yield np.concatenate(gathered)


def _av_samples(frame: "av.AudioFrame") -> np.ndarray:
    """Samples of one frame as float32 in [-1, 1] [shape=(n_frames, channels)]."""
    samples = frame.to_ndarray()
    if frame.format.is_planar:
        samples = samples.T
    samples = samples.reshape(-1, frame.layout.nb_channels)
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128) / 128
    if samples.dtype.kind == "i":
        full_scale = 2.0 ** (8 * samples.itemsize - 1)
        return (samples / full_scale).astype(np.float32)
    return samples.astype(np.float32)
