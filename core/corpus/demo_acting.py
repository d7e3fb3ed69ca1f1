"""How the demo corpus is acted: its sentences, its voices and the manner of every take.

Conventions
-----------
A *manner* is one number for each thing that acting changes. The manner of a take is drawn in three
steps, so that a new voice is harder than a known one: what the emotion usually does, how this
voice acts that emotion (drawn once a voice), and how this take turned out. All draws come from
seeds made of numbers, so the same seed gives the same take.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

__all__ = [
    "EMOTION_CODES",
    "PLAIN",
    "SENTENCES",
    "SPOKEN_AS",
    "VOICES",
    "Manner",
    "Voice",
    "manner_of_take",
]

SENTENCES: dict[str, str] = {
    "1": "안녕하세요",
    "2": "괜찮아요",
    "3": "오늘 날씨가 좋네요",
    "4": "지금 가고 있어요",
    "5": "밥은 벌써 먹었어요",
    "6": "정말 고마워요",
    "7": "내일 다시 만나요",
    "8": "그건 제가 할게요",
    "9": "전화 좀 받아 주세요",
    "10": "이제 집에 가요",
}
# Spelled as pronounced, where the synthesiser does not know the sound change.
SPOKEN_AS: dict[str, str] = {
    "3": "오늘 날씨가 존네요",
    "5": "바븐 벌써 머거써요",
    "8": "그건 제가 할께요",
    "9": "저나 좀 바다 주세요",
    "10": "이제 지베 가요",
}


@dataclass(frozen=True)
class Voice:
    """One synthetic speaker: an espeak-ng variant, its pitch, and the place it is recorded in."""

    id: str
    variant: str  # an espeak-ng voice variant
    f0: float  # Hz, median in plain reading
    formants: float  # factor on all formant frequencies
    wpm: int  # espeak-ng's rate in plain reading
    gain: float  # dB, microphone level
    rt60: float  # s, reverberation of the room
    noise: float  # dBFS RMS, background
    ko: str
    en: str


VOICES: tuple[Voice, ...] = (
    Voice("1", "f2", 196.0, 0.98, 215, 0.0, 0.18, -66.0, "여성 음색, 밝은 편", "female, bright"),
    Voice("2", "m3", 118.0, 1.00, 210, -0.8, 0.24, -64.0, "남성 음색, 보통", "male, medium"),
    Voice("3", "f3", 214.0, 1.01, 225, 0.8, 0.27, -65.0, "여성 음색, 높은", "female, high"),
    Voice("4", "m7", 106.0, 1.01, 200, 0.5, 0.16, -66.0, "남성 음색, 낮은", "male, low"),
    Voice("5", "f4", 186.0, 1.00, 205, -1.0, 0.22, -64.0, "여성 음색, 부드러운", "female, soft"),
    Voice("6", "m5", 132.0, 1.04, 225, -0.5, 0.20, -65.0, "남성 음색, 젊은", "male, young"),
    Voice("7", "f1", 178.0, 1.02, 205, 1.0, 0.28, -64.0, "여성 음색, 낮은", "female, low"),
    Voice("8", "m1", 112.0, 0.98, 218, 0.0, 0.17, -63.0, "남성 음색, 굵은", "male, dark"),
)


@dataclass(frozen=True)
class Manner:
    """How a take is spoken; an emotion's is a departure from plain reading."""

    level: float  # semitones, median pitch
    range: float  # log2 of the factor on the pitch movements
    drift: float  # semitones from the first to the last voiced moment
    final: float  # semitones, rise or fall on the last quarter
    accent: float  # semitones, pitch bump on every other syllable
    rate: float  # log2 of the speaking rate
    final_stretch: float  # log2, lengthening of the last quarter
    pause: float  # s, between the first two words
    loudness: float  # dB
    tilt: float  # dB per octave above 500 Hz
    attack: float  # exponent that sharpens (> 0) or flattens the loudness envelope
    breath: float  # dB, whispered part against the voice
    jitter: float  # log2 of the factor on the cycle-to-cycle irregularity
    tremor: float  # semitones, slow pitch wobble
    formants: float  # log2, smile (> 0) or rounding

    def as_row(self) -> np.ndarray:
        """The fields as one array.

        Returns
        -------
        row : np.ndarray [shape=(n_fields,)]
        """
        return np.array(dataclasses.astuple(self))


# One row a field of `Manner`. Plain reading; what joy, sadness and anger add to it; then how far
# voices differ from one another in acting an emotion, and takes of one voice among themselves
# (standard deviations). Directions follow common findings (Scherer 2003, Vocal communication of
# emotion, Speech Communication 40); sizes make a new voice about as hard as in a real acted
# corpus, see the corpus's README.
_TABLE: dict[str, tuple[float, float, float, float, float, float]] = {
    # field: (plain, J, S, A, voices, takes)
    "level": (0.0, 5.4, -2.2, 2.4, 0.4, 0.45),
    "range": (0.0, 0.9, -1.2, 0.6, 0.12, 0.13),
    "drift": (-1.5, 2.5, -1.0, -2.6, 0.4, 0.4),
    "final": (-0.5, 4.2, -1.0, -3.8, 0.4, 0.45),
    "accent": (0.3, 2.0, -0.3, 1.3, 0.15, 0.2),
    "rate": (0.0, 0.09, -0.26, 0.11, 0.04, 0.04),
    "final_stretch": (0.1, 0.1, 0.26, -0.15, 0.04, 0.06),
    "pause": (0.02, 0.0, 0.1, 0.0, 0.015, 0.02),
    "loudness": (0.0, 0.8, -1.4, 1.4, 0.8, 1.6),
    "tilt": (0.0, 1.2, -2.4, 2.9, 0.25, 0.2),
    "attack": (0.0, 0.08, -0.25, 0.48, 0.04, 0.04),
    "breath": (-30.0, 2.0, 17.0, 4.0, 1.4, 1.3),
    "jitter": (0.0, 0.2, 1.0, 2.3, 0.2, 0.25),
    "tremor": (0.05, 0.05, 0.45, 0.05, 0.04, 0.05),
    "formants": (0.0, 0.075, -0.045, 0.01, 0.006, 0.005),
}


def _column(index: int) -> Manner:
    return Manner(**{name: row[index] for name, row in _TABLE.items()})


PLAIN, _JOY, _SAD, _ANGRY, VOICE_SPREAD, TAKE_SPREAD = (_column(index) for index in range(6))
_NOTHING = Manner(**dict.fromkeys(_TABLE, 0.0))
EFFECTS: dict[str, Manner] = {"N": _NOTHING, "J": _JOY, "S": _SAD, "A": _ANGRY}
EMOTION_CODES: tuple[str, ...] = tuple(EFFECTS)

STRENGTH = (0.75, 1.2)  # how strongly a voice acts an emotion, 1 being the table above
TAKE_STRENGTH = 0.15  # standard deviation around it
MIXED_TAKES = 0.06  # share of takes in which another emotion shines through
MIXED_SHARE = (0.3, 0.5)  # of that other emotion


def manner_of_take(voice: int, sentence: int, emotion: str, *, seed: int) -> Manner:
    """How one voice says one sentence in one emotion.

    Parameters
    ----------
    voice : int
        Position in `VOICES`.
    sentence : int
        Number of the sentence.
    emotion : str
        Code: N, J, S or A.
    seed : int

    Returns
    -------
    manner : Manner
        Absolute values, plain reading included.
    """
    rng = np.random.default_rng([seed, 1, voice, sentence, EMOTION_CODES.index(emotion)])
    row = _habit(voice, emotion, seed) * max(0.2, rng.normal(1.0, TAKE_STRENGTH))
    if rng.random() < MIXED_TAKES:
        other = rng.choice([code for code in EMOTION_CODES if code != emotion])
        share = rng.uniform(*MIXED_SHARE)
        row = (1 - share) * row + share * _habit(voice, str(other), seed)
    row = row + PLAIN.as_row() + TAKE_SPREAD.as_row() * _bounded_normal(rng, len(row))
    return Manner(*(float(value) for value in row))


def _habit(voice: int, emotion: str, seed: int) -> np.ndarray:
    """What this emotion changes in this voice, every time."""
    rng = np.random.default_rng([seed, 2, voice, EMOTION_CODES.index(emotion)])
    strength = rng.uniform(*STRENGTH)
    own = VOICE_SPREAD.as_row() * _bounded_normal(rng, len(VOICE_SPREAD.as_row()))
    return strength * EFFECTS[emotion].as_row() + own


def _bounded_normal(rng: np.random.Generator, n: int) -> np.ndarray:
    """Standard normal draws cut at two standard deviations: no take falls out of the ordinary."""
    return np.clip(rng.standard_normal(n), -2.0, 2.0)
