"""Where somebody speaks: an utterance after the other in a long take.

Conventions
-----------
A detector gives the probability of speech every 32 ms; with the level it makes the evidence of
which the likeliest course of speech and pause follows, see `core.signal.speech_evidence`. The
detector is Silero v6, whose ONNX file lies in the faster-whisper package; nothing of that package
is imported. Where the file or its runtime is missing, the level alone decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.audio import resample
from core.settings import SR, SegmentationSpec
from core.signal.speech_evidence import course, evidence
from core.signal.voice_activity import (
    STEP,
    energy_probability,
    silero_file,
    speech_probability,
)

__all__ = ["Segment", "speech_segments"]

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
    proba = detector(y)
    detected = detector is not speech_probability or silero_file() is not None
    odds = evidence(y, proba, detected=detected and detector is not energy_probability)
    spoken = [
        s for s in _runs(course(odds, spec.price), spec) if _heard(proba, s) >= spec.threshold
    ]
    return tuple(_with_margins(spoken, len(y) / SR, spec))


def _with_margins(
    segments: list[Segment], duration: float, spec: SegmentationSpec
) -> list[Segment]:
    """Segments with ``pad`` on either side; one where less than ``min_silence`` stays between."""
    wider: list[Segment] = []
    for segment in segments:
        start = round(max(segment.start - spec.pad, 0.0), 3)
        end = round(min(segment.end + spec.pad, duration), 3)
        if wider and start - wider[-1].end < spec.min_silence:
            wider[-1] = Segment(wider[-1].start, end)
        elif end > start:
            wider.append(Segment(start, end))
    return wider


def _heard(proba: np.ndarray, segment: Segment) -> float:
    """How sure the detector is at its surest in a segment: what only is loud is no speech."""
    return float(proba[round(segment.start / STEP) : round(segment.end / STEP)].max(initial=0.0))


def _runs(held: np.ndarray, spec: SegmentationSpec) -> tuple[Segment, ...]:
    """Stretches of frames with speech, without short pauses and short sounds."""
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
