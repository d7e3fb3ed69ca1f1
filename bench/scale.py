"""How time and memory grow with the corpus: ``python -m bench.scale --clips 2000,5000,10000``.

For each size: generate (not counted), import, examine (quality and features), a logistic
regression on all clips, a whole experiment, the map, the first page of the grid, and 100 more
clips. Each size is a process of its own, so that its peak memory is its own. Prints one JSON
line a size and keeps it in bench/history; ``--plot FILE`` draws what is kept.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.generated import generate
from bench.history import keep
from core.audio import DECODERS
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


def _cpu() -> float:
    """Processor time of this process and of those that it has ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


class Clock:
    """Seconds and memory of named steps."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, float]] = {}

    def time(self, name: str, call: Callable[[], Any]) -> Any:
        """Run a call, and note its wall time, processor time, and the peak memory so far."""
        began, cpu = time.perf_counter(), _cpu()
        result = call()
        DECODERS.close()  # so that their processor time counts
        self.steps[name] = {
            "seconds": round(time.perf_counter() - began, 2),
            "cpu": round(_cpu() - cpu, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
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
        more = clips.with_name("more")
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
    began, stage = _cpu(), ""
    stages: dict[str, float] = {}

    def run() -> None:
        nonlocal began, stage
        for item in examine(catalog, "big"):
            now = _cpu()
            if isinstance(item, Examining) and item.stage != stage:
                stages[stage] = round(now - began, 2)
                began, stage = now, item.stage
        stages[stage] = round(_cpu() - began, 2)

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
    parser.add_argument("--source", type=Path, help="clips in the original naming")
    parser.add_argument("--one", nargs=2, metavar=("CLIPS", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    if options.one:
        n, folder = int(options.one[0]), Path(options.one[1])
        print(json.dumps(measure(n, folder / "clips", folder / "home")))
        return
    for n in map(int, options.clips.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            generate(Path(folder) / "clips", n, source=options.source)
            command = [sys.executable, "-m", "bench.scale", "--one", str(n), folder]
            out = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
            shutil.rmtree(folder, ignore_errors=True)
            Path(folder).mkdir()
        print(out.strip())
        keep("scale", json.loads(out))
    if options.plot:
        from bench.plots import plot_scale

        plot_scale(options.plot)


if __name__ == "__main__":
    main()
