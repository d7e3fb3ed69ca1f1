"""The words of a live stream, utterance by utterance, beside the emotion and never before it.

An engine that takes streams hears an utterance while it is spoken and shows words at once; any
other gets it when it is over. Either way only a few may be under way: the words of one too many are
left out, which is counted and said.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np

from core.errors import EngineFailedError, SttError, WordsSkippedError
from core.inference.hear import Asked
from core.stt import TextSegment, Transcript
from core.stt.writing import TOO_LONG, UNEXPECTED, Writing, start_writing

__all__ = ["LiveWords", "StreamedWords", "Words", "WrittenWords", "live_words"]

_log = logging.getLogger(__name__)

ANSWER_WITHIN = 25.0  # s after the end of an utterance; then its stream is given up


class Words(NamedTuple):
    """What became of the words of an utterance."""

    number: int  # of the utterance, from 0
    transcript: Transcript | None
    error: SttError | None


class LiveWords(Protocol):
    """Who writes the words of a stream; asked by the stream alone."""

    dropped: int  # utterances whose words were left out

    @property
    def waiting(self) -> int:
        """Utterances whose words are under way."""

    @property
    def interim(self) -> str:
        """Words of the utterance being spoken, as far as they are known."""

    def begin(self) -> None:
        """Somebody begins to speak."""

    def feed(self, y: np.ndarray) -> None:
        """The next samples of the utterance."""

    def end(self, number: int, clip: str, y: np.ndarray, *, heard: bool) -> None:
        """The utterance is over; one that is not ``heard`` was no speech."""

    def poll(self) -> list[Words]:
        """What came since the last look."""

    def close(self) -> None:
        """Nothing more is wanted."""


def live_words(words: Asked | None, *, max_waiting: int, longest: float) -> LiveWords | None:
    """Who writes the words of a live stream.

    Parameters
    ----------
    words : Asked or None
        Whom to ask.
    max_waiting : int
        Utterances under way at once.
    longest : float
        Of an utterance, in s.

    Returns
    -------
    writer : LiveWords or None
        None where nobody is asked.
    """
    if words is None:
        return None
    if hasattr(words.engine, "stream"):
        return StreamedWords(words, max_waiting=max_waiting, longest=longest)
    return WrittenWords(words, max_waiting=max_waiting)


class WrittenWords:
    """Words by an engine that takes whole clips; they stand in the process's line."""

    interim = ""

    def __init__(self, words: Asked, *, max_waiting: int):
        self.dropped = 0
        self._words, self._max = words, max_waiting
        self._writings: list[tuple[int, Writing]] = []
        self._done: list[Words] = []

    @property
    def waiting(self) -> int:
        """Utterances whose words are under way."""
        return len(self._writings)

    def begin(self) -> None:
        """Nothing yet: the engine wants the whole utterance."""

    def feed(self, y: np.ndarray) -> None:
        """Nothing yet."""

    def end(self, number: int, clip: str, y: np.ndarray, *, heard: bool) -> None:
        """Put the utterance in the line, unless too many of ours stand in it."""
        if not heard:
            return
        if len(self._writings) >= self._max:
            self.dropped += 1
            self._done.append(Words(number, None, WordsSkippedError(self._max)))
            return
        asked = self._words
        writing = start_writing(
            clip, y, asked.engine, language=asked.language, consent=asked.consent
        )
        self._writings.append((number, writing))

    def poll(self) -> list[Words]:
        """What came since the last look."""
        over = [(n, w) for n, w in self._writings if w.over]
        self._writings = [(n, w) for n, w in self._writings if not w.over]
        found = self._done + [Words(n, w.transcript, w.error) for n, w in over]
        self._done = []
        return found

    def close(self) -> None:
        """Leave the line."""
        for _number, writing in self._writings:
            writing.stop()
        self._writings = []


class _Hearing:
    """One utterance on its way to an engine that takes streams; a thread waits for its text."""

    def __init__(self, words: Asked, longest: float):
        self.interim = ""
        self.outcome: tuple[Transcript | None, SttError | None] | None = None
        self.ended: float | None = None  # monotonic s
        self.number = -1
        self._finals: list[Any] = []
        self._samples: queue.SimpleQueue[np.ndarray | None] = queue.SimpleQueue()
        self._words, self._longest = words, longest
        threading.Thread(target=self._listen, daemon=True, name="live-words").start()

    def feed(self, y: np.ndarray) -> None:
        self._samples.put(y)

    def end(self) -> None:
        self.ended = time.monotonic()
        self._samples.put(None)

    def _chunks(self) -> Iterator[np.ndarray]:
        while (y := self._samples.get()) is not None:
            yield y

    def _listen(self) -> None:
        asked, engine = self._words, self._words.engine
        began = time.perf_counter()
        try:
            texts = engine.stream(  # type: ignore[attr-defined]
                self._chunks(),
                language=asked.language,
                consent=asked.consent,
                longest=self._longest,
            )
            for text in texts:
                if text.final:
                    self._finals.append(text)
                said = [*(t.text for t in self._finals), *([] if text.final else [text.text])]
                self.interim = " ".join(said)
            self.outcome = (self._transcript(time.perf_counter() - began), None)
        except SttError as error:
            self.outcome = (None, error)
        except Exception:
            _log.exception("%s broke in a live stream", engine.name)
            self.outcome = (None, EngineFailedError(engine.title, UNEXPECTED))

    def _transcript(self, elapsed: float) -> Transcript:
        segments, start = [], 0.0
        for text in self._finals:
            segments.append(TextSegment(start, text.end, text.text, confidence=text.confidence))
            start = text.end
        engine = self._words.engine
        return Transcript(
            text=" ".join(segment.text for segment in segments),
            segments=tuple(segments),
            engine=engine.name,
            model=getattr(engine, "model", ""),
            language=self._words.language,
            elapsed=elapsed,
        )


class StreamedWords:
    """Words by an engine that hears while somebody speaks; silence is never sent."""

    def __init__(self, words: Asked, *, max_waiting: int, longest: float):
        self.dropped = 0
        self._words, self._max, self._longest = words, max_waiting, longest
        self._current: _Hearing | None = None
        self._ended: list[_Hearing] = []
        self._skipped: list[Words] = []

    @property
    def waiting(self) -> int:
        """Utterances whose words are under way."""
        return len(self._ended)

    @property
    def interim(self) -> str:
        """Words of the utterance being spoken, as far as they are known."""
        return "" if self._current is None else self._current.interim

    def begin(self) -> None:
        """Open a stream, unless too many are still being answered."""
        if len(self._ended) < self._max:
            self._current = _Hearing(self._words, self._longest)

    def feed(self, y: np.ndarray) -> None:
        """Send the next samples."""
        if self._current is not None:
            self._current.feed(y)

    def end(self, number: int, clip: str, y: np.ndarray, *, heard: bool) -> None:
        """Close the stream; what was no speech is not waited for."""
        hearing, self._current = self._current, None
        if hearing is not None:
            hearing.number = number
            hearing.end()
            if heard:
                self._ended.append(hearing)
        elif heard:
            self.dropped += 1
            self._skipped.append(Words(number, None, WordsSkippedError(self._max)))

    def poll(self) -> list[Words]:
        """What came since the last look."""
        found, self._skipped = self._skipped, []
        under_way = []
        for hearing in self._ended:
            outcome = hearing.outcome
            if outcome is None and time.monotonic() - (hearing.ended or 0.0) > ANSWER_WITHIN:
                outcome = (None, EngineFailedError(self._words.engine.title, TOO_LONG))
            if outcome is None:
                under_way.append(hearing)
            else:
                found.append(Words(hearing.number, *outcome))
        self._ended = under_way
        return found

    def close(self) -> None:
        """End the stream that is open; its answer is thrown away."""
        if self._current is not None:
            self._current.end()
        self._current, self._ended = None, []
