"""Many people at once: ``python -m bench.load [--sessions 50] [--clicking 20] [--seconds 60]``.

Starts the app on a workspace of its own, opens sessions over real WebSockets, lets some of them
click every ten seconds while a training runs, and watches two real browsers beside them. Traffic
stays on the loopback address. Prints JSON and keeps it in bench/history.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from bench.history import keep
from bench.sessions import Process, Seen, Visitor
from core.corpus import Catalog, ensure_demo
from core.settings import FunctionalsSpec, MlpSpec, Workspace
from core.training.jobs import submit
from core.training.setup import new_experiment
from pages.parts.site import listed
from tests.browser.conftest import Server, launch, settled

PACE = 10.0  # s between two clicks of a person
PAGES = [page.name for page in listed()]


def start_training(home: Path, seeds: Iterable[int]) -> None:
    """Queue runs that take minutes, one a seed."""
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        ensure_demo(catalog)
        name = catalog.corpora()[0].name
        for seed in seeds:
            model = MlpSpec(hidden_layer_sizes=(512, 512), max_epochs=500, tol=0.0)
            spec = new_experiment(catalog, name, features=FunctionalsSpec(), model=model, seed=seed)
            submit(catalog, spec)


async def crowd(url: str, server: Process, asked: argparse.Namespace) -> dict[str, Any]:
    """Open all sessions, let some click, close them."""
    seen, chance = Seen(), random.Random(0)
    first = Visitor(url, seen)
    for page in PAGES:  # what every server pays once
        await (first.go(page) if first._socket else first.open(page))
    one = server.figures()
    visitors = [first] + [Visitor(url, seen) for _ in range(asked.sessions - 1)]
    seen.opened.clear()
    for number, visitor in enumerate(visitors[1:]):
        await visitor.open(PAGES[number % len(PAGES)])
    full = server.figures()
    until = time.monotonic() + asked.seconds

    async def person(visitor: Visitor, offset: float) -> None:
        await asyncio.sleep(offset)
        while time.monotonic() < until:
            began = time.monotonic()
            if chance.random() < 0.5:
                await visitor.turn_to(chance.choice(PAGES))
            else:
                await visitor.click()
            await asyncio.sleep(max(0.0, began + PACE - time.monotonic()))

    clicking = visitors[: asked.clicking]
    await asyncio.gather(*(person(v, i * PACE / len(clicking)) for i, v in enumerate(clicking)))
    after = server.figures()
    for visitor in visitors:
        await visitor.close()
    return {
        "sessions": asked.sessions,
        "clicking": asked.clicking,
        "reruns": len(seen.seconds),
        "errors": seen.errors[:20],
        "n_errors": len(seen.errors),
        "rerun_p50": round(float(np.percentile(seen.seconds, 50)), 3),
        "rerun_p95": round(float(np.percentile(seen.seconds, 95)), 3),
        "rerun_max": round(max(seen.seconds), 3),
        "open_p50": round(float(np.median(seen.opened)), 3) if seen.opened else None,
        "cpu_ms_per_rerun": round(1000 * (after["cpu"] - full["cpu"]) / len(seen.seconds)),
        "mb_one_session": round(one["rss_mb"]),
        "mb_all_sessions": round(full["rss_mb"]),
        "mb_after": round(after["rss_mb"]),
        "mb_per_session": round((full["rss_mb"] - one["rss_mb"]) / max(1, asked.sessions - 1), 2),
        "mb_sent": round(seen.bytes / 1e6, 1),
        "load": os.getloadavg()[0],
    }


class Browsers(threading.Thread):
    """Real browsers that go from page to page meanwhile."""

    def __init__(self, url: str, n: int):
        super().__init__(daemon=True)
        self._url, self._n = url, n
        self.seconds: list[float] = []
        self.complaints: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        """Until it is over."""
        from playwright.sync_api import sync_playwright

        with sync_playwright() as session:
            browser = launch(session)
            pages = [browser.new_page() for _ in range(self._n)]
            for page in pages:
                page.on("pageerror", lambda error: self.complaints.append(str(error)))
            while not self.over.is_set():
                for name in PAGES:
                    for page in pages:
                        began = time.perf_counter()
                        page.goto(f"{self._url}/{'' if name == 'home' else name}", timeout=120_000)
                        page.locator("h1, h2").first.wait_for(timeout=120_000)
                        settled(page, timeout=120_000)
                        self.seconds.append(time.perf_counter() - began - 0.3)
                    if self.over.wait(PACE):
                        break
            browser.close()


def measure(home: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """One load test on a workspace."""
    from tests.training.test_worker import stop_worker

    place = Workspace(root=home, models=home / "models")
    server = Server(home)
    server.start()
    try:
        if asked.training:
            start_training(home, range(asked.training))
        browsers = Browsers(server.url, asked.browsers)
        if asked.browsers:
            browsers.start()
        figures = asyncio.run(crowd(server.url, Process(server.process.pid), asked))
        browsers.over.set()
        if asked.browsers:
            browsers.join(timeout=180)
            figures["browser_p50"] = round(float(np.median(browsers.seconds or [0])), 2)
            figures["browser_complaints"] = browsers.complaints[:5]
        with Catalog(place) as catalog:
            figures["training"] = [job.state for job in catalog.jobs.jobs()]
        log = place.logs / "pages.log"
        figures["log_lines"] = (
            log.read_text(encoding="utf-8").count(" ERROR ") if log.exists() else 0
        )
    finally:
        server.stop()  # first: it would start another worker
        with Catalog(place) as catalog:
            stop_worker(catalog)
    return figures


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--clicking", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--browsers", type=int, default=2)
    parser.add_argument("--training", type=int, default=1, help="runs in the queue")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "home", asked)
    print(json.dumps(figures, indent=1))
    keep("load", figures)


if __name__ == "__main__":
    main()
