"""From a command to the first page, and to the first answer on it: ``python -m bench.startup``.

A fresh workspace each time, so that the demo corpus comes in as on a first visit; a second start
on the same workspace; and the start-up sweep over 10,000 files. Wall seconds.
"""

import argparse
import asyncio
import hashlib
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.sessions import Process, Seen, Visitor
from bench.table import Row, show
from core.corpus import Catalog, CorpusFacts
from core.corpus.records import NewUtterance, Recording
from core.settings import Workspace
from tests.browser.conftest import Server

FILES = 10_000


def first_page(home: Path) -> tuple[float, float, float]:
    """Seconds to the health check and to the first page drawn, and memory in MB."""
    server, seen = Server(home), Seen()
    began = time.perf_counter()
    server.start()
    try:
        with urllib.request.urlopen(server.url + "/_stcore/health", timeout=60):
            listening = time.perf_counter() - began

        async def visit() -> None:
            visitor = Visitor(server.url, seen)
            await visitor.open()
            await visitor.turn_to("inference")
            await visitor.close()

        asyncio.run(visit())
        drawn = time.perf_counter() - began
        assert server.process is not None and not seen.errors, seen.errors
        return listening, drawn, Process(server.process.pid).figures()["rss_mb"]
    finally:
        server.stop()


def sweep(home: Path, n: int) -> float:
    """Seconds of a start-up sweep over stored files."""
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        new = []
        for i in range(n):
            data = i.to_bytes(8, "big")
            content = hashlib.sha256(data).hexdigest()
            path = catalog.store.path(content, "wav")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            recording = Recording(content, "wav", 8, 1.0, 16_000, 1, "WAV/PCM_16")
            new.append(NewUtterance(recording, f"{i}.wav", "1", "1", "sad"))
        catalog.add("many", CorpusFacts(title="Many"), new)
        began = time.perf_counter()
        report = catalog.sweep()
        assert not report.missing and not report.quarantined
        return time.perf_counter() - began


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fresh = [first_page(folder / str(i)) for i in range(asked.rounds)]
        again = [first_page(folder / "0") for _ in range(asked.rounds)]
        for label, runs in (("first visit", fresh), ("second start", again)):
            listening, drawn, memory = (min(run[i] for run in runs) for i in range(3))
            rows.append(Row(f"{label}: listening, s", listening))
            rows.append(Row(f"{label}: two pages drawn, s", drawn, reach="≤ 10 s"))
            rows.append(Row(f"{label}: memory, MB", memory))
        rows.append(Row(f"sweep of {FILES:,} files, s", sweep(folder / "s", FILES), reach="≤ 5 s"))
    show("startup", rows)


if __name__ == "__main__":
    main()
