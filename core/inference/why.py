"""Why this emotion and not the next one: which kinds of descriptors spoke for it.

Conventions
-----------
An influence is a number of nats of the odds between the predicted emotion and the runner-up:
above 0 it spoke for the predicted one. Features are gathered in groups that a listener can name.

For a linear model (standardised features, logistic regression) the influences are exact: with
`baseline`, the odds of the average training clip, they add up to the odds of this clip. For any
other model each group is set to what it is in the average training clip, one after the other, and
the influence is by how much the odds fall (occlusion). Influences of this kind do not add up:
groups can stand in for one another, and then each alone counts too little.

References
----------
Zeiler, Fergus (2014). Visualizing and understanding convolutional networks (occlusion).
"""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.audio import Sound
from core.errors import NotExplainableError
from core.features import extract, feature_names
from core.i18n import N_
from core.inference.classify import as_learnt
from core.models import Bundle

__all__ = ["GROUPS", "Influence", "Why", "group_of", "why"]

# Captions of the groups (message ids), by their id.
GROUPS: dict[str, str] = {
    "pitch": N_("Pitch and melody"),
    "loudness": N_("Loudness"),
    "rhythm": N_("Pace and pauses"),
    "voice": N_("Voice: pressed, breathy or clear"),
    "brightness": N_("Brightness"),
    "timbre": N_("Timbre"),
    "recogniser": N_("What the speech recogniser hears"),
    "other": N_("Other"),
}
_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"whisper|encoder_", "recogniser"),
    (r"f0_", "pitch"),
    (r"(voiced_share|voiced_segment|voiced_gap|active_share|modulation_|energy_peaks)", "rhythm"),
    (r"(voiced_)?(log_energy|energy_)", "loudness"),
    (r"(voiced_)?(hnr|alpha_ratio|hammarberg|slope_|flatness)", "voice"),
    (r"(voiced_)?(log_centroid|log_bandwidth|log_rolloff|zcr|entropy|flux)", "brightness"),
    (r"(voiced_)?mfcc_0_", "loudness"),
    (r"(voiced_)?(delta_)*(mfcc|log_?mel|mel_power)", "timbre"),
)
N_STRONGEST = 3
SMALLEST = 1e-12  # probability, as in the bundle


@dataclass(frozen=True)
class Influence:
    """What a group of descriptors did to the odds."""

    group: str  # key of `GROUPS`
    amount: float  # nats; above 0 for the predicted emotion
    strongest: tuple[tuple[str, float], ...] = ()  # features by name; only of a linear model


@dataclass(frozen=True)
class Why:
    """Which descriptors spoke for an emotion against the runner-up."""

    emotion: str
    rival: str
    odds: float  # nats, log of the one probability over the other, calibrated
    method: Literal["exact", "occlusion"]
    baseline: float  # nats; odds of the average training clip
    influences: tuple[Influence, ...]  # the strongest first, whichever its sign


def why(sound: Sound, bundle: Bundle) -> Why:
    """Which kinds of descriptors made a model hear this emotion rather than the next one.

    Parameters
    ----------
    sound : Sound
        The clip, as it was classified.
    bundle : Bundle

    Returns
    -------
    why : Why

    Raises
    ------
    NotExplainableError
        If the model knows no average clip to compare with, as one without standardised features.
    """
    mean = average_clip(bundle)
    if mean is None:
        raise NotExplainableError(bundle.name)
    x = as_learnt(extract(sound.y, bundle.features)[None].astype(np.float64), bundle)[0]
    if x.shape != mean.shape:
        raise NotExplainableError(bundle.name)
    bundle = _without_ceiling(bundle)
    proba = bundle.proba(np.stack([x, mean]))
    best, rival = (int(i) for i in np.argsort(proba[0])[::-1][:2])
    odds = _odds(proba, best, rival)
    groups = np.array([group_of(name) for name in feature_names(bundle.features)])
    amounts = _linear_amounts(bundle, x - mean, best, rival)
    if amounts is None:
        influences = _occluded(bundle, x, mean, groups, best, rival)
    else:
        influences = _summed(amounts, groups, feature_names(bundle.features))
    return Why(
        emotion=bundle.scheme[best],
        rival=bundle.scheme[rival],
        odds=float(odds[0]),
        method="occlusion" if amounts is None else "exact",
        baseline=float(odds[1]),
        influences=tuple(sorted(influences, key=lambda i: -abs(i.amount))),
    )


def group_of(feature: str) -> str:
    """The group of a feature, by its name.

    Parameters
    ----------
    feature : str
        As `core.features.feature_names` gives it.

    Returns
    -------
    group : str
        A key of `GROUPS`.

    Examples
    --------
    >>> group_of("f0_st_mean"), group_of("voiced_mfcc_3_std"), group_of("voiced_hnr_mean")
    ('pitch', 'timbre', 'voice')
    """
    own = re.sub(r"^[a-z]+\.", "", feature)  # without the set's name that a fusion puts before it
    for pattern, group in _PATTERNS:
        if re.match(pattern, own):
            return group
    return "other"


def average_clip(bundle: Bundle) -> np.ndarray | None:
    """Features of the average training clip, as the model learnt them.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    mean : np.ndarray [shape=(n_features,)] or None
        None where the model does not know it.
    """
    fusion = _step(bundle, "fusion")
    members = [bundle.estimator] if fusion is None else fusion.members
    scalers = (getattr(member, "named_steps", {}).get("scaler") for member in members)
    means = [getattr(scaler, "mean_", None) for scaler in scalers]
    if any(mean is None for mean in means):
        return None
    return np.concatenate([np.asarray(mean, dtype=np.float64) for mean in means])


def _without_ceiling(bundle: Bundle) -> Bundle:
    """Odds add up only where no probability is cut off."""
    calibration = dataclasses.replace(bundle.calibration, ceiling=1.0)
    return dataclasses.replace(bundle, calibration=calibration)


def _step(bundle: Bundle, name: str) -> Any:
    return getattr(bundle.estimator, "named_steps", {}).get(name)


def _odds(proba: np.ndarray, best: int, rival: int) -> np.ndarray:
    logs = np.log(np.maximum(proba, SMALLEST))
    return logs[:, best] - logs[:, rival]


def _linear_amounts(
    bundle: Bundle, difference: np.ndarray, best: int, rival: int
) -> np.ndarray | None:
    """What each feature adds to the calibrated odds, (n_features,); None if not linear."""
    scaler, model = _step(bundle, "scaler"), _step(bundle, "logreg")
    if scaler is None or model is None:
        return None
    coef = np.asarray(model.coef_, dtype=np.float64)
    if len(coef) == 1:  # of two classes, the second's against the first
        coef = np.vstack([np.zeros_like(coef), coef])
    weights = (coef[best] - coef[rival]) / bundle.calibration.temperature
    return weights * difference / np.asarray(scaler.scale_)


def _summed(amounts: np.ndarray, groups: np.ndarray, names: tuple[str, ...]) -> list[Influence]:
    influences = []
    for group in GROUPS:
        members = np.flatnonzero(groups == group)
        if not len(members):
            continue
        strongest = members[np.argsort(-np.abs(amounts[members]))[:N_STRONGEST]]
        influences.append(
            Influence(
                group,
                float(amounts[members].sum()),
                tuple((names[i], float(amounts[i])) for i in strongest),
            )
        )
    return influences


def _occluded(
    bundle: Bundle, x: np.ndarray, mean: np.ndarray, groups: np.ndarray, best: int, rival: int
) -> list[Influence]:
    present = [group for group in GROUPS if (groups == group).any()]
    rows = np.stack([x, *(np.where(groups == group, mean, x) for group in present)])
    odds = _odds(bundle.proba(rows), best, rival)
    return [
        Influence(group, float(odds[0] - o)) for group, o in zip(present, odds[1:], strict=True)
    ]
