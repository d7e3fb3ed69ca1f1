"""The process that decodes what strangers sent: ``python -m core.audio.decoding_worker BYTES``.

It knows nothing but how to decode: no keys in its environment, no files that it may write, memory
and time bounded. Requests and answers are one line of JSON and raw bytes, never a pickle, so that
a decoder that was taken over cannot make the server run anything.
"""

import contextlib
import json
import signal
import sys
from dataclasses import asdict
from typing import IO, Any

import numpy as np

from core.audio.decode import decode
from core.audio.sound import Sound
from core.errors import AudioError, MalgyeolError
from core.settings import DecodeLimits

__all__ = ["READY", "main", "read_answer", "write_request"]

READY = b"ready\n"
MAX_LINE = 2**16  # bytes of a header


def main() -> None:
    """Answer requests until standard input ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _warm_up()
    _bound(int(sys.argv[1]))
    answers.write(READY)
    answers.flush()
    while line := requests.readline(MAX_LINE):
        header = json.loads(line)
        data = requests.read(header["size"])
        with _alarm(header["seconds"]):
            _answer(answers, header, data)
        answers.flush()


def _warm_up() -> None:
    """Load both decoders before the first request, and before memory is bounded."""
    import av  # noqa: F401
    import soundfile  # noqa: F401
    import soxr

    soxr.resample(np.zeros(64, dtype=np.float32), 8_000, 16_000)


def _bound(memory: int) -> None:
    """Bound this process, as far as the system can: memory, files written, core dumps."""
    try:
        import resource
    except ImportError:  # Windows: the time limit alone
        return
    bounds = {"RLIMIT_DATA": memory, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    for name, value in bounds.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))


@contextlib.contextmanager
def _alarm(seconds: float):
    """End the process if a request outlives its server's patience; the server may be gone."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)
    else:
        yield


def _answer(answers: IO[bytes], header: dict[str, Any], data: bytes) -> None:
    try:
        sound = decode(data, name=header["name"], limits=DecodeLimits(**header["limits"]))
    except AudioError as error:
        cause = str(error.__cause__ or "")[:500]
        _write(answers, {"error": type(error).__name__, "values": error.values, "cause": cause})
        return
    facts = {k: v for k, v in vars(sound).items() if k != "y"}
    _write(answers, {"sound": facts, "samples": len(sound.y)}, sound.y.astype("<f4").tobytes())


def _write(file: IO[bytes], header: dict[str, Any], data: bytes = b"") -> None:
    file.write(json.dumps(header).encode() + b"\n" + data)


def write_request(
    file: IO[bytes], data: bytes, name: str, limits: DecodeLimits, seconds: float
) -> None:
    """Ask a worker for the sound of some bytes.

    Parameters
    ----------
    file : binary file
        Its standard input.
    data : bytes
    name : str
    limits : DecodeLimits
    seconds : float
        After which it ends itself.
    """
    header = {"size": len(data), "name": name, "limits": asdict(limits), "seconds": seconds}
    _write(file, header, data)
    file.flush()


def read_answer(file: IO[bytes]) -> tuple[Sound | MalgyeolError, str]:
    """What a worker says; nothing in it is trusted.

    Parameters
    ----------
    file : binary file
        Its standard output.

    Returns
    -------
    answer : Sound or AudioError
    cause : str
        Of an error, what the decoder said, for the log.

    Raises
    ------
    EOFError, ValueError, KeyError, TypeError
        If it is no answer: the worker has died, or is no longer itself.
    """
    line = file.readline(MAX_LINE)
    if not line.endswith(b"\n"):
        raise EOFError
    header = json.loads(line)
    if "error" in header:
        return _error(header), str(header.get("cause", ""))
    n = int(header["samples"])
    data = file.read(4 * n)
    if len(data) != 4 * n:
        raise EOFError
    facts = {**header["sound"], "flags": tuple(header["sound"]["flags"])}
    return Sound(y=np.frombuffer(data, dtype="<f4").copy(), **facts), ""


def _error(header: dict[str, Any]) -> AudioError:
    """An error by the name of its class, which must be one of ours about sound."""
    import core.errors

    kind = getattr(core.errors, header["error"])
    if not (isinstance(kind, type) and issubclass(kind, AudioError)):
        raise TypeError(kind)
    error = kind.__new__(kind)
    MalgyeolError.__init__(error, **header["values"])
    return error


if __name__ == "__main__":
    main()
