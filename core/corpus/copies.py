"""Disturbed copies of clips of the catalog: how they are named, and how they are made."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from core.corpus.catalog import Catalog, Utterance
from core.corpus.clip_features import feature_key
from core.corpus.clips import ClipLoad
from core.features import FeatureKey
from core.settings import AugmentSpec
from core.signal.augmentation import augment, augment_digest

__all__ = ["CopyLoad", "copy_of"]


@dataclass(frozen=True)
class CopyLoad:
    """Gives one disturbed copy of a clip; made so that another process can take it."""

    clip: ClipLoad
    spec: AugmentSpec
    digest: str
    name: str

    def __call__(self) -> np.ndarray:
        """The copy's signal."""
        return augment(self.clip(), self.spec, digest=self.digest, clip=self.name)


def copy_of(
    catalog: Catalog, utterance: Utterance, spec: AugmentSpec, seed: int, number: int
) -> tuple[FeatureKey, CopyLoad]:
    """What a copy's features are stored under, and what gives its signal.

    Parameters
    ----------
    catalog : Catalog
    utterance : Utterance
    spec : AugmentSpec
    seed : int
        Of the run.
    number : int
        Of the copy, from 0.

    Returns
    -------
    key : FeatureKey
        Of the same recording, so that a withdrawal takes the copies along.
    load : CopyLoad
    """
    key, digest = feature_key(utterance), augment_digest(spec, seed, number)
    name = f"{key.content}|{key.correction}|{key.start}|{key.end}"
    stored = dataclasses.replace(key, correction=f"{key.correction}+augment:{digest}")
    return stored, CopyLoad(ClipLoad(catalog, utterance), spec, digest, name)
