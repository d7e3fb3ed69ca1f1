"""Hours of use, compressed: ``python -m bench.soak [--minutes 10] [--plot FILE]``.

Visitors browse, click and have clips answered; takes are recorded, and a voice withdrawn every
hundred takes; a training begins every ten minutes. All of it goes by the clock, so that the last
minute asks as much of the server as the first, whatever else the machine does meanwhile. The
server's memory, open files, threads and the size of the database are written down every few
seconds. ``--minutes 120`` is the full run.

Growth counts after the first tenth, and never before `LINGER`: Streamlit keeps the session of
whoever left for two minutes, in case they come back, so a server holds the visitors of the last
two minutes. ``--rows FILE`` keeps what was written down as it comes.
"""

import argparse
import asyncio
import json
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.history import keep
from bench.load import PAGES, start_training
from bench.sessions import KINDS, Process, Seen, Visitor
from core.audio import decode, encode_wav
from core.corpus import Catalog
from core.corpus.sheets import Prompt
from core.corpus.takes import keep_take
from core.corpus.withdrawal import withdraw
from core.emotions import FOUR_EMOTIONS
from core.settings import Workspace, demo_folder
from pages.parts.clip_source import WAYS
from tests.browser.conftest import Server

LOOK = 2.0  # s between two looks at the server
STAY = 15  # actions of a visitor before somebody else comes
WARM = 0.1  # of the run, before growth counts
LINGER = 4.0  # min: twice what Streamlit keeps a session for whose visitor has left
BETWEEN_TAKES, TAKES = 5.0, 100  # s; takes before their voice is withdrawn
MANY = 60  # rows that a judgement needs
PACE = 4.0  # s from one action of a visitor to the next
BETWEEN_TRAININGS = 600.0  # s
EXAMPLE = list(WAYS).index("example")
VOICE = "soak"


async def beats(every: float, until: float, first: float = 0.0) -> AsyncIterator[int]:
    """Count from 0, a number every so many seconds by the clock; what comes too late is left out.

    Yields
    ------
    n : int
        How many beats have been, those left out included.
    """
    began = time.monotonic() + first
    n = 0
    while (at := began + n * every) < until:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        yield n
        n = max(n + 1, math.ceil((time.monotonic() - began) / every))


async def use(url: str, seen: Seen, until: float, first: float) -> int:
    """Visitors come, look at every page, have clips answered, and leave; how many there were."""
    came, visitor, number = 0, Visitor(url, seen), -1
    async for beat in beats(PACE, until, first):
        if beat // STAY != number:
            await visitor.close()
            visitor, number, came = Visitor(url, seen), beat // STAY, came + 1
            await visitor.open(PAGES[number % len(PAGES)])
        else:
            await act(visitor, number, beat % STAY)
    await visitor.close()
    return came


async def act(visitor: Visitor, number: int, step: int) -> None:
    """Turn to another page, and stay on it for two more actions."""
    page = PAGES[(number + step // 3) % len(PAGES)]
    if step % 3 == 0:
        await visitor.turn_to(page)
        if page == "inference":
            await visitor.choose("inference.way", EXAMPLE)
    elif page == "inference" and step > 2:
        await visitor.choose("inference.example", number + step)
    else:
        await visitor.click()


async def write_down(
    process: Process, home: Path, until: float, rows: list[dict], target: Path | None
) -> None:
    """One row of figures every few seconds."""
    began = time.monotonic()
    async for _ in beats(LOOK, until):
        database = sum(f.stat().st_size for f in home.glob("catalog.db*"))
        rows.append(
            {
                "minutes": (time.monotonic() - began) / 60,
                **process.figures(),
                "database_mb": database / 2**20,
                **process.open_files(),
            }
        )
        if target is not None:
            with target.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")


def _take(place: Workspace, number: int) -> None:
    """One take of a clip of the demo, a little softer each time so that it is a new recording."""
    files = sorted((demo_folder() / "audio").glob("*.flac"))
    sound = decode(files[number % len(files)])
    data = encode_wav(sound.y * (0.5 + 0.5 / (1 + number % 97)))
    with Catalog(place) as catalog:
        prompt = Prompt(code=str(1 + number % 5), text="")
        emotion = FOUR_EMOTIONS[number % len(FOUR_EMOTIONS)]
        keep_take(catalog, "soak", data, prompt=prompt, speaker=VOICE, emotion_id=emotion)
        if number % TAKES == TAKES - 1:
            withdraw(catalog, VOICE, "soak")


async def record(place: Workspace, until: float, seen: Seen) -> int:
    """Takes into the catalog that the server draws from; how many."""
    n = 0
    async for _ in beats(BETWEEN_TAKES, until):
        try:
            await asyncio.to_thread(_take, place, n)
        except Exception as error:
            seen.errors.append(f"take {n}: {type(error).__name__} {error}")
        n += 1
    return n


async def train(home: Path, until: float) -> int:
    """One training after the other; how many were asked for."""
    n = 0
    async for _ in beats(BETWEEN_TRAININGS, until):
        await asyncio.to_thread(start_training, home, [n])
        n += 1
    return n


async def live(
    place: Workspace, server: Server, minutes: float, rows: list[dict], target: Path | None
) -> tuple[Seen, int, int]:
    """All of it at once; what was seen, visitors, takes."""
    seen = Seen()
    assert server.process is not None
    first = Visitor(server.url, seen)
    await first.open()
    for page in (*PAGES, *PAGES):  # what a server pays once: imports, the demo, the first models
        await first.turn_to(page)
    await first.close()
    until = time.monotonic() + 60 * minutes
    one, two, takes, _, _ = await asyncio.gather(
        use(server.url, seen, until, 0.0),
        use(server.url, seen, until, PACE * STAY / 2),
        record(place, until, seen),
        train(place.root, until),
        write_down(Process(server.process.pid), place.root, until, rows, target),
    )
    return seen, one + two, takes


def growth(rows: list[dict], name: str) -> float | None:
    """Growth of the last fifth over the fifth right after the warm-up; None if that is all.

    Means are compared, but of the database the most: it grows with each take until a withdrawal.
    """
    warm = max(WARM * rows[-1]["minutes"], LINGER)
    values = np.array([row[name] for row in rows if row["minutes"] >= warm])
    if len(values) < MANY:
        return None
    of = np.max if name == "database_mb" else np.mean
    early = float(of(values[: max(3, len(values) // 5)]))
    late = float(of(values[-max(3, len(values) // 5) :]))
    return round(late / early - 1, 4) if early else None


def judged(rows: list[dict[str, Any]], plot: Path | None) -> dict[str, Any]:
    """Growth and last figures; the picture where it is asked for."""
    if plot is not None:
        from bench.plots import plot_soak

        plot_soak(rows, plot)
    names = ("rss_mb", "files", "threads", "database_mb")
    return {
        "minutes": round(rows[-1]["minutes"], 1),
        "growth": {name: growth(rows, name) for name in names},
        "last": {name: round(rows[-1][name], 2) for name in (*names, *KINDS)},
    }


def main() -> None:
    """Run, judge, draw, keep."""
    from tests.training.test_worker import stop_worker

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--rows", type=Path, help="a file of JSON lines, written as it runs")
    parser.add_argument("--judge", type=Path, help="only judge and draw such a file")
    asked = parser.parse_args()
    if asked.judge:
        kept_rows = [json.loads(line) for line in asked.judge.read_text().splitlines()]
        print(json.dumps(judged(kept_rows, asked.plot), indent=1))
        return
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        place, server = Workspace(root=home, models=home / "models"), Server(home)
        server.start()
        try:
            seen, came, takes = asyncio.run(live(place, server, asked.minutes, rows, asked.rows))
        finally:
            server.stop()
            with Catalog(place) as catalog:
                stop_worker(catalog)
    figures = {
        "visitors": came,
        "takes": takes,
        "reruns": len(seen.seconds),
        "p95": round(float(np.percentile(seen.seconds, 95)), 3),
        "n_errors": len(seen.errors),
        "errors": seen.errors[:10],
        "load": os.getloadavg()[0],
        **judged(rows, asked.plot),
    }
    print(json.dumps(figures, indent=1))
    keep("soak", figures)


if __name__ == "__main__":
    main()
