"""Scores of each speaker or sentence, to see whom a model fails."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from core.evaluation.metrics import (
    Entries,
    accuracy,
    class_indices,
    same_length,
    unweighted_average_recall,
)

__all__ = ["GroupScore", "scores_by_group"]


@dataclass(frozen=True)
class GroupScore:
    """The score of one speaker or one sentence."""

    group: str
    n: int  # utterances
    uar: float  # over the classes this group has
    accuracy: float


def scores_by_group(
    y_true: Entries,
    y_pred: Entries,
    groups: Entries,
    *,
    labels: Iterable[Hashable],
) -> list[GroupScore]:
    """The score of each group on its own utterances.

    Parameters
    ----------
    y_true, y_pred : sequence of class ids [shape=(n_utterances,)]
        Reference and answers, in the same order.
    groups : sequence of str or None [shape=(n_utterances,)]
        Speaker or sentence of each utterance; utterances of None are left out.
    labels : iterable of class ids
        Classes of the task.

    Returns
    -------
    scores : list of GroupScore
        In the order of the groups' names, numbers by value: "2" before "10".

    Raises
    ------
    ValueError
        If the lengths differ, nothing is given, or the reference holds something else than labels.
    """
    labels = list(labels)
    same_length(y_true, y_pred, groups)
    class_indices(y_true, labels)
    rows: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        if group is not None:
            rows.setdefault(str(group), []).append(i)
    return [_score(g, np.array(rows[g]), y_true, y_pred, labels) for g in sorted(rows, key=_order)]


def _score(group: str, rows: np.ndarray, y_true, y_pred, labels: list) -> GroupScore:
    true, pred = [y_true[i] for i in rows], [y_pred[i] for i in rows]
    return GroupScore(
        group=group,
        n=len(rows),
        uar=unweighted_average_recall(true, pred, labels=labels),
        accuracy=accuracy(true, pred),
    )


def _order(group: str) -> tuple[bool, int, str]:
    number = int(group) if group.isdecimal() else 0
    return (not group.isdecimal(), number, group)
