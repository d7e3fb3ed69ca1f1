"""Small corpora with a known answer: every emotion is a tone of its own, every voice a detuning."""

from pathlib import Path

import numpy as np
import soundfile as sf

SR = 16_000
TONES = {"S": 220.0, "N": 440.0, "J": 880.0, "A": 1760.0}


def tone(frequency: float, *, seed: int, duration: float = 0.5, noise: float = 0.01) -> np.ndarray:
    """A tone with some noise, float32 [shape=(n_samples,)]."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration * SR)) / SR
    y = 0.3 * np.sin(2 * np.pi * frequency * t) + noise * rng.standard_normal(len(t))
    return y.astype(np.float32)


def write_tones(
    folder: Path,
    *,
    n_speakers: int = 4,
    n_sentences: int = 3,
    codes: str = "SNJA",
    noise: float = 0.01,
) -> int:
    """Write `{sentence}_{speaker}_{code}.wav` files; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for speaker in range(1, n_speakers + 1):
        for sentence in range(1, n_sentences + 1):
            for code in codes:
                detuned = TONES[code] * (1 + 0.02 * speaker + 0.01 * sentence)
                y = tone(detuned, seed=count, noise=noise)
                sf.write(folder / f"{sentence}_{speaker}_{code}.wav", y, SR)
                count += 1
    return count
