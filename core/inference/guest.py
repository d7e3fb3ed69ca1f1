"""Getting to know a guest's voice from a few clips whose emotions nobody has to name.

A voice that is known is heard relative to itself: its features are set against its own mean and
spread. Of a guest these are guessed from n clips, and the fewer there are, the more the average
voice of the training is trusted: everything of the guest's own counts ``n / (n + 4)``. A few clips
also hold the emotions by chance in other shares than a voice at large, in the worst case one alone;
what the plain model takes for each clip's emotion corrects the mean for that, by the part
``4 / (n + 4)`` that chance still has. And the plain model keeps a say of ``16 / (n² + 16)``: at the
measured break-even of four clips both weigh the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audio import Sound
from core.errors import (
    GuestError,
    NoGuestModelError,
    OtherModelsGuestError,
    TooFewGuestClipsError,
)
from core.features import extract
from core.models import Bundle, GuestModel

__all__ = [
    "MIN_CLIPS",
    "GuestVoice",
    "adapted",
    "as_learnt",
    "calibrate",
    "features_for",
    "guest_problem",
    "guest_proba",
    "plain_proba",
]

MIN_CLIPS = 3
SHRINKAGE = 4  # clips at which a voice's own statistics count as much as everybody's; measured
MIN_DURATION = 0.3  # s; of a clip that can say something of a voice


@dataclass(frozen=True, eq=False)
class GuestVoice:
    """What a model knows of a guest's voice; it holds no sound."""

    model: str  # that got to know it
    n_clips: int
    mean: np.ndarray  # (n_features,)
    std: np.ndarray  # (n_features,), above 0
    weight: float  # in (0, 1), of the model for voices one knows; the rest is the plain model's
    before: tuple[str, ...]  # what the plain model heard in the clips, emotion ids
    after: tuple[str, ...]  # what is heard in the same clips, now that the voice is known


def guest_problem(bundle: Bundle) -> GuestError | None:
    """What keeps a model from getting to know voices.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    problem : GuestError or None
    """
    return None if bundle.guest is not None else NoGuestModelError(bundle.name)


def calibrate(clips: Sequence[Sound], bundle: Bundle) -> GuestVoice:
    """Get to know a voice.

    Parameters
    ----------
    clips : sequence of Sound
        Of one person: a few neutral sentences, or better eight in mixed emotions. Those that are
        silent or shorter than 0.3 s do not count.
    bundle : Bundle

    Returns
    -------
    voice : GuestVoice
        For `classify(sound, bundle, voice=voice)`.

    Raises
    ------
    NoGuestModelError
        If the bundle holds no model for guests.
    TooFewGuestClipsError
        If fewer than `MIN_CLIPS` clips count.
    """
    if bundle.guest is None:
        raise NoGuestModelError(bundle.name)
    usable = [c for c in clips if c.duration >= MIN_DURATION and "silent" not in c.flags]
    if len(usable) < MIN_CLIPS:
        raise TooFewGuestClipsError(len(usable), MIN_CLIPS)
    X = features_for(usable, bundle)
    before = plain_proba(X, bundle)
    mean, std = adapted(X, before, bundle.guest)
    n = len(usable)
    weight = n**2 / (n**2 + SHRINKAGE**2)
    after = _joined(before, bundle.guest.proba((X - mean) / std), weight)
    return GuestVoice(
        model=bundle.name,
        n_clips=n,
        mean=mean,
        std=std,
        weight=weight,
        before=tuple(bundle.scheme[i] for i in before.argmax(axis=1)),
        after=tuple(bundle.scheme[i] for i in after.argmax(axis=1)),
    )


def adapted(X: np.ndarray, proba: np.ndarray, guest: GuestModel) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread of a voice of which a few clips are known.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
        Features of the clips.
    proba : np.ndarray [shape=(n, n_classes)]
        What the plain model holds probable for them.
    guest : GuestModel

    Returns
    -------
    mean, std : np.ndarray [shape=(n_features,)]
        ``std`` is above 0.
    """
    weight = len(X) / (len(X) + SHRINKAGE)
    by_chance = (1 - weight) * proba.mean(axis=0) @ guest.offsets
    mean = weight * (X.mean(axis=0) - by_chance) + (1 - weight) * guest.mean
    variance = weight * X.var(axis=0) + (1 - weight) * guest.std**2
    return mean, np.sqrt(variance)


def features_for(sounds: Sequence[Sound], bundle: Bundle) -> np.ndarray:
    """The features of some clips as a bundle's models read them, not yet set against any voice.

    Parameters
    ----------
    sounds : sequence of Sound
    bundle : Bundle

    Returns
    -------
    X : np.ndarray [shape=(n, n_features)], float64
    """
    return np.stack([extract(sound.y, bundle.features) for sound in sounds]).astype(np.float64)


def plain_proba(X: np.ndarray, bundle: Bundle) -> np.ndarray:
    """What a bundle holds probable for a voice it does not know.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
    bundle : Bundle
        One that learnt normalised voices alone sets an unknown voice against all of these.

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
    """
    return bundle.proba(as_learnt(X, bundle))


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


def guest_proba(X: np.ndarray, bundle: Bundle, voice: GuestVoice) -> np.ndarray:
    """What a bundle holds probable for a voice that it got to know.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
    bundle : Bundle
    voice : GuestVoice

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]

    Raises
    ------
    NoGuestModelError
        If the bundle holds no model for guests.
    OtherModelsGuestError
        If another model got to know the voice.
    """
    if bundle.guest is None:
        raise NoGuestModelError(bundle.name)
    if voice.model != bundle.name or voice.mean.shape != (bundle.n_features,):
        raise OtherModelsGuestError(voice.model, bundle.name)
    known = bundle.guest.proba((X - voice.mean) / voice.std)
    return _joined(plain_proba(X, bundle), known, voice.weight)


def _joined(plain: np.ndarray, known: np.ndarray, weight: float) -> np.ndarray:
    return weight * known + (1 - weight) * plain
