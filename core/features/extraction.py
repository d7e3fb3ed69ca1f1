"""From a clip to its features: one vector, or a matrix of many clips through the store."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from core.cluster import spread
from core.errors import MalgyeolError, NonFiniteSignalError
from core.features.cepstral import logmel_features, logmel_names, mfcc_features, mfcc_names
from core.features.functionals import functionals, functionals_names
from core.features.original import original_features, original_names
from core.features.sequences import sequence_features, sequence_names
from core.features.store import FeatureKey, FeatureStore
from core.features.whisper import whisper_features, whisper_names, whisper_problem
from core.settings import (
    BEST_FEATURES,
    FeatureSpec,
    FunctionalsSpec,
    FusionSpec,
    LogmelSpec,
    MfccSpec,
    OriginalSpec,
    SequenceSpec,
    WhisperSpec,
    feature_parts,
    feature_spec,
)

__all__ = [
    "default_features",
    "extract",
    "feature_names",
    "feature_problem",
    "feature_widths",
    "features_of",
]

_BATCH = 64  # clips between two writes to the store; what a kill can cost

Load = Callable[[], np.ndarray]  # gives one clip, mono at the rate of the spec
Progress = Callable[[int, int], None]  # clips done, clips in all


def extract(y: np.ndarray, spec: FeatureSpec) -> np.ndarray:
    """The features of one clip.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at ``spec.sr``. Any length: what is shorter than a frame is padded with zeros.
    spec : FeatureSpec
        Which features.

    Returns
    -------
    features : np.ndarray [shape=(n_features,)], float32
        Finite, and the same for the same signal; `feature_names` names them.

    Raises
    ------
    NonFiniteSignalError
        If a sample is NaN or infinite.
    FeaturesUnavailableError
        If the features need something that is not on this machine.
    ValueError
        If ``y`` is not one-dimensional.
    TypeError
        If there are no such features.
    """
    y = np.asarray(y, dtype=np.float32)
    if y.ndim != 1:
        raise ValueError(f"A mono signal has one dimension; got shape {y.shape}.")
    if not np.isfinite(y).all():
        raise NonFiniteSignalError("signal", int(np.count_nonzero(~np.isfinite(y))))
    match spec:
        case OriginalSpec():
            return original_features(y, spec)
        case FunctionalsSpec():
            return functionals(y, spec)
        case LogmelSpec():
            return logmel_features(y, spec)
        case MfccSpec():
            return mfcc_features(y, spec)
        case WhisperSpec():
            return whisper_features(y, spec)
        case FusionSpec():
            return np.concatenate([extract(y, part) for part in spec.parts])
        case SequenceSpec():
            return sequence_features(y, spec)
    raise TypeError(f"No features are known for {type(spec).__name__}.")


def feature_names(spec: FeatureSpec) -> tuple[str, ...]:
    """Names of the features, in the order of `extract`.

    Parameters
    ----------
    spec : FeatureSpec

    Returns
    -------
    names : tuple of str [shape=(n_features,)]
        Each once, such as ``mfcc_3_p95``.

    Raises
    ------
    TypeError
        If there are no such features.

    Examples
    --------
    >>> feature_names(OriginalSpec())[:2]
    ('mel_power_0', 'mel_power_1')
    """
    match spec:
        case OriginalSpec():
            return original_names(spec)
        case FunctionalsSpec():
            return functionals_names(spec)
        case LogmelSpec():
            return logmel_names(spec)
        case MfccSpec():
            return mfcc_names(spec)
        case WhisperSpec():
            return whisper_names(spec)
        case FusionSpec():
            return tuple(f"{p.kind}.{name}" for p in spec.parts for name in feature_names(p))
        case SequenceSpec():
            return sequence_names(spec)
    raise TypeError(f"No features are known for {type(spec).__name__}.")


def feature_widths(spec: FeatureSpec) -> tuple[int, ...]:
    """How many features each part of a spec has; one number where it is no fusion.

    Parameters
    ----------
    spec : FeatureSpec

    Returns
    -------
    widths : tuple of int

    Examples
    --------
    >>> feature_widths(FunctionalsSpec())
    (592,)
    """
    return tuple(len(feature_names(part)) for part in feature_parts(spec))


def feature_problem(spec: FeatureSpec) -> MalgyeolError | None:
    """What keeps features from being measured on this machine, as far as can be told at once.

    Parameters
    ----------
    spec : FeatureSpec

    Returns
    -------
    problem : MalgyeolError or None
    """
    problems = (whisper_problem(p) for p in feature_parts(spec) if isinstance(p, WhisperSpec))
    return next((problem for problem in problems if problem is not None), None)


def default_features() -> FeatureSpec:
    """The features that a new experiment starts with: the best light ones that this machine has.

    Returns
    -------
    spec : FeatureSpec
        Functionals fused with Whisper's encoder where its weights are there, else functionals.
    """
    best = feature_spec(BEST_FEATURES)
    return best if feature_problem(best) is None else FunctionalsSpec()


def features_of(
    clips: Iterable[tuple[FeatureKey, Load]],
    spec: FeatureSpec,
    store: FeatureStore,
    *,
    n_jobs: int | None = None,
    apart: bool = False,
    progress: Progress | None = None,
) -> np.ndarray:
    """Features of many clips, in their order; only what the store lacks is computed.

    Clips are loaded inside the workers, a batch at a time, and every batch is stored before the
    next begins. So memory holds the result and a few signals, and what a killed run computed is
    there for the next.

    Parameters
    ----------
    clips : iterable of (FeatureKey, callable)
        Each callable gives its signal, mono float32 at ``spec.sr``, and is called once at most.
    spec : FeatureSpec
    store : FeatureStore
    n_jobs : int, optional
        Clips at the same time; as many as there are processors if not given. On a cluster
        (`core.cluster`) its own workers.
    apart : bool
        In processes instead of threads, which pays from `core.cluster.MANY` clips on. Whisper's
        encoder, which releases the lock and fills a memory, stays in threads.
    progress : callable, optional
        Called with the clips done and the clips in all: once at the start, then after each batch.

    Returns
    -------
    X : np.ndarray [shape=(n_clips, n_features)], float32

    Raises
    ------
    MalgyeolError
        Whatever a callable raises; batches before it stay stored.
    """
    if isinstance(spec, FusionSpec):  # each part is stored for itself, and shared with its own runs
        return _side_by_side(list(clips), spec, store, n_jobs, apart, progress)
    loads: dict[FeatureKey, Load] = {}
    keys = []
    for key, load in clips:
        keys.append(key)
        loads.setdefault(key, load)
    rows = store.get_many(keys, spec)
    missing = [key for key in loads if key not in rows]
    report = progress or (lambda done, total: None)
    report(len(loads) - len(missing), len(loads))
    for batch in _in_batches(missing):
        computed = _compute([loads[key] for key in batch], spec, n_jobs, apart)
        fresh = dict(zip(batch, computed, strict=True))
        store.put_many(fresh, spec)
        rows.update(fresh)
        report(len(rows), len(loads))
    X = np.empty((len(keys), len(feature_names(spec))), dtype=np.float32)
    for row, key in zip(X, keys, strict=True):
        row[:] = rows[key]
    return X


def _side_by_side(
    clips: Sequence[tuple[FeatureKey, Load]],
    spec: FusionSpec,
    store: FeatureStore,
    n_jobs: int | None,
    apart: bool,
    progress: Progress | None,
) -> np.ndarray:
    """The features of all parts, part after part, reported as one count."""
    blocks = []
    for number, part in enumerate(spec.parts):

        def report(done: int, total: int, before: int = number) -> None:
            if progress is not None:
                progress((before * total + done) // len(spec.parts), total)

        blocks.append(features_of(clips, part, store, n_jobs=n_jobs, apart=apart, progress=report))
    return np.hstack(blocks)


def _in_batches(keys: Sequence[FeatureKey]) -> Iterable[Sequence[FeatureKey]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _compute(
    loads: Sequence[Load], spec: FeatureSpec, n_jobs: int | None, apart: bool
) -> list[np.ndarray]:
    if len(loads) == 1:
        return [_row(loads[0], spec)]
    return list(
        spread(
            _row,
            [(load, spec) for load in loads],
            n_jobs=n_jobs,
            threads=not apart or isinstance(spec, WhisperSpec),
        )
    )


def _row(load: Load, spec: FeatureSpec) -> np.ndarray:
    return extract(load(), spec)
