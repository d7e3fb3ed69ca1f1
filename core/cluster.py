"""The same work on one machine or on many: threads and processes here, or a Dask cluster.

With ``MALGYEOL_DASK=tcp://scheduler:8786`` calls travel to the workers of that cluster, each with
its data in it, so that the scheduler can give them to another worker when one dies. Without it
they run here. The results are the same, in the same order.

A cluster believes what it is sent: it belongs on a network of one's own. Its workers need this
program, in the same version, on their path; a workspace they do not need.
"""

import functools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from core.errors import ClusterLostError, ClusterMissingError, ClusterUnreachableError
from core.settings import dask_address

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["MANY", "on_cluster", "spread"]

MANY = 512  # clips from which on processes pay for their start; threads share one lock
_LONG = 0.02  # s; a clip of 3 s takes 5 to 10 ms, one of 12 s takes 25 ms and gains 1.6 times
_PATIENCE = 15.0  # s that the scheduler, and a first worker, may take to answer
_RETRIES = 3  # workers that a call may lose
_inside = threading.local()  # whether this thread answers a call of a cluster


def on_cluster() -> bool:
    """Whether calls travel; not from a worker, which would wait for itself.

    Returns
    -------
    travel : bool
    """
    return dask_address() is not None and not getattr(_inside, "call", False)


def spread(
    function: Callable[..., Any],
    calls: Iterable[tuple],
    *,
    n_jobs: int | None = None,
    threads: bool = False,
) -> Iterator[Any]:
    """Call a function many times, side by side.

    Parameters
    ----------
    function : callable
        At module level, so that a worker can be told of it.
    calls : iterable of tuple
        The arguments of each call.
    n_jobs : int, optional
        Calls at the same time, on this machine alone; as many as there are processors by default.
        With 1 each waits until it is asked for.
    threads : bool
        Whether threads are to serve here, and not processes: true of what releases the lock, and
        of what is over before a process would have started. Short calls are made one after the
        other even so: two threads would hand the lock to and fro some hundred times a call, for
        nothing by the clock and a quarter more of the processor.

    Yields
    ------
    result : object
        In the order of ``calls``.

    Raises
    ------
    ClusterMissingError, ClusterUnreachableError, ClusterLostError
        If a cluster is asked for and cannot be used.
    Exception
        Whatever a call raises.
    """
    if on_cluster():
        yield from _on_cluster(dask_address() or "", function, calls)
        return
    calls = iter(calls)
    if threads or n_jobs == 1:
        yield from _one_by_one(function, calls, until_long=n_jobs != 1)
    if n_jobs == 1:
        return
    from joblib import Parallel, delayed

    workers = Parallel(
        n_jobs=-1 if n_jobs is None else n_jobs,
        prefer="threads" if threads else None,
        return_as="generator",
    )
    yield from workers(delayed(function)(*arguments) for arguments in calls)


def _one_by_one(
    function: Callable[..., Any], calls: Iterator[tuple], *, until_long: bool
) -> Iterator[Any]:
    """Answer calls; if wanted only until two of them in a row were long, the first may import."""
    n_long = 0
    while n_long < 2 and (arguments := next(calls, None)) is not None:
        began = time.perf_counter()
        result = function(*arguments)
        if until_long:
            n_long = n_long + 1 if time.perf_counter() - began > _LONG else 0
        yield result


def _on_cluster(
    address: str, function: Callable[..., Any], calls: Iterable[tuple]
) -> Iterator[Any]:
    client = _client(address)
    # Arguments stay in the call: what were laid out on a worker beforehand would die with it.
    futures = [
        client.submit(_answer, function, *arguments, pure=False, retries=_RETRIES)
        for arguments in calls
    ]
    try:
        for future in futures:
            yield _result(future, address)
    finally:
        client.cancel([future for future in futures if not future.done()])


def _answer(function: Callable[..., Any], *arguments: Any) -> Any:
    """One call, on a worker."""
    _inside.call = True
    try:
        return function(*arguments)
    finally:
        _inside.call = False


def _result(future: Any, address: str) -> Any:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError

    try:
        return future.result()
    except (KilledWorker, FutureCancelledError, CommClosedError) as error:
        raise ClusterLostError(address, type(error).__name__) from error


def _client(address: str) -> "Client":
    client = _connected(address)
    if client.status != "running":
        _connected.cache_clear()
        client = _connected(address)
    return client


@functools.lru_cache(maxsize=2)
def _connected(address: str) -> "Client":
    """One connection a process; making it takes longer than most calls."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterMissingError from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterUnreachableError(address) from error
    return client
