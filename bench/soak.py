"""Hours of use, compressed: ``python -m bench.soak [--minutes 5] [--plot FILE]``.

Visitors browse, hear clips, train and infer in turn; the server's memory, open files, threads and
the size of the database are written down every few seconds. ``--minutes 120`` is the full run. The
growth after the first tenth is what counts: 5 % at most.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.history import keep
from bench.load import PAGES, start_training
from bench.sessions import Process, Seen, Visitor
from core.corpus import Catalog
from core.settings import Workspace
from tests.browser.conftest import Server

LOOK = 2.0  # s between two looks at the server
STAY = 20  # actions of a visitor before somebody else comes
WARM = 0.1  # of the run, before growth counts
ALLOWED = 0.05


async def use(url: str, seen: Seen, until: float) -> int:
    """Visitors come, look at every page, click, and leave; how many there were."""
    came = 0
    while time.monotonic() < until:
        visitor = Visitor(url, seen)
        await visitor.open(PAGES[came % len(PAGES)])
        for step in range(STAY):
            if time.monotonic() > until:
                break
            if step % 3:
                await visitor.click()
            else:
                await visitor.turn_to(PAGES[(came + step) % len(PAGES)])
        await visitor.close()
        came += 1
    return came


async def write_down(process: Process, home: Path, until: float, rows: list[dict]) -> None:
    """One row of figures every few seconds."""
    began = time.monotonic()
    while time.monotonic() < until:
        database = sum(f.stat().st_size for f in home.glob("catalog.db*"))
        rows.append(
            {
                "minutes": (time.monotonic() - began) / 60,
                **process.figures(),
                "database_mb": database / 2**20,
            }
        )
        await asyncio.sleep(LOOK)


def _answer(file: Path, bundle: Any) -> None:
    from core.audio import decode
    from core.inference import classify

    classify(decode(file), bundle)


async def infer(home: Path, until: float) -> int:
    """Decode, features and answer in this machine's own rooms, beside the server."""
    from core.models import default_model, load_bundle
    from core.settings import demo_folder

    bundle = load_bundle(default_model())
    files, n = sorted((demo_folder() / "audio").glob("*.flac")), 0
    while time.monotonic() < until:
        await asyncio.to_thread(_answer, files[n % len(files)], bundle)
        n += 1
        await asyncio.sleep(0.5)
    return n


async def live(home: Path, server: Server, minutes: float, rows: list[dict]) -> tuple[Seen, int]:
    seen = Seen()
    assert server.process is not None
    first = Visitor(server.url, seen)
    await first.open()
    for page in (*PAGES, *PAGES):  # what a server pays once: imports, the demo, the first models
        await first.turn_to(page)
    await first.close()
    until = time.monotonic() + 60 * minutes
    came, *_ = await asyncio.gather(
        use(server.url, seen, until),
        use(server.url, seen, until),
        write_down(Process(server.process.pid), home, until, rows),
        infer(home, until),
    )
    return seen, came


def growth(rows: list[dict], name: str) -> float:
    """Growth of the last fifth over what came right after the first tenth."""
    values = np.array([row[name] for row in rows])
    first = int(len(values) * WARM)
    early = float(np.median(values[first : first + max(3, len(values) // 5)]))
    late = float(np.median(values[-max(3, len(values) // 5) :]))
    return round(late / early - 1, 4) if early else 0.0


def main() -> None:
    """Run, judge, draw, keep."""
    from tests.training.test_worker import stop_worker

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        server = Server(home)
        server.start()
        try:
            start_training(home, 1 + int(asked.minutes // 10))
            seen, came = asyncio.run(live(home, server, asked.minutes, rows))
        finally:
            server.stop()
            with Catalog(Workspace(root=home, models=home / "models")) as catalog:
                stop_worker(catalog)
    names = ("rss_mb", "files", "threads", "database_mb")
    figures = {
        "minutes": asked.minutes,
        "visitors": 2 * came,
        "reruns": len(seen.seconds),
        "n_errors": len(seen.errors),
        "errors": seen.errors[:10],
        "growth": {name: growth(rows, name) for name in names},
        "last": {name: round(rows[-1][name], 2) for name in names},
        "load": os.getloadavg()[0],
    }
    print(json.dumps(figures, indent=1))
    keep("soak", figures)
    if asked.plot:
        from bench.plots import plot_soak

        plot_soak(rows, asked.plot)


if __name__ == "__main__":
    main()
