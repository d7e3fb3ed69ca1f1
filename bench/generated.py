"""A corpus of any size, made by cutting and mixing the clips of a small one.

Every clip is joined from three pieces of clips of one voice and emotion, each played a little
faster or slower and at a level of its own, over a faint piece of another clip. So no two are the
same take, and the emotion is still to be heard. Files are 16-bit WAV at 16 kHz in the original
naming, ``{sentence}_{speaker}_{emotion}-{take}.wav``.
"""

import os
import wave
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from core.audio import decode
from core.corpus.conventions.original import parse_name
from core.emotions import emotion
from core.settings import SR, demo_folder

__all__ = ["generate"]

PIECES = 3
SHORTEST, LONGEST = 0.5, 0.9  # s of a piece
SHARD = 250  # clips a worker makes in one go


def generate(folder: Path, n: int, *, source: Path | None = None, start: int = 0) -> None:
    """Write clips ``start`` to ``start + n``; those that are there already are left alone.

    Parameters
    ----------
    folder : Path
    n : int
    source : Path, optional
        Clips in the original naming; the demo corpus by default.
    start : int
        The same number always gives the same clip.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted((source or demo_folder() / "audio").glob("*.*"))
    shards = [(folder, files, i, min(i + SHARD, start + n)) for i in range(start, start + n, SHARD)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_shard, shards))


def _shard(job: tuple[Path, list[Path], int, int]) -> None:
    folder, files, first, last = job
    voices: dict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
    for file in files:
        parsed = parse_name(file.name)
        if parsed is not None:
            voices[parsed.speaker, parsed.emotion].append(decode(file).y)
    keys = sorted(voices)
    for number in range(first, last):
        speaker, label = keys[number % len(keys)]
        take = number // len(keys)
        rng = np.random.default_rng(number)
        sentence = 1 + take % 50
        name = f"{sentence}_{speaker}_{emotion(label).code}-{1 + take // 50}.wav"
        path = folder / name
        if not path.exists():
            _write(path, _clip(voices[speaker, label], rng))


def _clip(sounds: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    parts = [_piece(sounds, rng) for _ in range(PIECES)]
    y = np.concatenate(parts)
    y += 0.05 * np.resize(_piece(sounds, rng), y.size)
    return y * rng.uniform(0.3, 0.8) / max(float(np.abs(y).max()), 1e-3)


def _piece(sounds: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    y = sounds[rng.integers(len(sounds))]
    length = min(int(rng.uniform(SHORTEST, LONGEST) * SR), y.size)
    at = rng.integers(0, y.size - length + 1)
    speed = rng.uniform(0.9, 1.1)
    places = np.arange(0, length - 1, speed)
    piece = np.interp(places, np.arange(length), y[at : at + length])
    return piece * rng.uniform(0.6, 1.0)


def _write(path: Path, y: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SR)
        file.writeframes(np.round(y * 32_767).astype("<i2").tobytes())
