"""How well a long take is cut: ``python -m bench.segmentation [FOLDER] [--json]``.

Joins real clips with pauses of 0.4 to 1.5 s into takes of about two minutes, adds white noise or
babble (six other clips at once), cuts them, and prints for each kind of noise how many utterances
lie in exactly one segment that holds no other, the error of the borders, and CPU seconds. Truth is
where each clip was joined; ``trimmed`` is where its sound begins and ends, 35 dB below its loudest.
A clip that itself pauses for 0.4 s, 15 dB below its loud part, cannot be told from two: such clips
(most of them sad ones) are left out, unless ``--every`` asks for them.
"""

import argparse
import itertools
import json
import time
from pathlib import Path

import numpy as np

from core.audio import decode
from core.settings import SR, SegmentationSpec
from core.signal import Segment, speech_segments
from core.signal.voice_activity import energy_probability, speech_probability

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared"
LEVEL = 0.05  # root mean square that every clip is brought to, so that the ratio holds for each
SHORTEST_GAP = 0.4  # s
LEARNT_FROM = {"03", "08", "09", "10"}  # see core/signal/speech_evidence.py
DETECTORS = {"silero": speech_probability, "level": energy_probability}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--takes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--detector", choices=list(DETECTORS), default="silero")
    parser.add_argument("--every", action="store_true", help="clips with long pauses inside, too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    clips = real_clips(asked.folder, every=asked.every)
    print(len(clips), "clips")
    rows = []
    for kind, snr in [("clean", None), *itertools.product(("white", "babble"), (20, 10, 5))]:
        rows.append(row(clips, kind, snr, asked))
        if not asked.json:
            print(rows[-1])
    rows.append(ten_minutes(clips, asked))
    print(json.dumps(rows, indent=1) if asked.json else rows[-1])


def real_clips(folder: Path, *, every: bool = False) -> list[np.ndarray]:
    """Clips of the EmoDB speakers that nothing was learnt from, and the Korean ones."""
    files = sorted((folder / "corpora" / "emodb4").glob("*.wav"))
    files = [file for file in files if file.name[:2] not in LEARNT_FROM]
    # The first Korean clip is left out: behind its one word it has 2 s of background alone.
    files += sorted((folder / "clips").glob("mp3_in_wav_[34].wav"))
    clips = [decode(file.read_bytes(), name=file.name).y for file in files]
    return [y for y in clips if every or longest_pause(y) < SHORTEST_GAP]


def joined(
    clips: list[np.ndarray],
    rng: np.random.Generator,
    *,
    seconds: float,
    levels: tuple[float, float] | None = None,
) -> tuple[np.ndarray, list[Segment]]:
    """A take, and where its utterances are; with ``levels`` (dB) they differ by so much."""
    parts, truth, at = [], [], 0
    for i in itertools.cycle(rng.permutation(len(clips))):
        gap = np.zeros(int(rng.uniform(0.4, 1.5) * SR), np.float32)
        gain = 10 ** (rng.uniform(*levels) / 20) if levels else 1.0
        y = clips[i] * (LEVEL * gain / level(clips[i]))
        truth.append(Segment((at + len(gap)) / SR, (at + len(gap) + len(y)) / SR))
        parts += [gap, y.astype(np.float32)]
        at += len(gap) + len(y)
        if at > seconds * SR:
            break
    return np.concatenate([*parts, np.zeros(SR, np.float32)]), truth


def longest_pause(y: np.ndarray) -> float:
    """Seconds of the longest stretch inside a clip that stays 15 dB below its loud part."""
    size = SR // 50
    power = np.square(y[: len(y) // size * size]).reshape(-1, size).mean(axis=1)
    smooth = np.convolve(power, np.ones(3) / 3, mode="same")
    loud = np.flatnonzero(smooth > np.percentile(power, 95) * 10**-1.5)
    return float(np.diff(loud).max() - 1) * size / SR if loud.size > 1 else 0.0


def level(y: np.ndarray) -> float:
    """Root mean square of a clip's louder half."""
    power = np.square(y[: len(y) // 320 * 320]).reshape(-1, 320).mean(axis=1)
    return float(np.sqrt(np.mean(power[power >= np.median(power)]))) + 1e-6


def noise(
    kind: str, n: int, clips: list[np.ndarray], rng: np.random.Generator, *, voices: int = 6
) -> np.ndarray:
    """White noise, or ``voices`` people speaking without a pause."""
    if kind == "white":
        return rng.standard_normal(n).astype(np.float32)
    babble = np.zeros(n, np.float32)
    for _ in range(voices):
        order = rng.permutation(len(clips))
        speech = np.concatenate([clips[i] / (np.std(clips[i]) + 1e-6) for i in order[:80]])
        babble += np.roll(np.resize(speech, n), int(rng.integers(n)))
    return babble


def noisy(
    y: np.ndarray,
    kind: str,
    snr: float,
    clips: list[np.ndarray],
    rng: np.random.Generator,
    *,
    voices: int = 6,
) -> np.ndarray:
    """The take with noise, ``snr`` dB below the level of its clips."""
    n = noise(kind, len(y), clips, rng, voices=voices)
    return (y + LEVEL / np.std(n) / 10 ** (snr / 20) * n).astype(np.float32)


def row(clips: list[np.ndarray], kind: str, snr: float | None, asked) -> dict:
    hits = total = extra = 0
    errors, trimmed, cpu, seconds = [], [], 0.0, 0.0
    for take in range(asked.takes):
        rng = np.random.default_rng((asked.seed, take))
        clean, truth = joined(clips, rng, seconds=120)
        y = clean if snr is None else noisy(clean, kind, snr, clips, rng)
        started = time.process_time()
        found = speech_segments(y, spec=SegmentationSpec(), detector=DETECTORS[asked.detector])
        cpu += time.process_time() - started
        seconds += len(y) / SR
        sounds = [sound_in(clean, t) for t in truth]
        matches = [exactly_one(t, sounds, found) for t in sounds]
        extra += sum(not any(overlap(t, s) > 0.05 for t in truth) for s in found)
        hits, total = hits + sum(m is not None for m in matches), total + len(truth)
        for t, sound, s in zip(truth, sounds, matches, strict=True):
            if s is not None:
                errors += [abs(s.start - t.start), abs(s.end - t.end)]
                trimmed += [abs(s.start - sound.start), abs(s.end - sound.end)]
    return {
        "noise": kind,
        "snr": snr,
        "utterances": total,
        "in one segment": round(100 * hits / total, 1),
        "nothing there": extra,
        "border ms": percentile_ms(errors, 50),
        "border p90 ms": percentile_ms(errors, 90),
        "trimmed border ms": percentile_ms(trimmed, 50),
        "cpu ms a second": round(1000 * cpu / seconds, 2),
    }


def percentile_ms(errors: list[float], q: float) -> int | None:
    return round(1000 * float(np.percentile(errors, q))) if errors else None


def overlap(a: Segment, b: Segment) -> float:
    return min(a.end, b.end) - max(a.start, b.start)


def exactly_one(t: Segment, truth: list[Segment], found: tuple[Segment, ...]) -> Segment | None:
    """The one segment of an utterance that holds no other and most of it; None otherwise."""
    touching = [s for s in found if overlap(t, s) > 0.05]
    if len(touching) != 1:
        return None
    others = [o for o in truth if o is not t and overlap(o, touching[0]) > 0.05]
    return None if others or overlap(t, touching[0]) < 0.5 * t.duration else touching[0]


def sound_in(y: np.ndarray, t: Segment) -> Segment:
    """Where a clip's sound is above 35 dB below its loudest 20 ms."""
    first, size = round(t.start * SR), SR // 50
    piece = y[first : round(t.end * SR)]
    power = np.square(piece[: len(piece) // size * size]).reshape(-1, size).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10**-3.5)
    return Segment(t.start + loud[0] * size / SR, t.start + (loud[-1] + 1) * size / SR)


def ten_minutes(clips: list[np.ndarray], asked) -> dict:
    rng = np.random.default_rng(asked.seed)
    y, _truth = joined(clips, rng, seconds=600)
    y = noisy(y, "white", 20, clips, rng)[: 600 * SR]
    started, wall = time.process_time(), time.perf_counter()
    speech_segments(y, detector=DETECTORS[asked.detector])
    return {
        "seconds": round(len(y) / SR),
        "cpu s": round(time.process_time() - started, 2),
        "wall s": round(time.perf_counter() - wall, 2),
    }


if __name__ == "__main__":
    main()
