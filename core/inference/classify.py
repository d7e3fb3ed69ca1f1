"""A clip and a bundle give a `Prediction`; the one way that every page and command takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audio import Sound
from core.features import extract
from core.models import Bundle

__all__ = ["Prediction", "as_learnt", "classify", "classify_many"]


@dataclass(frozen=True)
class Prediction:
    """What a model hears in one clip."""

    name: str  # the clip's
    emotion: str  # id of the most probable emotion
    proba: dict[str, float]  # calibrated, by emotion id in scheme order; sums to 1
    duration: float  # s
    flags: tuple[str, ...]  # the sound's quality flags
    model: str
    sure: bool  # whether the confidence reaches the model's threshold

    @property
    def confidence(self) -> float:
        """Calibrated probability of `emotion`."""
        return self.proba[self.emotion]


def classify(sound: Sound, bundle: Bundle) -> Prediction:
    """The emotion that a model hears in a clip.

    Parameters
    ----------
    sound : Sound
        As `core.audio.decode` gives it.
    bundle : Bundle

    Returns
    -------
    prediction : Prediction
    """
    return classify_many([sound], bundle)[0]


def classify_many(sounds: Sequence[Sound], bundle: Bundle) -> list[Prediction]:
    """The emotions that a model hears in several clips.

    Parameters
    ----------
    sounds : sequence of Sound
    bundle : Bundle

    Returns
    -------
    predictions : list of Prediction
        In the same order.
    """
    if not sounds:
        return []
    X = np.stack([extract(sound.y, bundle.features) for sound in sounds]).astype(np.float64)
    proba = bundle.proba(as_learnt(X, bundle))
    return [_prediction(s, p, bundle) for s, p in zip(sounds, proba, strict=True)]


def as_learnt(X: np.ndarray, bundle: Bundle) -> np.ndarray:
    """Features as the model learnt them; an unknown voice is set against all training voices.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
    bundle : Bundle

    Returns
    -------
    X : np.ndarray [shape=(n, n_features)]
    """
    stats = bundle.speaker_norm
    return X if stats is None else (X - stats.mean) / stats.std


def _prediction(sound: Sound, proba: np.ndarray, bundle: Bundle) -> Prediction:
    best = int(proba.argmax())
    return Prediction(
        name=sound.name,
        emotion=bundle.scheme[best],
        proba={e: float(p) for e, p in zip(bundle.scheme, proba, strict=True)},
        duration=sound.duration,
        flags=sound.flags,
        model=bundle.name,
        sure=bool(proba[best] >= bundle.calibration.threshold),
    )
