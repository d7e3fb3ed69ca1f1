"""Words written in the background: one transcription at a time, the queue in sight.

Conventions
-----------
The line is the process's: whoever asks stands in it, page, command or live stream. What comes out
carries the id of the clip it was asked for. A call that takes longer than `patience` is given up
with an error, and the next one begins.
"""

import logging
import threading
from collections import deque
from typing import Literal

import numpy as np

from core.errors import EngineFailedError, SttError
from core.i18n import N_
from core.settings import SR
from core.stt.engine import SttEngine, Transcript

__all__ = ["Line", "Writing", "patience", "start_writing"]

_log = logging.getLogger(__name__)

TOO_LONG = N_("it did not answer in time")
UNEXPECTED = N_("it broke in a way that nobody foresaw; the log says more")
AT_LEAST, PER_SECOND = 120.0, 20.0  # s; a cold load on a busy machine, and its slowest speech
IDLE = 30.0  # s after which a writer without work ends

State = Literal["waiting", "writing", "done", "failed", "stopped"]


def patience(duration: float) -> float:
    """How long a transcription may take before it is given up.

    Parameters
    ----------
    duration : float
        Of the clip, in seconds.

    Returns
    -------
    seconds : float
    """
    return AT_LEAST + PER_SECOND * duration


class Writing:
    """One transcription, asked for and perhaps not done yet; to be looked at from any thread."""

    def __init__(self, clip: str, y: np.ndarray, engine: SttEngine, language: str, consent: bool):
        self.clip = clip
        self.engine = engine
        self.language, self.consent = language, consent
        self.transcript: Transcript | None = None
        self.error: SttError | None = None
        self._y: np.ndarray | None = y
        self._state: State = "waiting"
        self._over = threading.Event()
        self._line: Line | None = None

    @property
    def state(self) -> State:
        """Where it stands: waiting, writing, done, failed or stopped."""
        return self._state

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._over.is_set()

    @property
    def position(self) -> int:
        """How many are to be written before this one; 0 if it is being written or over."""
        return 0 if self._line is None else self._line.before(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over, at most ``timeout`` seconds; whether it is."""
        return self._over.wait(timeout)

    def stop(self) -> None:
        """Give it up: it leaves the line, and an answer that still comes is thrown away."""
        if self._line is not None:
            self._line.leave(self)
        self._finish("stopped")

    def _finish(
        self,
        state: State,
        transcript: Transcript | None = None,
        error: SttError | None = None,
    ) -> None:
        """Take the first outcome; what comes later is thrown away."""
        with _OUTCOME:
            if self._over.is_set():
                return
            self.transcript, self.error, self._state = transcript, error, state
            self._y = None
            self._over.set()

    def _write(self) -> None:
        y = self._y
        if y is None:
            return
        try:
            transcript = self.engine.transcribe(y, language=self.language, consent=self.consent)
        except SttError as error:
            self._finish("failed", error=error)
        except Exception:
            _log.exception("%s broke on %s", self.engine.name, self.clip)
            self._finish("failed", error=EngineFailedError(self.engine.title, UNEXPECTED))
        else:
            self._finish("done", transcript)


_OUTCOME = threading.Lock()


class Line:
    """First come, first written; a writer thread lives as long as there is work."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Writing] = deque()
        self._current: Writing | None = None
        self._writer: threading.Thread | None = None

    def __len__(self) -> int:
        """Those waiting, the one being written not counted."""
        return len(self._waiting)

    def before(self, writing: Writing) -> int:
        """How many come before a writing; 0 for one that is not in the line."""
        with self._changed:
            if writing not in self._waiting:
                return 0
            ahead = self._waiting.index(writing)
            return ahead + (self._current is not None)

    def join(self, writing: Writing) -> None:
        """Stand at the end of the line."""
        with self._changed:
            writing._line = self
            self._waiting.append(writing)
            self._changed.notify_all()
            if self._writer is None:
                self._begin()

    def leave(self, writing: Writing) -> None:
        """Stand no longer in the line."""
        with self._changed:
            if writing in self._waiting:
                self._waiting.remove(writing)

    def _begin(self) -> None:
        self._writer = threading.Thread(target=self._work, daemon=True, name="words")
        self._writer.start()

    def _work(self) -> None:
        while (writing := self._next()) is not None:
            limit = threading.Timer(patience(_duration(writing)), self._give_up, [writing])
            limit.daemon = True
            limit.start()
            writing._write()
            limit.cancel()
            with self._changed:
                if self._current is not writing:  # given up: another writer has taken over
                    return
                self._current = None

    def _next(self) -> Writing | None:
        """The next in line, being written from now on; None ends an idle or replaced writer."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting), timeout=IDLE)
            if not self._waiting:
                self._writer = None
                return None
            self._current = self._waiting.popleft()
            if not self._current.over:
                self._current._state = "writing"
            return self._current

    def _give_up(self, writing: Writing) -> None:
        writing._finish("failed", error=EngineFailedError(writing.engine.title, TOO_LONG))
        with self._changed:
            if self._current is writing:
                self._current = None
                self._begin()


def _duration(writing: Writing) -> float:
    y = writing._y
    return 0.0 if y is None else len(y) / SR


_LINE = Line()


def start_writing(
    clip: str,
    y: np.ndarray,
    engine: SttEngine,
    *,
    language: str = "ko",
    consent: bool = False,
    line: Line | None = None,
) -> Writing:
    """Have the words of a clip written; returns at once.

    Parameters
    ----------
    clip : str
        The clip's id, such as `core.audio.Sound.content`; the writing carries it.
    y : np.ndarray [shape=(n_samples,)]
        Mono float32 at 16 kHz.
    engine : SttEngine
        The one that was chosen; no other steps in.
    language : str
        One of `core.stt.LANGUAGES`.
    consent : bool
        Whether the voice may leave this machine; an engine that needs it fails without.
    line : Line, optional
        The process's by default.

    Returns
    -------
    writing : Writing
    """
    writing = Writing(clip, y, engine, language, consent)
    (_LINE if line is None else line).join(writing)
    return writing
