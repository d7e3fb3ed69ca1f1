"""Labels that a model would not have given: a queue for review, never a verdict.

Every clip is judged by a model that has not seen it. Its folds are random on purpose: that the
judge knows the voice helps it to notice a clip that deviates from what this voice usually does.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Judgement", "judge_labels"]

_N_FOLDS = 5
_REPEATS = 2  # other random folds; steadies the order
_C = 0.01  # strong: hundreds of features, few clips
_ONE_PERCENT = 2.326  # standard deviations, one-sided
_MOST_CLIPS = 6_000  # that a judge learns from; more make it slower, not wiser


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the judges say, one row a clip that could be judged."""

    rows: np.ndarray  # (n,) row numbers in what was given
    given: np.ndarray  # (n,) probability of the label that the clip has
    other: np.ndarray  # (n,) probability of the best other label
    suggested: tuple[Hashable, ...]  # (n,) the best other label
    uar: float  # of the judges on the given labels
    labels: tuple[Hashable, ...]

    def is_skilled(self, skill: float) -> bool:
        """Whether the judges know enough to be heard.

        Parameters
        ----------
        skill : float
            Wanted UAR, from chance (0) to perfect (1).

        Returns
        -------
        skilled : bool
            Never where so few clips could be answered as well by guessing (p > 0.01).
        """
        chance = 1 / len(self.labels)
        luck = _ONE_PERCENT * np.sqrt(chance * (1 - chance) / len(self.rows))
        return self.uar >= chance + max(skill * (1 - chance), float(luck))

    def ranked(self) -> np.ndarray:
        """Positions in `rows`, the most doubtful first."""
        return np.argsort(self.given, kind="stable")


def judge_labels(
    views: Sequence[np.ndarray],
    labels: Sequence[Hashable | None],
    *,
    blocks: np.ndarray | None = None,
    min_clips: int = 4,
    seed: int = 0,
) -> Judgement | None:
    """The out-of-fold probability of each clip's label.

    Parameters
    ----------
    views : sequence of np.ndarray [shape=(n_clips, n_features)]
        Ways of looking at the clips, such as features as they are and normalised by speaker; the
        judges of all views have the same say.
    labels : sequence of hashable or None [shape=(n_clips,)]
        None where unknown; such clips are not judged.
    blocks : np.ndarray of int [shape=(n_clips,)], optional
        Clips of one block are judged together: a copy must not vouch for its twin.
    min_clips : int
        A label with fewer clips is left out.
    seed : int

    Returns
    -------
    judgement : Judgement or None
        None when fewer than two labels have enough clips.
    """
    from collections import Counter

    counts = Counter(label for label in labels if label is not None)
    names = sorted((label for label, n in counts.items() if n >= min_clips), key=str)
    if len(names) < 2:
        return None
    index = {name: i for i, name in enumerate(names)}
    rows = np.array([i for i, label in enumerate(labels) if label in index])
    y = np.array([index[labels[i]] for i in rows])
    together = np.arange(len(rows)) if blocks is None else np.asarray(blocks)[rows]
    proba = np.mean(
        [
            _out_of_fold(np.asarray(X, dtype=np.float64)[rows], y, together, len(names), number)
            for X in views
            for number in range(seed, seed + _REPEATS)
        ],
        axis=0,
    )
    given = proba[np.arange(len(y)), y].copy()
    right = proba.argmax(axis=1) == y
    uar = float(np.mean([right[y == i].mean() for i in range(len(names))]))
    proba[np.arange(len(y)), y] = -1
    best = proba.argmax(axis=1)
    return Judgement(
        rows=rows,
        given=given,
        other=proba.max(axis=1),
        suggested=tuple(names[i] for i in best),
        uar=uar,
        labels=tuple(names),
    )


def _out_of_fold(
    X: np.ndarray, y: np.ndarray, blocks: np.ndarray, n_classes: int, seed: int
) -> np.ndarray:
    """Probabilities by judges that have not seen the clip, (n, n_classes)."""
    import warnings

    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    n_folds = min(_N_FOLDS, int(np.bincount(y).min()))
    alone = len(np.unique(blocks)) == len(y)
    splitter = (StratifiedKFold if alone else StratifiedGroupKFold)(
        n_folds, shuffle=True, random_state=seed
    )
    proba = np.full((len(y), n_classes), 1 / n_classes)
    rng = np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a label in fewer blocks than folds
        for train, test in splitter.split(X, y, blocks):
            if len(train) > _MOST_CLIPS:
                train = rng.choice(train, _MOST_CLIPS, replace=False)
            if len(np.unique(y[train])) < 2:
                continue
            judge = _judge().fit(X[train], y[train])
            answers = np.zeros((len(test), n_classes))
            answers[:, judge.classes_] = judge.predict_proba(X[test])
            proba[test] = answers
    return proba


def _judge():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(), LogisticRegression(C=_C, class_weight="balanced", max_iter=500)
    )
