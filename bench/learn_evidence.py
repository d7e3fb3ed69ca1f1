"""Learns the weights of `core.signal.speech_evidence`, in minutes of one core.

    python -m bench.learn_evidence --source FOLDER --out FILE [--takes N] [--seed N]

FOLDER holds clips in EmoDB's naming; speakers 03, 08, 09 and 10 are used, and the demo corpus. The
clips of one voice, those without a pause of 0.4 s inside, are joined into takes of three kinds:
long ones, half of them with sentences of unequal level, and even and short ones. They stay clean,
hiss a little, or get white noise or babble of the same voice. A frame is speech where a clip's
sound is above 35 dB below its loudest. What the networks see comes from
`core.signal.speech_evidence.seen`, and every second frame is learnt from.

Three networks of 48 and 24 units differ in their seed alone; the fourth does without the detector.
Units, kinds of takes, epochs and the number of networks were compared on the four EmoDB speakers,
each judged by networks that had not met it: twice the units, or long or even takes alone, differ by
less than half a percent. Weight decay and step size were not searched. The speakers of
`bench.segmentation` had no part in it. Seed 0 makes the takes that the weights in the repository
were learnt on: the fourth network comes out bit by bit, the others with other weights; why is open.
``--takes`` limits the takes of a kind and voice, to try it out.
"""

import argparse
import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from bench.segmentation import (
    LEARNT_FROM,
    LEVEL,
    SHORTEST_GAP,
    joined,
    level,
    longest_pause,
    noisy,
    sound_in,
)
from core.audio import decode
from core.settings import SR, demo_folder
from core.signal import Segment
from core.signal.speech_evidence import seen
from core.signal.voice_activity import FRAME, silero_file, speech_probability

DEMO = "demo"
CONDITIONS = [("clean", None), *itertools.product(("white", "babble"), (20, 10, 5))]
LONG, SHORT = 36, 70  # takes of each voice
EVEN = 4  # takes of each EmoDB speaker and condition
LEVELS = (-8.0, 4.0)  # dB that sentences differ by
LOUDEST_HISS = -45.0  # dBFS
SPARED = 5  # of so many short takes one is for the network without the detector alone
EVERY = 2  # frames
NETWORKS = 3  # with the detector

Take = tuple[np.ndarray, list[Segment]]  # a signal at `SR`, and where sound is in it
Clips = list[np.ndarray]


def main() -> None:
    """Read the clips, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="a folder of EmoDB's clips")
    parser.add_argument("--out", type=Path, required=True, help="an .npz file to be written")
    parser.add_argument("--takes", type=int, help="at most so many of each kind and voice")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if silero_file() is None:
        parser.error("the detector's file is missing: install faster-whisper")
    if asked.takes is not None and asked.takes < 1:
        parser.error(f"--takes is {asked.takes}: one is the least")
    if not asked.out.parent.is_dir():
        parser.error(f"there is no folder {asked.out.parent}")
    voices = read_voices(asked.source)
    for name, clips in voices.items():
        if not clips:
            parser.error(f"{asked.source} holds no clip of speaker {name}, such as {name}a01Wa.wav")
    print(", ".join(f"{name}: {len(clips)} clips" for name, clips in voices.items()))
    weights = learn(voices, takes=asked.takes, seed=asked.seed)
    with asked.out.open("wb") as file:
        np.savez_compressed(file, **weights)
    print(f"{asked.out}: {asked.out.stat().st_size} bytes")


def read_voices(folder: Path) -> dict[str, Clips]:
    """Clips without a long pause, of each speaker and of the demo."""
    files = {name: sorted(folder.glob(f"{name}*.wav")) for name in sorted(LEARNT_FROM)}
    files[DEMO] = sorted((demo_folder() / "audio").glob("*"))
    voices: dict[str, Clips] = {}
    for name, some in files.items():
        clips = [decode(file.read_bytes(), name=file.name).y for file in some]
        voices[name] = [y for y in clips if longest_pause(y) < SHORTEST_GAP]
    return voices


def learn(voices: dict[str, Clips], *, takes: int | None, seed: int) -> dict[str, np.ndarray]:
    """Weights and biases by the names under which `core.signal.speech_evidence` reads them."""
    detected, alone, speech, spared = [], [], [], []
    for name, clips in voices.items():
        for kind in (long_takes, even_takes, short_takes):
            for k, (y, sounds) in enumerate(itertools.islice(kind(name, clips, seed), takes)):
                proba = speech_probability(y)
                detected.append(seen(y, proba)[::EVERY].copy())
                alone.append(seen(y, proba, detected=False)[::EVERY].copy())
                speech.append(is_speech(sounds, len(proba))[::EVERY])
                spared.append(kind is short_takes and k % SPARED == 0)
    used = np.flatnonzero(~np.array(spared))
    X, y = np.vstack([detected[i] for i in used]), np.concatenate([speech[i] for i in used])
    del detected
    networks = [network(X, y, seed + k) for k in range(NETWORKS)]
    del X
    networks.append(network(np.vstack(alone), np.concatenate(speech), seed))
    found = {}
    for k, layers in enumerate(networks):
        for i, (weights, bias) in enumerate(zip(layers.coefs_, layers.intercepts_, strict=True)):
            found[f"w{k}{i}"], found[f"b{k}{i}"] = np.float16(weights), np.float16(bias)
    return found


def network(X: np.ndarray, y: np.ndarray, seed: int) -> MLPClassifier:
    """A network learnt on frames ``X`` (n_frames, 109) and whether they are speech."""
    layers = MLPClassifier(
        (48, 24), alpha=1e-3, batch_size=512, learning_rate_init=2e-3, max_iter=6, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # six epochs are meant
        return layers.fit(X, y)


def is_speech(sounds: list[Segment], n: int) -> np.ndarray:
    """Whether the middle of each of ``n`` frames lies in a sound."""
    middle = (np.arange(n) + 0.5) * FRAME / SR
    speech = np.zeros(n, np.int8)
    for sound in sounds:
        speech[(middle >= sound.start) & (middle < sound.end)] = 1
    return speech


def long_takes(name: str, clips: Clips, seed: int) -> Iterator[Take]:
    """Of 40 to 160 s; one in six clean, two with white noise, three with babble at 2 to 24 dB."""
    kinds = itertools.cycle(("clean", "white", "babble", "babble", "white", "babble"))
    for k, kind in zip(range(LONG), kinds, strict=False):
        rng = np.random.default_rng((3, k, sum(name.encode()), seed))
        seconds = rng.uniform(40, 160)
        y, truth = joined(clips, rng, seconds=seconds, levels=LEVELS if k % 2 else None)
        sounds = [sound_in(y, t) for t in truth]
        if kind != "clean":
            snr = rng.uniform(2, 24)
            y = noisy(y, kind, snr, clips, rng, voices=int(rng.integers(4, 9)))
        elif k % 12:
            y = hissing(y, -80.0, rng)
        yield y, sounds


def even_takes(name: str, clips: Clips, seed: int) -> Iterator[Take]:
    """Of 100 s, all sentences at one level, in each of the conditions; of speakers alone."""
    for take, (i, (kind, snr)) in itertools.product(range(EVEN), enumerate(CONDITIONS)):
        if name == DEMO:
            return
        rng = np.random.default_rng((100 + int(name), take, i, seed))
        y, truth = joined(clips, rng, seconds=100)
        sounds = [sound_in(y, t) for t in truth]
        yield y if snr is None else noisy(y, kind, snr, clips, rng), sounds


def short_takes(name: str, clips: Clips, seed: int) -> Iterator[Take]:
    """Of one to three sentences; half of them hiss, others have noise at 5 to 25 dB."""
    kinds = itertools.cycle(("clean", "white", "babble", "clean"))
    for k, kind in zip(range(SHORT), kinds, strict=False):
        rng = np.random.default_rng((11, k, sum(name.encode()), seed))
        y, sounds = short_take(clips, rng)
        if kind == "clean":
            yield hissing(y, -85.0, rng), sounds
        else:
            yield noisy(y, kind, rng.uniform(5, 25), clips, rng), sounds


def short_take(clips: Clips, rng: np.random.Generator) -> Take:
    """A few sentences; the first may begin, and the last end, at once."""
    count = int(rng.integers(1, 4))
    parts, truth, at = [], [], 0
    for i in rng.permutation(len(clips))[:count]:
        gap = int(rng.uniform(0.4 if parts else 0.05, 1.3) * SR)
        gain = LEVEL * 10 ** (rng.uniform(*LEVELS) / 20) / level(clips[i])
        truth.append(Segment((at + gap) / SR, (at + gap + len(clips[i])) / SR))
        parts += [np.zeros(gap, np.float32), (clips[i] * gain).astype(np.float32)]
        at += gap + len(clips[i])
    y = np.concatenate([*parts, np.zeros(int(rng.uniform(0.05, 1.2) * SR), np.float32)])
    return y, [sound_in(y, t) for t in truth]


def hissing(y: np.ndarray, quietest: float, rng: np.random.Generator) -> np.ndarray:
    """A take with the noise of a quiet room, ``quietest`` dBFS or more."""
    hiss = rng.standard_normal(len(y))
    return (y + hiss * 10 ** (rng.uniform(quietest, LOUDEST_HISS) / 20)).astype(np.float32)


if __name__ == "__main__":
    main()
