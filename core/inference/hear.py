"""A sound of any length heard: speech found, emotions and words on the same segments.

`hear` is a generator of frozen records; whoever stops asking stops it. Emotions come first and
are never kept waiting by the words, which are written in the background, one segment after the
other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.audio import Sound
from core.inference.classify import classify_many
from core.inference.guest import GuestVoice
from core.inference.timeline import HeardSegment, Timeline
from core.models import Bundle
from core.settings import SR
from core.settings.features import WhisperSpec
from core.settings.fusion import feature_parts
from core.signal.segmentation import speech_segments
from core.stt import SttEngine
from core.stt.splitting import split_at_quiet
from core.stt.writing import Writing, start_writing

__all__ = ["WHOLE_UP_TO", "Asked", "Heard", "has_dear_features", "hear", "speech_spans"]

WHOLE_UP_TO = 8.0  # s; what is no longer is one utterance, as the clips that models learn from
LONGEST = 15.0  # s of one segment
BATCH = 16  # segments between two reports; of a model whose features are dear, one
AT_A_TIME = 2  # of our segments in the line of transcriptions
POLL = 0.25  # s between two looks at the words

Span = tuple[float, float]  # start and end, in s


@dataclass(frozen=True)
class Heard:
    """How far the hearing is; the last record has `stage` ``"done"``."""

    stage: Literal["speech", "emotions", "words", "done"]
    done: int  # segments of this stage
    total: int
    timeline: Timeline  # all that is known so far
    position: int = 0  # transcriptions of others before ours; 0 if it is our turn


@dataclass(frozen=True)
class Asked:
    """Whom to ask for the words, and how."""

    engine: SttEngine
    language: str = "ko"
    consent: bool = False  # whether the voice may leave this machine


def speech_spans(sound: Sound, *, whole: bool | None = None) -> tuple[Span, ...]:
    """Where somebody speaks in a sound.

    Parameters
    ----------
    sound : Sound
    whole : bool, optional
        Take all of it as one utterance. If not given, a sound of up to `WHOLE_UP_TO` is one.

    Returns
    -------
    spans : tuple of (float, float)
        Start and end in s, in order, none longer than 15 s. Empty where nobody speaks.
    """
    if whole or (whole is None and sound.duration <= WHOLE_UP_TO):
        return ((0.0, sound.duration),)
    return tuple(
        part for s in speech_segments(sound.y) for part in _shortened(sound.y, s.start, s.end)
    )


def _shortened(y: np.ndarray, start: float, end: float) -> list[Span]:
    """A stretch cut where it is quiet, so that no part is longer than `LONGEST`."""
    if end - start <= LONGEST:
        return [(start, end)]
    first = round(start * SR)
    cuts = split_at_quiet(y[first : round(end * SR)], longest=LONGEST, search=LONGEST / 2)
    return [((first + a) / SR, (first + b) / SR) for a, b in cuts]


def hear(
    sound: Sound,
    bundle: Bundle,
    *,
    words: Asked | None = None,
    spans: Sequence[Span] | None = None,
    whole: bool | None = None,
    voice: GuestVoice | None = None,
) -> Iterator[Heard]:
    """What a model hears in a sound, with what is said, segment by segment.

    Parameters
    ----------
    sound : Sound
        Of any length; decode it with `core.settings.LONG_TAKE` if it may exceed a minute.
    bundle : Bundle
    words : Asked, optional
        Who writes the words; nobody by default.
    spans : sequence of (float, float), optional
        Start and end of each segment in s, such as those cut by hand; found if not given.
    whole : bool, optional
        As for `speech_spans`.
    voice : GuestVoice, optional
        Of the one who speaks, where this model got to know it.

    Yields
    ------
    heard : Heard
        First ``"speech"`` with no segment heard yet, then ``"emotions"`` after every few
        segments, then ``"words"`` several times a second while they are being written, then
        ``"done"``. A segment whose words fail keeps its emotion and says why.
    """
    found = speech_spans(sound, whole=whole) if spans is None else tuple(spans)
    timeline = Timeline(sound.name, sound.content, sound.duration, bundle.name)
    yield Heard("speech", 0, len(found), timeline)
    pieces = [_piece(sound, span) for span in found]
    written = _Written([] if words is None else pieces, words)
    try:
        size = 1 if has_dear_features(bundle) else BATCH
        for first in range(0, len(found), size):
            written.go_on()
            batch = slice(first, first + size)
            predictions = classify_many(pieces[batch], bundle, voice=voice)
            timeline = timeline.with_segments(
                [
                    HeardSegment(start, end, prediction)
                    for (start, end), prediction in zip(found[batch], predictions, strict=True)
                ]
            )
            yield Heard("emotions", len(timeline.segments), len(found), timeline)
        for heard in _with_words(timeline, written):
            timeline = heard.timeline
            yield heard
        yield Heard("done", len(found), len(found), timeline)
    finally:
        written.stop()


def has_dear_features(bundle: Bundle) -> bool:
    """Whether the features of a model take a good part of a second for each clip.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    dear : bool
        True where a network makes them, as Whisper's encoder does.
    """
    return any(isinstance(part, WhisperSpec) for part in feature_parts(bundle.features))


def _piece(sound: Sound, span: Span) -> Sound:
    """A stretch of the sound, as a sound of its own."""
    y = sound.y[round(span[0] * SR) : round(span[1] * SR)]
    return replace(sound, y=y, duration=len(y) / SR)


class _Written:
    """The words of some pieces; only a few stand in the line, so that others are heard between."""

    def __init__(self, pieces: Sequence[Sound], words: Asked | None):
        self.pieces = pieces
        self._words = words
        self._writings: list[Writing] = []

    def go_on(self) -> None:
        """Put the next pieces in the line, as far as there is room."""
        while self._words is not None and len(self._writings) < len(self.pieces):
            if sum(not writing.over for writing in self._writings) >= AT_A_TIME:
                return
            piece, asked = self.pieces[len(self._writings)], self._words
            self._writings.append(
                start_writing(
                    piece.content,
                    piece.y,
                    asked.engine,
                    language=asked.language,
                    consent=asked.consent,
                )
            )

    def writing(self, index: int) -> Writing:
        """That of a piece, once those before it are over."""
        self.go_on()
        return self._writings[index]

    def stop(self) -> None:
        """Leave the line."""
        for writing in self._writings:
            writing.stop()


def _with_words(timeline: Timeline, written: _Written) -> Iterator[Heard]:
    """The timeline again and again, until every segment has its words or its reason."""
    total = len(written.pieces)
    for index in range(total):
        writing = written.writing(index)
        while not writing.wait(POLL):
            yield Heard("words", index, total, timeline, writing.position)
        timeline = timeline.with_words(index, writing.transcript, writing.error)
        yield Heard("words", index + 1, total, timeline)
