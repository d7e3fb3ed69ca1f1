"""One table a subject: ours, the peer's and the physical floor, measured in turns in one run.

The steps take turns, so that a busy machine slows all of them alike; medians of processor time are
compared, and ratios are what is kept and compared between commits.
"""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.history import compare, keep

__all__ = ["Row", "cpu_medians", "peak_mb", "show", "wall_percentiles"]


@dataclass(frozen=True)
class Row:
    """One line: milliseconds, or another unit that its name tells."""

    name: str
    ours: float
    peer: float | None = None
    floor: float | None = None
    reach: str = ""  # what was promised
    peer_name: str = ""


def cpu_medians(steps: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median processor time of each step in ms, after one run that does not count."""
    for step in steps.values():
        step()
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            start = time.process_time()
            step()
            times[name].append(1000 * (time.process_time() - start))
    return {name: median(values) for name, values in times.items()}


def wall_percentiles(step: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile of wall time in ms."""
    step()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    return median(times), times[min(len(times) - 1, int(0.95 * len(times)))]


def peak_mb() -> int:
    """Peak memory of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def show(subject: str, rows: list[Row], **more: Any) -> None:
    """Print the table, set its ratios against the run before, and keep it."""
    ratios = {}
    print(f"\n{subject} (load {os.getloadavg()[0]:.1f}, peak memory {peak_mb()} MB)")
    print(f"  {'':38}{'ours':>10}{'peer':>10}{'floor':>10}{'peer/ours':>11}{'ours/floor':>11}")
    for row in rows:
        cells = [f"{row.ours:10.2f}"]
        cells += [f"{v:10.2f}" if v is not None else f"{'–':>10}" for v in (row.peer, row.floor)]
        if row.peer:
            ratios[f"{row.name}: peer/ours"] = round(row.peer / row.ours, 3)
            cells.append(f"{row.peer / row.ours:11.2f}")
        else:
            cells.append(f"{'–':>11}")
        if row.floor:
            ratios[f"{row.name}: ours/floor"] = round(row.ours / row.floor, 3)
            cells.append(f"{row.ours / row.floor:11.2f}")
        else:
            cells.append(f"{'–':>11}")
        print(f"  {row.name:38}{''.join(cells)}  {row.peer_name} {row.reach}".rstrip())
    for line in compare(subject, ratios):
        print(f"    before: {line}")
    rows_kept = [{k: v for k, v in asdict(row).items() if v not in (None, "")} for row in rows]
    load = round(os.getloadavg()[0], 1)
    keep(subject, {"load": load, "peak_mb": peak_mb(), "rows": rows_kept, "ratios": ratios, **more})
