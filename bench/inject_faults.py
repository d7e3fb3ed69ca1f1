"""A corpus with known faults: ``python -m bench.inject_faults SOURCE TARGET [--seed N]``.

Reads a folder in EmoDB or original naming and writes it again with wrong labels, near-duplicates,
clipped, noisy and silent clips, and with ``truth.json`` beside it, which says what was done to
which file. No clip gets two faults, and the original of a near-duplicate gets none.
"""

import argparse
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from core.corpus.clip_names import is_audio_name
from core.corpus.conventions import by_id, detect

SR = 16_000  # Hz, of what is written
TRUTH = "truth.json"
FLIPPED_SHARE = 0.05
COUNTS = {"near-duplicate": 20, "clipped": 20, "noisy": 20, "silent": 10}
SNR = 5.0  # dB

# The letter of the emotion and what stands behind it in a name.
_LETTER = {
    "emodb": re.compile(r"^(.{5})([A-Z])([a-z])$"),
    "original": re.compile(r"^(.+_)([A-Z])(.*)$"),
}


@dataclass
class Clip:
    """One clip on its way: its signal, its file, what was done to it."""

    name: str
    y: np.ndarray
    fault: str | None = None
    detail: str = ""
    of: str | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    truth = inject(asked.source, asked.target, seed=asked.seed)
    print(json.dumps({kind: len(files) for kind, files in truth["faults"].items()}))


def inject(source: Path, target: Path, *, seed: int) -> dict:
    """Write the corpus with its faults; the truth is returned and written."""
    rng = np.random.default_rng(seed)
    files = sorted(file for file in source.rglob("*") if is_audio_name(file.name))
    clips = [Clip(f"{file.stem}.wav", _read(file)) for file in files]
    naming = detect([clip.name for clip in clips])
    assert naming is not None and naming.id in _LETTER, "EmoDB or original naming only"
    drawn = iter(rng.permutation(len(clips)))
    for fault in ("clipped", "noisy", "silent"):
        for number in range(COUNTS[fault]):
            clip = clips[next(drawn)]
            clip.fault = fault
            clip.y, clip.detail = _WAYS[fault](clip.y, number, rng)
    for _ in range(round(FLIPPED_SHARE * len(clips))):
        _flip(clips[next(drawn)], naming.id, clips, rng)
    taken = {clip.name for clip in clips}
    copies = []
    for number in range(COUNTS["near-duplicate"]):
        original = clips[next(drawn)]
        original.detail = "copied"
        copies.append(_copy(original, number, naming.id, taken, rng))
    return _written(clips + copies, target, seed=seed, source=source.name)


def _read(file: Path) -> np.ndarray:
    from core.audio import decode

    return decode(file).y


# --- faults ------------------------------------------------------------------------------------


def _clipped(y: np.ndarray, number: int, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Driven over full scale, so that 0.5 to 5 % of the samples are cut; then turned down."""
    share = rng.uniform(0.005, 0.05)
    limit = np.quantile(np.abs(y), 1 - share)
    level = rng.uniform(0.5, 1.0)
    return level * np.clip(y / limit, -1, 1), f"{100 * share:.1f} %"


def _noisy(y: np.ndarray, number: int, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """White or pink noise at 5 dB below the clip's own power."""
    noise = rng.standard_normal(len(y))
    kind = ("white", "pink")[number % 2]
    if kind == "pink":
        spectrum = np.fft.rfft(noise)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        noise = np.fft.irfft(spectrum, len(y))
    noise *= np.sqrt(np.mean(y**2) / np.mean(noise**2) / 10 ** (SNR / 10))
    mixed = y + noise
    return mixed * min(1.0, 0.99 / np.abs(mixed).max()), kind


def _silent(y: np.ndarray, number: int, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Nothing at all, or the faint hiss of a device that nobody spoke into."""
    level = (None, -80.0, -70.0, -62.0, -55.0)[number % 5]  # dBFS
    if level is None:
        return np.zeros(len(y) + number), "zeros"
    return 10 ** (level / 20) * rng.standard_normal(len(y)), f"{level:g} dBFS"


_WAYS = {"clipped": _clipped, "noisy": _noisy, "silent": _silent}


def _flip(clip: Clip, naming: str, clips: list[Clip], rng: np.random.Generator) -> None:
    """Another emotion of the corpus in the name."""
    codes = sorted({_letter(c.name, naming) for c in clips} - {_letter(clip.name, naming)})
    taken = {c.name for c in clips}
    was = clip.name
    clip.name = _free_name(clip.name, naming, taken, letter=str(rng.choice(codes)))
    clip.fault, clip.detail, clip.of = "label-doubt", "flipped", was


def _copy(
    original: Clip, number: int, naming: str, taken: set[str], rng: np.random.Generator
) -> Clip:
    """The same take once more: louder or softer, through MP3, or cut at its ends."""
    y, way = original.y, ("gain", "mp3", "trim")[number % 3]
    detail = way
    if way == "gain":
        gain = rng.choice([-12.0, -6.0, 3.0, 6.0])
        y = np.clip(10 ** (gain / 20) * y * min(1.0, 0.5 / np.abs(y).max()), -1, 1)
        detail = f"gain {gain:g} dB"
    elif way == "trim":
        first, last = rng.integers(0, int(0.1 * SR), 2) + int(0.02 * SR)
        y, detail = y[first:-last], f"trim {first / SR:.2f} s + {last / SR:.2f} s"
    name = _free_name(original.name, naming, taken)
    taken.add(name)
    name = name.removesuffix(".wav") + ".mp3" if way == "mp3" else name
    return Clip(name, y, "near-duplicate", detail, original.name)


# --- names -------------------------------------------------------------------------------------


def _letter(name: str, naming: str) -> str:
    match = _LETTER[naming].match(Path(name).stem)
    assert match, name
    return match[2]


def _free_name(name: str, naming: str, taken: set[str], *, letter: str | None = None) -> str:
    """A name of the same speaker and sentence that no other clip has."""
    match = _LETTER[naming].match(Path(name).stem)
    assert match, name
    for ending in _endings(naming):
        other = f"{match[1]}{letter or match[2]}{ending}.wav"
        if other not in taken and by_id(naming).parse_name(other):
            return other
    raise ValueError(f"no free name is left beside {name}")


def _endings(naming: str) -> Iterator[str]:
    if naming == "emodb":
        yield from "zyxwvutsrqponmlkjihgfedcba"
    else:
        yield ""
        yield from (f"-{take}" for take in range(2, 100))


# --- writing -----------------------------------------------------------------------------------


def _written(clips: list[Clip], target: Path, *, seed: int, source: str) -> dict:
    if target.exists():
        shutil.rmtree(target)
    (target / "clips").mkdir(parents=True)
    for clip in clips:
        kind = {"format": "MP3"} if clip.name.endswith(".mp3") else {"subtype": "PCM_16"}
        soundfile.write(target / "clips" / clip.name, clip.y, SR, **kind)
    faults = {kind: [c.name for c in clips if c.fault == kind] for kind in ("label-doubt", *COUNTS)}
    truth = {
        "source": source,
        "seed": seed,
        "faults": faults,
        "details": {c.name: {"how": c.detail, "of": c.of} for c in clips if c.fault},
        "untouched": [c.name for c in clips if c.fault is None],
    }
    (target / TRUTH).write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return truth


if __name__ == "__main__":
    main()
