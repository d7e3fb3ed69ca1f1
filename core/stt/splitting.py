"""Cutting a long signal where it is quiet, and turning it into the bytes that Google takes."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.settings import SR

__all__ = ["CHUNK_BYTES", "linear16", "pieces_of", "split_at_quiet"]

CHUNK_BYTES = 16_000  # 0.5 s of LINEAR16 at 16 kHz; Google's limit is 25 KB a message
FRAME = SR // 20  # samples, 50 ms: shorter than a pause between words, longer than a pitch period


def split_at_quiet(
    y: np.ndarray, *, sr: int = SR, longest: float = 55.0, search: float = 15.0
) -> list[tuple[int, int]]:
    """Where to cut a signal so that no piece is longer than ``longest``.

    Each cut lies in the middle of the quietest 50 ms of the last ``search`` seconds before a
    piece would become too long.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    sr : int
        Sampling rate in Hz.
    longest : float
        In seconds.
    search : float
        In seconds, shorter than ``longest``.

    Returns
    -------
    pieces : list of (int, int)
        First sample and the one after the last; together they cover the signal without a gap.

    Examples
    --------
    >>> split_at_quiet(np.zeros(16_000, np.float32))
    [(0, 16000)]
    """
    limit, back = int(longest * sr), int(search * sr)
    pieces, start = [], 0
    while len(y) - start > limit:
        cut = start + limit - back + _quietest(y[start + limit - back : start + limit])
        pieces.append((start, cut))
        start = cut
    pieces.append((start, len(y)))
    return pieces


def _quietest(y: np.ndarray) -> int:
    """Middle of the frame with the least energy, in samples."""
    n_frames = len(y) // FRAME
    energy = np.square(y[: n_frames * FRAME].reshape(n_frames, FRAME)).sum(axis=1)
    return int(np.argmin(energy)) * FRAME + FRAME // 2


def linear16(y: np.ndarray) -> bytes:
    """The signal as 16-bit little-endian PCM, clipped at full scale.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        In [-1, 1].

    Returns
    -------
    pcm : bytes
        Two bytes a sample.

    Examples
    --------
    >>> linear16(np.array([0.0, 1.0, -1.0, 2.0])).hex(" ", 2)
    '0000 ff7f 0180 ff7f'
    """
    return np.round(np.clip(y, -1.0, 1.0) * 32_767.0).astype("<i2").tobytes()


def pieces_of(chunks: Iterable[np.ndarray]) -> Iterator[bytes]:
    """A stream of signals of any length as messages of `CHUNK_BYTES`; the last may be shorter.

    Parameters
    ----------
    chunks : iterable of np.ndarray [shape=(n_samples,)]
        Mono at 16 kHz, in order.

    Yields
    ------
    pcm : bytes
        LINEAR16.
    """
    held = bytearray()
    for chunk in chunks:
        held += linear16(chunk)
        while len(held) >= CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES])
            del held[:CHUNK_BYTES]
    if held:
        yield bytes(held)
