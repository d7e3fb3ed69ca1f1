"""How many folds a split will make, counted before they are dealt out: for time and for memory."""

from collections.abc import Sequence

from core.corpus.records import Utterance
from core.settings import SplitSpec

__all__ = ["fold_count", "learnt_share"]

_LEAVE_ONE = 10  # folds that leaving one out is taken for where the clips are not at hand


def fold_count(split: SplitSpec, utterances: Sequence[Utterance] | None = None) -> int:
    """How many folds a split makes.

    Parameters
    ----------
    split : SplitSpec
    utterances : sequence of Utterance, optional
        Those to be split; without them leaving one out is taken for ten folds.

    Returns
    -------
    n : int
        With both the voice and the sentence new, so many parts of one times so many of the other.
    """
    if split.three_way:
        return 1
    return _parts(split, utterances) ** _ways(split)


def learnt_share(split: SplitSpec, utterances: Sequence[Utterance]) -> float:
    """The share of the clips that each fold learns from.

    Parameters
    ----------
    split : SplitSpec
    utterances : sequence of Utterance

    Returns
    -------
    share : float in (0, 1)
    """
    if split.three_way:
        return 1 - split.test_share - split.validation_share
    return (1 - 1 / _parts(split, utterances)) ** _ways(split)


def _parts(split: SplitSpec, utterances: Sequence[Utterance] | None) -> int:
    """Parts of the voices, of the sentences or of the clips; two at least."""
    if split.n_folds or utterances is None:
        return max(2, split.n_folds or _LEAVE_ONE)
    by = {"speaker": "speaker", "sentence": "sentence"}.get(split.mode, "id")
    return max(2, len({getattr(u, by) for u in utterances}))


def _ways(split: SplitSpec) -> int:
    return 2 if split.mode == "speaker+sentence" else 1
