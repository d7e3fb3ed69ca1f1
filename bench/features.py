"""Features: one clip and whole corpora, against librosa, openSMILE and the floor.

The floor is what no feature code can go below: reading the file and one batched FFT.

    python -m bench.features [clip.wav] [--rounds 30] [--many 5000]

openSMILE is measured where requirements-bench.txt is installed.
"""

import argparse
import importlib.util
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import soundfile
from numpy.lib.stride_tricks import sliding_window_view

from bench.table import Row, cpu_medians, show
from core.audio import decode
from core.features import FeatureKey, FeatureStore, extract, features_of
from core.settings import SR, FunctionalsSpec, OriginalSpec

DURATION = 3.0  # s
N_CLIPS = 313  # the original team's corpus


def synthetic(seed: int = 0) -> np.ndarray:
    """A voice-like sound whose pitch and loudness move."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(DURATION * SR)) / SR
    phase = 2 * np.pi * np.cumsum(140 + seed % 60 + 40 * np.sin(2 * np.pi * 0.5 * t)) / SR
    tone = sum(np.sin(k * phase) / k for k in range(1, 20)) * np.sin(2 * np.pi * 2 * t) ** 2
    return (0.1 * tone + 0.01 * rng.standard_normal(t.size)).astype(np.float32)


def floor(path: Path) -> None:
    """Read, and one batched FFT."""
    y, _ = soundfile.read(path, dtype="float32")
    frames = sliding_window_view(y, 400)[::160] * np.hanning(400).astype(np.float32)
    np.fft.rfft(frames, 512)


def librosa_original(y: np.ndarray) -> np.ndarray:
    """The call of the original recipe."""
    import librosa

    mean = librosa.feature.melspectrogram(y=y, sr=SR).mean(axis=1)
    return mean / np.linalg.norm(mean)


def opensmile_egemaps():
    """The eGeMAPS functionals of openSMILE, or None where it is not installed."""
    if importlib.util.find_spec("opensmile") is None:
        return None
    import opensmile

    return opensmile.Smile(
        feature_set=opensmile.FeatureSet.eGeMAPSv02,
        feature_level=opensmile.FeatureLevel.Functionals,
        num_workers=1,
    )


def one_clip(clip: Path, y: np.ndarray, rounds: int) -> list[Row]:
    """One clip of three seconds."""
    steps = {
        "floor": lambda: floor(clip),
        "functionals": lambda: extract(y, FunctionalsSpec()),
        "from the file": lambda: extract(decode(clip).y, FunctionalsSpec()),
        "original": lambda: extract(y, OriginalSpec()),
        "librosa": lambda: librosa_original(y),
    }
    smile = opensmile_egemaps()
    if smile is not None:
        steps["opensmile"] = lambda: smile.process_signal(y, SR)
    ms = cpu_medians(steps, rounds)
    ours, theirs = extract(y, OriginalSpec()), librosa_original(y)
    off = float(np.max(np.abs(ours - theirs) / np.abs(theirs)))
    low, egemaps = ms["floor"], ms.get("opensmile")
    return [
        Row(
            "functionals, ms", ms["functionals"], egemaps, low, "≤ 5 × floor, ≥ 5 × peer", "eGeMAPS"
        ),
        Row("functionals from the file, ms", ms["from the file"], None, low),
        Row(
            "original, ms",
            ms["original"],
            ms["librosa"],
            low,
            f"≥ 1.5 × peer; largest relative difference {off:.1e}",
            "librosa",
        ),
    ]


def corpus(n: int, folder: Path) -> list[Row]:
    """Many clips from files, cold and then from the store; the floor in processor time."""
    files = []
    for i in range(n):
        file = folder / f"{i}.wav"
        soundfile.write(file, np.roll(synthetic(i % 50), 97 * i), SR)
        files.append(file)
    store = FeatureStore(folder / "store")
    keyed = [(FeatureKey(f"{i:064x}"), lambda f=f: decode(f).y) for i, f in enumerate(files)]
    rows = []
    low = time.process_time()
    for file in files:
        floor(file)
    low = time.process_time() - low
    for name in ("cold", "warm"):
        cpu, wall = time.process_time(), time.perf_counter()
        X = features_of(keyed, FunctionalsSpec(), store)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert X.shape[0] == n
        reach = {"cold": "≤ 3 s", "warm": "≤ 0.2 s"}[name] if n == N_CLIPS else ""
        rows.append(Row(f"{n} clips {name}, s", wall, reach=reach))
        rows.append(Row(f"{n} clips {name}, CPU s", cpu, None, low if name == "cold" else None))
    return rows


def main() -> None:
    """Measure, print, keep."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path, nargs="?", help="16 kHz mono; synthetic if not given")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--many", type=int, default=5_000, help="clips; 0 leaves it out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        y = synthetic() if asked.clip is None else decode(asked.clip).y
        y = np.resize(y, int(DURATION * SR))
        soundfile.write(folder / "clip.wav", y, SR)
        rows = one_clip(folder / "clip.wav", y, asked.rounds)
        for n in (N_CLIPS, asked.many):
            if n:
                place = folder / str(n)
                place.mkdir()
                rows += corpus(n, place)
        show("features", rows)


if __name__ == "__main__":
    main()
