"""The features of clips of the catalog: what is at hand, and measuring what is not."""

from collections.abc import Callable, Sequence

import numpy as np

from core.cluster import MANY
from core.corpus.catalog import Catalog, Utterance
from core.corpus.clips import ClipLoad
from core.errors import AudioError
from core.features import FeatureKey, FeatureStore, features_of
from core.settings import FeatureSpec, Workspace

__all__ = ["feature_key", "feature_rows", "feature_store", "measure_clips"]

_BATCH = 24  # clips between two reports

GoOn = Callable[[int, int], bool]  # clips done, clips in all; False stops


def feature_store(place: Workspace) -> FeatureStore:
    """The feature store of a workspace.

    Parameters
    ----------
    place : Workspace

    Returns
    -------
    store : FeatureStore
    """
    return FeatureStore(place.cache / "features")


def feature_key(utterance: Utterance) -> FeatureKey:
    """What a clip's features are stored under.

    Parameters
    ----------
    utterance : Utterance

    Returns
    -------
    key : FeatureKey
    """
    return FeatureKey(
        content=utterance.content,
        correction=utterance.correction,
        start=utterance.start,
        end=utterance.end,
    )


def feature_rows(
    utterances: Sequence[Utterance], spec: FeatureSpec, store: FeatureStore
) -> dict[int, np.ndarray]:
    """The features that were measured before; nothing is computed.

    Parameters
    ----------
    utterances : sequence of Utterance
    spec : FeatureSpec
    store : FeatureStore

    Returns
    -------
    rows : dict of int to np.ndarray [shape=(n_features,)]
        By the utterance's id; one that was not measured is missing.
    """
    keys = {u.id: feature_key(u) for u in utterances}
    known = store.get_many(list(keys.values()), spec)
    return {i: known[key] for i, key in keys.items() if key in known}


def measure_clips(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    spec: FeatureSpec,
    store: FeatureStore,
    *,
    go_on: GoOn | None = None,
) -> tuple[int, ...]:
    """Measure clips into the store; one that cannot be read does not stop the others.

    Parameters
    ----------
    catalog : Catalog
    utterances : sequence of Utterance
    spec : FeatureSpec
    store : FeatureStore
    go_on : callable, optional
        Called after every few clips with those done and all; False stops. What was measured by
        then stays.

    Returns
    -------
    unreadable : tuple of int
        Ids of the clips without features.
    """
    unreadable: list[int] = []
    apart = len(utterances) >= MANY
    for start in range(0, len(utterances), _BATCH):
        batch = utterances[start : start + _BATCH]
        try:
            _measure(catalog, batch, spec, store, apart)
        except AudioError:
            unreadable += [u.id for u in batch if not _readable(catalog, u, spec, store)]
        done = min(start + _BATCH, len(utterances))
        if go_on is not None and not go_on(done, len(utterances)):
            break
    return tuple(unreadable)


def _measure(
    catalog: Catalog,
    utterances: Sequence[Utterance],
    spec: FeatureSpec,
    store: FeatureStore,
    apart: bool = False,
) -> None:
    clips = [(feature_key(u), ClipLoad(catalog, u)) for u in utterances]
    features_of(clips, spec, store, apart=apart)


def _readable(
    catalog: Catalog, utterance: Utterance, spec: FeatureSpec, store: FeatureStore
) -> bool:
    try:
        _measure(catalog, [utterance], spec, store)
    except AudioError:
        return False
    return True
