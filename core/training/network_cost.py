"""What learning a network will take, said before it starts, and refused where memory is short."""

from collections.abc import Sequence

from core.corpus.records import Utterance
from core.errors import NetworkMemoryError
from core.models.neural import Cost, architecture, cost, n_networks
from core.models.neural.memory import free_memory
from core.settings import ExperimentSpec, NeuralSpec, SequenceSpec
from core.training.fold_count import fold_count, learnt_share

__all__ = ["check_memory", "folds_side_by_side", "network_cost"]

_GB = 2**30
_LARGE = 1_000_000  # weights; from here on one fold at a time


def folds_side_by_side(n_weights: int, n_folds: int) -> int:
    """How many folds of a network learn at once.

    Parameters
    ----------
    n_weights : int
    n_folds : int

    Returns
    -------
    n : int
    """
    return 1 if n_weights > _LARGE else n_folds


def network_cost(spec: ExperimentSpec, utterances: Sequence[Utterance]) -> Cost | None:
    """What learning a spec's network on its clips takes.

    Parameters
    ----------
    spec : ExperimentSpec
    utterances : sequence of Utterance
        Those of the spec's snapshot.

    Returns
    -------
    cost : Cost or None
        Of an epoch over all folds; None where the model is no network.
    """
    if not isinstance(spec.model, NeuralSpec) or not isinstance(spec.features, SequenceSpec):
        return None
    n_folds = fold_count(spec.split, utterances)
    share = learnt_share(spec.split, utterances)
    copies = 1 + (spec.augment.copies if spec.augment is not None else 0)
    found = architecture(spec.model, *spec.features.shape, len(spec.scheme))
    return cost(
        found,
        n_clips=round(len(utterances) * share * copies),
        batch_size=spec.model.batch_size,
        n_folds=n_folds,
        together=folds_side_by_side(found.n_weights, n_folds),
        n_votes=n_networks(spec.model),
    )


def check_memory(
    spec: ExperimentSpec, utterances: Sequence[Utterance], *, free: int | None = None
) -> None:
    """Refuse a network that would need more memory than is free.

    Parameters
    ----------
    spec : ExperimentSpec
    utterances : sequence of Utterance
    free : int, optional
        Bytes; what this machine has now by default.

    Raises
    ------
    NetworkMemoryError
        With what it needs and what there is.
    """
    found = network_cost(spec, utterances)
    if found is None:
        return
    free = free_memory() if free is None else free
    if found.memory > free:
        raise NetworkMemoryError(spec.model.kind, found.memory / _GB, free / _GB)
