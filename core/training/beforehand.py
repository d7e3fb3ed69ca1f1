"""What is known to be wrong with a run before it starts: said at once, not after a wait.

Nothing is measured here. Clips that are one and the same show by their contents, by what listening
kept of them, or by their samples, which are read until two differ: two clips of any other corpus.
Features that are no numbers show by the feature store, memory by an estimate.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from core.corpus.catalog import Catalog
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clips import ClipLoad
from core.corpus.duplicates import exact_groups
from core.corpus.records import Utterance
from core.errors import AudioError, LearningMemoryError, MalgyeolError
from core.features import FeatureStore, feature_widths
from core.models.neural.memory import free_memory
from core.settings import (
    ExperimentSpec,
    FeatureSpec,
    MlpSpec,
    NeuralSpec,
    feature_parts,
    spec_digest,
)
from core.training.clip_rows import SameClipsError, UnusableFeaturesError
from core.training.fold_count import fold_count
from core.training.network_cost import check_memory as check_network_memory

__all__ = ["check_clips", "check_memory", "memory_needed"]

_GB = 2**30
_READ = 8 + 4  # bytes a number: the matrix, and what the store gave of it
_LEARNT = 2 * 8  # the training part, and the same on its scale
_LOOKED_THROUGH = 5_000  # clips; of more, a run's first look at the store tells
_READ_THROUGH = 500  # clips, about 10 ms each, where every one is like the first
_KEPT = 32

# Of corpora, features and a state of the store: a page asks at every move of a slider.
_known: OrderedDict[tuple, MalgyeolError | None] = OrderedDict()
_lock = Lock()


def check_clips(
    catalog: Catalog, snapshot: str, utterances: Sequence[Utterance], features: FeatureSpec
) -> None:
    """Refuse clips of which it is known by now that nothing can be learnt from them.

    Parameters
    ----------
    catalog : Catalog
    snapshot : str
        Their digest.
    utterances : sequence of Utterance
    features : FeatureSpec

    Raises
    ------
    SameClipsError
        If all clips are one and the same.
    UnusableFeaturesError
        If what was measured of a clip before are no numbers.
    """
    store = feature_store(catalog.place)
    asked = (catalog.place.root, snapshot, spec_digest(features), _state(store))
    with _lock:
        known, problem = asked in _known, _known.get(asked)
    if not known:
        problem = _same_problem(catalog, utterances)
        problem = problem or _measured_problem(store, utterances, features)
        with _lock:
            _known[asked] = problem
            while len(_known) > _KEPT:
                _known.popitem(last=False)
    if problem is not None:
        raise problem


def check_memory(
    spec: ExperimentSpec, utterances: Sequence[Utterance], *, free: int | None = None
) -> None:
    """Refuse a run that would need more memory than is free.

    Parameters
    ----------
    spec : ExperimentSpec
    utterances : sequence of Utterance
        Those of its snapshot.
    free : int, optional
        Bytes; what this machine has now by default.

    Raises
    ------
    LearningMemoryError, NetworkMemoryError
        With what it needs and what there is.
    """
    if isinstance(spec.model, NeuralSpec):
        check_network_memory(spec, utterances, free=free)
        return
    free = free_memory() if free is None else free
    needed = memory_needed(spec, len(utterances))
    if needed > free:
        raise LearningMemoryError(len(utterances), needed / _GB, free / _GB)


def memory_needed(spec: ExperimentSpec, n: int) -> int:
    """About how much memory the matrices of a run take, beyond the program itself.

    Parameters
    ----------
    spec : ExperimentSpec
        Of a model that is no network.
    n : int
        Clips.

    Returns
    -------
    n_bytes : int
        All clips and copies as read, and the training parts of the folds that learn at a time:
        all of an MLP's, one of any other model's.
    """
    copies = 1 + (spec.augment.copies if spec.augment is not None else 0)
    together = fold_count(spec.split) if isinstance(spec.model, MlpSpec) else 1
    return n * copies * sum(feature_widths(spec.features)) * (_READ + _LEARNT * together)


def _state(store: FeatureStore) -> tuple[tuple[int, int], ...]:
    """Size and time of the store's files: another one after every write."""
    files = (store.path, store.path.with_name(f"{store.path.name}-wal"))
    stats = [file.stat() for file in files if file.exists()]
    return tuple((stat.st_size, stat.st_mtime_ns) for stat in stats)


def _same_problem(catalog: Catalog, utterances: Sequence[Utterance]) -> MalgyeolError | None:
    n = len(utterances)
    if n > 1 and len({feature_key(u) for u in utterances}) == 1:
        return SameClipsError(n)
    if n > _LOOKED_THROUGH:
        return None
    groups = exact_groups(catalog, utterances)
    same = bool(groups) and len(groups[0]) == n
    return SameClipsError(n) if same or _same_samples(catalog, utterances) else None


def _same_samples(catalog: Catalog, utterances: Sequence[Utterance]) -> bool:
    """Whether one recording came in many times, under other names and in other files."""
    if not 1 < len(utterances) <= _READ_THROUGH:
        return False
    try:
        first = ClipLoad(catalog, utterances[0])()
        return all(np.array_equal(first, ClipLoad(catalog, u)()) for u in utterances[1:])
    except AudioError:
        return False  # the run says which clip cannot be read


def _measured_problem(
    store: FeatureStore, utterances: Sequence[Utterance], features: FeatureSpec
) -> MalgyeolError | None:
    """What the store tells; nothing where nothing was measured yet, reading the clips will."""
    utterances = utterances[:_LOOKED_THROUGH]
    keys = [feature_key(u) for u in utterances]
    same = True
    for part in feature_parts(features):
        found = store.get_many(keys, part)
        for utterance, key in zip(utterances, keys, strict=True):
            broken = 0 if key not in found else int(np.count_nonzero(~np.isfinite(found[key])))
            if broken:
                return UnusableFeaturesError(utterance.name, broken)
        rows = list(found.values())
        same &= len(found) == len(set(keys)) and all((row == rows[0]).all() for row in rows)
    return SameClipsError(len(utterances)) if same and len(utterances) > 1 else None
