"""Requirement 22, small: many sessions at once, none hears of an error, none is heavy.

``python -m bench.load`` is the full test, with its times.
"""

import asyncio
import sys

import pytest

from bench.sessions import Process, Seen, Visitor
from pages.parts.site import listed
from tests.awaiting import awaited
from tests.browser.conftest import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc"),
]

SESSIONS = 12
MOST_MB = 5.0  # a session
PAGES = [page.name for page in listed()]


@pytest.fixture
def server(tmp_path):
    """A server of its own: what other tests set going must not count as the sessions' memory."""
    running = Server(tmp_path / "home")
    running.start()
    yield running
    running.stop()


async def crowd(server, seen: Seen) -> float:
    """Open all, click in each, and say what a session more costs in MB."""
    process = Process(server.process.pid)
    first = Visitor(server.url, seen)
    await first.open()
    for _ in range(2):  # what a server pays once
        for page in PAGES:
            await first.turn_to(page)
    one = process.figures()["rss_mb"]
    others = [Visitor(server.url, seen) for _ in range(SESSIONS)]
    for number, visitor in enumerate(others):
        await visitor.open(PAGES[number % len(PAGES)])
    await asyncio.gather(*(visitor.click() for visitor in others))
    grown = process.figures()["rss_mb"] - one
    for visitor in (first, *others):
        await visitor.close()
    return grown / SESSIONS


def test_a_dozen_sessions_stay_light_and_see_no_error(server):
    seen = Seen()
    heavy = awaited(crowd(server, seen))
    assert seen.errors == []
    assert len(seen.seconds) == 2 * len(PAGES) + SESSIONS
    assert heavy <= MOST_MB
