"""Clips that are the same take: equal to the sample, or alike whatever was done to them since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from core.corpus.catalog import Catalog
from core.corpus.clips import read_clip
from core.corpus.heard import VERSION, measures_of, piece_of, prints_of
from core.corpus.records import Utterance
from core.corpus.results import find_result, keep_result, result_digest
from core.errors import AudioError
from core.settings import QualityThresholds
from core.signal import Pair, Prints, copy_overlap, similar_pairs

__all__ = ["duplicate_groups", "exact_groups", "joined", "near_duplicates"]

_KIND = "near-duplicates"

Groups = list[tuple[int, ...]]


def exact_groups(catalog: Catalog, utterances: Sequence[Utterance]) -> Groups:
    """Utterances whose decoded samples are equal, whatever their files are.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance
        Those that nobody has listened to are left out.

    Returns
    -------
    groups : list of tuple of int
        Ids of two utterances or more.
    """
    same: dict[str, list[int]] = defaultdict(list)
    for utterance_id, (_, samples) in measures_of(catalog.database, utterances).items():
        same[samples].append(utterance_id)
    return [tuple(ids) for ids in same.values() if len(ids) > 1]


def near_duplicates(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    *,
    thresholds: QualityThresholds | None = None,
) -> list[Pair]:
    """Pairs of utterances that are alike; kept, so that asking again costs nothing.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance
        Of one corpus. Those that nobody has listened to are left out.
    thresholds : QualityThresholds, optional

    Returns
    -------
    pairs : list of Pair
        With the ids of utterances; the most alike first.
    """
    if not utterances:
        return []
    t = thresholds or QualityThresholds()
    corpus, database = utterances[0].corpus, catalog.database
    known = measures_of(database, utterances)
    heard = sorted((u for u in utterances if u.id in known), key=lambda u: u.id)
    rules = [VERSION, t.near_duplicate, t.same_waveform]
    digest = result_digest([*rules, *((u.id, *piece_of(u)) for u in heard)])
    found = find_result(database, corpus, _KIND, digest)
    if found is None:

        def read(start: int, end: int) -> Prints:
            return prints_of(database, heard[start:end])

        pairs = similar_pairs(len(heard), read, threshold=t.near_duplicate)
        copies = _copies(catalog, heard, pairs, t.same_waveform)
        found = [(heard[p.first].id, heard[p.second].id, round(p.similarity, 4)) for p in copies]
        found.sort(key=lambda pair: -pair[2])
        keep_result(database, corpus, _KIND, digest, found)
    return [Pair(*pair) for pair in found]


def _copies(
    catalog: Catalog, heard: Sequence[Utterance], pairs: Iterable[Pair], least: float
) -> Iterator[Pair]:
    """The pairs whose waveforms are one recording's; few sounds are in memory at a time."""

    @lru_cache(maxsize=32)
    def sound(row: int) -> np.ndarray | None:
        try:
            return read_clip(catalog, heard[row]).y
        except AudioError:  # gone since it was listened to
            return None

    for pair in sorted(pairs, key=lambda pair: (pair.first, pair.second)):
        first, second = sound(pair.first), sound(pair.second)
        if first is not None and second is not None and copy_overlap(first, second) >= least:
            yield pair


def duplicate_groups(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    *,
    thresholds: QualityThresholds | None = None,
) -> Groups:
    """Groups of exact and near-duplicates, as `core.corpus.splits.make_folds` wants them.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance
        Those that nobody has listened to (`core.corpus.listening`) are in no group.
    thresholds : QualityThresholds, optional

    Returns
    -------
    groups : list of tuple of int
        Ids of two utterances or more; no utterance is in two groups.
    """
    pairs = near_duplicates(catalog, utterances, thresholds=thresholds)
    alike = [(pair.first, pair.second) for pair in pairs]
    return joined([*alike, *exact_groups(catalog, utterances)])


def joined(groups: Iterable[Sequence[int]]) -> Groups:
    """Groups that share a member made one.

    Parameters
    ----------
    groups : iterable of sequence of int

    Returns
    -------
    groups : list of tuple of int
        Sorted, and disjoint.

    Examples
    --------
    >>> joined([(1, 2), (4, 5), (2, 3)])
    [(1, 2, 3), (4, 5)]
    """
    parent: dict[int, int] = {}

    def root(i: int) -> int:
        parent.setdefault(i, i)
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for group in groups:
        for other in group[1:]:
            first, second = sorted((root(group[0]), root(other)))
            parent[second] = first
    members: dict[int, list[int]] = defaultdict(list)
    for i in sorted(parent):
        members[root(i)].append(i)
    return [tuple(ids) for ids in members.values()]
