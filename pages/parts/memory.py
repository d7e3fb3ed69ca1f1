"""Memory that only the cycle collector can free, freed in the background.

Conventions
-----------
Streamlit would look through every object of the process after every run of a page or fragment
(``runner.postScriptGC``): a tenth of a second and more, for a live picture three times a second.
It is turned off in ``.streamlit/config.toml``; here the same is done twice a minute at most, and
only where something was made since.
"""

import gc
import time
from functools import cache
from threading import Thread

__all__ = ["Collector", "collect_in_background"]

INTERVAL = 30.0  # s between two looks


class Collector:
    """Collects what was made since the last time, if it was much."""

    def __init__(self) -> None:
        self._seen = _middle_collections()

    def look(self) -> bool:
        """Collect once if the middle generation was; that takes some 7,000 objects more.

        Returns
        -------
        collected : bool
        """
        if _middle_collections() == self._seen:
            return False
        gc.collect()
        self._seen = _middle_collections()
        return True


def _middle_collections() -> int:
    return gc.get_stats()[1]["collections"]


@cache
def collect_in_background() -> Thread:
    """Start the collector of this process; once.

    Returns
    -------
    thread : Thread
    """
    thread = Thread(target=_run, daemon=True, name="collector")
    thread.start()
    return thread


def _run() -> None:
    collector = Collector()
    while True:
        time.sleep(INTERVAL)
        collector.look()
