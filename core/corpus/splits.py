"""Folds: which clips are learnt from and which are answered, so that the score means something.

Conventions
-----------
A fold's ``train`` and ``test`` are row numbers in the utterances given. Clips without an emotion
are in neither. Where the split is by speaker or sentence, so are clips without one: they might be
anybody's. Every other clip is answered exactly once over all folds.

Near-duplicates never straddle a fold: in the random split they stay together, in the others those
that would leak leave the training part. Every emotion is there to be learnt in every fold; if the
folds asked for cannot have that, one group is left out at a time, and if that cannot either, the
mode is refused.
"""

import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from core.corpus.ordering import natural_key
from core.corpus.records import Utterance
from core.emotions import EMOTION_IDS, EMOTIONS
from core.errors import (
    ConfoundedSplitError,
    CorpusError,
    ImpossibleSplitError,
    MalgyeolError,
    SpeakerNormError,
    SpeakersMissingError,
    TooFewUtterancesError,
    UnusableSchemeError,
)
from core.i18n import N_
from core.settings import SplitSpec

__all__ = ["MODES", "Fold", "available_modes", "make_folds", "speaker_norm_problem"]

MODES = ("random", "speaker", "sentence", "speaker+sentence")
_GROUPS = {"random": N_("clips"), "speaker": N_("speakers"), "sentence": N_("sentences")}
_CODE = {emotion: code for code, emotion in enumerate(EMOTION_IDS)}
_SHUFFLES = 20  # tries before one group is left out at a time
NORM_CLASSES = 3  # emotions that a speaker needs for normalisation, or all where there are two
NORM_CLIPS = 8  # clips that a speaker needs for it

Groups = Sequence[Collection[int]]  # ids of utterances that belong together


@dataclass(frozen=True, eq=False)
class Fold:
    """One part held out."""

    train: np.ndarray  # (n_train,) row numbers, ascending
    test: np.ndarray  # (n_test,) row numbers, ascending
    name: str  # what is held out
    validation: np.ndarray | None = None  # (n,) row numbers, in a split in three parts

    @property
    def watched(self) -> np.ndarray:
        """The rows that a learning curve may show: never those of a test that is opened once."""
        return self.test if self.validation is None else self.validation


@dataclass(frozen=True, eq=False)
class _Axis:
    """One way of grouping the clips, or the folds that such groups were dealt into."""

    kind: str  # a key of `_GROUPS`
    code: np.ndarray  # (n,) group number, -1 for none
    names: tuple[str, ...]  # by group number


def make_folds(
    utterances: Sequence[Utterance],
    split: SplitSpec,
    seed: int,
    *,
    groups_together: Groups | None = None,
) -> list[Fold]:
    """The folds of a split; the same seed gives the same folds.

    Parameters
    ----------
    utterances : sequence of Utterance
    split : SplitSpec
        ``n_folds`` is a wish: there are never more folds than groups. With both speaker and
        sentence new, it counts for each of the two, and a fold is one part of the speakers with
        one part of the sentences.
    seed : int
    groups_together : sequence of collections of int, optional
        Ids of near-duplicates.

    Returns
    -------
    folds : list of Fold
        A single one, with a validation part, where the split is in three parts.

    Raises
    ------
    ImpossibleSplitError
        If there are fewer than two speakers or sentences to split by.
    ConfoundedSplitError
        If an emotion would be missing from the training part of a fold.
    TooFewUtterancesError
        If an emotion has a single clip.
    UnusableSchemeError
        If the clips have fewer than two emotions.
    """
    if split.three_way:
        return [_three_parts(utterances, split, seed, groups_together)]
    y = np.array([_CODE.get(u.emotion or "", -1) for u in utterances], dtype=int)
    blocks = _blocks(utterances, groups_together or ())
    axes = [_axis(utterances, kind, blocks) for kind in split.mode.split("+")]
    usable = np.logical_and.reduce([y >= 0, *(axis.code >= 0 for axis in axes)])
    _check(split.mode, axes, y, usable)
    missing = None
    for parts in _dealt(axes, y, usable, split.n_folds, seed):
        folds = _cut(parts, usable, blocks)
        missing = _not_learnt(folds, y)
        if missing is None:
            return folds
    assert missing is not None
    raise ConfoundedSplitError(split.mode, _caption(missing), _GROUPS[axes[0].kind])


def _three_parts(
    utterances: Sequence[Utterance], split: SplitSpec, seed: int, together: Groups | None
) -> Fold:
    """A test part by the split's mode, and of the rest a validation part, by it where it can be.

    Where too few voices or sentences are left to keep a validation part apart from what is learnt,
    it is drawn at random; the test part is apart from both all the same.
    """
    outer = _part_of(utterances, split.mode, split.test_share, seed, together)
    rest = [utterances[i] for i in outer.train]
    share = min(0.5, split.validation_share / (1 - split.test_share))
    try:
        inner = _part_of(rest, split.mode, share, seed, together)
    except (CorpusError, UnusableSchemeError):
        inner = _part_of(rest, "random", share, seed, together)
    return Fold(
        train=outer.train[inner.train],
        test=outer.test,
        name=outer.name,
        validation=outer.train[inner.test],
    )


def _part_of(
    utterances: Sequence[Utterance], mode: str, share: float, seed: int, together: Groups | None
) -> Fold:
    """Of the folds that a share makes, the one whose size comes nearest to it."""
    folds = make_folds(
        utterances, SplitSpec(mode, round(1 / share)), seed, groups_together=together
    )
    return min(folds, key=lambda fold: abs(len(fold.test) / len(utterances) - share))


def _axis(utterances: Sequence[Utterance], kind: str, blocks: np.ndarray) -> _Axis:
    if kind == "random":
        return _Axis(kind, blocks, tuple(str(i + 1) for i in range(blocks.max(initial=-1) + 1)))
    values = [getattr(u, kind) for u in utterances]
    names = sorted({v for v in values if v is not None}, key=lambda v: (natural_key(v), v))
    code = {name: i for i, name in enumerate(names)}
    return _Axis(kind, np.array([code.get(v, -1) for v in values], dtype=int), tuple(names))


def _blocks(utterances: Sequence[Utterance], together: Groups) -> np.ndarray:
    """The number of each clip's group of near-duplicates, most of them of one clip."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    row = {u.id: i for i, u in enumerate(utterances)}
    known = [[row[i] for i in group if i in row] for group in together]
    edges = [(group[0], other) for group in known for other in group[1:]]
    n = len(utterances)
    if not edges:
        return np.arange(n)
    first, second = np.array(edges).T
    graph = coo_array((np.ones(len(edges)), (first, second)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _caption(code: int) -> str:
    return EMOTIONS[code].caption


def _check(mode: str, axes: Sequence[_Axis], y: np.ndarray, usable: np.ndarray) -> None:
    """Refuse what no way of dealing could mend."""
    emotions, counts = np.unique(y[y >= 0], return_counts=True)
    if len(emotions) < 2:
        raise UnusableSchemeError([_caption(c) for c in emotions])
    if counts.min() < 2:
        raise TooFewUtterancesError(_caption(emotions[counts.argmin()]), 1, 2)
    for axis in axes:
        n_groups = len(np.unique(axis.code[usable]))
        if n_groups < 2:
            raise ImpossibleSplitError(mode, _GROUPS[axis.kind], n_groups, 2)
        for emotion in emotions:
            if len(np.unique(axis.code[usable & (y == emotion)])) < 2:
                raise ConfoundedSplitError(mode, _caption(emotion), _GROUPS[axis.kind])


def _dealt(
    axes: Sequence[_Axis], y: np.ndarray, usable: np.ndarray, n_folds: int, seed: int
) -> Iterator[list[_Axis]]:
    """Ways of dealing the groups into folds; one group a fold comes last."""
    if n_folds > 0:
        for attempt in range(_SHUFFLES):
            yield [
                _deal(axis, y, usable, n_folds, _seed(seed, attempt, place))
                for place, axis in enumerate(axes)
            ]
    yield [axis if axis.kind != "random" else _renumbered(axis, usable) for axis in axes]


def _seed(*parts: int) -> int:
    return int(np.random.SeedSequence([part % 2**32 for part in parts]).generate_state(1)[0])


def _deal(axis: _Axis, y: np.ndarray, usable: np.ndarray, n_folds: int, seed: int) -> _Axis:
    """The groups dealt into folds of like size and like shares of the emotions."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    rows = np.flatnonzero(usable)
    groups, sizes = np.unique(axis.code[rows], return_counts=True)
    n_folds = min(n_folds, len(groups), np.unique(y[rows], return_counts=True)[1].max())
    splitter = StratifiedKFold if sizes.max() == 1 else StratifiedGroupKFold
    part = np.full(len(y), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a rare emotion; `_not_learnt` looks at it
        dealt = splitter(n_folds, shuffle=True, random_state=seed).split(
            rows, y[rows], axis.code[rows]
        )
        for number, (_, held_out) in enumerate(dealt):
            part[rows[held_out]] = number
    return _Axis(axis.kind, part, tuple(_name(axis, part == i, i) for i in range(n_folds)))


def _name(axis: _Axis, rows: np.ndarray, number: int) -> str:
    if axis.kind == "random":
        return str(number + 1)
    return ", ".join(axis.names[group] for group in np.unique(axis.code[rows]))


def _renumbered(axis: _Axis, usable: np.ndarray) -> _Axis:
    """The groups in use, numbered from the first on."""
    code = np.full(len(axis.code), -1)
    groups, code[usable] = np.unique(axis.code[usable], return_inverse=True)
    return _Axis(axis.kind, code, tuple(str(i + 1) for i in range(len(groups))))


def _cut(parts: Sequence[_Axis], usable: np.ndarray, blocks: np.ndarray) -> list[Fold]:
    """A fold for each part, or for each meeting of parts; near-duplicates do not straddle it."""
    folds = []
    for cell in product(*(range(len(part.names)) for part in parts)):
        inside = [part.code == number for part, number in zip(parts, cell, strict=True)]
        test = np.logical_and.reduce([usable, *inside])
        if not test.any():
            continue
        train = usable & ~np.logical_or.reduce(inside)
        train &= ~np.isin(blocks, blocks[test])
        name = " × ".join(part.names[number] for part, number in zip(parts, cell, strict=True))
        folds.append(Fold(np.flatnonzero(train), np.flatnonzero(test), name))
    return folds


def _not_learnt(folds: Sequence[Fold], y: np.ndarray) -> int | None:
    """The code of an emotion that is missing from the training part of some fold."""
    emotions = np.unique(y[y >= 0])
    for fold in folds:
        missing = np.setdiff1d(emotions, y[fold.train])
        if len(missing):
            return int(missing[0])
    return None


def available_modes(
    utterances: Sequence[Utterance], *, groups_together: Groups | None = None
) -> dict[str, MalgyeolError | None]:
    """What keeps each split mode from working on these clips.

    Parameters
    ----------
    utterances : sequence of Utterance
    groups_together : sequence of collections of int, optional
        Ids of near-duplicates.

    Returns
    -------
    problems : dict of str to MalgyeolError or None
        By mode, in the order of `MODES`; None means that it works.
    """
    return {mode: _problem(utterances, mode, groups_together) for mode in MODES}


def _problem(
    utterances: Sequence[Utterance], mode: str, groups_together: Groups | None
) -> MalgyeolError | None:
    try:
        make_folds(utterances, SplitSpec(mode), 0, groups_together=groups_together)
    except (CorpusError, UnusableSchemeError) as error:
        return error
    return None


def speaker_norm_problem(utterances: Sequence[Utterance]) -> SpeakerNormError | None:
    """What keeps speaker normalisation from being fair on these clips.

    A speaker's mean tells nothing of the emotions only where the speaker has several of them.

    Parameters
    ----------
    utterances : sequence of Utterance

    Returns
    -------
    problem : SpeakerNormError or None
        The first speaker with fewer than three emotions (two where there are just two) or fewer
        than eight clips; None when all is well.
    """
    labelled = [u for u in utterances if u.emotion is not None]
    unknown = sum(u.speaker is None for u in labelled)
    if unknown:
        return SpeakersMissingError(unknown)
    min_classes = min(NORM_CLASSES, len({u.emotion for u in labelled}))
    for speaker in sorted({u.speaker for u in labelled if u.speaker}, key=natural_key):  # type: ignore[type-var,arg-type]
        emotions = [u.emotion for u in labelled if u.speaker == speaker]
        if len(set(emotions)) < min_classes or len(emotions) < NORM_CLIPS:
            return SpeakerNormError(
                speaker, len(set(emotions)), len(emotions), min_classes, NORM_CLIPS
            )
    return None
