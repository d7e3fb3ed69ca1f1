"""Utterances of a running stream: begun and ended by the probability of speech, step by step.

The detector takes breath and reverberation behind a sentence for speech, up to 0.35 s of it. So
what has fallen far below the loudest step of the utterance is none, whatever the detector says.
"""

from dataclasses import dataclass

import numpy as np

from core.settings import LiveSpec
from core.signal.voice_activity import STEP

__all__ = ["SpeechEnded", "SpeechStarted", "UtteranceDetector"]


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody began to speak."""

    start: float  # s since the start of the stream


@dataclass(frozen=True)
class SpeechEnded:
    """An utterance is over; one that was too short never counted."""

    start: float  # s
    end: float  # s, of the last step with speech in it
    heard: bool  # False for what was too short to be speech


class UtteranceDetector:
    """A hysteresis with hangover over the probability of speech; its clock is the steps.

    Parameters
    ----------
    spec : LiveSpec
    """

    def __init__(self, spec: LiveSpec):
        self._spec = spec
        self._steps = 0
        self._start: float | None = None
        self._last = 0.0  # s, end of the last step with speech in it
        self._loudest = -np.inf  # dB, of the utterance under way

    @property
    def time(self) -> float:
        """Seconds of the stream that were taken in."""
        return self._steps * STEP

    @property
    def start(self) -> float | None:
        """Where the utterance under way began (s), or None in a pause."""
        return self._start

    @property
    def end(self) -> float:
        """Where the speech of the utterance under way ends as far as it is known, in s."""
        return self._last

    def step(self, proba: float, level: float = 0.0) -> SpeechStarted | SpeechEnded | None:
        """Take in the next step of 32 ms.

        Parameters
        ----------
        proba : float
            Probability that it is speech.
        level : float
            Its level in dB, against any reference that stays the same.

        Returns
        -------
        event : SpeechStarted, SpeechEnded or None
        """
        before = self.time
        self._steps += 1
        if self._start is None:
            if proba < self._spec.threshold:
                return None
            self._start, self._last, self._loudest = before, self.time, level
            return SpeechStarted(before)
        self._loudest = max(self._loudest, level)
        if proba >= self._spec.release and level > self._loudest - self._spec.fall:
            self._last = self.time
        silent = self.time - self._last >= self._spec.hangover - STEP / 2
        if silent or self.time - self._start >= self._spec.longest:
            return self.finish()
        return None

    def finish(self) -> SpeechEnded | None:
        """End the utterance under way, as at the end of the stream.

        Returns
        -------
        ended : SpeechEnded or None
            None where nobody speaks.
        """
        if self._start is None:
            return None
        start, self._start = self._start, None
        heard = self._last - start >= self._spec.min_speech - STEP / 2
        return SpeechEnded(start, self._last, heard)
