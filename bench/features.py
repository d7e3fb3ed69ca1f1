"""CPU time of the features against the floor and against librosa, all in one run.

The floor is what no feature code can go below: reading the file and one batched FFT. The steps
take turns, so that a busy machine slows all of them alike; the median of each is compared.

    OMP_NUM_THREADS=1 python bench/features.py [clip.wav] [--rounds 50]
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import soundfile
from numpy.lib.stride_tricks import sliding_window_view

from core.features import FeatureKey, FeatureStore, extract, features_of
from core.settings import SR, FunctionalsSpec, OriginalSpec

DURATION = 3.0  # s
N_CLIPS = 313  # the original team's corpus
MANY = 50_000  # rows


def synthetic_clip(path: Path) -> None:
    rng = np.random.default_rng(0)
    t = np.arange(int(DURATION * SR)) / SR
    phase = 2 * np.pi * np.cumsum(140 + 40 * np.sin(2 * np.pi * 0.5 * t)) / SR
    tone = sum(np.sin(k * phase) / k for k in range(1, 20)) * np.sin(2 * np.pi * 2 * t) ** 2
    soundfile.write(path, 0.1 * tone + 0.01 * rng.standard_normal(t.size), SR)


def floor(path: Path) -> None:
    y, _ = soundfile.read(path, dtype="float32")
    frames = sliding_window_view(y, 400)[::160] * np.hanning(400).astype(np.float32)
    np.fft.rfft(frames, 512)


def librosa_original(path: Path):
    import librosa

    y, _ = soundfile.read(path, dtype="float32")
    return lambda: librosa.feature.melspectrogram(y=y, sr=SR).mean(axis=1)


def cpu_medians(steps: dict, rounds: int) -> dict[str, float]:
    for step in steps.values():
        step()
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            start = time.thread_time()
            step()
            times[name].append(1000 * (time.thread_time() - start))
    return {name: median(values) for name, values in times.items()}


def report_one_clip(path: Path, rounds: int) -> None:
    y, sr = soundfile.read(path, dtype="float32")
    if sr != SR or y.ndim != 1:
        raise SystemExit(f"{path}: a 16 kHz mono clip is needed")
    y = np.resize(y, int(DURATION * SR))
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.wav"
        soundfile.write(clip, y, SR)
        ms = cpu_medians(
            {
                "floor": lambda: floor(clip),
                "functionals": lambda: extract(y, FunctionalsSpec()),
                "original": lambda: extract(y, OriginalSpec()),
                "librosa": librosa_original(clip),
            },
            rounds,
        )
    print(f"one clip of {DURATION:g} s, median CPU of {rounds} rounds")
    for name, value in ms.items():
        print(f"  {name:12} {value:7.2f} ms")
    print(f"  functionals / floor      {ms['functionals'] / ms['floor']:.2f}")
    print(f"  librosa / our original   {ms['librosa'] / ms['original']:.2f}")


def report_store() -> None:
    spec = FunctionalsSpec()
    rng = np.random.default_rng(0)
    rows = {
        FeatureKey(f"{n:064x}"): row
        for n, row in enumerate(rng.normal(size=(MANY, 592)).astype(np.float32))
    }
    keys = list(rows)
    with tempfile.TemporaryDirectory() as folder:
        store = FeatureStore(Path(folder))
        for start in range(0, MANY, 1000):
            store.put_many({key: rows[key] for key in keys[start : start + 1000]}, spec)
        for n in (N_CLIPS, MANY):
            start_time = time.perf_counter()
            found = features_of([(key, never) for key in keys[:n]], spec, store)
            took = time.perf_counter() - start_time
            assert np.array_equal(found[-1], rows[keys[n - 1]])
            print(f"{n} stored rows read among {MANY}: {took:.3f} s")
        print(f"store on disk: {store.path.stat().st_size / 2**20:.0f} MiB")


def never() -> np.ndarray:
    raise AssertionError("a stored clip was loaded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path, nargs="?", help="16 kHz mono; synthetic if not given")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clip = options.clip
        if clip is None:
            clip = Path(folder) / "synthetic.wav"
            synthetic_clip(clip)
        report_one_clip(clip, options.rounds)
    report_store()


if __name__ == "__main__":
    main()
