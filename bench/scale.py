"""How time and memory grow with the corpus: ``python -m bench.scale --clips 2000,5000,10000``.

For each size: generate (not counted), import, examine (quality and features), a logistic
regression on all clips, a whole experiment, the map, the first page of the grid, and 100 more
clips. Each size is a process of its own, so that its peak memory is its own. Prints one JSON
line a size and keeps it in bench/history; ``--plot FILE`` draws what is kept.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench.generated import generate
from bench.history import keep
from core.corpus import Catalog, import_path
from core.corpus.clip_features import feature_key, feature_rows, feature_store
from core.corpus.clips import read_clip
from core.corpus.quality import Examining, examine
from core.features import features_of
from core.features.projection import project
from core.models import fit
from core.settings import FunctionalsSpec, LogregSpec, Workspace

MORE = 100  # clips of the incremental import
MAP_DOTS = 4_000  # what the map draws at most


class Family:
    """The process and those that it has begun: their processor time and their memory."""

    def __init__(self) -> None:
        self._own = psutil.Process()
        self._peak = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def cpu(self) -> float:
        """Seconds, of those that have ended, too."""
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(u.ru_utime + u.ru_stime for u in used) + sum(
            sum(p.cpu_times()[:2]) for p in self._living()
        )

    def peak_mb(self) -> float:
        """The most memory that all of them had together, looked at four times a second."""
        return self._peak

    def _living(self) -> list[psutil.Process]:
        return [p for p in self._own.children(recursive=True) if p.is_running()]

    def _watch(self) -> None:
        while True:
            with contextlib.suppress(psutil.Error):
                sizes = [p.memory_full_info().uss for p in (self._own, *self._living())]
                self._peak = max(self._peak, sum(sizes) / 2**20)
            time.sleep(0.25)


class Clock:
    """Seconds and memory of named steps."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, float]] = {}
        self._family = Family()
        self.cpu = self._family.cpu

    def time(self, name: str, call: Callable[[], Any]) -> Any:
        """Run a call, and note its wall time, processor time, and the peak memory so far."""
        began, cpu = time.perf_counter(), self.cpu()
        result = call()
        self.steps[name] = {
            "seconds": round(time.perf_counter() - began, 2),
            "cpu": round(self.cpu() - cpu, 2),
            "peak_mb": round(self._family.peak_mb()),
        }
        print(f"  {name:24} {self.steps[name]}", file=sys.stderr, flush=True)
        return result


def measure(n: int, clips: Path, home: Path) -> dict[str, Any]:
    """All steps on one corpus."""
    clock = Clock()
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        clock.time("import", lambda: import_path(catalog, clips, corpus="big"))
        _examine(clock, catalog)
        _learn(clock, catalog)
        _look(clock, catalog)
        more = home.with_name("more")
        generate(more, MORE, start=n)
        clock.time("100 more", lambda: import_path(catalog, more, corpus="big"))
        clock.time("their features", lambda: _features(catalog))
    return {"clips": n, "load": round(os.getloadavg()[0], 1), "steps": clock.steps}


def _features(catalog: Catalog):
    clips = catalog.utterances("big")
    keyed = [(feature_key(u), lambda u=u: read_clip(catalog, u).y) for u in clips]
    return features_of(keyed, FunctionalsSpec(), feature_store(catalog.place))


def _examine(clock: Clock, catalog: Catalog) -> None:
    """Quality with its stages told apart; the features are a stage of it."""
    began, stage = clock.cpu(), ""
    stages: dict[str, float] = {}

    def run() -> None:
        nonlocal began, stage
        for item in examine(catalog, "big"):
            now = clock.cpu()
            if isinstance(item, Examining) and item.stage != stage:
                stages[stage] = round(now - began, 2)
                began, stage = now, item.stage
        stages[stage] = round(clock.cpu() - began, 2)

    clock.time("quality and features", run)
    stages.pop("", None)
    clock.steps["quality and features"] |= {f"{k} cpu": v for k, v in stages.items()}


def _learn(clock: Clock, catalog: Catalog) -> None:
    import numpy as np

    from core.training.run import Experiment
    from core.training.setup import new_experiment

    X = clock.time("features, warm", lambda: _features(catalog))
    emotions = [u.emotion or "" for u in catalog.utterances("big")]
    y = np.unique(emotions, return_inverse=True)[1]
    model = LogregSpec()
    clock.time("logreg on all", lambda: fit(model, X, y, n_classes=4, class_weight=True, seed=0))
    spec = new_experiment(catalog, "big", features=FunctionalsSpec(), model=LogregSpec())
    run = Experiment(spec, catalog, feature_store(catalog.place))
    clock.time("whole experiment", lambda: list(run.events()))


def _look(clock: Clock, catalog: Catalog) -> None:
    clock.time("first page", lambda: catalog.utterances("big", limit=200))

    def draw() -> None:
        clips = catalog.utterances("big")
        step = max(1, len(clips) // MAP_DOTS)
        rows = feature_rows(clips[::step], FunctionalsSpec(), feature_store(catalog.place))
        import numpy as np

        project(np.stack(list(rows.values())))

    clock.time("map", draw)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", default="2000,5000,10000")
    parser.add_argument("--keep", type=Path, help="where the clips stay for another time")
    parser.add_argument("--source", type=Path, help="clips in the original naming")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)  # clips, their folder, home
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    if options.one:
        n, clips, home = options.one
        print(json.dumps(measure(int(n), Path(clips), Path(home))))
        return
    for n in map(int, options.clips.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            clips = (options.keep or Path(folder)) / f"clips-{n}"
            generate(clips, n, source=options.source)
            home = str(Path(folder) / "home")
            command = [sys.executable, "-m", "bench.scale", "--one", str(n), str(clips), home]
            out = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
        print(out.strip())
        keep("scale", json.loads(out))
    if options.plot:
        from bench.plots import plot_scale

        plot_scale(options.plot)


if __name__ == "__main__":
    main()
