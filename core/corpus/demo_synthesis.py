"""Makes the shipped demo corpus: short Korean clips, synthesised, in the original naming.

Run as ``python -m core.corpus.demo_synthesis --to data/demo --seed 0``. Only this needs the
``espeak-ng`` program; whoever uses the corpus does not. Nobody speaks in these clips, so
no figure measured on them says anything about people.
"""

import argparse
import io
import json
import shutil
import subprocess
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from core.corpus.demo_acting import (
    EMOTION_CODES,
    PLAIN,
    SENTENCES,
    SPOKEN_AS,
    VOICES,
    Manner,
    Voice,
    manner_of_take,
)
from core.corpus.demo_prosody import reshape_prosody
from core.corpus.demo_room import colour_voice, equalise, long_term_spectrum, place_in_room
from core.settings import SR

__all__ = ["clip_name", "synthesise_clip", "write_corpus"]

SYNTHESISER = "espeak-ng"
OVERSAMPLING = 2  # espeak-ng gives 22,050 Hz; pitch is shaped at twice that
STEPS_PER_SEMITONE = 7.0  # of espeak-ng's pitch setting, around its middle
MIDDLE_PITCH = 50  # espeak-ng's setting from 0 to 99
MEDIAN_AT_MIDDLE = {  # Hz, measured medians of the variants at that setting
    "f1": 177.0,
    "f2": 187.0,
    "f3": 199.0,
    "f4": 174.0,
    "m1": 95.0,
    "m3": 101.0,
    "m5": 99.0,
    "m7": 106.0,
}
SHORTEST_PAUSE = 0.05  # s, below it the words run on
TRIM_BELOW = 0.01  # of the peak

EVENNESS = 0.9  # share of the spectral difference between voices that is taken away

TITLE = "Malgyeol demo, synthesised voices"
LICENCE = "CC0 1.0"
NOTE = "Nobody speaks in these clips: a program made them, to try the studio out."


def clip_name(voice: Voice, sentence: str, emotion: str) -> str:
    """The file name of a take in the original naming.

    Parameters
    ----------
    voice : Voice
    sentence : str
        Key of `SENTENCES`.
    emotion : str
        N, J, S or A.

    Returns
    -------
    name : str

    Examples
    --------
    >>> clip_name(VOICES[5], "10", "A")
    '10_6_A.flac'
    """
    return f"{sentence}_{voice.id}_{emotion}.flac"


def synthesise_clip(voice: Voice, sentence: str, emotion: str, *, seed: int) -> np.ndarray:
    """One take, the same for the same seed.

    Parameters
    ----------
    voice : Voice
    sentence : str
        Key of `SENTENCES`.
    emotion : str
        N, J, S or A.
    seed : int

    Returns
    -------
    y : np.ndarray [shape=(n_samples,)]
        Mono float64 at 16 kHz.

    Raises
    ------
    FileNotFoundError
        If the espeak-ng program is not installed.
    subprocess.CalledProcessError
        If espeak-ng fails.
    """
    number = VOICES.index(voice)
    manner = manner_of_take(number, int(sentence), emotion, seed=seed)
    rng = np.random.default_rng([seed, 4, number, int(sentence), EMOTION_CODES.index(emotion)])
    formants = voice.formants * 2.0**manner.formants
    y, sr, expected = _speak(sentence, voice, manner, formants)
    y = reshape_prosody(y, sr, f0=voice.f0 / formants, expected=expected, manner=manner, rng=rng)
    y = _with_formants(y, sr, formants)
    y = equalise(y, _equaliser(voice))
    y = colour_voice(y, manner, rng)
    return place_in_room(y, voice, manner, seed=seed, rng=rng)


def _speak(
    sentence: str, voice: Voice, manner: Manner, formants: float
) -> tuple[np.ndarray, int, float]:
    """espeak-ng's reading, trimmed; its rate in Hz; and roughly its pitch in Hz."""
    text = SPOKEN_AS.get(sentence, SENTENCES[sentence])
    base = MEDIAN_AT_MIDDLE[voice.variant]
    semitones = float(np.clip(12 * np.log2(voice.f0 / formants / base) + manner.level, -6, 6))
    wpm = round(voice.wpm * 2.0**manner.rate / formants)
    if manner.pause > SHORTEST_PAUSE and " " in text:
        text = text.replace(" ", f' <break time="{1000 * manner.pause:.0f}ms"/> ', 1)
    command = [
        *(SYNTHESISER, "-v", f"ko+{voice.variant}", "-b", "1", "-m", "-a", "60", "-z", "--stdout"),
        *("-p", str(round(MIDDLE_PITCH + STEPS_PER_SEMITONE * semitones)), "-s", str(wpm), text),
    ]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    y, sr = soundfile.read(io.BytesIO(wav))
    y = resample_poly(y, OVERSAMPLING, 1)
    loud = np.flatnonzero(np.abs(y) > TRIM_BELOW * np.abs(y).max())
    y = y[loud[0] : loud[-1] + 1]
    return y, sr * OVERSAMPLING, base * 2 ** (semitones / 12)


def _with_formants(y: np.ndarray, sr: int, factor: float) -> np.ndarray:
    """``y`` at 16 kHz, played ``factor`` times faster: formants, pitch and tempo move up."""
    ratio = Fraction(SR / (sr * factor)).limit_denominator(500)
    return resample_poly(y, ratio.numerator, ratio.denominator)


@cache
def _plain_spectrum(voice: Voice) -> np.ndarray:
    """Long-term spectrum of a voice reading plainly, before any emotion."""
    readings = []
    for sentence in SENTENCES:
        y, sr, _ = _speak(sentence, voice, PLAIN, voice.formants)
        readings.append(_with_formants(y, sr, voice.formants))
    return long_term_spectrum(np.concatenate(readings))


@cache
def _equaliser(voice: Voice) -> np.ndarray:
    """Gain in dB per band that brings a voice most of the way to the mean of all voices.

    The synthesiser's variants are further apart in their long-term spectrum than people are.
    """
    mean = np.mean([_plain_spectrum(v) for v in VOICES], axis=0)
    return EVENNESS * (mean - _plain_spectrum(voice))


def write_corpus(folder: Path, *, seed: int) -> int:
    """Write every clip and ``corpus.json``.

    Parameters
    ----------
    folder : Path
        Made when missing; clips of the same names are replaced.
    seed : int

    Returns
    -------
    n_clips : int
    """
    audio = folder / "audio"
    audio.mkdir(parents=True, exist_ok=True)
    takes = [(v, s, e) for v in VOICES for s in SENTENCES for e in EMOTION_CODES]
    for voice, sentence, emotion in takes:
        y = synthesise_clip(voice, sentence, emotion, seed=seed)
        soundfile.write(
            audio / clip_name(voice, sentence, emotion),
            y,
            SR,
            subtype="PCM_16",
            compression_level=1.0,
        )
    document = json.dumps(_description(seed), ensure_ascii=False, indent=2)
    (folder / "corpus.json").write_text(document + "\n", encoding="utf-8")
    return len(takes)


def _description(seed: int) -> dict:
    """What the importer reads, and who the speakers are."""
    return {
        "title": TITLE,
        "language": "ko",
        "licence": LICENCE,
        "citation": "",
        "synthesised": True,
        "note": NOTE,
        "seed": seed,
        "emotions": list(EMOTION_CODES),
        "sentences": SENTENCES,
        "speakers": {v.id: {"ko": f"합성: {v.ko}", "en": f"synthetic: {v.en}"} for v in VOICES},
    }


def main() -> None:
    """Command line: ``--to FOLDER --seed N``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--to", type=Path, default=Path("data/demo"), metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if shutil.which(SYNTHESISER) is None:
        parser.error(f"{SYNTHESISER} is not installed; it is needed only to make the corpus anew")
    print(write_corpus(arguments.to, seed=arguments.seed), "clips in", arguments.to)


if __name__ == "__main__":
    main()
