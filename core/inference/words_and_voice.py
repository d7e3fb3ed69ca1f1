"""What is said against how it sounds: the words' polarity and the voice's emotion.

A contradiction is a hint to listen again, not a finding: people are ironic, and both sides err.
Where either side is not clear, there is no verdict, and the reason is given.
"""

from dataclasses import dataclass
from typing import Literal

from core.i18n import N_
from core.inference.classify import Prediction
from core.stt import Transcript
from core.stt.polarity import Polarity, PolarWord, text_polarity

__all__ = ["VALENCE", "WordsAndVoice", "words_and_voice"]

# How an emotion feels to have; 0 for those that can be either.
VALENCE: dict[str, int] = {
    "sad": -1,
    "neutral": 0,
    "happy": 1,
    "angry": -1,
    "calm": 0,
    "fearful": -1,
    "disgust": -1,
    "surprised": 0,
    "bored": -1,
}
CLEAR = 0.6  # probability of one side, over its emotions together

NO_WORDS = N_("there are no words to compare with")
NO_POLARITY = N_("the words are neither good nor bad news")
MIXED = N_("the words are good and bad news at once")
DOUBTFUL = N_("the words were not understood well enough")
VOICE_UNCLEAR = N_("the voice is not clearly glad or sorry")


@dataclass(frozen=True)
class WordsAndVoice:
    """Whether words and voice agree, and the words that decided."""

    verdict: Literal["agreement", "contradiction", "none"]
    reason: str  # message id; why there is no verdict, else empty
    polarity: Polarity
    voice: Literal["positive", "negative", "unclear"]

    @property
    def words(self) -> tuple[PolarWord, ...]:
        """Those that decided, the strongest first."""
        return tuple(sorted(self.polarity.words, key=lambda word: -abs(word.value)))


def words_and_voice(transcript: Transcript | None, prediction: Prediction) -> WordsAndVoice:
    """Whether what was said fits how it sounded.

    Parameters
    ----------
    transcript : Transcript or None
    prediction : Prediction

    Returns
    -------
    compared : WordsAndVoice
        The voice is clear where the emotions of one side hold 60 % together, whether or not the
        model is sure of one of them.
    """
    voice = _voice(prediction)
    if transcript is None or not transcript.text.strip():
        return WordsAndVoice("none", NO_WORDS, Polarity("none", 0.0, ()), voice)
    polarity = text_polarity(transcript.text, transcript.language)
    reason = _no_verdict(polarity, transcript, voice)
    if reason:
        return WordsAndVoice("none", reason, polarity, voice)
    verdict: Literal["agreement", "contradiction"] = (
        "agreement" if polarity.sign == voice else "contradiction"
    )
    return WordsAndVoice(verdict, "", polarity, voice)


def _voice(prediction: Prediction) -> Literal["positive", "negative", "unclear"]:
    positive = sum(p for e, p in prediction.proba.items() if VALENCE[e] > 0)
    negative = sum(p for e, p in prediction.proba.items() if VALENCE[e] < 0)
    if positive >= CLEAR:
        return "positive"
    return "negative" if negative >= CLEAR else "unclear"


def _no_verdict(polarity: Polarity, transcript: Transcript, voice: str) -> str:
    if polarity.sign == "none":
        return NO_POLARITY
    if polarity.sign == "mixed":
        return MIXED
    if transcript.low_confidence:
        return DOUBTFUL
    return VOICE_UNCLEAR if voice == "unclear" else ""
