"""Signals made for the tests: what is in them is known."""

import numpy as np

SR = 16_000


def silence(duration: float) -> np.ndarray:
    return np.zeros(round(duration * SR), dtype=np.float32)


def noise(duration: float, *, level: float = 0.1, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(duration * SR))).astype(np.float32)


def voice(duration: float = 1.5, *, f0: float = 120.0, glide: float = 60.0, seed: int = 0):
    """Something like speech: gliding harmonics in syllables, a hiss, a pause."""
    t = np.arange(round(duration * SR)) / SR
    phase = 2 * np.pi * np.cumsum(f0 + glide * t / duration) / SR
    harmonics = sum(np.sin(k * phase + k) / k for k in range(1, 16))
    syllables = 0.05 + np.sin(2 * np.pi * 2.1 * t) ** 2
    hiss = noise(duration, level=0.02, seed=seed)
    hiss[int(0.4 * t.size) : int(0.5 * t.size)] *= 10
    y = 0.15 * harmonics * syllables + hiss
    y[int(0.7 * t.size) : int(0.8 * t.size)] *= 1e-3
    return y.astype(np.float32)
