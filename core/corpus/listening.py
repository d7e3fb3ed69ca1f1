"""Listening to the clips of a corpus: each piece once, several at a time, kept in the catalog."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.audio import Sound, decode_raw
from core.cluster import MANY, spread
from core.corpus.catalog import Catalog
from core.corpus.clips import Chains, chains_of, read_pieces
from core.corpus.heard import Heard, Piece, keep_heard, measures_of, piece_of
from core.corpus.records import Utterance
from core.errors import CatalogError, MalgyeolError
from core.features import log_mel_spectrogram, pitch
from core.settings import LONG_TAKE, SR
from core.signal import fingerprint, measure_clip
from core.signal.fingerprints import BANDS

__all__ = ["Listened", "listen"]

_BATCH = 48  # recordings between two events and two writes
_N_FFT, _HOP = 512, 160  # samples; 32 ms every 10 ms
_LONGEST_RAW = 60.0  # s of a piece that are looked through for clipping


Source = tuple[bytes, Chains]  # a recording's original bytes, the chains its pieces name


@dataclass(frozen=True)
class Listened:
    """How far listening has come; the last event has ``done == total``."""

    done: int  # clips
    total: int
    seconds_left: float | None
    unreadable: dict[int, MalgyeolError] = field(default_factory=dict)  # so far, by utterance id


def listen(
    catalog: Catalog, utterances: Sequence[Utterance], *, n_jobs: int | None = None
) -> Iterator[Listened]:
    """Listen to those clips that nobody has listened to yet.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance
    n_jobs : int, optional
        Recordings at the same time; as many as there are processors by default. Many of them
        are heard in processes, few in threads.

    Yields
    ------
    listened : Listened
        At least one. What came before the last one is kept even if nobody asks any further.
    """
    known = measures_of(catalog.database, utterances)
    takes: dict[str, list[Utterance]] = {}
    for utterance in utterances:
        if utterance.id not in known:
            takes.setdefault(utterance.content, []).append(utterance)
    unreadable: dict[int, MalgyeolError] = {}
    total, done = len(utterances), len(known)
    began, before, work = time.monotonic(), done, list(takes.values())
    yield Listened(done, total, None if work else 0.0)
    for start in range(0, len(work), _BATCH):
        batch = work[start : start + _BATCH]
        calls = ((_source(catalog, take), take) for take in batch)
        found: dict[Piece, Heard] = {}
        for heard, errors in spread(_hear_take, calls, n_jobs=n_jobs, threads=len(work) < MANY):
            found |= heard
            unreadable |= errors
        keep_heard(catalog.database, found)
        done += sum(map(len, batch))
        left = (time.monotonic() - began) / (done - before) * (total - done)
        yield Listened(done, total, left, dict(unreadable))


def _source(catalog: Catalog, take: Sequence[Utterance]) -> Source | MalgyeolError:
    """What a recording is heard from, or why it is not to be had."""
    try:
        return catalog.read_bytes(take[0]), chains_of(catalog, take)
    except CatalogError:
        raise
    except MalgyeolError as error:
        return error


def _hear_take(
    source: Source | MalgyeolError, take: Sequence[Utterance]
) -> tuple[dict[Piece, Heard], dict[int, MalgyeolError]]:
    """All pieces of one recording, or why they cannot be heard."""
    try:
        if isinstance(source, MalgyeolError):
            raise source
        data, chains = source
        sounds = read_pieces(data, take, chains)
        return {piece_of(u): _hear(s, data, u) for u, s in zip(take, sounds, strict=True)}, {}
    except MalgyeolError as error:
        return {}, {utterance.id: error for utterance in take}


def _hear(sound: Sound, data: bytes, utterance: Utterance) -> Heard:
    y = sound.y if sound.y.size else np.zeros(1, dtype=np.float32)
    mel_db, _, _ = log_mel_spectrogram(y, n_fft=_N_FFT, hop_length=_HOP, n_mels=BANDS)
    measures, found = measure_clip(
        y,
        raw=_raw(sound, data, utterance),
        mel_db=mel_db,
        frame_duration=_HOP / SR,
        f0=pitch(y).f0,
    )
    samples = np.round(np.clip(y, -1, 1) * 32_767).astype("<i2")
    active = (found.last + 1 - found.first) * _HOP / SR
    return Heard(
        measures=measures,
        samples=hashlib.sha256(samples.tobytes()).hexdigest()[:32],
        grids=fingerprint(mel_db, found.first, found.last),
        durations=(len(y) / SR, active),
    )


def _raw(sound: Sound, data: bytes, utterance: Utterance) -> np.ndarray:
    """The samples as the file has them; decoded once more only where they are others."""
    if sound.source_sr == SR and sound.source_channels == 1:
        return sound.y
    end = utterance.start + min(sound.duration, _LONGEST_RAW)
    return decode_raw(data, name=utterance.name, limits=LONG_TAKE, start=utterance.start, end=end).y
