"""Clips to compare with: the nearest ones the model learnt from, and the same sentence."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.audio import Sound
from core.features import extract
from core.i18n import N_
from core.models import Bundle

if TYPE_CHECKING:  # who only answers does without the catalog
    from core.corpus import Catalog, Utterance

__all__ = [
    "NearClip",
    "NearClips",
    "SameSentence",
    "nearest_clips",
    "same_sentence",
]

NOT_HERE = N_("the clips that this model learnt from are not in this workspace")
FEW_HERE = N_("hardly any of the clips that this model learnt from are still here")
LEAST = 8  # clips, to speak of near and far
OUTLIER = 6.0  # standard deviations; one odd feature must not decide
ALIKE = 0.8  # of two sentences' letters
GoOn = Callable[[int, int], bool]


@dataclass(frozen=True)
class NearClip:
    """A training clip and how far away it sounds."""

    utterance: "Utterance"
    distance: float  # root mean square over the features, in standard deviations
    rank: int  # 1 for the nearest of all training clips
    same: bool  # it is this very clip: the model has learnt its answer by heart


@dataclass(frozen=True)
class NearClips:
    """The training clips that sound most alike, by emotion."""

    clips: dict[str, tuple[NearClip, ...]]  # nearest first, by emotion id
    n_known: int  # training clips that could be compared
    n_learnt: int  # that the model learnt from
    missing: str | None = None  # message id: why there is nothing to compare with


def nearest_clips(
    catalog: "Catalog",
    sound: Sound,
    bundle: Bundle,
    emotions: Iterable[str],
    *,
    n: int = 3,
    go_on: GoOn | None = None,
) -> NearClips:
    """The training clips nearest to a sound, of some emotions each.

    Features that were not measured before are measured now, into the store; that takes about
    10 ms a clip.

    Parameters
    ----------
    catalog : Catalog
        It has the clips if the model was trained in this workspace.
    sound : Sound
    bundle : Bundle
    emotions : iterable of str
        Ids, such as the predicted one and the runner-up.
    n : int
        Clips of each emotion at most.
    go_on : callable, optional
        Called with the clips measured and all; False stops, and what is known by then serves.

    Returns
    -------
    near : NearClips
        Distances are between features scaled by their spread over the training clips; whether
        near clips have the same emotion is not asked for by the model itself.
    """
    emotions = tuple(emotions)
    learnt = _learnt_clips(catalog, bundle)
    n_learnt = int((bundle.manifest.get("corpus") or {}).get("n_utterances") or 0)
    if learnt is None:
        return NearClips(dict.fromkeys(emotions, ()), 0, n_learnt, NOT_HERE)
    rows = _measured(catalog, list(learnt.values()), bundle, go_on)
    ids = [i for i in rows if i in learnt]
    if len(ids) < LEAST:
        return NearClips(dict.fromkeys(emotions, ()), len(ids), len(learnt), FEW_HERE)
    distances = _distances(np.stack([rows[i] for i in ids]), extract(sound.y, bundle.features))
    order = np.argsort(distances, kind="stable")
    found: dict[str, list[NearClip]] = {e: [] for e in emotions}
    for rank, index in enumerate(order, 1):
        clip = learnt[ids[index]]
        kept = found.get(clip.emotion or "")
        if kept is not None and len(kept) < n:
            same = clip.content == sound.content and clip.start == 0.0 and clip.end is None
            kept.append(NearClip(clip, float(distances[index]), rank, same))
    return NearClips({e: tuple(clips) for e, clips in found.items()}, len(ids), len(learnt))


def _learnt_clips(catalog: "Catalog", bundle: Bundle) -> "dict[int, Utterance] | None":
    """The utterances of the model's snapshot that are still here, with the labels of then."""
    import dataclasses

    digest = bundle.manifest.get("snapshot")
    members = catalog.snapshot_members(str(digest)) if digest else None
    if not members:
        return None
    label = {int(str(m["id"])): m["emotion"] for m in members}
    name = (bundle.manifest.get("corpus") or {}).get("name")
    if name not in {info.name for info in catalog.corpora()}:
        return None
    here = catalog.utterances(str(name), ids=list(label), status=None)
    return {u.id: dataclasses.replace(u, emotion=str(label[u.id])) for u in here}


def _measured(
    catalog: "Catalog", clips: "list[Utterance]", bundle: Bundle, go_on: GoOn | None
) -> dict[int, np.ndarray]:
    from core.corpus.clip_features import feature_rows, feature_store, measure_clips

    store = feature_store(catalog.place)
    rows = feature_rows(clips, bundle.features, store)
    missing = [clip for clip in clips if clip.id not in rows]
    if missing:
        measure_clips(catalog, missing, bundle.features, store, go_on=go_on)
        rows = feature_rows(clips, bundle.features, store)
    return rows


def _distances(X: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Of each row to a clip, every feature in its own standard deviations, (n_clips,)."""
    X, x = X.astype(np.float64), x.astype(np.float64)
    mean, std = X.mean(axis=0), X.std(axis=0)
    varied = std > 1e-12 * (1 + np.abs(mean))
    z = np.clip((X[:, varied] - mean[varied]) / std[varied], -OUTLIER, OUTLIER)
    own = np.clip((x[varied] - mean[varied]) / std[varied], -OUTLIER, OUTLIER)
    return np.sqrt(np.mean(np.square(z - own), axis=1))


@dataclass(frozen=True)
class SameSentence:
    """A sentence of a corpus that says the same, and who says it there."""

    corpus: str
    sentence: str  # its code
    text: str
    likeness: float  # of the letters, 1.0 for the very same
    utterances: tuple["Utterance", ...]


def same_sentence(
    catalog: "Catalog", text: str, *, corpus: str | None = None, limit: int = 40
) -> SameSentence | None:
    """The sentence of a corpus that a text says, with its clips to compare.

    Parameters
    ----------
    catalog : Catalog
    text : str
        What was understood; spaces, signs and case do not count.
    corpus : str, optional
        Only this one; all by default.
    limit : int
        Clips at most.

    Returns
    -------
    found : SameSentence or None
        None where no sentence shares 80 % of its letters.
    """
    wanted = _letters(text)
    if not wanted:
        return None
    names = [info.name for info in catalog.corpora() if corpus in (None, info.name)]
    best: tuple[float, str, str, str] | None = None
    for name in names:
        for sentence, words in catalog.sentence_texts(name).items():
            likeness = _likeness(wanted, _letters(words))
            if likeness >= ALIKE and (best is None or likeness > best[0]):
                best = (likeness, name, sentence, words)
    if best is None:
        return None
    likeness, name, sentence, words = best
    clips = catalog.utterances(name, sentences=[sentence], limit=limit)
    return SameSentence(name, sentence, words, likeness, tuple(clips))


def _letters(text: str) -> str:
    """Letters and digits alone, composed, in one case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text)).casefold()


def _likeness(a: str, b: str) -> float:
    """Share of letters in common, 0 to 1; Hangul is compared by its single letters."""
    a, b = (unicodedata.normalize("NFD", s) for s in (a, b))
    if not a or not b or min(len(a), len(b)) < ALIKE / 2 * max(len(a), len(b)):
        return 0.0
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
