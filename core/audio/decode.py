"""Any sound file to one `Sound`, or one typed error: the only place that opens sound files.

Conventions
-----------
Content decides, never the extension. Limits are checked on the header, before anything is
decoded; then decoding goes block by block under a hard cap, because headers lie both ways. Text
of the decoders never reaches the user; it goes to the log and into the chain of the error.
"""

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from core.audio.chunks import Payload, data_chunk, flac_is_unwritten
from core.audio.mixdown import Mixdown
from core.audio.ogg import ogg_pages
from core.audio.readers import (
    NoSoundStreamError,
    Stream,
    decoder_errors,
    open_stream,
)
from core.audio.sniff import HEAD_BYTES, NO_SOUND_STREAM, Container, container, looks_like
from core.audio.sound import FLAGS, RawSound, Sound, nfc_name
from core.errors import (
    AudioError,
    DamagedAudioError,
    EmptyAudioError,
    FileTooLargeError,
    NonFiniteSignalError,
    NotAudioError,
    SignalOutOfRangeError,
    SignalTooLongError,
    SignalTooShortError,
    TooManyChannelsError,
    UndecodableAudioError,
    UnreadableFileError,
    UnsupportedRateError,
)
from core.i18n import N_
from core.settings import SR, DecodeLimits

__all__ = ["decode", "decode_raw"]

_log = logging.getLogger(__name__)

_MISSING = N_("it is not there")
_FORBIDDEN = N_("it may not be read")
_NO_FILE = N_("it is not a file that can be read")

# Compressed formats promise whole codec frames and hold back the last ones. Two of MP3's, the
# largest (1152 samples); one was measured on the original team's clips.
_CODEC_DELAY = 2 * 1_152  # frames
_UNCOMPRESSED = frozenset({"WAV", "RF64", "W64", "AIFF", "FLAC"})


def decode(
    source: bytes | Path | BinaryIO,
    *,
    name: str | None = None,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008 - frozen
) -> Sound:
    """A sound file as mono float32 at 16 kHz, with its origin and quality flags.

    WAV (PCM, float, A-law, mu-law, ADPCM, GSM, MP3), RF64, W64, AIFF, FLAC, Ogg Vorbis and Opus,
    MP3, M4A/MP4 (AAC, ALAC), 3GP, AMR, WebM/Matroska and bare AAC are read.

    Parameters
    ----------
    source : bytes, Path or binary file
        The file's content, its path, or an open file; the latter is left at its start.
    name : str, optional
        The user's name of the file, for messages; its path's or its own name by default.
    limits : DecodeLimits
        Longer takes need larger ones. Memory grows by less than 200 kB a second of sound,
        whatever the rate and the channels of the file; 64 kB of them are the result.

    Returns
    -------
    sound : Sound

    Raises
    ------
    EmptyAudioError, FileTooLargeError, NotAudioError, UnreadableFileError
        Before the file is opened as sound.
    UnsupportedRateError, TooManyChannelsError, SignalTooLongError
        By its header, before it is decoded; too long also while it is decoded.
    DamagedAudioError, UndecodableAudioError
        If too little of what the header promises, or nothing, can be read.
    NonFiniteSignalError, SignalOutOfRangeError, SignalTooShortError
        By its samples.
    """
    shown = nfc_name(name if name is not None else _own_name(source))
    with _opened(source, shown, limits) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(HEAD_BYTES)
        kind = _checked_kind(head, size, shown, limits)
        with _typed_errors(kind, shown):
            return _decode_as(kind, file, size, shown, limits)


def decode_raw(
    source: bytes | Path | BinaryIO,
    *,
    name: str | None = None,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008 - frozen
    start: float = 0.0,
    end: float | None = None,
) -> RawSound:
    """The samples as they stand in the file, for measures that resampling would blur.

    Parameters
    ----------
    source : bytes, Path or binary file
        As for `decode`, which should have accepted it before: the header's limits are checked
        here too, what was lost or is no number is not.
    name : str, optional
        For messages.
    limits : DecodeLimits
    start, end : float
        Only this piece is kept, in s; to the end by default.

    Returns
    -------
    raw : RawSound
        Memory grows with the piece: 4 bytes a sample and channel.

    Raises
    ------
    AudioError
        If the file cannot be opened or read as sound.
    """
    shown = nfc_name(name if name is not None else _own_name(source))
    with _opened(source, shown, limits) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        kind = _checked_kind(file.read(HEAD_BYTES), size, shown, limits)
        with _typed_errors(kind, shown), open_stream(file, kind) as stream:
            _check_header(stream, shown, limits)
            y = _piece(stream, start, end)
            return RawSound(y=y, sr=stream.sr)


def _piece(stream: Stream, start: float, end: float | None) -> np.ndarray:
    """The samples from start to end, as far as the file can be read."""
    first = round(start * stream.sr)
    last = None if end is None else round(end * stream.sr)
    kept, position = [np.zeros((0, stream.channels), dtype=np.float32)], 0
    with suppress(*decoder_errors()):
        for block in stream.blocks:
            until = len(block) if last is None else last - position
            kept.append(block[max(first - position, 0) : max(until, 0)].copy())
            position += len(block)
            if last is not None and position >= last:
                break
    return np.concatenate(kept)


@contextmanager
def _typed_errors(kind: Container, name: str) -> Iterator[None]:
    """Whatever a decoder raises, as one of our errors."""
    try:
        yield
    except AudioError:
        raise
    except NoSoundStreamError as error:
        raise NotAudioError(name, NO_SOUND_STREAM) from error
    except decoder_errors() as error:
        _log.info("%s cannot be decoded as %s: %s", name, kind.label, error)
        raise UndecodableAudioError(name, kind.label) from error
    except Exception as error:
        _log.exception("Unexpected while decoding %s as %s", name, kind.label)
        raise UndecodableAudioError(name, kind.label) from error


def _own_name(source: bytes | Path | BinaryIO) -> str:
    if isinstance(source, Path):
        return source.name
    own = getattr(source, "name", "")
    return own if isinstance(own, str) else ""


@contextmanager
def _opened(source: bytes | Path | BinaryIO, name: str, limits: DecodeLimits) -> Iterator[BinaryIO]:
    """The source as a seekable binary file; an open one is left at its start."""
    if isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        with _opened_path(source, name) as file:
            yield file
    elif source.seekable():
        try:
            yield source
        finally:
            source.seek(0)
    else:  # a pipe: one byte more than allowed is enough to refuse it
        yield io.BytesIO(source.read(limits.max_bytes + 1))


def _opened_path(path: Path, name: str) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever
            raise UnreadableFileError(name, _NO_FILE)
        return path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableFileError(name, _MISSING) from error
    except PermissionError as error:
        raise UnreadableFileError(name, _FORBIDDEN) from error
    except (OSError, ValueError) as error:  # ValueError: NUL in the path
        raise UnreadableFileError(name, _NO_FILE) from error


def _checked_kind(head: bytes, size: int, name: str, limits: DecodeLimits) -> Container:
    """The container, for a file of acceptable size."""
    if size == 0:
        raise EmptyAudioError(name)
    if size > limits.max_bytes:
        raise FileTooLargeError(name, size, limits.max_bytes)
    kind = container(head)
    if kind is None:
        raise NotAudioError(name, looks_like(head, name))
    if kind.label == "FLAC" and flac_is_unwritten(head):  # libsndfile cannot read it
        return Container("FLAC", "flac", states_duration=False)
    return kind


def _decode_as(
    kind: Container, file: BinaryIO, size: int, name: str, limits: DecodeLimits
) -> Sound:
    payload = ogg_pages(file, size) if kind.label == "OGG" else data_chunk(file, size)
    if payload is not None and payload.unwritten:  # libsndfile takes the size 0 at its word
        kind = Container(kind.label, "wav", states_duration=False)
    with open_stream(file, kind) as stream:
        _check_header(stream, name, limits)
        _check_payload(stream, payload, name, limits)
        mix, failure = _mix_down(stream, name, limits)
    _check_share(mix, stream, failure, name, limits)
    _check_samples(mix, name, limits)
    y, flags = mix.result()
    is_cut = failure is not None or (payload is not None and payload.is_cut)
    truncated = ("truncated",) if is_cut else ()
    return Sound(
        y=y,
        name=name,
        duration=len(y) / SR,
        source_sr=stream.sr,
        source_channels=stream.channels,
        format=stream.format,
        content=_file_digest(file),
        flags=tuple(flag for flag in FLAGS if flag in truncated + flags),
    )


def _file_digest(file: BinaryIO) -> str:
    """As `content_digest`, without holding the file."""
    file.seek(0)
    digest = hashlib.sha256()
    for part in iter(lambda: file.read(2**20), b""):
        digest.update(part)
    return digest.hexdigest()


def _check_header(stream: Stream, name: str, limits: DecodeLimits) -> None:
    if not limits.min_sr <= stream.sr <= limits.max_sr:
        raise UnsupportedRateError(name, stream.sr, limits.min_sr, limits.max_sr)
    if stream.channels > limits.max_channels:
        raise TooManyChannelsError(name, stream.channels, limits.max_channels)
    declared = (stream.n_declared or 0) / stream.sr
    if declared > limits.max_duration:
        raise SignalTooLongError(name, declared, limits.max_duration)


def _check_payload(
    stream: Stream, payload: Payload | None, name: str, limits: DecodeLimits
) -> None:
    """A file that has lost a good part of its sound; a small loss is only flagged."""
    if payload is None or payload.share >= limits.min_decoded_share:
        return
    counted = (stream.n_declared or 0) / stream.sr
    if stream.format.startswith("OGG"):  # counted to the last page, the lost ones included
        raise DamagedAudioError(name, counted * payload.share, counted)
    whole = counted / payload.share if payload.share else 0.0
    raise DamagedAudioError(name, counted, whole)  # libsndfile counts what is there


def _mix_down(stream: Stream, name: str, limits: DecodeLimits) -> tuple[Mixdown, Exception | None]:
    """Everything that can be decoded, and what made the decoder give up, if it did."""
    mix = Mixdown(stream.sr, stream.channels)
    failure: Exception | None = None

    def readable() -> Iterator[np.ndarray]:
        nonlocal failure
        try:
            for block in stream.blocks:
                yield block
                if mix.n_frames > limits.max_duration * stream.sr:
                    raise SignalTooLongError(name, mix.n_frames / stream.sr, limits.max_duration)
        except decoder_errors() as error:
            _log.info("%s stops being readable: %s", name, error)
            failure = error

    mix.take(readable())
    return mix, failure


def _check_share(
    mix: Mixdown, stream: Stream, failure: Exception | None, name: str, limits: DecodeLimits
) -> None:
    """Refuse a file of which too little could be decoded."""
    declared = stream.n_declared or 0
    if failure is not None and not declared:
        raise failure  # nothing to compare with: not trusted
    is_exact = stream.format.split("/")[0] in _UNCOMPRESSED and "MPEG" not in stream.format
    forgiven = 0 if is_exact else _CODEC_DELAY
    missing = declared - mix.n_frames
    if missing > max(forgiven, (1 - limits.min_decoded_share) * declared):
        raise DamagedAudioError(name, mix.n_frames / stream.sr, declared / stream.sr) from failure


def _check_samples(mix: Mixdown, name: str, limits: DecodeLimits) -> None:
    if mix.n_frames == 0:
        raise EmptyAudioError(name)
    if mix.n_bad:
        raise NonFiniteSignalError(name, mix.n_bad)
    if mix.peak > limits.max_peak:
        raise SignalOutOfRangeError(name, mix.peak, limits.max_peak)
    if mix.n_frames < limits.min_duration * mix.sr:
        raise SignalTooShortError(name, mix.n_frames / mix.sr, limits.min_duration)
