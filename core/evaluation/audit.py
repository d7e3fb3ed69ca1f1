"""What a score is worth: the biggest class, and knowing only who speaks."""

from collections import Counter
from collections.abc import Hashable

from core.evaluation.metrics import Entries, same_length

__all__ = [
    "majority_accuracy",
    "single_class_speakers",
    "speaker_only_accuracy",
]


def majority_accuracy(y: Entries) -> float:
    """The accuracy of always answering the biggest class.

    Parameters
    ----------
    y : sequence of class ids [shape=(n_utterances,)]

    Returns
    -------
    accuracy : float in (0, 1]

    Raises
    ------
    ValueError
        If there is no utterance.

    Examples
    --------
    >>> majority_accuracy("aaab")
    0.75
    """
    same_length(y)
    return max(Counter(list(y)).values()) / len(y)


def speaker_only_accuracy(y: Entries, speakers: Entries) -> float:
    """The accuracy of knowing nothing but who speaks: each speaker's most frequent class.

    Far above `majority_accuracy` it means that a model can score by recognising voices, so that
    any split which mixes speakers is worthless.

    Parameters
    ----------
    y : sequence of class ids [shape=(n_utterances,)]
    speakers : sequence [shape=(n_utterances,)]
        None where unknown. A speaker heard once, or an unknown one, teaches nothing about the
        next clip and is answered with the biggest class.

    Returns
    -------
    accuracy : float in [0, 1]

    Raises
    ------
    ValueError
        If the lengths differ or there is no utterance.

    Examples
    --------
    >>> speaker_only_accuracy("aabb", ["kim", "kim", "lee", "lee"])
    1.0
    """
    same_length(y, speakers)
    y = list(y)
    biggest = Counter(y).most_common(1)[0][0]
    right = 0
    for speaker, classes in _classes_of_speakers(y, speakers).items():
        if speaker is None or sum(classes.values()) == 1:
            right += classes[biggest]
        else:
            right += max(classes.values())
    return right / len(y)


def single_class_speakers(y: Entries, speakers: Entries) -> tuple[Hashable, ...]:
    """The speakers of whom there is only one class.

    Parameters
    ----------
    y : sequence of class ids [shape=(n_utterances,)]
    speakers : sequence [shape=(n_utterances,)]
        None where unknown.

    Returns
    -------
    speakers : tuple
        In order of first appearance.

    Raises
    ------
    ValueError
        If the lengths differ or there is no utterance.
    """
    same_length(y, speakers)
    found = _classes_of_speakers(list(y), speakers)
    return tuple(s for s, classes in found.items() if s is not None and len(classes) == 1)


def _classes_of_speakers(y: list, speakers: Entries) -> dict[Hashable, Counter]:
    found: dict[Hashable, Counter] = {}
    for label, speaker in zip(y, speakers, strict=True):
        found.setdefault(speaker, Counter())[label] += 1
    return found
