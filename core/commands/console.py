"""What every command shares: its two outputs, its errors, its progress line."""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import typer

from core.errors import MalgyeolError
from core.i18n import Translate, captions
from core.settings import default_language

__all__ = [
    "caption",
    "harmless",
    "print_json",
    "progress_line",
    "protocol_said",
    "say",
    "user_errors",
]

USER_ERROR = 2
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_WORKS_ON_TERMINALS = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in _CONTROLS
    if chr(code) not in "\n\t"
}


def caption() -> Translate:
    """The translation into the language of the command line.

    Returns
    -------
    translate : callable
    """
    return captions(default_language())


def protocol_said(report: dict[str, Any]) -> str:
    """How a run was tested, in the language of the command line.

    Parameters
    ----------
    report : dict
        The report of a run.

    Returns
    -------
    text : str
    """
    from core.training.protocol import protocol_in

    return protocol_in(report, default_language())


def print_json(document: Any) -> None:
    """Print one JSON document to standard output.

    Parameters
    ----------
    document : JSON values
    """
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def say(text: str) -> None:
    """Print a line for a person to standard error.

    Parameters
    ----------
    text : str
    """
    typer.echo(harmless(text), err=True)


def harmless(text: str) -> str:
    r"""A text that a terminal only shows: names of files may hold what would move its cursor.

    Parameters
    ----------
    text : str

    Returns
    -------
    text : str
        Lines and tabs as they were; other control characters, and those that turn the
        direction of writing, by their number.

    Examples
    --------
    >>> harmless("a\x1b[2Jb\u202egpj.wav\n")
    'a\\x1b[2Jb\\u202egpj.wav\n'
    """
    return text.translate(_WORKS_ON_TERMINALS)


def progress_line(text: str) -> None:
    """Show a line that the next one replaces, on a terminal only.

    Parameters
    ----------
    text : str
        Empty ends the line.
    """
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + harmless(text))
        sys.stderr.flush()


@contextlib.contextmanager
def user_errors(*, as_json: bool) -> Iterator[None]:
    """Turn what a user can mend into a message and exit code 2.

    Parameters
    ----------
    as_json : bool
        Whether standard output gets ``{"error": …}`` too.

    Yields
    ------
    None
    """
    try:
        yield
    except MalgyeolError as error:
        text = error.describe(caption(), typed=True)
        if as_json:
            print_json({"error": text, "kind": type(error).__name__})
        say(text)
        raise typer.Exit(USER_ERROR) from None
