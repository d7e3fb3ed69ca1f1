"""What a run learns from: the clips of a snapshot as one matrix, with their labels and groups."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.corpus.catalog import Catalog, Utterance
from core.corpus.clip_features import feature_key
from core.corpus.clips import ClipLoad
from core.corpus.copies import copy_of
from core.corpus.duplicates import duplicate_groups
from core.corpus.listening import listen
from core.emotions import emotion
from core.errors import CorpusError, TooFewUtterancesError, UnusableSchemeError
from core.features import FeatureStore, speaker_z, voice_stats
from core.i18n import N_
from core.settings import ExperimentSpec
from core.training.clip_rows import read_rows
from core.training.events import FeaturesRead

__all__ = [
    "MIN_CLIPS_PER_CLASS",
    "SnapshotChangedError",
    "TrainingData",
    "check_classes",
    "read_data",
]

MIN_CLIPS_PER_CLASS = 3  # three folds then still learn from two of each class


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
    X: np.ndarray  # (n, n_features) float64, frames float32; relative to each voice where asked
    X_raw: np.ndarray  # (n, n_features), as extracted
    y: np.ndarray  # (n,) class indices in the scheme
    speakers: np.ndarray  # (n,) str
    sentences: np.ndarray  # (n,) str
    duplicates: tuple[tuple[int, ...], ...] = ()  # ids of utterances that are the same take
    copies: np.ndarray | None = None  # (n_copies, n, n_features), disturbed; as `X` is

    def learnt_from(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What a training part learns from: its clips, then their disturbed copies.

        Parameters
        ----------
        rows : np.ndarray of int [shape=(m,)]

        Returns
        -------
        X : np.ndarray [shape=(m * (1 + n_copies), n_features)]
        origin : np.ndarray of int [shape=(m * (1 + n_copies),)]
            The row that each comes from.
        """
        if self.copies is None:
            return self.X[rows], rows
        X = np.concatenate([self.X[rows], *(copy[rows] for copy in self.copies)])
        return X, np.tile(rows, 1 + len(self.copies))

    def relative_to_voices(self) -> "TrainingData":
        """The same with every clip set against its speaker's own clips, copies too.

        Returns
        -------
        data : TrainingData
        """
        copies = None
        if self.copies is not None:
            copies = np.stack([_against_voices(self, copy) for copy in self.copies])
        X = speaker_z(self.X_raw, self.speakers.tolist())
        return dataclasses.replace(self, X=X, copies=copies)


def _against_voices(data: TrainingData, copy: np.ndarray) -> np.ndarray:
    """Copies against what their speakers' undisturbed clips are like."""
    relative = np.empty_like(copy)
    for voice in np.unique(data.speakers):
        own = data.speakers == voice
        stats = voice_stats(data.X_raw[own])
        relative[own] = (copy[own] - stats.mean) / stats.std
    return relative


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
    UnusableFeaturesError, SameClipsError
        If a clip's features are no numbers, or those of all clips are the same.
    """
    snapshot = catalog.snapshot(spec.corpus, spec.scheme)
    if snapshot.digest != spec.snapshot:
        raise SnapshotChangedError(spec.corpus)
    utterances = tuple(snapshot.utterances)
    check_classes(utterances, spec.scheme)
    clips: list = [(feature_key(u), ClipLoad(catalog, u)) for u in utterances]
    if spec.augment is not None:
        clips += [
            copy_of(catalog, u, spec.augment, spec.seed, number)
            for number in range(spec.augment.copies)
            for u in utterances
        ]
    rows = yield from read_rows(spec, clips, utterances, store)
    for _ in listen(catalog, utterances):
        pass  # fingerprints; nothing to do where quality was looked at before
    data = _assembled(spec, catalog, utterances, rows)
    yield data.relative_to_voices() if spec.speaker_norm else data


def _assembled(
    spec: ExperimentSpec, catalog: Catalog, utterances: tuple[Utterance, ...], rows: np.ndarray
) -> TrainingData:
    n = len(utterances)
    return TrainingData(
        utterances=utterances,
        X=rows[:n],
        X_raw=rows[:n],
        y=np.array([spec.scheme.index(u.emotion) for u in utterances]),
        speakers=np.array([u.speaker or "" for u in utterances]),
        sentences=np.array([u.sentence or "" for u in utterances]),
        duplicates=tuple(duplicate_groups(catalog, utterances)),
        copies=rows[n:].reshape(-1, n, rows.shape[1]) if len(rows) > n else None,
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
        raise UnusableSchemeError([emotion(i).caption for i in scheme])
    for emotion_id in scheme:
        found = sum(u.emotion == emotion_id for u in utterances)
        if found < MIN_CLIPS_PER_CLASS:
            raise TooFewUtterancesError(emotion(emotion_id).caption, found, MIN_CLIPS_PER_CLASS)
