"""Decoding what strangers sent, in warm processes of its own that can be killed.

Native decoders can hang, eat memory or be broken into; a thread cannot be stopped. So a file that
this machine has not seen before goes to a `core.audio.decoding_worker`. Where no such process can
be had, it is decoded here, and the log says why.
"""

import atexit
import contextlib
import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from queue import LifoQueue

from core.audio.decode import decode
from core.audio.decoding_worker import READY, read_answer, write_request
from core.audio.sound import Sound, nfc_name
from core.errors import DecoderDiedError, DecoderTimeoutError, FileTooLargeError, MalgyeolError
from core.settings import REPOSITORY, DecodeLimits, decodes_apart

__all__ = ["DECODERS", "DecoderPool", "decode_apart"]

TIME_LIMIT = 20.0  # s a file of the usual limits
MEMORY_LIMIT = 2**30  # bytes a worker
_STARTING = 60.0  # s that a worker may take to be ready
_RECYCLED = 500  # files, after which a worker makes room for a fresh one
_STANDARD = DecodeLimits()
# What a worker may know of the environment: how to run, and nothing else.
_ENVIRONMENT = frozenset(
    {"PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "HOME"}
    | {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}
)

_log = logging.getLogger(__name__)


class _Worker:
    """One process, warm and waiting."""

    def __init__(self, command: Sequence[str]):
        environment = {k: v for k, v in os.environ.items() if k.upper() in _ENVIRONMENT}
        self.n_decoded = 0
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
            env=environment,
        )
        try:
            with self._limited(_STARTING):
                if self._output.readline(len(READY)) != READY:
                    raise OSError("a decoding process ended before it was ready")
        except BaseException:
            self.end()
            raise

    @property
    def _output(self):
        assert self._process.stdout is not None
        return self._process.stdout

    @contextlib.contextmanager
    def _limited(self, seconds: float) -> Iterator[threading.Event]:
        """Kill the process when the time is over; the event tells that it was."""
        over = threading.Event()

        def kill() -> None:
            over.set()
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield over
        finally:
            timer.cancel()

    def decode(
        self, data: bytes, name: str, limits: DecodeLimits, seconds: float
    ) -> tuple[Sound | MalgyeolError, str]:
        """Its answer; raises one of our errors if it does not come to one."""
        assert self._process.stdin is not None
        self.n_decoded += 1
        with self._limited(seconds) as over:
            try:
                write_request(self._process.stdin, data, name, limits, seconds + 5)
                return read_answer(self._output)
            except (EOFError, OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
                self.end()
                if over.is_set():
                    raise DecoderTimeoutError(name, seconds) from fault
                raise DecoderDiedError(name) from fault

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()


class DecoderPool:
    """Warm decoding processes, as many as there are processors; safe for several threads.

    Parameters
    ----------
    size : int, optional
        Files decoded at the same time; further ones wait.
    time_limit : float
        Seconds a file of the usual limits; files that may be longer get more in proportion.
    memory_limit : int
        Bytes a process, where the system can bound it.
    command : sequence of str, optional
        What a worker is started with; for tests.
    """

    def __init__(
        self,
        size: int | None = None,
        *,
        time_limit: float = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
        command: Sequence[str] | None = None,
    ):
        self._time_limit = time_limit
        self._command = command or (
            *(sys.executable, "-m", "core.audio.decoding_worker"),
            str(memory_limit),
        )
        self._places = threading.BoundedSemaphore(size or os.cpu_count() or 1)
        self._idle: LifoQueue[_Worker] = LifoQueue()
        self._process = os.getpid()

    def decode(self, data: bytes, *, name: str = "", limits: DecodeLimits = _STANDARD) -> Sound:
        """The sound of some bytes, decoded in another process.

        Parameters
        ----------
        data : bytes
        name : str
            The user's name of the file.
        limits : DecodeLimits

        Returns
        -------
        sound : Sound
            As `core.audio.decode` gives it.

        Raises
        ------
        DecoderTimeoutError
            If it takes longer than the time limit; the process is killed.
        DecoderDiedError
            If the process dies of it; the next file gets a new one.
        AudioError
            As `core.audio.decode`.
        """
        shown = nfc_name(name)
        if len(data) > limits.max_bytes:  # no need to send it
            raise FileTooLargeError(shown, len(data), limits.max_bytes)
        seconds = self._time_limit * max(1.0, limits.max_duration / _STANDARD.max_duration)
        with self._places:
            try:
                worker = self._take()
            except OSError as reason:
                _log.warning("files are decoded in the server itself: %s", reason)
                return decode(io.BytesIO(data), name=shown, limits=limits)
            answer, cause = worker.decode(data, shown, limits, seconds)
            self._give_back(worker)
        if isinstance(answer, MalgyeolError):
            if cause:
                _log.info("%s cannot be decoded: %s", shown, cause)
            raise answer
        return answer

    def warm_up(self) -> None:
        """Start one worker in the background, so that the first upload need not wait for it."""

        def start() -> None:
            with contextlib.suppress(OSError), self._places:
                self._give_back(self._take())

        threading.Thread(target=start, daemon=True, name="decoder-start").start()

    def close(self) -> None:
        """End the waiting workers; the pool can be used again."""
        while not self._idle.empty():
            self._idle.get_nowait().end()

    def _take(self) -> _Worker:
        if self._process != os.getpid():  # after a fork the workers are the parent's
            self._idle, self._process = LifoQueue(), os.getpid()
        while not self._idle.empty():
            worker = self._idle.get_nowait()
            if worker.is_alive():
                return worker
            worker.end()
        return _Worker(self._command)

    def _give_back(self, worker: _Worker) -> None:
        if worker.n_decoded >= _RECYCLED:
            worker.end()
        else:
            self._idle.put(worker)


DECODERS = DecoderPool()
atexit.register(DECODERS.close)


def decode_apart(data: bytes, *, name: str = "", limits: DecodeLimits = _STANDARD) -> Sound:
    """The sound of bytes from outside; `core.audio.decode` in a process with limits.

    Parameters
    ----------
    data : bytes
    name : str
        The user's name of the file.
    limits : DecodeLimits

    Returns
    -------
    sound : Sound

    Raises
    ------
    AudioError
        As `DecoderPool.decode`.
    """
    if not decodes_apart():
        return decode(io.BytesIO(data), name=name, limits=limits)
    return DECODERS.decode(data, name=name, limits=limits)
