"""Whatever goes wrong on a page ends here: calm words for the user, the trace for the log."""

import functools
import logging
import secrets
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import MalgyeolError
from core.i18n import captions
from core.settings import workspace
from pages.parts.language import current_language
from pages.parts.pieces import note_html

__all__ = ["error_boundary", "guarded", "log_error"]

LOG_NAME = "pages.log"
LOG_BYTES = 10 * 2**20
LOG_BACKUPS = 5


@contextmanager
def error_boundary() -> Iterator[None]:
    """Turn any exception inside into a notice; Streamlit's own stop and rerun pass through."""
    try:
        yield
    except MalgyeolError as error:
        log_error(error)
        _show("caution", error.describe(captions(current_language())))
    except Exception as error:
        number = log_error(error)
        _ = captions(current_language())
        said = _("This part could not be shown. Nothing of yours is lost.")
        advice = _("Reload the page; if it stays, tell us number {number}, it is in the log.")
        _show("wrong", f"{said} {advice.format(number=number)}")


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function inside the boundary: for callbacks and fragments, which run outside the page.

    Parameters
    ----------
    function : callable

    Returns
    -------
    function : callable
        Returns None where the original failed.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with error_boundary():
            return function(*args, **kwargs)

    return call


def log_error(error: Exception) -> str:
    """Write an exception with its trace to the rotating log.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    number : str
        Six hexadecimal digits, also in the log.
    """
    number = secrets.token_hex(3).upper()
    trace = "".join(traceback.format_exception(error))
    try:
        place = workspace()
        place.made()
        _log(place.logs).error("%s %s", number, trace)
    except OSError:
        sys.stderr.write(f"{number} {trace}\n")
    return number


@functools.lru_cache(maxsize=8)
def _log(folder: Path) -> logging.Logger:
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(
        folder / LOG_NAME, maxBytes=LOG_BYTES, backupCount=LOG_BACKUPS, encoding="utf-8", delay=True
    )
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger(f"malgyeol.pages.{folder}")
    log.propagate = False
    log.addHandler(file)
    return log


def _show(kind: str, text: str) -> None:
    st.html(note_html(kind, text))
