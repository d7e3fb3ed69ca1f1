"""Signals made for the tests: what is in them is known."""

import numpy as np

from core.features import log_mel_spectrogram, pitch
from core.signal import Activity, ClipMeasures, fingerprint, measure_clip

SR = 16_000


def silence(duration: float) -> np.ndarray:
    return np.zeros(round(duration * SR), dtype=np.float32)


def noise(duration: float, *, rms: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rms * rng.standard_normal(round(duration * SR))).astype(np.float32)


def sine(frequency: float, duration: float, *, peak: float = 0.5) -> np.ndarray:
    t = np.arange(round(duration * SR)) / SR
    return (peak * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


def voice(duration: float = 1.5, *, seed: int = 0, level: float = 0.1) -> np.ndarray:
    """Something like speech: syllables of gliding harmonics, hisses, and short gaps between."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(duration * SR)) / SR
    y = np.zeros(len(t))
    start = 0.0
    while start < duration - 0.05:
        length = min(rng.uniform(0.1, 0.3), duration - start)
        here = (t >= start) & (t < start + length)
        x = (t[here] - start) / length
        phase = 2 * np.pi * np.cumsum(rng.uniform(100, 250) * (1 + rng.uniform(-0.3, 0.3) * x)) / SR
        colour = rng.uniform(0.3, 1, 24) / np.arange(1, 25)
        tone = sum(c * np.sin(k * phase + k) for k, c in enumerate(colour, start=1))
        hiss = rng.uniform(0.05, 0.3) * rng.standard_normal(here.sum()) * (x > 0.7)
        y[here] = rng.uniform(0.4, 1) * np.sin(np.pi * x) * (tone + hiss)
        start += length + rng.uniform(0.02, 0.08)
    return (level * y / np.sqrt(np.mean(y**2))).astype(np.float32)


def mel_of(y: np.ndarray) -> np.ndarray:
    return log_mel_spectrogram(y, n_fft=512, hop_length=160, n_mels=40)[0]


def measured(y: np.ndarray, *, raw: np.ndarray | None = None) -> tuple[ClipMeasures, Activity]:
    f0 = pitch(y).f0
    raw = y if raw is None else raw
    return measure_clip(y, raw=raw, mel_db=mel_of(y), frame_duration=0.01, f0=f0)


def print_of(y: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    _, found = measured(y)
    durations = (len(y) / SR, (found.last + 1 - found.first) / 100)
    return fingerprint(mel_of(y), found.first, found.last), durations
