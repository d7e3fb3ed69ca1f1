"""What hearing costs: ``python -m bench.hearing CLIPS``.

A warm clip of 3 s on one core; ten minutes of talk, found and heard without words; a thousand clips
through ``predict``; and the first answer of a new process. CPU seconds are those of the process
and its children, so that a busy machine does not spoil them; wall-clock times need a quiet one.
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from core.audio import decode, encode_wav
from core.inference import classify, hear
from core.models import default_model, find_model, load_for_answers
from core.settings import LONG_TAKE, SR

PAUSE = 0.8  # s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, help="folder of short WAV files")
    parser.add_argument("--model", help="name or file; the default one otherwise")
    parser.add_argument("-n", type=int, default=1_000, help="clips for predict")
    asked = parser.parse_args()
    path = find_model(asked.model) if asked.model else default_model()
    files = sorted(asked.clips.rglob("*.wav"))
    bundle = load_for_answers(path)
    warm(files, bundle)
    ten_minutes(files, bundle)
    first_answer(files[0], path)
    many(files, path, asked.n)


def talk(files: list[Path], duration: float) -> bytes:
    """Utterances with pauses, as one WAV file."""
    rng, parts, n = np.random.default_rng(0), [], 0
    for file in itertools.cycle(files):
        y = decode(file).y
        parts += [y, np.zeros(round(PAUSE * SR), dtype=np.float32)]
        n += len(y) + round(PAUSE * SR)
        if n >= duration * SR:
            break
    y = np.concatenate(parts)[: round(duration * SR)]
    return encode_wav(y + 0.0005 * rng.standard_normal(len(y)))


def warm(files: list[Path], bundle) -> None:
    """Bytes to prediction, again and again."""
    data = talk(files, 3.0)
    for _ in range(5):
        classify(decode(data, name="clip.wav"), bundle)
    costs = []
    for _ in range(50):
        cpu = time.process_time()
        classify(decode(data, name="clip.wav"), bundle)
        costs.append(1000 * (time.process_time() - cpu))
    best, half, most = np.percentile(costs, [0, 50, 95])
    print(
        f"3 s clip, warm, decode + features + prediction: median {half:.1f} ms CPU,"
        f" least {best:.1f}, 95th percentile {most:.1f} (reach 20)"
    )


def ten_minutes(files: list[Path], bundle) -> None:
    """A long file: decoded, cut where somebody speaks, every segment heard."""
    data = talk(files, 600.0)
    cpu, wall = time.process_time(), time.perf_counter()
    sound = decode(data, name="talk.wav", limits=LONG_TAKE)
    decoded = time.process_time() - cpu
    events = hear(sound, bundle)
    next(events)
    found = time.process_time() - cpu
    *_, last = events
    total, took = time.process_time() - cpu, time.perf_counter() - wall
    print(
        f"10 minutes: {len(last.timeline.segments)} segments, {last.timeline.speech:.0f} s speech;"
        f" {total:.1f} s CPU (reach 6): decode {decoded:.1f}, speech {found - decoded:.1f},"
        f" emotions {total - found:.1f}; {took:.1f} s on the clock"
    )


def first_answer(file: Path, model: Path) -> None:
    """A new process for one file."""
    costs = []
    for _ in range(5):
        before, wall = children(), time.perf_counter()
        command = [sys.executable, "-m", "core", "predict", str(file), "--model", str(model)]
        subprocess.run(command, check=True, capture_output=True)
        costs.append((children() - before, time.perf_counter() - wall))
    cpu, clock = np.median(costs, axis=0)
    print(f"first answer of a new process: {clock:.2f} s on the clock (reach 2), {cpu:.2f} s CPU")


def many(files: list[Path], model: Path, n: int) -> None:
    """Many clips through the command line, names on standard input, its memory watched."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "names.txt"
        names.write_text("".join(f"{f}\n" for f in itertools.islice(itertools.cycle(files), n)))
        out = Path(folder) / "answers.jsonl"
        command = [sys.executable, "-m", "core", "predict", "-", "--model", str(model)]
        before, wall = children(), time.perf_counter()
        with names.open() as stdin:
            process = subprocess.Popen([*command, "--out", str(out)], stdin=stdin)
            most = 0
            while process.poll() is None:
                most = max(most, resident(process.pid))
                time.sleep(0.05)
        took, cpu = time.perf_counter() - wall, children() - before
        rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == n
    failed = sum("error" in row for row in rows)
    print(
        f"predict of {n} clips: {n / took:.0f} clips/s on the clock (reach 60),"
        f" {n / cpu:.0f} clips per CPU second, {most / 2**20:.0f} MB in all processes (reach 500),"
        f" {failed} refused"
    )


def children() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> int:
    """Bytes of a process and its descendants; shared pages count once each, so it is a bound."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except (OSError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return total


if __name__ == "__main__":
    main()
