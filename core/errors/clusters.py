"""What can be wrong with a cluster that work is spread over."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = ["ClusterError", "ClusterLostError", "ClusterMissingError", "ClusterUnreachableError"]


class ClusterError(MalgyeolError):
    """A cluster that cannot be used."""


class ClusterMissingError(ClusterError):
    """Dask is asked for and not installed."""

    template = N_("MALGYEOL_DASK names a cluster, but Dask is not installed here.")
    advice = N_("Run pip install -r requirements-dask.txt, or unset MALGYEOL_DASK.")


class ClusterUnreachableError(ClusterError):
    """No scheduler answers, or none of its workers."""

    template = N_("No Dask cluster with a worker answers at {address}.")
    advice = N_("Start its scheduler and a worker, or unset MALGYEOL_DASK.")

    def __init__(self, address: str):
        super().__init__(address=address)


class ClusterLostError(ClusterError):
    """A cluster that went away in the middle, or a call that killed each worker it was given."""

    template = N_("The Dask cluster at {address} was lost on the way ({reason}).")
    advice = N_("Features measured so far are kept. Look at its workers, then start again.")

    def __init__(self, address: str, reason: str):
        super().__init__(address=address, reason=reason)
