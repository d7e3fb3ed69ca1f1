"""What our server is beyond Streamlit's; `st.App` itself stands where Streamlit looks for it."""

import contextlib
import threading
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware

from pages.parts.shell import Shell

__all__ = ["behind", "importing_visit"]


def behind(*outer: Middleware) -> list[Middleware]:
    """What stands before the app: whatever is given, and within it our shell.

    Parameters
    ----------
    *outer : Middleware

    Returns
    -------
    middleware : list of Middleware
    """
    return [*outer, Middleware(Shell)]


@contextlib.asynccontextmanager
async def importing_visit(_app: st.App) -> AsyncIterator[None]:
    """While the server begins to listen, import beside it what the first visitor would wait for.

    Streamlit's runtime is there by now, so a cache that a part declares finds its place.
    """
    threading.Thread(target=_import_visit, daemon=True, name="visit").start()
    yield


def _import_visit() -> None:
    import pages.parts.visit  # noqa: F401
