"""A live stream heard: level, spectrogram, a bar while somebody speaks, an answer when they stop.

Conventions
-----------
The clock is the samples that were fed: the same samples give the same answers at the same times,
however they are cut into blocks and however slowly they come. Times are seconds since the start
of the stream. Only words depend on the world's clock: they come when their engine is done.

A stream is fed from one thread; `LiveStream.state` may be read from another.
"""

import time
import uuid
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.audio import Sound
from core.errors import SttError
from core.features import RollingSpectrogram
from core.inference.classify import Prediction, classify_many
from core.inference.guest import GuestVoice
from core.inference.hear import Asked, has_dear_features
from core.inference.live_words import live_words
from core.inference.quick import quick_bundle
from core.inference.timeline import HeardSegment, Timeline
from core.models import Bundle
from core.settings import SR, LiveSpec
from core.signal.utterances import SpeechEnded, SpeechStarted, UtteranceDetector
from core.signal.voice_activity import FRAME, STEP, SpeechStream
from core.stt import Transcript

__all__ = ["Answered", "BarMoved", "Detector", "LiveState", "LiveStream", "Spoke", "WordsCame"]

LEVEL_SPAN = 0.1  # s over which the level is taken
LEVEL_FLOOR = -100.0  # dBFS
TURN = 1024  # samples taken in at once, 64 ms: two steps of the detector
LAST_TURN = 512  # and while an utterance may be ending, 32 ms
CLIPPED_LEVEL, CLIPPED_SHARE = 0.999, 0.001  # as for files


class Detector(Protocol):
    """Gives the probability of speech for every 512 samples that are complete by now."""

    def feed(self, y: np.ndarray) -> np.ndarray:
        """Take in the next samples, (n_samples,)."""


@dataclass(frozen=True)
class Spoke:
    """Somebody began to speak."""

    time: float


@dataclass(frozen=True)
class BarMoved:
    """How the utterance under way sounds so far, smoothed."""

    time: float
    emotion: str  # changes only when another one leads by a margin
    proba: dict[str, float]


@dataclass(frozen=True)
class Answered:
    """An utterance is over and has its answer; `time` less the segment's end is the delay."""

    time: float
    index: int  # of the segment in the timeline
    segment: HeardSegment


@dataclass(frozen=True)
class WordsCame:
    """The words of an utterance, or why there are none."""

    time: float
    index: int
    transcript: Transcript | None
    error: SttError | None


Event = Spoke | BarMoved | Answered | WordsCame


@dataclass(frozen=True)
class LiveState:
    """Everything that a page shows of a stream at one moment."""

    time: float  # s of sound taken in
    level: float  # dBFS, root mean square of the last 0.1 s
    speaking: bool
    since: float | None  # s; where the utterance under way began
    emotion: str | None  # of the utterance under way, with hysteresis
    proba: dict[str, float] | None  # smoothed
    interim: str  # words of the utterance under way, where the engine hears along
    timeline: Timeline  # utterances that are over
    waiting: int  # utterances whose words are under way
    dropped: int  # utterances whose words were left out, the line being full


class LiveStream:
    """A stream of sound and what is heard in it.

    Parameters
    ----------
    bundle : Bundle
    words : Asked, optional
        Who writes the words. An engine with a ``stream`` method hears along.
    spec : LiveSpec, optional
    detector : Detector, optional
        The Silero detector by default.
    name : str
        For the timeline.
    bar : bool, optional
        Whether the bar moves while somebody speaks. A model whose features are dear is asked once
        an utterance; the bar is then moved by a quick shipped one of the same emotions, and if not
        given, there is none where none such lies here.
    voice : GuestVoice, optional
        Of the one who speaks, if the model has met it.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        words: Asked | None = None,
        spec: LiveSpec | None = None,
        detector: Detector | None = None,
        name: str = "live",
        bar: bool | None = None,
        voice: GuestVoice | None = None,
    ):
        self.spec = spec or LiveSpec()
        self.spectrogram = RollingSpectrogram()
        self._bundle, self._name = bundle, name
        self._quick = bundle if bar is False else quick_bundle(bundle)
        self._bar = not has_dear_features(self._quick) if bar is None else bar
        self._voice = voice
        self._detector = detector or SpeechStream()
        self._utterances = UtteranceDetector(self.spec)
        self._kept = _Kept(self.spec.longest + 2 * self.spec.pad + 2.0)
        self._words = live_words(
            words, max_waiting=self.spec.max_waiting, longest=self.spec.longest + 1.0
        )
        self._timeline = Timeline(name, uuid.uuid4().hex, 0.0, bundle.name)
        self._held = np.zeros(0, dtype=np.float32)
        self._next_bar = 0.0
        self._free_from = 0.0  # s; where the utterance before ended
        self._proba: np.ndarray | None = None
        self._leader: int | None = None
        # An answer prepared in a pause, and the end of speech (s) that it holds for.
        self._ready: tuple[float, Prediction] | None = None
        self._took = 0.05  # s that the latest answer took

    @property
    def time(self) -> float:
        """Seconds of sound that were taken in."""
        return self._kept.n_seen / SR

    @property
    def state(self) -> LiveState:
        """What a page shows now."""
        proba, leader = self._proba, self._leader
        scheme, words, since = self._bundle.scheme, self._words, self._utterances.start
        return LiveState(
            time=self.time,
            level=self._level(),
            speaking=since is not None,
            since=since,
            emotion=None if leader is None else scheme[leader],
            proba=None if proba is None else dict(zip(scheme, proba.tolist(), strict=True)),
            interim=words.interim if words else "",
            timeline=self._timeline,
            waiting=words.waiting if words else 0,
            dropped=words.dropped if words else 0,
        )

    def feed(self, y: np.ndarray) -> list[Event]:
        """Take in the next samples.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)]
            Mono float32 at 16 kHz; `core.audio.LiveInput` makes it from a microphone's blocks.

        Returns
        -------
        events : list of Spoke, BarMoved, Answered or WordsCame
            In order.
        """
        events: list[Event] = []
        y = np.concatenate([self._held, np.asarray(y, dtype=np.float32)])
        first = 0
        while len(y) - first >= (turn := LAST_TURN if self._pausing else TURN):
            events += self._take(y[first : first + turn])
            first += turn
        self._held = y[first:]
        return events + self.poll()

    def poll(self) -> list[Event]:
        """The words that came since the last look; to be called while no sound comes."""
        if self._words is None:
            return []
        events: list[Event] = []
        for words in self._words.poll():
            self._timeline = self._timeline.with_words(words.number, words.transcript, words.error)
            events.append(WordsCame(self.time, words.number, words.transcript, words.error))
        return events

    def finish(self) -> list[Event]:
        """End the stream: an utterance under way gets its answer.

        Returns
        -------
        events : list
            Words may still be under way: `poll` until ``state.waiting`` is 0, or `close`.
        """
        events = self._take(self._held) if len(self._held) else []
        self._held = self._held[:0]
        ended = self._utterances.finish()
        events += [] if ended is None else self._end(ended)
        return events + self.poll()

    def close(self) -> None:
        """Give up what is still being written."""
        if self._words is not None:
            self._words.close()

    def _take(self, y: np.ndarray) -> list[Event]:
        self.spectrogram.feed(y)
        self._kept.feed(y)
        speaking = self._utterances.start is not None
        if speaking and self._words is not None:
            self._words.feed(y)
        events: list[Event] = []
        probas = self._detector.feed(y)
        levels = _levels(y, len(probas))
        for proba, level in zip(probas, levels, strict=True):
            event = self._utterances.step(float(proba), float(level))
            if isinstance(event, SpeechStarted):
                events += self._start(event)
            elif isinstance(event, SpeechEnded):
                events += self._end(event)
            elif self._pausing:
                self._prepare()
            elif self._bar and self._utterances.start is not None:
                events += self._move_bar()
        return events

    @property
    def _pausing(self) -> bool:
        """Whether who spoke is silent just now, which may be the end."""
        return self._utterances.start is not None and self._utterances.end < self._utterances.time

    def _prepare(self) -> None:
        """Get the answer ready in the pause that ends an utterance if it lasts.

        All of the utterance's sound is known `pad` after its end, and the pause is longer. A
        quick model is asked late, so that pauses within an utterance cost it nothing.
        """
        start, ended, now = self._utterances.start, self._utterances.end, self._utterances.time
        lead = self._took + 2 * STEP
        known = now - ended >= max(self.spec.pad, self.spec.hangover - lead) - STEP / 2
        if start is None or not known or (self._ready is not None and self._ready[0] == ended):
            return
        if ended - start >= self.spec.min_speech - STEP / 2:
            self._ready = (ended, self._answer(self._begin(start), ended + self.spec.pad))

    def _answer(self, start: float, end: float) -> Prediction:
        """What the model hears in an utterance, and note how long it took."""
        began = time.monotonic()
        clip = f"{self._timeline.content}:{len(self._timeline.segments)}"
        heard = self._classify(self._kept.cut(start, end), clip, self._bundle)
        self._took = time.monotonic() - began
        return heard

    def _level(self) -> float:
        """Of what was taken in last, in dBFS."""
        recent = self._kept.cut(self.time - LEVEL_SPAN, self.time)
        power = float(np.mean(np.square(recent, dtype=np.float64))) if len(recent) else 0.0
        return max(LEVEL_FLOOR, 10 * float(np.log10(power + 1e-12)))

    def _start(self, event: SpeechStarted) -> list[Event]:
        self._proba = self._leader = None
        self._next_bar = event.start + max(self.spec.least, self.spec.hop)
        if self._words is not None:
            self._words.begin()
            self._words.feed(self._kept.cut(self._begin(event.start), self.time))
        return [Spoke(event.start)]

    def _begin(self, start: float) -> float:
        """Start of an utterance with its pad, never within the one before."""
        return max(start - self.spec.pad, self._free_from)

    def _move_bar(self) -> list[Event]:
        """Every hop, the emotion of the last seconds of the utterance under way."""
        now, start = self._utterances.time, self._utterances.start
        if start is None or now < self._next_bar - STEP / 2:
            return []
        while self._next_bar < now + STEP / 2:
            self._next_bar += self.spec.hop
        y = self._kept.cut(max(self._begin(start), now - self.spec.window), now)
        scheme = self._bundle.scheme
        heard = self._classify(y, "", self._quick)
        fresh = np.array([heard.proba[e] for e in scheme])
        weight = 0.0 if self._proba is None else self.spec.smoothing
        before = fresh if self._proba is None else self._proba
        proba = weight * before + (1 - weight) * fresh
        best = int(proba.argmax())
        if self._leader is None or proba[best] >= proba[self._leader] + self.spec.margin:
            self._leader = best
        self._proba = proba
        bar = dict(zip(scheme, proba.tolist(), strict=True))
        return [BarMoved(now, scheme[self._leader], bar)]

    def _end(self, ended: SpeechEnded) -> list[Event]:
        """The answer of an utterance over all of it, with its words on their way."""
        now = self._utterances.time
        start, end = self._begin(ended.start), min(ended.end + self.spec.pad, now)
        self._proba = self._leader = None
        index = len(self._timeline.segments)
        events: list[Event] = []
        if ended.heard:
            self._free_from = end
            ready = self._ready if self._ready and self._ready[0] == ended.end else None
            heard = ready[1] if ready else self._answer(start, end)
            segment = HeardSegment(start, end, heard)
            self._timeline = self._timeline.with_segments([segment])
            events.append(Answered(now, index, segment))
        if self._words is not None:
            clip = f"{self._timeline.content}:{index}"
            self._words.end(index, clip, self._kept.cut(start, end), heard=ended.heard)
        return events

    def _classify(self, y: np.ndarray, clip: str, bundle: Bundle) -> Prediction:
        clipped = np.mean(np.abs(y) >= CLIPPED_LEVEL) > CLIPPED_SHARE if len(y) else False
        flags = ("clipped",) if clipped else ()
        sound = Sound(y, self._name, len(y) / SR, SR, 1, "live", clip, flags)
        voice = self._voice if bundle is self._bundle else None  # the quick one has not met it
        return classify_many([sound], bundle, voice=voice)[0]


def _levels(y: np.ndarray, n: int) -> np.ndarray:
    """Level in dBFS of each of the n steps that a turn completes; a turn is whole steps long."""
    steps = y[: n * FRAME].reshape(n, FRAME)
    return 10 * np.log10(np.einsum("ij,ij->i", steps, steps) / FRAME + 1e-12)


class _Kept:
    """The last seconds of a stream, to be cut by the stream's own time.

    Parameters
    ----------
    duration : float
        In s.
    """

    def __init__(self, duration: float):
        self.n_seen = 0
        self._n = round(duration * SR)
        self._room = np.zeros(2 * self._n + TURN, dtype=np.float32)
        self._used = 0

    def feed(self, y: np.ndarray) -> None:
        """Keep the next samples, at most `TURN`."""
        if self._used + len(y) > len(self._room):
            self._room[: self._n] = self._room[self._used - self._n : self._used]
            self._used = self._n
        self._room[self._used : self._used + len(y)] = y
        self._used += len(y)
        self.n_seen += len(y)

    def cut(self, start: float, end: float) -> np.ndarray:
        """A copy of the samples from start to end (s), as far as they are kept."""
        first = self._used - self.n_seen  # where the stream's start would lie
        a = min(max(first + round(start * SR), 0), self._used)
        b = min(max(first + round(end * SR), a), self._used)
        return self._room[a:b].copy()
