"""Where somebody speaks: an utterance after the other in a long take.

Conventions
-----------
A detector gives the probability of speech every 32 ms; a hysteresis turns it into segments, and
the level, every 10 ms, puts their borders where the sound begins and ends. The detector is Silero
v6, whose ONNX file lies in the faster-whisper package; nothing of that package is imported. Where
the file or its runtime is missing, the level alone decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.audio import resample
from core.settings import SR, SegmentationSpec
from core.signal.voice_activity import STEP, speech_probability

__all__ = ["Segment", "segments_of_probability", "speech_segments"]

_HOP = SR // 100  # samples, 10 ms
_WINDOW = 2 * _HOP

Detector = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Segment:
    """A stretch of speech, in seconds from the beginning of the take."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


def speech_segments(
    y: np.ndarray,
    sr: int = SR,
    spec: SegmentationSpec | None = None,
    *,
    detector: Detector = speech_probability,
) -> tuple[Segment, ...]:
    """The utterances of a take, in order and apart from each other.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono, of any length.
    sr : int
        Hz.
    spec : SegmentationSpec, optional
        How long a pause must be to part two utterances, and the like.
    detector : callable
        From a signal at `SR` to its probability of speech every 512 samples.

    Returns
    -------
    segments : tuple of Segment
        None for silence, noise and a signal without a sample.

    Examples
    --------
    >>> speech_segments(np.zeros(16_000, np.float32))
    ()
    """
    spec = spec or SegmentationSpec()
    y = resample(y, sr, SR)
    if not y.size:
        return ()
    found = segments_of_probability(detector(y), spec)
    placed = _place_borders(y, [(s.start, s.end) for s in found], spec)
    return tuple(Segment(a, b) for a, b in _padded(placed, len(y) / SR, spec.pad))


def segments_of_probability(
    proba: np.ndarray, spec: SegmentationSpec | None = None
) -> tuple[Segment, ...]:
    """Segments of a row of probabilities alone, without padding; for a stream as well.

    Parameters
    ----------
    proba : np.ndarray [shape=(n_steps,)]
        Probability of speech, one every `STEP` seconds.
    spec : SegmentationSpec, optional

    Returns
    -------
    segments : tuple of Segment

    Examples
    --------
    >>> segments_of_probability(np.r_[np.zeros(10), np.ones(25), np.zeros(25)])
    (Segment(start=0.32, end=1.12),)
    """
    spec = spec or SegmentationSpec()
    held, speaking = np.zeros(len(proba), bool), False
    for i, p in enumerate(proba):
        speaking = p >= (spec.release if speaking else spec.threshold)
        held[i] = speaking
    edges = np.flatnonzero(np.diff(np.r_[False, held, False].astype(np.int8)))
    starts, ends = edges[::2] * STEP, edges[1::2] * STEP
    if starts.size:
        new = np.r_[True, starts[1:] - ends[:-1] >= spec.min_silence]
        starts, ends = starts[new], ends[np.r_[new[1:], True]]
    return tuple(
        Segment(round(float(a), 3), round(float(b), 3))
        for a, b in zip(starts, ends, strict=True)
        if b - a >= spec.min_speech
    )


def _levels(y: np.ndarray) -> np.ndarray:
    """Level every 10 ms over 20 ms, in dB; without what lies below speech. [shape=(n_frames,)]."""
    y = np.append(y[:1], y[1:] - np.float32(0.9) * y[:-1])  # hum and rumble do not count
    padded = np.pad(np.square(y, dtype=np.float32), (_HOP // 2, _WINDOW))
    blocks = padded[: len(padded) // _HOP * _HOP].reshape(-1, _HOP).sum(axis=1, dtype=np.float64)
    return 10 * np.log10((blocks[:-1] + blocks[1:]) / _WINDOW + 1e-12)


def _place_borders(
    y: np.ndarray, found: list[tuple[float, float]], spec: SegmentationSpec
) -> list[tuple[float, float]]:
    """Put each border where the level rises out of the noise beside the segment."""
    levels, hop = _levels(y), _HOP / SR
    reach = round(spec.reach / hop)
    placed = []
    for i, (start, end) in enumerate(found):
        before = found[i - 1][1] if i else 0.0
        after = found[i + 1][0] if i + 1 < len(found) else len(y) / SR
        a, b = round(start / hop), min(round(end / hop), len(levels) - 1)
        low = max(round((before + start) / 2 / hop) if i else 0, a - reach)
        high = min(round((end + after) / 2 / hop), b + reach, len(levels) - 1)
        floor = _noise_beside(levels, round(before / hop), a, b, round(after / hop))
        loud = np.flatnonzero(levels[low : high + 1] >= floor + spec.depth) + low
        loud = loud[(loud <= a + reach) | (loud >= b - reach) | ((loud > a) & (loud < b))]
        if loud.size:
            start = min(max(int(loud[0]), low), a + reach) * hop
            end = max(min(int(loud[-1]) + 1, high), b - reach) * hop
        placed.append((start, end))
    return placed


def _noise_beside(levels: np.ndarray, before: int, start: int, end: int, after: int) -> float:
    """Level of the noise in the pauses around a segment, in dB."""
    beside = np.r_[levels[before:start], levels[end:after]]
    if beside.size < 5:
        beside = levels
    return float(np.percentile(beside, 50 if beside is not levels else 5))


def _padded(
    segments: list[tuple[float, float]], duration: float, pad: float
) -> list[tuple[float, float]]:
    """Segments with a little more on either side, without touching each other."""
    padded = []
    for i, (start, end) in enumerate(segments):
        room = (start - segments[i - 1][1]) / 2 if i else start
        rest = (segments[i + 1][0] - end) / 2 if i + 1 < len(segments) else duration - end
        a, b = start - min(pad, max(room, 0.0)), end + min(pad, max(rest, 0.0))
        if b > a:
            padded.append((round(max(a, 0.0), 3), round(min(b, duration), 3)))
    return padded
