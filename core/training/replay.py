"""A run told again, epoch by epoch: its curves, its confusions and the fate of every clip.

Conventions
-----------
A fold that stopped early stands still at its last epoch, so every epoch speaks of the same clips.
All scores are of held-out clips unless they say ``train``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import MalgyeolError
from core.evaluation import confusion, unweighted_average_recall
from core.i18n import N_
from core.training.events import EpochEnded, unpack_proba
from core.training.history import KeptRun

__all__ = ["NoEpochsError", "NothingToReplayError", "Replay", "make_replay"]


class NoEpochsError(MalgyeolError):
    """A run that learnt in one go, or before epochs were kept: there is nothing to tell again."""

    template = N_("The run {run} kept no epochs to tell again.")
    advice = N_("Train a model that learns by epochs, such as the MLP; its run can be replayed.")

    def __init__(self, run: str):
        super().__init__(run=run)


class NothingToReplayError(MalgyeolError):
    """No run has learnt by epochs yet."""

    template = N_("No run has learnt by epochs yet, so there is nothing to tell again.")
    advice = NoEpochsError.advice


@dataclass(frozen=True)
class Replay:
    """What happened at each epoch of a run."""

    scheme: tuple[str, ...]
    utterances: tuple[int, ...]  # ids, in the order of the rows below
    reference: np.ndarray  # (n,), class indices
    loss: np.ndarray  # (n_epochs,), mean over the folds
    train: np.ndarray  # (n_epochs,), mean UAR on the clips learnt from
    held_out: np.ndarray  # (n_epochs,), UAR pooled over the folds, as the report's is
    proba: np.ndarray  # (n_epochs, n, n_classes), not calibrated

    @property
    def n_epochs(self) -> int:
        """Epochs of the fold that went on longest."""
        return len(self.loss)

    def confusion(self, epoch: int) -> np.ndarray:
        """Counts at the end of an epoch; rows are the reference.

        Parameters
        ----------
        epoch : int
            From 1.

        Returns
        -------
        matrix : np.ndarray of int [shape=(n_classes, n_classes)]
        """
        guess = self.proba[epoch - 1].argmax(axis=1)
        return confusion(self.reference, guess, labels=range(len(self.scheme)))

    def fate(self, utterance: int) -> np.ndarray:
        """What was held probable of one clip, epoch by epoch.

        Parameters
        ----------
        utterance : int
            One of `utterances`.

        Returns
        -------
        proba : np.ndarray [shape=(n_epochs, n_classes)]

        Raises
        ------
        ValueError
            If the run did not hold this clip out.
        """
        return self.proba[:, self.utterances.index(utterance)]

    def turns(self) -> np.ndarray:
        """How often the answer to each clip changed; what changes most is worth watching.

        Returns
        -------
        turns : np.ndarray of int [shape=(n,)]
        """
        guess = self.proba.argmax(axis=2)
        return (guess[1:] != guess[:-1]).sum(axis=0)


def make_replay(kept: KeptRun) -> Replay:
    """The replay of a run.

    Parameters
    ----------
    kept : KeptRun

    Returns
    -------
    replay : Replay

    Raises
    ------
    NoEpochsError
        If it has no epochs with answers.
    """
    scheme = kept.spec.scheme
    folds = [_epochs_of(kept.epochs, answer.fold) for answer in kept.answers]
    if not folds or not all(fold and all(e.answers for e in fold) for fold in folds):
        raise NoEpochsError(kept.run.id)
    n_epochs = max(len(fold) for fold in folds)
    proba = np.concatenate([_proba(fold, n_epochs, len(scheme)) for fold in folds], axis=1)
    reference = np.array([c for answer in kept.answers for c in answer.reference])
    labels = range(len(scheme))
    return Replay(
        scheme=scheme,
        utterances=tuple(u for answer in kept.answers for u in answer.utterances),
        reference=reference,
        loss=_mean([[e.loss for e in fold] for fold in folds], n_epochs),
        train=_mean([[e.train for e in fold] for fold in folds], n_epochs),
        held_out=np.array(
            [unweighted_average_recall(reference, p.argmax(axis=1), labels=labels) for p in proba]
        ),
        proba=proba,
    )


def _epochs_of(epochs: Sequence[EpochEnded], fold: int) -> list[EpochEnded]:
    return sorted((e for e in epochs if e.fold == fold), key=lambda e: e.epoch)


def _proba(fold: Sequence[EpochEnded], n_epochs: int, n_classes: int) -> np.ndarray:
    """One fold's answers, (n_epochs, n, n_classes); the last ones stay."""
    own = [unpack_proba(e.answers, n_classes) for e in fold]
    return np.stack([*own, *[own[-1]] * (n_epochs - len(own))])


def _mean(values: Sequence[Sequence[float]], n_epochs: int) -> np.ndarray:
    longest = [[*v, *[v[-1]] * (n_epochs - len(v))] for v in values]
    return np.mean(longest, axis=0)
