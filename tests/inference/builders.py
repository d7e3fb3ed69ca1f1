"""Sounds, models and speech engines with known answers for this room."""

import threading

import numpy as np

from core.audio import Sound
from core.errors import EngineFailedError
from core.inference import HeardSegment, Prediction, Timeline
from core.models import Bundle, Calibration
from core.settings import SR, OriginalSpec
from core.stt import EngineStatus, TextSegment, Transcript


class Loud:
    """A model that calls whatever is loud in its first feature angry."""

    n_features_in_ = 128

    def predict_proba(self, X):
        loud = X[:, 0] > 0.5
        return np.where(loud[:, None], [[0.2, 0.8]], [[0.6, 0.4]])


def bundle(threshold=0.7, speaker_norm=None):
    return Bundle.make(
        name="loud",
        estimator=Loud(),
        scheme=("sad", "angry"),
        features=OriginalSpec(),
        speaker_norm=speaker_norm,
        calibration=Calibration(temperature=1.0, threshold=threshold, ece=0.0),
        facts={},
    )


def sound(y, name="clip.wav", content="c" * 64):
    y = np.asarray(y, dtype=np.float32)
    return Sound(y, name, len(y) / SR, SR, 1, "WAV/PCM_16", content, ())


def hum(duration, frequency=120.0, seed=0):
    """A buzz with the harmonics of a voice, and a little noise."""
    t = np.arange(round(duration * SR)) / SR
    y = sum(np.sin(2 * np.pi * frequency * k * t) / k for k in range(1, 12))
    noise = np.random.default_rng(seed).standard_normal(len(t))
    return (0.1 * y + 0.001 * noise).astype(np.float32)


def prediction(emotion="angry", confidence=0.8, *, sure=True, name="clip.wav"):
    other = "sad" if emotion == "angry" else "angry"
    proba = {emotion: confidence, other: 1 - confidence}
    return Prediction(name, emotion, {k: proba[k] for k in sorted(proba)}, 1.0, (), "loud", sure)


def transcript(text, *, engine="script", low=False, duration=1.0):
    segments = (TextSegment(0.0, duration, text, low_confidence=low),) if text else ()
    return Transcript(text, segments, engine, "one", "ko", 0.1, no_speech=not text)


def timeline(*segments):
    return Timeline("talk.wav", "a" * 64, 60.0, "loud", tuple(segments))


def segment(start, end, text=None, **heard):
    words = None if text is None else transcript(text)
    return HeardSegment(start, end, prediction(**heard), words)


class Script:
    """A speech engine that says its lines one after the other; an error is raised."""

    name = title = "script"
    sends_voice_away = False
    waiting = 0

    def __init__(self, *lines, gate=None):
        self.lines = list(lines)
        self.gate: threading.Event | None = gate
        self.heard: list[np.ndarray] = []

    def status(self):
        return EngineStatus("ready", "ready", "Nothing to do.")

    def prepare(self):
        pass

    def transcribe(self, y, *, language="ko", consent=False):
        if self.gate is not None:
            assert self.gate.wait(60)
        self.heard.append(y)
        line = self.lines[min(len(self.heard), len(self.lines)) - 1]
        if isinstance(line, Exception):
            raise line
        return transcript(line, duration=len(y) / SR)


FAILED = EngineFailedError("script", "the quota at Google is used up for now")
