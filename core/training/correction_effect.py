"""What a correction does to the score: the same clips, folds and model, with it and without it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.corpus.catalog import Catalog, Utterance
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clips import ClipLoad
from core.corpus.corrections import keep_chain
from core.corpus.splits import Fold, make_folds
from core.evaluation import FoldVerdict, compare_over_folds
from core.evaluation import unweighted_average_recall as uar
from core.features import features_of
from core.settings import CorrectionChain, ExperimentSpec, FunctionalsSpec, LogregSpec
from core.training.data import TrainingData
from core.training.events import FoldEnded
from core.training.learning import learn_folds
from core.training.setup import new_experiment

__all__ = ["CorrectionEffect", "HeldOutScore", "correction_effect", "score_as_it_is"]

_BATCH = 24

GoOn = Callable[[int, int], bool]


@dataclass(frozen=True)
class CorrectionEffect:
    """Two held-out scores over the same folds, and whether they differ."""

    before: float  # UAR with the clips as they are
    after: float  # UAR with the chain
    verdict: FoldVerdict  # on the second
    chance: float
    n: int
    n_folds: int
    mode: str  # of the split


@dataclass(frozen=True)
class HeldOutScore:
    """The held-out score of a corpus at one moment."""

    uar: float
    n: int
    mode: str  # of the split


def score_as_it_is(
    catalog: Catalog, corpus: str, *, go_on: GoOn | None = None
) -> HeldOutScore | None:
    """Score a corpus with the labels and corrections that it has now.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    go_on : callable, optional
        Called with clips done and all; False stops.

    Returns
    -------
    score : HeldOutScore or None
        None when it was stopped.

    Raises
    ------
    CorpusError
        If there are too few clips to score.
    """
    spec = new_experiment(catalog, corpus, features=FunctionalsSpec(), model=LogregSpec())
    clips = catalog.snapshot(corpus, spec.scheme).utterances
    X = _features(catalog, clips, spec, go_on)
    if X is None:
        return None
    answers = _answers(spec, clips, X, make_folds(clips, spec.split, spec.seed))
    truth, guess, _folds = zip(*answers.values(), strict=True)
    return HeldOutScore(
        uar=uar(list(truth), list(guess), labels=range(len(spec.scheme))),
        n=len(answers),
        mode=spec.split.mode,
    )


def correction_effect(
    catalog: Catalog, corpus: str, chain: CorrectionChain, *, go_on: GoOn | None = None
) -> CorrectionEffect | None:
    """Score a corpus as it is and with a chain on every clip; labels and clips stay as they are.

    Logistic regression on functionals, unseen speakers where there are two or more.

    Parameters
    ----------
    catalog : Catalog
    corpus : str
    chain : CorrectionChain
        In place of what the clips have.
    go_on : callable, optional
        Called with clips done and all; False stops.

    Returns
    -------
    effect : CorrectionEffect or None
        None when it was stopped.

    Raises
    ------
    CorpusError
        If there are too few clips to score.
    """
    spec = new_experiment(catalog, corpus, features=FunctionalsSpec(), model=LogregSpec())
    clips = catalog.snapshot(corpus, spec.scheme).utterances
    keep_chain(catalog, chain)
    changed = [replace(u, correction=chain.digest) for u in clips]
    X = _features(catalog, [*clips, *changed], spec, go_on)
    if X is None:
        return None
    folds = make_folds(clips, spec.split, spec.seed)
    first, second = (
        _answers(spec, clips, part, folds) for part in (X[: len(clips)], X[len(clips) :])
    )
    ids = [u.id for u in clips if u.id in first]
    truth = [first[i][0] for i in ids]
    guesses = [[answers[i][1] for i in ids] for answers in (first, second)]
    labels = range(len(spec.scheme))
    speakers = {u.id: u.speaker for u in clips}
    groups = [speakers[i] for i in ids]
    share = sum(len(f.test) for f in folds) / max(1, sum(len(f.train) for f in folds))
    return CorrectionEffect(
        before=uar(truth, guesses[0], labels=labels),
        after=uar(truth, guesses[1], labels=labels),
        verdict=compare_over_folds(
            truth,
            guesses[0],
            guesses[1],
            folds=[first[i][2] for i in ids],
            test_to_train=share,
            labels=labels,
            groups=groups if all(groups) else None,
        ),
        chance=1 / len(spec.scheme),
        n=len(ids),
        n_folds=len(folds),
        mode=spec.split.mode,
    )


def _features(
    catalog: Catalog, clips: Sequence[Utterance], spec: ExperimentSpec, go_on: GoOn | None
) -> np.ndarray | None:
    store, rows = feature_store(catalog.place), []
    for start in range(0, len(clips), _BATCH):
        batch = clips[start : start + _BATCH]
        loads = [(feature_key(u), ClipLoad(catalog, u)) for u in batch]
        rows.append(features_of(loads, spec.features, store))
        if go_on is not None and not go_on(min(start + _BATCH, len(clips)), len(clips)):
            return None
    return np.concatenate(rows).astype(np.float64)


def _answers(
    spec: ExperimentSpec, clips: Sequence[Utterance], X: np.ndarray, folds: Sequence[Fold]
) -> dict[int, tuple[int, int, int]]:
    """Reference, guess and fold of each held-out clip by its id."""
    data = TrainingData(
        utterances=tuple(clips),
        X=X,
        X_raw=X,
        y=np.array([spec.scheme.index(u.emotion or "") for u in clips]),
        speakers=np.array([u.speaker or "" for u in clips]),
        sentences=np.array([u.sentence or "" for u in clips]),
    )
    found = {}
    for event in learn_folds(spec, data, folds):
        if isinstance(event, FoldEnded):
            rows = zip(event.utterances, event.reference, event.proba, strict=True)
            for i, reference, proba in rows:
                found[i] = (reference, int(np.argmax(proba)), event.fold)
    return found
