"""Recall per class, its mean (UAR), accuracy and the confusion matrix.

Conventions
-----------
The reference may hold only classes of the task; anything else in it is a mistake of the caller.
An answer outside the task, as a model of more classes may give it, counts as wrong.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

__all__ = [
    "Entries",
    "accuracy",
    "class_indices",
    "confusion",
    "recalls",
    "unweighted_average_recall",
]

Entries: TypeAlias = Sequence[Any] | np.ndarray  # one class id, class index or group each

OUTSIDE = -1  # index of an answer that is no class of the task


def class_indices(y: Entries, labels: Iterable[Hashable], *, outside: bool = False) -> np.ndarray:
    """The position of each entry among the labels.

    Parameters
    ----------
    y : sequence of class ids [shape=(n,)]
    labels : iterable of class ids
        Each once.
    outside : bool
        Whether an entry that is no label is allowed; its index is -1.

    Returns
    -------
    indices : np.ndarray of int [shape=(n,)]

    Raises
    ------
    ValueError
        If `labels` is empty or repeats one, or an entry is no label and `outside` is false.
    """
    labels = list(labels)
    position = {label: i for i, label in enumerate(labels)}
    if not labels or len(position) != len(labels):
        raise ValueError(f"labels must be different classes, at least one; got {labels}.")
    plain = isinstance(y, np.ndarray) and y.dtype.kind == "i" and labels == list(range(len(labels)))
    if plain:  # indices already
        y = np.asarray(y)
        indices = np.where((y >= 0) & (y < len(labels)), y, OUTSIDE)
    else:
        indices = np.array([position.get(entry, OUTSIDE) for entry in y], dtype=int)
    if not outside and (indices == OUTSIDE).any():
        stranger = list(y)[int(np.argmax(indices == OUTSIDE))]
        raise ValueError(f"{stranger!r} is not among the labels {labels}.")
    return indices


def validated(
    y_true: Entries, y_pred: Entries, labels: Iterable[Hashable]
) -> tuple[np.ndarray, np.ndarray, int]:
    """Reference and answers as indices, and the number of classes; answers may be `OUTSIDE`."""
    labels = list(labels)
    same_length(y_true, y_pred)
    return (
        class_indices(y_true, labels),
        class_indices(y_pred, labels, outside=True),
        len(labels),
    )


def same_length(y_true: Entries, *others: Entries) -> None:
    """Raise ValueError unless there is at least one entry and all are of one length."""
    lengths = [len(y_true), *(len(other) for other in others)]
    if len(set(lengths)) > 1:
        raise ValueError(f"Reference, answers and groups differ in length: {lengths}.")
    if not lengths[0]:
        raise ValueError("There is nothing to score: the reference is empty.")


def recalls(y_true: Entries, y_pred: Entries, *, labels: Iterable[Hashable]) -> np.ndarray:
    """The share of each class's utterances that were answered rightly.

    Parameters
    ----------
    y_true, y_pred : sequence of class ids [shape=(n_utterances,)]
        Reference and answers, in the same order.
    labels : iterable of class ids
        Classes of the task.

    Returns
    -------
    recalls : np.ndarray of float [shape=(n_labels,)]
        In label order; NaN for a class without a reference utterance.

    Raises
    ------
    ValueError
        If the lengths differ, nothing is given, or the reference holds something else than labels.

    Examples
    --------
    >>> recalls("aab", "abb", labels="ab").tolist()
    [0.5, 1.0]
    """
    true, pred, n_classes = validated(y_true, y_pred, labels)
    counts = np.bincount(true, minlength=n_classes)
    hits = np.bincount(true[true == pred], minlength=n_classes)
    return np.divide(hits, counts, out=np.full(n_classes, np.nan), where=counts > 0)


def unweighted_average_recall(
    y_true: Entries, y_pred: Entries, *, labels: Iterable[Hashable]
) -> float:
    """Mean of the per-class recalls (UAR); guessing scores ``1 / len(labels)``.

    Parameters
    ----------
    y_true, y_pred : sequence of class ids [shape=(n_utterances,)]
        Reference and answers, in the same order.
    labels : iterable of class ids
        Classes of the task. Passed, never inferred: a class that only ever appears in `y_pred`
        would otherwise change the score.

    Returns
    -------
    uar : float in [0, 1]
        Classes without a reference utterance are left out of the mean.

    Raises
    ------
    ValueError
        If the lengths differ, nothing is given, or the reference holds something else than labels.

    References
    ----------
    Schuller, Steidl, Batliner (2009). The INTERSPEECH 2009 Emotion Challenge.

    Examples
    --------
    >>> unweighted_average_recall("aab", "abb", labels="ab")
    0.75
    """
    return float(np.nanmean(recalls(y_true, y_pred, labels=labels)))


def accuracy(
    y_true: Entries,
    y_pred: Entries,
    *,
    labels: Iterable[Hashable] | None = None,
) -> float:
    """Share of the utterances that were answered rightly (weighted average recall).

    Parameters
    ----------
    y_true, y_pred : sequence of class ids [shape=(n_utterances,)]
        Reference and answers, in the same order.
    labels : iterable of class ids, optional
        Classes of the task; given, the reference is checked against them.

    Returns
    -------
    accuracy : float in [0, 1]

    Raises
    ------
    ValueError
        If the lengths differ, nothing is given, or the reference holds something else than labels.

    Examples
    --------
    >>> accuracy("aaab", "aaaa", labels="ab")
    0.75
    """
    same_length(y_true, y_pred)
    if labels is not None:
        class_indices(y_true, labels)
    return float(np.mean([t == p for t, p in zip(y_true, y_pred, strict=True)]))


def confusion(y_true: Entries, y_pred: Entries, *, labels: Iterable[Hashable]) -> np.ndarray:
    """How often each class was answered as which.

    Parameters
    ----------
    y_true, y_pred : sequence of class ids [shape=(n_utterances,)]
        Reference and answers, in the same order.
    labels : iterable of class ids
        Classes of the task; here answers must be among them too, else a row would not add up.

    Returns
    -------
    matrix : np.ndarray of int [shape=(n_labels, n_labels)]
        Rows are the reference, columns the answer.

    Raises
    ------
    ValueError
        If the lengths differ, nothing is given, or reference or answers hold something else than
        labels.

    Examples
    --------
    >>> confusion("aab", "abb", labels="ab").tolist()
    [[1, 1], [0, 1]]
    """
    labels = list(labels)
    same_length(y_true, y_pred)
    true, pred = class_indices(y_true, labels), class_indices(y_pred, labels)
    n = len(labels)
    return np.bincount(true * n + pred, minlength=n * n).reshape(n, n)
