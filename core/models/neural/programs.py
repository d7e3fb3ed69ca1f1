"""Programs that JAX has traced, kept so that the next process only reads them.

Tracing a step of learning is a second of plain Python, done again in every process, although what
comes of it is the same each time. So it is written down (StableHLO, by `jax.export`) beside what
was compiled of it.

Conventions
-----------
A file is named after everything that decides the program, this room's own code included: another
version of anything looks for another file. It begins with the SHA-256 of the rest and is read by
its format alone, nothing is unpickled. One that does not check is traced again and replaced, and
where nothing can be read or written, learning goes on without.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.files import write_atomically

__all__ = ["compiled"]

_log = logging.getLogger(__name__)

_DIGEST = hashlib.sha256().digest_size  # bytes


def compiled(
    jax: Any,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    *,
    key: str,
    folder: Path,
    donate: tuple[int, ...] = (),
) -> Any:
    """A function as machine code, traced only where its program was not kept.

    Parameters
    ----------
    jax : module
        With ``jax.export`` loaded.
    function : callable
        Of arrays, in trees that `jax.export` knows.
    arguments : sequence
        Their shapes, as trees of ``jax.ShapeDtypeStruct``.
    key : str
        Everything that decides the program and is not in this room's code, the arguments or
        the versions of the libraries.
    folder : Path
        Where programs are kept.
    donate : tuple of int
        Arguments whose memory the results may take.

    Returns
    -------
    call : callable
        Takes arrays of those shapes. The same machine code whether the program was kept or not.
    """
    decides = "\n".join([_surroundings(jax), key, repr(arguments), repr(donate)])
    file = folder / f"{hashlib.sha256(decides.encode()).hexdigest()[:32]}.stablehlo"
    program = _kept(jax, file)
    if program is None:
        traced = jax.jit(function, donate_argnums=donate)
        program = jax.export.export(traced, platforms=["cpu"])(*arguments)
        _keep(file, program)
    return jax.jit(program.call, donate_argnums=donate).lower(*arguments).compile()


@lru_cache(maxsize=1)
def _surroundings(jax: Any) -> str:
    """Versions, settings from outside, and the code of this room."""
    code = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        code.update(source.read_bytes())
    settings = sorted((k, v) for k, v in os.environ.items() if k.startswith("JAX_"))
    versions = [jax.__version__, jax.lib.__version__, np.__version__]
    return repr([versions, settings, code.hexdigest()])


def _kept(jax: Any, file: Path) -> Any:
    """The program of a file, or None where there is none that checks."""
    try:
        data = file.read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            raise ValueError("its digest is another")
        return jax.export.deserialize(bytearray(data[_DIGEST:]))
    except FileNotFoundError:
        return None
    except Exception as error:
        _log.warning("the program %s is traced again: %s", file.name, error)
        return None


def _keep(file: Path, program: Any) -> None:
    try:
        data = bytes(program.serialize())
        write_atomically(file, hashlib.sha256(data).digest() + data)
    except Exception as error:
        _log.warning("the program %s is not kept: %s", file.name, error)
