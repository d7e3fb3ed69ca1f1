"""Whole runs on clips that are measured: what they cost, and that they say the same twice.

    python -m bench.whole_runs FOLDER

The folder holds the files of four-class EmoDB (339 clips). Their features are computed first and
are not counted. Two runs: an MLP (128, 128) on the mean mel power of 313 clips, five folds learnt
to the end, and logistic regression on the functionals of all, ten folds by speaker, with known
voices beside new ones and the report.
"""

import argparse
import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.table import Row, show

N_CLIPS = 313  # of the system that this one replaces
MLP_REACH, RUN_REACH = "≤ 4 s", "≤ 3 s"


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["MALGYEOL_HOME"] = home
        command = [sys.executable, "-m", "core", "import", str(asked.folder), "--corpus", "bench"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        show("whole_runs", measure())


def measure() -> list[Row]:
    """CPU seconds of both runs, the second time that each is done."""
    from core.corpus import Catalog
    from core.corpus.clip_features import feature_store
    from core.settings import (
        FunctionalsSpec,
        LogregSpec,
        MlpSpec,
        OriginalSpec,
        default_model_spec,
        workspace,
    )

    store, rows = feature_store(workspace()), []
    with Catalog() as catalog:
        for caption, model in (
            ("as the page starts", MlpSpec()),
            ("original recipe", default_model_spec("mlp", OriginalSpec())),
        ):
            mlp = twice(lambda m=model: folds_alone(catalog, store, OriginalSpec(), m))
            rows.append(Row(f"MLP 313 x 128, 5 folds, {caption}, CPU-s", mlp, reach=MLP_REACH))
        logreg = twice(lambda: whole(catalog, store, FunctionalsSpec(), LogregSpec()))
        rows.append(Row("logreg, 339 clips, 10 folds, CPU-s", logreg, reach=RUN_REACH))
    return rows


def twice(work: Callable[[], Any]) -> float:
    """CPU seconds of work that was done once before; it has to give the same answers again."""
    before = work()
    began = time.process_time()
    if work() != before:
        raise SystemExit("the same run gave other answers")
    return time.process_time() - began


def folds_alone(catalog: Any, store: Any, features: Any, model: Any) -> list[Any]:
    """The answers of five folds by speaker on the first clips, learnt epoch by epoch."""
    from core.corpus.splits import make_folds
    from core.settings import SplitSpec
    from core.training.data import read_data
    from core.training.events import FoldEnded
    from core.training.learning import learn_folds
    from core.training.setup import new_experiment

    split = SplitSpec("speaker", 5)
    spec = new_experiment(catalog, "bench", features=features, model=model, split=split)
    *_reading, data = read_data(spec, catalog, store)
    names = ("utterances", "X", "X_raw", "y", "speakers", "sentences")
    data = dataclasses.replace(data, **{name: getattr(data, name)[:N_CLIPS] for name in names})
    folds = make_folds(data.utterances, split, 0)
    return [e.proba for e in learn_folds(spec, data, folds) if isinstance(e, FoldEnded)]


def whole(catalog: Any, store: Any, features: Any, model: Any) -> list[Any]:
    """The answers of a run as the page and the command line make it, report and all."""
    from core.settings import SplitSpec
    from core.training.run import Experiment
    from core.training.setup import new_experiment

    split = SplitSpec("speaker", 10)
    spec = new_experiment(catalog, "bench", features=features, model=model, split=split)
    experiment = Experiment(spec, catalog, store)
    for _event in experiment.events():
        pass
    return [answer.proba for answer in experiment.answers]


if __name__ == "__main__":
    main()
