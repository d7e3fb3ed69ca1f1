"""A live session: what the microphone sends is heard in a thread, and looked at by the page.

Conventions
-----------
The network's thread only puts frames into a queue; one thread of the session decodes and hears
them. Nothing here touches a page. A session ends when it is told to, or when nothing has come for
a while: the tab was closed, or the network is gone.
"""

import logging
import threading
import time
from collections import deque
from typing import Any

import numpy as np

from core.audio import Sound
from core.audio.live import LiveInput, frame_samples
from core.inference import GuestVoice, classify
from core.inference.hear import Asked
from core.inference.stream import LiveState, LiveStream
from core.models import Bundle
from core.settings import SR

__all__ = ["LiveSession", "warm_up"]

_log = logging.getLogger(__name__)

IDLE = 20.0  # s without a frame that end a session
WORDS_WITHIN = 60.0  # s after the end in which words may still come
MOST_WAITING = 3_000  # frames of 20 ms, a minute; then the oldest are given up and counted as lost
AT_ONCE = 25  # frames that are heard together at most, 0.5 s
KEPT = 600.0  # s of sound that can be heard again afterwards


def warm_up(bundle: Bundle) -> None:
    """Load in the background what the first half second of a stream would otherwise wait for.

    Parameters
    ----------
    bundle : Bundle
    """

    def load() -> None:
        try:
            stream = LiveStream(bundle)
            stream.feed(np.zeros(SR, dtype=np.float32))
            quiet = np.random.default_rng(0).normal(0, 1e-3, SR).astype(np.float32)
            classify(Sound(quiet, "", 1.0, SR, 1, "live", "", ()), bundle)
        except Exception:
            _log.exception("a stream could not be warmed up")

    threading.Thread(target=load, daemon=True, name="live-warm-up").start()


class LiveSession:
    """One stream of a microphone.

    Parameters
    ----------
    bundle : Bundle
    words : Asked or None
        Who writes the words.
    voice : GuestVoice, optional
        Of the one who speaks, if the model has met it.
    """

    def __init__(self, bundle: Bundle, words: Asked | None = None, voice: GuestVoice | None = None):
        self.bundle = bundle
        self.stream = LiveStream(bundle, words=words, voice=voice)
        self.began = time.monotonic()
        self.broke = False
        self._frames: deque[Any] = deque()
        self._arrived, self._ended = threading.Event(), threading.Event()
        self._over = threading.Event()
        self._first: float | None = None  # s, the sender's clock
        self._last = 0.0  # s
        self._heard = 0.0  # s of sound that came through
        self._last_arrival = time.monotonic()
        self._input = LiveInput()
        self._kept: deque[np.ndarray] = deque()
        self._n_kept = 0
        threading.Thread(target=self._run, daemon=True, name="live").start()

    def push(self, frame: Any) -> None:
        """Take a frame; called by the network's thread, so it only queues."""
        self._frames.append(frame)
        if len(self._frames) > MOST_WAITING:
            self._frames.popleft()
        self._last_arrival = time.monotonic()
        self._arrived.set()

    def end(self) -> None:
        """Nothing more will come: the utterance under way gets its answer."""
        self._ended.set()
        self._arrived.set()

    @property
    def over(self) -> bool:
        """Whether everything has been heard, and its words have come or been given up."""
        return self._over.is_set()

    @property
    def state(self) -> LiveState:
        """What a page shows now."""
        return self.stream.state

    @property
    def lost(self) -> float:
        """Share of the sender's sound that did not come through, 0 to 1."""
        if self._first is None or self._last <= self._first:
            return 0.0
        return max(0.0, 1 - self._heard / (self._last - self._first))

    @property
    def waiting(self) -> float:
        """Seconds of sound that came and are not heard yet."""
        return 0.02 * len(self._frames)

    def sound(self) -> np.ndarray:
        """The sound that was heard, mono at 16 kHz; its last ten minutes."""
        blocks = list(self._kept)
        return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)

    @property
    def sound_from(self) -> float:
        """Where `sound` begins, in s of the stream."""
        return max(0.0, self.stream.time - self._n_kept / SR)

    # --- the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._listen()
            self._feed(self._input.finish())
            self.stream.finish()
            self._wait_for_words()
        except Exception:
            _log.exception("a live session broke")
            self.broke = True
        finally:
            self.stream.close()
            self._frames.clear()
            self._over.set()

    def _listen(self) -> None:
        while True:
            self._arrived.wait(0.1)
            self._arrived.clear()
            while self._frames:
                self._take()
            self.stream.poll()
            if self._ended.is_set() and not self._frames:
                return
            if time.monotonic() - self._last_arrival > IDLE:
                return

    def _take(self) -> None:
        """Hear some of the frames that wait."""
        heard = []
        while self._frames and len(heard) < AT_ONCE:
            frame = self._frames.popleft()
            block, sr = frame_samples(frame)
            self._clock(frame, len(block) / sr)
            heard.append(self._input.take(block, sr))
        self._feed(np.concatenate(heard))

    def _clock(self, frame: Any, seconds: float) -> None:
        """Keep account by the sender's own clock: a gap in it is sound that was lost."""
        self._heard += seconds
        if frame.pts is None or frame.time_base is None:
            at = self._last if self._first is not None else 0.0
        else:
            at = float(frame.pts * frame.time_base)
        if self._first is None:
            self._first = at
        self._last = max(self._last, at + seconds)

    def _feed(self, y: np.ndarray) -> None:
        self._kept.append(y)
        self._n_kept += len(y)
        while self._n_kept - len(self._kept[0]) > KEPT * SR:
            self._n_kept -= len(self._kept.popleft())
        self.stream.feed(y)

    def _wait_for_words(self) -> None:
        ended = time.monotonic()
        while self.state.waiting and time.monotonic() - ended < WORDS_WITHIN:
            time.sleep(0.2)
            self.stream.poll()
