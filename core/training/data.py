"""What a run learns from: the clips of a snapshot as one matrix, with their labels and groups."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.corpus.catalog import Catalog, Utterance
from core.corpus.clip_features import feature_key
from core.corpus.clips import ClipLoad
from core.corpus.duplicates import duplicate_groups
from core.corpus.listening import listen
from core.errors import CorpusError, TooFewUtterancesError, UnusableSchemeError
from core.features import FeatureStore, features_of, speaker_z
from core.i18n import N_
from core.settings import ExperimentSpec, SequenceSpec, WhisperSpec, feature_parts
from core.training.events import FeaturesRead

__all__ = [
    "MIN_CLIPS_PER_CLASS",
    "SnapshotChangedError",
    "TrainingData",
    "check_classes",
    "read_data",
]

MIN_CLIPS_PER_CLASS = 3  # three folds then still learn from two of each class
_BATCH = 48  # clips between two progress events
_SLOW_BATCH = 4  # where a clip costs 0.4 s, so that a cancel is heard within a second or two


class SnapshotChangedError(CorpusError):
    """The corpus is no longer what the spec names."""

    template = N_("The corpus “{corpus}” has changed since this run was set up.")
    advice = N_("Start the run again with the corpus as it is now.")

    def __init__(self, corpus: str):
        super().__init__(corpus=corpus)


@dataclass(frozen=True)
class TrainingData:
    """One row a clip; all fields in the same order."""

    utterances: tuple[Utterance, ...]
    X: (
        np.ndarray
    )  # (n, n_features) float64, frames float32; z-normalised by speaker when the spec says so
    X_raw: np.ndarray  # (n, n_features) float64, as extracted
    y: np.ndarray  # (n,) class indices in the scheme
    speakers: np.ndarray  # (n,) str
    sentences: np.ndarray  # (n,) str
    duplicates: tuple[tuple[int, ...], ...] = ()  # ids of utterances that are the same take


def read_data(
    spec: ExperimentSpec, catalog: Catalog, store: FeatureStore
) -> Iterator[FeaturesRead | TrainingData]:
    """Read a spec's clips, yielding progress and at last the data itself.

    Parameters
    ----------
    spec : ExperimentSpec
    catalog : Catalog
    store : FeatureStore

    Yields
    ------
    item : FeaturesRead or TrainingData
        The data comes last, once.

    Raises
    ------
    SnapshotChangedError
        If the corpus no longer holds what ``spec.snapshot`` names.
    TooFewUtterancesError
        If a class of the scheme has fewer than `MIN_CLIPS_PER_CLASS` clips.
    """
    snapshot = catalog.snapshot(spec.corpus, spec.scheme)
    if snapshot.digest != spec.snapshot:
        raise SnapshotChangedError(spec.corpus)
    utterances = tuple(snapshot.utterances)
    check_classes(utterances, spec.scheme)
    clips = [(feature_key(u), ClipLoad(catalog, u)) for u in utterances]
    slow = any(isinstance(part, WhisperSpec) for part in feature_parts(spec.features))
    batch = _SLOW_BATCH if slow else _BATCH
    rows, began = [], time.monotonic()
    for start in range(0, len(clips), batch):
        rows.append(features_of(clips[start : start + batch], spec.features, store))
        for _ in listen(catalog, utterances[start : start + batch]):
            pass  # fingerprints; nothing to do where quality was looked at before
        done = min(start + batch, len(clips))
        left = (time.monotonic() - began) / done * (len(clips) - done)
        yield FeaturesRead(done=done, total=len(clips), seconds_left=left)
    number = np.float32 if isinstance(spec.features, SequenceSpec) else np.float64
    X_raw = np.concatenate(rows).astype(number)
    speakers = np.array([u.speaker or "" for u in utterances])
    yield TrainingData(
        utterances=utterances,
        X=speaker_z(X_raw, speakers.tolist()) if spec.speaker_norm else X_raw,
        X_raw=X_raw,
        y=np.array([spec.scheme.index(u.emotion) for u in utterances]),
        speakers=speakers,
        sentences=np.array([u.sentence or "" for u in utterances]),
        duplicates=tuple(duplicate_groups(catalog, utterances)),
    )


def check_classes(utterances: tuple[Utterance, ...], scheme: tuple[str, ...]) -> None:
    """Refuse a scheme that the clips cannot fill.

    Parameters
    ----------
    utterances : tuple of Utterance
    scheme : tuple of str
        Emotion ids.

    Raises
    ------
    UnusableSchemeError
        If the scheme has fewer than two emotions.
    TooFewUtterancesError
        If one of them has fewer than `MIN_CLIPS_PER_CLASS` clips.
    """
    if len(scheme) < 2:
        raise UnusableSchemeError(scheme)
    for emotion in scheme:
        found = sum(u.emotion == emotion for u in utterances)
        if found < MIN_CLIPS_PER_CLASS:
            raise TooFewUtterancesError(emotion, found, MIN_CLIPS_PER_CLASS)
