"""What a live stream costs and how soon it answers: ``python -m bench.live [CLIPS]``.

Real utterances with pauses between them go through `LiveStream` as a microphone would send them:
48 kHz, 16 bit, stereo, 20 ms a block. CPU is that of the whole process, so whatever the detector's
or the model's libraries do in threads of their own counts.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from core.audio import LiveInput, decode, resample
from core.inference import Answered, BarMoved, LiveStream
from core.models import default_model, find_model, load_for_answers
from core.settings import SR, demo_folder

MIC_SR = 48_000  # Hz
BLOCK = 960  # samples, 20 ms
PAUSE = 1.2  # s


def microphone(folder: Path, n: int) -> tuple[np.ndarray, list[float]]:
    """Stereo int16 at 48 kHz, and where each utterance's sound ends, in s."""
    files = sorted(file for end in ("wav", "flac") for file in folder.rglob(f"*.{end}"))
    if not files:
        raise SystemExit(f"{folder} holds no WAV or FLAC file.")
    files = files[:: max(1, len(files) // n)][:n]
    rng = np.random.default_rng(0)
    parts, ends, length = [np.zeros(SR, dtype=np.float32)], [], SR
    for file in files:
        y = decode(file).y
        loud = np.flatnonzero(np.abs(y) > 0.05 * np.abs(y).max())
        ends.append((length + loud[-1]) / SR)
        parts += [y, np.zeros(round(PAUSE * SR), dtype=np.float32)]
        length += len(parts[-2]) + len(parts[-1])
    y = np.concatenate(parts)
    y = resample(y + 0.0005 * rng.standard_normal(len(y)).astype(np.float32), SR, MIC_SR)
    pcm = np.round(np.clip(y, -1, 1) * 32_767).astype(np.int16)
    return np.column_stack([pcm, pcm]), ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "clips",
        type=Path,
        nargs="?",
        default=demo_folder(),
        help="folder of short WAV or FLAC files",
    )
    parser.add_argument("--model", help="name or file; the default one otherwise")
    parser.add_argument("-n", type=int, default=40, help="utterances")
    asked = parser.parse_args()
    bundle = load_for_answers(find_model(asked.model) if asked.model else default_model())
    signal, ends = microphone(asked.clips, asked.n)
    for kind, bar in (("warm-up", True), ("with the bar", True), ("without the bar", False)):
        figures = run(bundle, signal, bar=bar)
        if kind != "warm-up":
            print(kind, *say(figures, len(signal) / MIC_SR, ends), sep="\n  ")


def run(bundle, signal, *, bar):
    """Blocks through a stream: CPU of each hop, and each answer with what it waited for."""
    live, source = LiveStream(bundle, bar=bar), LiveInput()
    per_block, answers, bars = [], [], []
    for i in range(0, len(signal), BLOCK):
        cpu, wall = time.process_time(), time.perf_counter()
        events = live.feed(source.take(signal[i : i + BLOCK], MIC_SR))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        per_block.append(cpu)
        bars += [1 for event in events if isinstance(event, BarMoved)]
        arrived = (i + BLOCK) / MIC_SR
        answers += [(e, arrived, cpu, wall) for e in events if isinstance(e, Answered)]
    return np.array(per_block), answers, len(bars)


def say(figures, duration, ends):
    """The lines of a report."""
    per_block, answers, n_bars = figures
    n = len(per_block) // 25 * 25
    hops = 1000 * per_block[:n].reshape(-1, 25).sum(axis=1)
    delays, missed = [], 0
    for end in ends:
        after = [
            a + wall - end for e, a, _cpu, wall in answers if e.segment.start < end < a <= end + 1.2
        ]
        missed += not after
        delays += after[:1]
    cpu = [1000 * c for _e, _a, c, _wall in answers]
    return [
        f"{duration:.0f} s of sound, {len(ends)} utterances, {len(answers)} answers,"
        f" {missed} ends without an answer of their own, {n_bars} moves of the bar",
        f"one core: {per_block.sum() / duration:.1%}",
        f"CPU per 0.5 s: mean {hops.mean():.1f} ms, median {np.median(hops):.1f},"
        f" 95th percentile {np.percentile(hops, 95):.1f}, most {hops.max():.1f}",
        f"CPU of the block with the answer: median {np.median(cpu):.1f} ms, most {max(cpu):.1f}",
        f"answer after the end of speech: median {np.median(delays):.2f} s,"
        f" 95th percentile {np.percentile(delays, 95):.2f}, most {max(delays):.2f}",
    ]


if __name__ == "__main__":
    main()
