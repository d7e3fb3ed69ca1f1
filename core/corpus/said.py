"""Whether what was said is what was to be said: words against prompts, one or a whole row.

Conventions
-----------
Texts are compared by their letters, Hangul by its jamo (NFD), without spaces and signs; likeness
is 1 minus the edit distance over the longer length.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["SAME_SENTENCE", "Match", "likeness", "match_prompts"]

# Below it another sentence was said. Whisper base on clear Korean gets about 0.7 or more for what
# was said, and below 0.45 for another of the ten original sentences; see docs/recording.md.
SAME_SENTENCE = 0.5
_GAP = 0.35  # likeness that leaving a segment or a prompt out is worth


@dataclass(frozen=True)
class Match:
    """What a segment says, set against its prompt."""

    prompt: int | None  # index of the prompt that it says; None where it says none
    likeness: float  # to that prompt, 0 to 1
    repeated: bool = False  # the prompt was said once more before or after


def likeness(said: str, wanted: str) -> float:
    """How alike two texts sound on paper.

    Parameters
    ----------
    said, wanted : str

    Returns
    -------
    likeness : float in [0, 1]

    Examples
    --------
    >>> likeness("안녕하세요.", "안녕 하세요")
    1.0
    >>> likeness("괜찮아요", "안녕하세요") < 0.5
    True
    """
    a, b = _letters(said), _letters(wanted)
    if not a or not b:
        return 0.0
    row = np.arange(len(b) + 1)
    for i, letter in enumerate(a, start=1):
        changed = row[:-1] + np.array([letter != other for other in b])
        best = np.minimum(row[1:] + 1, changed)
        new = np.empty_like(row)
        new[0] = i
        for j, value in enumerate(best.tolist(), start=1):
            new[j] = min(value, new[j - 1] + 1)
        row = new
    return 1.0 - float(row[-1]) / max(len(a), len(b))


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text).casefold() if c.isalnum())


def match_prompts(said: Sequence[str], prompts: Sequence[str]) -> list[Match]:
    """Which prompt each segment of a take says, in order, allowing for skips and repeats.

    Parameters
    ----------
    said : sequence of str
        Words of each segment, empty where none could be made out.
    prompts : sequence of str
        What was to be said, in this order.

    Returns
    -------
    matches : list of Match
        One for each segment. A prompt that no match names was skipped.

    References
    ----------
    Needleman, Wunsch (1970). A general method applicable to the search for similarities.
    """
    n, m = len(said), len(prompts)
    like = np.array([[likeness(s, p) for p in prompts] for s in said]).reshape(n, m)
    score, came = np.zeros((n + 1, m + 1)), np.zeros((n + 1, m + 1), dtype=int)
    came[1:, 0], came[0, 1:] = 1, 2
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            # A segment nobody could read may stand for the prompt whose turn it is.
            here = like[i - 1, j - 1] if said[i - 1] else _GAP + 0.01
            ways = (score[i - 1, j - 1] + here - _GAP, score[i - 1, j], score[i, j - 1])
            came[i, j] = int(np.argmax(ways))
            score[i, j] = ways[came[i, j]]
    chosen: list[int | None] = [None] * n
    i, j = n, m
    while i > 0 and j > 0:
        if came[i, j] == 0:
            chosen[i - 1] = int(j) - 1
        i, j = i - (came[i, j] != 2), j - (came[i, j] != 1)
    return [_match(k, chosen, like, said) for k in range(n)]


def _match(k: int, chosen: list[int | None], like: np.ndarray, said: Sequence[str]) -> Match:
    at = chosen[k]
    if at is not None and (not said[k] or like[k, at] >= SAME_SENTENCE):
        return Match(at, float(like[k, at]))
    if like.shape[1] and said[k]:
        best = int(np.argmax(like[k]))
        if like[k, best] >= SAME_SENTENCE:
            return Match(best, float(like[k, best]), repeated=best in chosen)
    return Match(None, float(like[k].max(initial=0.0)))
