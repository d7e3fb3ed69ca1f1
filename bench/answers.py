"""From a sound to its answer: one clip, a new process, decoding, words; ours, peers, floor.

python -m bench.answers [--rounds 40] [--words]
"""

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from bench.features import DURATION, floor, synthetic
from bench.table import Row, cpu_medians, show, wall_percentiles
from core.audio import DecoderPool, decode
from core.inference import classify
from core.models import load_for_answers
from core.settings import SR, shipped_models


def light_bundle():
    """The shipped model that needs no encoder, else the first one."""
    bundles = [load_for_answers(path) for path in sorted(shipped_models().glob("*.malgyeol"))]
    return next((b for b in bundles if b.features.kind == "functionals"), bundles[0])


def decoding(y: np.ndarray, rounds: int) -> list[Row]:
    """The same three seconds in several formats; the peer is soundfile's own read."""
    rows = []
    for kind, subtype in (("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", None)):
        file = io.BytesIO()
        soundfile.write(file, y, SR, format=kind, subtype=subtype)
        data = file.getvalue()
        ms = cpu_medians(
            {
                "ours": lambda data=data: decode(data, name="a"),
                "read": lambda data=data: soundfile.read(io.BytesIO(data), dtype="float32"),
            },
            rounds,
        )
        rows.append(
            Row(f"decode {kind}, ms", ms["ours"], None, ms["read"], "", "floor: read alone")
        )
    pool = DecoderPool(1)
    p50, p95 = wall_percentiles(lambda: pool.decode(data, name="a"), rounds)
    pool.close()
    rows.append(Row("decode MP3 in its own process, p50 ms", p50))
    rows.append(Row("decode MP3 in its own process, p95 ms", p95))
    return rows


def answering(clip: Path, rounds: int) -> list[Row]:
    """File to calibrated answer."""
    bundle = light_bundle()
    ms = cpu_medians(
        {"ours": lambda: classify(decode(clip), bundle), "floor": lambda: floor(clip)}, rounds
    )
    p50, p95 = wall_percentiles(lambda: classify(decode(clip), bundle), rounds)
    return [
        Row("file to answer, CPU ms", ms["ours"], None, ms["floor"], "≤ 15 ms"),
        Row("file to answer, p50 ms", p50),
        Row("file to answer, p95 ms", p95),
    ]


def _children() -> float:
    """Processor seconds of the processes that have ended: a busy machine does not lengthen them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def new_process(clip: Path, rounds: int = 5) -> list[Row]:
    """`python -m core predict` on one file, against an interpreter that imports scikit-learn."""
    shipped = sorted(shipped_models().glob("*.malgyeol"))
    asks = ["-m", "core", "predict", str(clip), "--json", "--model"]
    commands = {
        **{path.stem: [*asks, str(path)] for path in shipped},
        "peer": ["-c", "import librosa, sklearn.linear_model; librosa.feature.melspectrogram"],
        "floor": ["-c", "import numpy, soundfile"],
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            used, began = _children(), time.perf_counter()
            subprocess.run(
                [sys.executable, *command],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            seconds[name].append((_children() - used, time.perf_counter() - began))
    cpu = {name: min(values[1:])[0] for name, values in seconds.items()}
    said = "peer: librosa and scikit-learn imported; floor: numpy and soundfile"
    rows = []
    for path in shipped:
        wall = sorted(wall for _, wall in seconds[path.stem][1:])[rounds // 2]
        new = f"new process, {path.stem}"
        rows.append(Row(f"{new}, CPU s", cpu[path.stem], cpu["peer"], cpu["floor"], "", said))
        rows.append(Row(f"{new}, wall s", wall, reach="≤ 2 s"))
    return rows


def words(clip: Path) -> list[Row]:
    """Seconds of processor time for one clip's words, where an engine is ready here."""
    from core.stt import best_engine

    engine = best_engine(consented=frozenset())
    if engine is None:
        return []
    y = decode(clip).y
    ms = cpu_medians({"ours": lambda: engine.transcribe(y)}, 2)
    return [Row("words of one clip, CPU ms", ms["ours"])]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--words", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        clip = Path(name) / "clip.wav"
        y = np.resize(synthetic(), int(DURATION * SR))
        soundfile.write(clip, y, SR)
        rows = [*answering(clip, asked.rounds), *decoding(y, asked.rounds), *new_process(clip)]
        if asked.words:
            rows += words(clip)
    show("answers", rows)


if __name__ == "__main__":
    main()
