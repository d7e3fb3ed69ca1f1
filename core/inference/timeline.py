"""What was heard in a sound, stretch by stretch: emotion and words on the same segments.

Conventions
-----------
A timeline belongs to one sound, named by the digest of its bytes (`content`): text of another
sound can never stand in it. Segments are in order and do not overlap; times are seconds from the
start of the sound.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import SttError
from core.inference.classify import Prediction
from core.stt import Transcript

__all__ = ["HeardSegment", "Timeline"]


@dataclass(frozen=True)
class HeardSegment:
    """A stretch of speech: when, which emotion, and the words once they are there.

    `transcript` and `words_error` are both None while nobody has written the words yet, or where
    nobody was asked to.
    """

    start: float  # s
    end: float  # s
    prediction: Prediction
    transcript: Transcript | None = None  # its times count from the segment's own start
    words_error: SttError | None = None  # why there are no words; the emotion stands

    @property
    def duration(self) -> float:
        """In seconds."""
        return self.end - self.start

    @property
    def text(self) -> str:
        """The words, empty where there are none."""
        return "" if self.transcript is None else self.transcript.text


@dataclass(frozen=True)
class Timeline:
    """A sound and what was heard in it so far."""

    name: str  # the sound's
    content: str  # SHA-256 of its bytes
    duration: float  # s, of the whole sound
    model: str
    segments: tuple[HeardSegment, ...] = ()

    @property
    def text(self) -> str:
        """The words of all segments, one line each where there are any."""
        return "\n".join(segment.text for segment in self.segments if segment.text)

    @property
    def speech(self) -> float:
        """Seconds of the sound that are speech."""
        return sum(segment.duration for segment in self.segments)

    def with_segments(self, segments: Sequence[HeardSegment]) -> "Timeline":
        """The timeline with more segments at its end."""
        return dataclasses.replace(self, segments=(*self.segments, *segments))

    def with_words(
        self, index: int, words: Transcript | None, error: SttError | None = None
    ) -> "Timeline":
        """The timeline with the words of a segment, or with why there are none."""
        segments = list(self.segments)
        segments[index] = dataclasses.replace(segments[index], transcript=words, words_error=error)
        return dataclasses.replace(self, segments=tuple(segments))

    def at(self, time: float) -> int | None:
        """Index of the segment that sounds at a time (s), or None in a pause."""
        for index, segment in enumerate(self.segments):
            if segment.start <= time < segment.end:
                return index
        return None
