"""A clip and a bundle give a `Prediction`; the one way that every page and command takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audio import Sound
from core.inference.guest import GuestVoice, as_learnt, features_for, guest_proba, plain_proba
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


def classify(sound: Sound, bundle: Bundle, *, voice: GuestVoice | None = None) -> Prediction:
    """The emotion that a model hears in a clip.

    Parameters
    ----------
    sound : Sound
        As `core.audio.decode` gives it.
    bundle : Bundle
    voice : GuestVoice, optional
        Of the one who speaks, as `core.inference.guest.calibrate` gives it for this bundle.

    Returns
    -------
    prediction : Prediction

    Raises
    ------
    OtherModelsGuestError
        If another model got to know the voice.
    """
    return classify_many([sound], bundle, voice=voice)[0]


def classify_many(
    sounds: Sequence[Sound], bundle: Bundle, *, voice: GuestVoice | None = None
) -> list[Prediction]:
    """The emotions that a model hears in several clips.

    Parameters
    ----------
    sounds : sequence of Sound
    bundle : Bundle
    voice : GuestVoice, optional
        Of the one who speaks in all of them.

    Returns
    -------
    predictions : list of Prediction
        In the same order.

    Raises
    ------
    OtherModelsGuestError
        If another model got to know the voice.
    """
    if not sounds:
        return []
    X = features_for(sounds, bundle)
    proba = plain_proba(X, bundle) if voice is None else guest_proba(X, bundle, voice)
    known = bundle.guest if voice is not None else None
    threshold = (known or bundle).calibration.threshold
    return [_prediction(s, p, bundle, threshold) for s, p in zip(sounds, proba, strict=True)]


def _prediction(sound: Sound, proba: np.ndarray, bundle: Bundle, threshold: float) -> Prediction:
    best = int(proba.argmax())
    return Prediction(
        name=sound.name,
        emotion=bundle.scheme[best],
        proba={e: float(p) for e, p in zip(bundle.scheme, proba, strict=True)},
        duration=sound.duration,
        flags=sound.flags,
        model=bundle.name,
        sure=bool(proba[best] >= threshold),
    )
