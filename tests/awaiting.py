"""Coroutines in tests that are no coroutines themselves."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine returns, from a thread of its own.

    A browser that an earlier test of the process has opened leaves a loop going in the main
    thread, in which no second one may be started.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
