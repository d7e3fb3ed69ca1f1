"""Two runs on the same held-out clips, and whether the newer one is really better.

Conventions
-----------
Answers are joined by utterance id. Both runs must have answered the same snapshot over the same
folds: then each clip was held out by both in company of the same others, and what is easy or hard
cancels. What else differs (features, model, knobs, weighting, normalisation) is what is compared.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from core.corpus.catalog import Catalog
from core.evaluation import FoldVerdict, compare_over_folds, compare_paired
from core.i18n import N_
from core.settings import SplitSpec
from core.training.history import HistoryError, KeptRun, SettingDifference, read_run, settings_diff

__all__ = ["Comparison", "DifferentClipsError", "DifferentFoldsError", "compare_runs"]


class DifferentClipsError(HistoryError):
    """Two runs that did not answer the same clips with the same labels."""

    template = N_("The runs {old} and {new} were not asked the same clips.")
    advice = N_("Run one of them again on the corpus, emotions and clips of the other.")

    def __init__(self, old: str, new: str):
        super().__init__(old=old, new=new)


class DifferentFoldsError(HistoryError):
    """Two runs that held the same clips out in other folds."""

    template = N_("The runs {old} and {new} held the clips out in different folds.")
    advice = N_("Run one of them again with the split, number of folds and seed of the other.")

    def __init__(self, old: str, new: str):
        super().__init__(old=old, new=new)


@dataclass(frozen=True)
class Comparison:
    """A newer run against an older one over the same held-out clips."""

    old: KeptRun
    new: KeptRun
    verdict: FoldVerdict
    settings: tuple[SettingDifference, ...]
    n: int  # clips that both answered
    n_speakers: int  # 0 where the clips name none
    only_old: tuple[int, ...]  # ids of clips that only the older run had right
    only_new: tuple[int, ...]  # ids of clips that only the newer run had right


@dataclass(frozen=True)
class _Answers:
    """The held-out answers of a run by utterance id."""

    fold: dict[int, int]
    reference: dict[int, int]
    guess: dict[int, int]


def compare_runs(catalog: Catalog, old: str, new: str) -> Comparison:
    """Compare two runs over the same held-out clips.

    Parameters
    ----------
    catalog : Catalog
    old, new : str
        Run ids; the verdict is on the new one.

    Returns
    -------
    comparison : Comparison

    Raises
    ------
    UnknownRunError, RunFilesError
        If a run is not there, or its answers are not.
    DifferentClipsError
        If the snapshots or label schemes differ.
    DifferentFoldsError
        If the folds differ.
    """
    before, after = read_run(catalog, old), read_run(catalog, new)
    first, second = _answers(before), _answers(after)
    same_clips = all(before.run.spec[n] == after.run.spec[n] for n in ("snapshot", "scheme"))
    if not same_clips or first.reference != second.reference:
        raise DifferentClipsError(old, new)
    if _partition(first) != _partition(second):
        raise DifferentFoldsError(old, new)
    ids = sorted(first.fold)
    members = _members(catalog, before)
    speakers = [members.get(i, {}).get("speaker") for i in ids]
    answers = [[of[i] for i in ids] for of in (first.reference, first.guess, second.guess)]
    labels, groups = range(len(before.spec.scheme)), speakers if any(speakers) else None
    if len(set(first.fold.values())) == 1:  # one test part has no other folds to agree with
        alone = compare_paired(*answers, labels=labels, groups=groups)
        verdict = FoldVerdict(
            alone.verdict, alone.difference, alone.interval, alone.interval, alone.interval, 1
        )
    else:
        verdict = compare_over_folds(
            *answers,
            folds=[first.fold[i] for i in ids],
            test_to_train=_test_to_train(before, members),
            labels=labels,
            groups=groups,
        )
    right = [{i for i in ids if a.guess[i] == a.reference[i]} for a in (first, second)]
    return Comparison(
        old=before,
        new=after,
        verdict=verdict,
        settings=settings_diff(before.run.spec, after.run.spec),
        n=len(ids),
        n_speakers=len({s for s in speakers if s}),
        only_old=tuple(sorted(right[0] - right[1])),
        only_new=tuple(sorted(right[1] - right[0])),
    )


def _answers(kept: KeptRun) -> _Answers:
    fold: dict[int, int] = {}
    reference: dict[int, int] = {}
    guess: dict[int, int] = {}
    for part in kept.answers:
        for i, label, proba in zip(part.utterances, part.reference, part.proba, strict=True):
            fold[i], reference[i], guess[i] = part.fold, label, int(np.argmax(proba))
    return _Answers(fold, reference, guess)


def _partition(answers: _Answers) -> set[frozenset[int]]:
    """Which clips were held out together; what the folds are called does not matter."""
    parts: dict[int, set[int]] = {}
    for i, fold in answers.fold.items():
        parts.setdefault(fold, set()).add(i)
    return {frozenset(part) for part in parts.values()}


def _members(catalog: Catalog, kept: KeptRun) -> dict[int, dict[str, Hashable]]:
    """The labels that the clips had when the run learnt from them, by id."""
    found = catalog.snapshot_members(kept.run.spec["snapshot"]) or []
    return {int(str(member["id"])): member for member in found}  # type: ignore[misc]


def _test_to_train(kept: KeptRun, members: dict[int, dict[str, Hashable]]) -> float:
    """Held-out clips of a fold for each clip learnt from, over all folds.

    Where speaker and sentence are both new, clips that share either with the held-out ones are
    in neither part.
    """
    held_out = [set(part.utterances) for part in kept.answers]
    everyone = set().union(*held_out)
    learnt = sum(len(_learnt(kept.spec.split, test, everyone, members)) for test in held_out)
    return len(everyone) / max(learnt, 1)


def _learnt(
    split: SplitSpec, test: set[int], everyone: set[int], members: dict[int, dict[str, Hashable]]
) -> set[int]:
    learnt = everyone - test
    for kind in split.mode.split("+"):
        held = {members[i].get(kind) for i in test if i in members}
        learnt = {i for i in learnt if i not in members or members[i].get(kind, i) not in held}
    return learnt
