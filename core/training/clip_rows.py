"""The features of a run's clips: what is at hand at once, the rest a few clips at a time."""

import time
from collections.abc import Generator, Sequence

import numpy as np

from core.cluster import MANY
from core.corpus.catalog import Utterance
from core.errors import CorpusError
from core.features import FeatureKey, FeatureStore, feature_widths, features_of
from core.features.extraction import Load
from core.i18n import N_
from core.settings import ExperimentSpec, FeatureSpec, SequenceSpec, WhisperSpec, feature_parts
from core.training.events import FeaturesRead

__all__ = ["SameClipsError", "UnusableFeaturesError", "check_rows", "read_rows"]

_BATCH = 48  # clips between two progress events
_SLOW_BATCH = 4  # where a clip costs 0.4 s, so that a cancel is heard within a second or two

Clip = tuple[FeatureKey, Load]


class UnusableFeaturesError(CorpusError):
    """A clip whose features are no numbers."""

    template = N_("The clip “{clip}” gives {n} features that are no numbers.")
    advice = N_("Listen to it on the data page: leave it out or cut it anew, then train again.")

    def __init__(self, clip: str, n: int):
        super().__init__(clip=clip, n=n)


class SameClipsError(CorpusError):
    """Clips between which there is nothing to tell apart."""

    template = N_("All {n} clips sound the same: there is nothing to tell apart.")
    advice = N_("Look on the data page whether one recording came in many times.")

    def __init__(self, n: int):
        super().__init__(n=n)


def read_rows(
    spec: ExperimentSpec,
    clips: Sequence[Clip],
    utterances: Sequence[Utterance],
    store: FeatureStore,
) -> Generator[FeaturesRead, None, np.ndarray]:
    """The features of clips and of their copies, telling how far it is.

    Parameters
    ----------
    spec : ExperimentSpec
    clips : sequence of (FeatureKey, callable)
        Those of the utterances in their order, and behind them all copies.
    utterances : sequence of Utterance
    store : FeatureStore

    Yields
    ------
    read : FeaturesRead
        At least one.

    Returns
    -------
    rows : np.ndarray [shape=(n_clips, n_features)]
        float64, frames float32.

    Raises
    ------
    UnusableFeaturesError
        At the first clip whose features are no numbers; nothing behind it is measured.
    SameClipsError
        If the features of all utterances are the same.
    """
    number = np.float32 if isinstance(spec.features, SequenceSpec) else np.float64
    rows = np.empty((len(clips), sum(feature_widths(spec.features))), number)
    missing = _fill_at_hand(rows, clips, spec.features, store)
    known = np.setdiff1d(np.arange(len(clips)), missing)
    _check_finite(rows, known, utterances)
    total, began = len(clips), time.monotonic()
    yield FeaturesRead(done=len(known), total=total, seconds_left=None if len(missing) else 0.0)
    slow = any(isinstance(part, WhisperSpec) for part in feature_parts(spec.features))
    batch, apart = _SLOW_BATCH if slow else _BATCH, len(missing) >= MANY
    for start in range(0, len(missing), batch):
        fresh = missing[start : start + batch]
        some = [clips[i] for i in fresh]
        rows[fresh] = features_of(some, spec.features, store, apart=apart)
        _check_finite(rows, fresh, utterances)
        done = start + len(fresh)
        left = (time.monotonic() - began) / done * (len(missing) - done)
        yield FeaturesRead(done=len(known) + done, total=total, seconds_left=left)
    check_rows(rows[: len(utterances)], utterances)
    return rows


def _fill_at_hand(
    rows: np.ndarray, clips: Sequence[Clip], spec: FeatureSpec, store: FeatureStore
) -> np.ndarray:
    """Fill in what was measured before; the indices of the clips that lack something."""
    keys, at = [key for key, _load in clips], 0
    missing: set[int] = set()
    for part, width in zip(feature_parts(spec), feature_widths(spec), strict=True):
        found = store.get_many(keys, part)
        for i, key in enumerate(keys):
            if key in found:
                rows[i, at : at + width] = found[key]
            else:
                missing.add(i)
        at += width
    return np.array(sorted(missing), dtype=int)


def _check_finite(rows: np.ndarray, some: np.ndarray, utterances: Sequence[Utterance]) -> None:
    """Refuse rows that hold no numbers; a copy is called by the name of its clip."""
    for i in some:
        broken = int(np.count_nonzero(~np.isfinite(rows[i])))
        if broken:
            raise UnusableFeaturesError(utterances[i % len(utterances)].name, broken)


def check_rows(rows: np.ndarray, utterances: Sequence[Utterance]) -> None:
    """Refuse features from which nothing can be learnt.

    Parameters
    ----------
    rows : np.ndarray [shape=(n, n_features)]
    utterances : sequence of Utterance [shape=(n,)]

    Raises
    ------
    UnusableFeaturesError
        If a clip's features are no numbers; the first one is named.
    SameClipsError
        If those of all clips are the same.
    """
    _check_finite(rows, np.arange(len(rows)), utterances)
    if not np.ptp(rows, axis=0).any():
        raise SameClipsError(len(rows))
