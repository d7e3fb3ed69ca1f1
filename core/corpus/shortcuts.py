"""The shortcut probe: whether something that is no feeling can predict the label.

Each probe sees one trivial side of the clips only: how long they are, how loud, how their silent
edges are. A small model of it (naive Bayes over quantile bins) answers clips that it has not
learnt from, of unseen speakers where there are some, and a permutation test says how often chance
does as well. What can be known so cheaply will be learnt, too, by a model that should listen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Probe", "probe"]

_N_BINS = 6
_N_FOLDS = 5
_N_PERMUTATIONS = 199
_AT_ONCE = 20  # permutations


@dataclass(frozen=True, eq=False)
class Probe:
    """What a probe found."""

    uar: float
    chance: float
    p: float  # share of permutations, this one included, that reach the same
    by_speaker: bool  # whether the clips answered were of unseen speakers
    certainty: np.ndarray  # (n,) probability of the right label where it was answered, else 0


def probe(
    values: np.ndarray, y: np.ndarray, speakers: Sequence[str | None], *, seed: int = 0
) -> Probe | None:
    """How well a few values predict the label of clips not learnt from.

    Parameters
    ----------
    values : np.ndarray [shape=(n_clips, n_values)]
        NaN counts as lowest.
    y : np.ndarray of int [shape=(n_clips,)]
        Class indices from 0 without gaps.
    speakers : sequence of str or None [shape=(n_clips,)]
    seed : int

    Returns
    -------
    probe : Probe or None
        None when there are fewer than two classes, or a class of fewer than two clips.
    """
    counts = np.bincount(y) if len(y) else np.zeros(0)
    if len(counts) < 2 or counts.min() < 2:
        return None
    rng = np.random.default_rng(seed)
    values = np.nan_to_num(np.asarray(values, dtype=float), nan=-1e9, neginf=-1e9)
    folds, by_speaker = _folds(y, speakers, rng)
    labelings = np.stack([y, *_permuted(y, speakers, by_speaker, rng)])
    log_proba = np.zeros((len(y), len(counts)))
    uars = np.zeros(len(labelings))
    for start in range(0, len(labelings), _AT_ONCE):
        answers, first = _answer(values, labelings[start : start + _AT_ONCE], folds, len(counts))
        if start == 0:
            log_proba = first
        uars[start : start + _AT_ONCE] = _uars(labelings[start : start + _AT_ONCE], answers)
    proba = np.exp(log_proba - log_proba.max(axis=1, keepdims=True))
    proba /= proba.sum(axis=1, keepdims=True)
    right = proba.argmax(axis=1) == y
    return Probe(
        uar=float(uars[0]),
        chance=1 / len(counts),
        p=float(np.mean(uars >= uars[0])),
        by_speaker=by_speaker,
        certainty=np.where(right, proba[np.arange(len(y)), y], 0.0),
    )


def _folds(
    y: np.ndarray, speakers: Sequence[str | None], rng: np.random.Generator
) -> tuple[np.ndarray, bool]:
    """The fold of each clip; by speaker where every class has two speakers or more."""
    known = [speaker or "" for speaker in speakers]
    names, code = np.unique(known, return_inverse=True)
    spread = min(len(np.unique(code[y == c])) for c in np.unique(y))
    if len(names) >= 2 and spread >= 2 and None not in speakers:
        dealt = rng.permutation(len(names)) % min(_N_FOLDS, len(names))
        return dealt[code], True
    fold = np.empty(len(y), dtype=int)
    for c in np.unique(y):  # each class evenly
        rows = np.flatnonzero(y == c)
        fold[rng.permutation(rows)] = np.arange(len(rows)) % _N_FOLDS
    return fold, False


def _permuted(
    y: np.ndarray, speakers: Sequence[str | None], by_speaker: bool, rng: np.random.Generator
) -> np.ndarray:
    """Labels dealt anew, (n_permutations, n): within speakers where these have several."""
    code = np.unique([s or "" for s in speakers], return_inverse=True)[1]
    mixed = np.mean([len(np.unique(y[code == c])) > 1 for c in np.unique(code)])
    groups = code if by_speaker and mixed > 0.5 else np.zeros(len(y), dtype=int)
    order = np.argsort(groups, kind="stable")
    dealt = np.empty((_N_PERMUTATIONS, len(y)), dtype=int)
    for row in dealt:
        shuffled = np.lexsort((rng.random(len(y)), groups))
        row[order] = y[shuffled]
    return dealt


def _answer(
    values: np.ndarray, labelings: np.ndarray, folds: np.ndarray, n_classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Answers under each labelling (n_labelings, n), and log scores under the first."""
    n_labelings, n = labelings.shape
    answers = np.zeros((n_labelings, n), dtype=int)
    first = np.zeros((n, n_classes))
    one_hot = (labelings[:, :, None] == np.arange(n_classes)).astype(np.float32)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        learnt = one_hot[:, train].transpose(1, 0, 2).reshape(train.sum(), -1)
        score = np.zeros((test.sum(), n_labelings, n_classes))
        for column in values.T:
            edges = np.unique(np.quantile(column[train], np.arange(1, _N_BINS) / _N_BINS))
            bins = np.searchsorted(edges, column, side="right")
            membership = (bins[train, None] == np.arange(len(edges) + 1)).astype(np.float32)
            counts = (membership.T @ learnt).reshape(-1, n_labelings, n_classes) + 1.0
            score += np.log(counts / counts.sum(axis=0))[bins[test]]
        answers[:, test] = score.argmax(axis=2).T
        first[test] = score[:, 0]
    return answers, first


def _uars(labelings: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """The UAR of each row of answers."""
    n_classes = labelings.max() + 1
    right = labelings == answers
    hits = np.stack([(right & (labelings == c)).sum(axis=1) for c in range(n_classes)])
    counts = np.stack([(labelings == c).sum(axis=1) for c in range(n_classes)])
    return (hits / counts).mean(axis=0)
