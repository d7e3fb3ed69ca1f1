"""Which naming convention a heap of file names follows.

The rule
--------
1. Only names that end as sound files do are looked at; cover pictures, notes and tables count for
   nothing. Files without any known ending are looked at when there is no other.
2. A convention's *share* is the part of these names that it can read; under one half, it is out.
3. The most general conventions read almost anything, so a more particular one wins when its share
   is at least nine tenths of the best share. Among equals in generality, the larger share wins,
   then the order of the table.
4. A single letter at the end of a name can be an emotion or a version (``happy/take_01_a.wav``).
   Where folders name the emotion and the letters contradict them, the folders are believed.
5. Of very many names, a thousand spread evenly over the list are looked at.
"""

from collections.abc import Sequence

from core.corpus.clip_names import is_audio_name
from core.corpus.conventions.convention import Convention

__all__ = ["MIN_SHARE", "detect_among", "share_parsed"]

MIN_SHARE = 0.5
_LOOKED_AT = 1_000
_NEARLY_AS_GOOD = 0.9
_CONTRADICTED = 0.2  # share of names, read by both, in which folder and letter disagree


def share_parsed(convention: Convention, names: Sequence[str]) -> float:
    """The share of names that a convention can read.

    Parameters
    ----------
    convention : Convention
    names : sequence of str
        File names or relative paths; those that are no sound files are left out.

    Returns
    -------
    share : float in [0, 1]
        0 when there are no names.
    """
    sounds = _sound_names(names)
    if not sounds:
        return 0.0
    return sum(convention.parse_name(name) is not None for name in sounds) / len(sounds)


def detect_among(conventions: Sequence[Convention], names: Sequence[str]) -> Convention | None:
    """The convention that the names follow, by the rule of this module.

    Parameters
    ----------
    conventions : sequence of Convention
        In order of preference.
    names : sequence of str
        File names or relative paths, junk among them allowed.

    Returns
    -------
    convention : Convention or None
        None when none reads at least half of the names.
    """
    sounds = _spread(_sound_names(names))
    shares = [(share_parsed(c, sounds), c) for c in conventions]
    fitting = [(share, c) for share, c in shares if share >= MIN_SHARE]
    if not fitting:
        return None
    best = max(share for share, _ in fitting)
    near = [(share, c) for share, c in fitting if share >= _NEARLY_AS_GOOD * best]
    near.sort(key=lambda entry: (entry[1].generality, -entry[0]))  # stable: table order last
    chosen = near[0][1]
    for _, other in near[1:]:
        if 0 < chosen.generality < other.generality and _contradicts(other, chosen, sounds):
            chosen = other
    return chosen


def _sound_names(names: Sequence[str]) -> list[str]:
    sounds = [name for name in names if is_audio_name(name)]
    return sounds or [name for name in names if "." not in name.replace("\\", "/").split("/")[-1]]


def _spread(names: list[str]) -> list[str]:
    """At most `_LOOKED_AT` names, evenly from the whole list."""
    if len(names) <= _LOOKED_AT:
        return names
    return [names[i * len(names) // _LOOKED_AT] for i in range(_LOOKED_AT)]


def _contradicts(folders: Convention, letters: Convention, names: Sequence[str]) -> bool:
    pairs = [(folders.parse_name(name), letters.parse_name(name)) for name in names]
    both = [(a.emotion, b.emotion) for a, b in pairs if a and b]
    return bool(both) and sum(a != b for a, b in both) > _CONTRADICTED * len(both)
