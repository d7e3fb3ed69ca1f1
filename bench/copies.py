"""How comparing clips for copies grows with their number: ``python -m bench.copies``.

Fingerprints are made as `bench.generated` makes clips: each joined from three stretches of one
voice and emotion of the demo corpus, one in a hundred a quieter, noisier copy of the one before.
Each size is timed from fingerprints to pairs; the slope is that of the time over the number.
"""

import argparse
import math
import time
from collections import defaultdict

import numpy as np

from bench.table import Row, show
from core.audio import decode
from core.corpus.conventions.original import parse_name
from core.features import log_mel_spectrogram
from core.settings import QualityThresholds, demo_folder
from core.signal import Prints, similar_pairs
from core.signal.fingerprints import fingerprint

SHORTEST, LONGEST = 50, 90  # frames of 10 ms, of a stretch
COPIES = 100  # one clip in so many is a copy


def voices() -> list[list[np.ndarray]]:
    """Log-mel spectrograms of the demo's clips, those of a voice and emotion together."""
    found: dict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
    for file in sorted((demo_folder() / "audio").glob("*.*")):
        if parsed := parse_name(file.name):
            y = decode(file).y
            mel_db, _, _ = log_mel_spectrogram(y, n_fft=512, hop_length=160, n_mels=40)
            if mel_db.shape[1] >= LONGEST:
                found[parsed.speaker, parsed.emotion].append(mel_db)
    return list(found.values())


def prints(n: int) -> Prints:
    """Fingerprints of so many clips; the same number always gives the same ones."""
    known, rng = voices(), np.random.default_rng(8)
    grids, durations, mel_db = [], [], np.zeros((40, 1))
    for number in range(n):
        if number % COPIES == COPIES - 1:
            mel_db = mel_db - 6 + rng.normal(0, 1, mel_db.shape)
        else:
            clips = known[rng.integers(len(known))]
            mel_db = np.hstack([_stretch(clips, rng) for _ in range(3)])
        length = mel_db.shape[1]
        grids.append(fingerprint(mel_db, 0, length - 1))
        durations.append((length / 100, length / 100))
    return Prints(np.stack(grids), np.array(durations))


def _stretch(clips: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    clip = clips[rng.integers(len(clips))]
    length = int(rng.integers(SHORTEST, LONGEST))
    start = int(rng.integers(clip.shape[1] - length + 1))
    return clip[:, start : start + length]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", default="5000,10000,20000,50000")
    sizes = [int(n) for n in parser.parse_args().clips.split(",")]
    made = prints(max(sizes))
    threshold = QualityThresholds().near_duplicate
    rows, before = [], None
    for n in sizes:
        began = time.process_time()
        pairs = list(
            similar_pairs(
                n, lambda i, j: Prints(made.grids[i:j], made.durations[i:j]), threshold=threshold
            )
        )
        seconds = time.process_time() - began
        rows.append(Row(f"{n:,} clips, s of processor ({len(pairs):,} pairs)", seconds))
        if before is not None:
            slope = math.log(seconds / before[1]) / math.log(n / before[0])
            rows.append(Row(f"slope from {before[0]:,} to {n:,}", slope))
        before = n, seconds
    show("copies", rows)


if __name__ == "__main__":
    main()
