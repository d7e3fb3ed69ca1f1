"""Learning on features that are at hand, against scikit-learn called directly.

    python -m bench.training [--clips 320] [--rounds 3]

The floor of a model is one pass of its data through a matrix product of its size.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.table import Row, cpu_medians, peak_mb, show
from core.models import fit
from core.settings import MODEL_SPECS, ForestSpec, LogregSpec, MlpSpec, SvmSpec

N_FEATURES = 592
EPOCHS = 30
FOLD_CLIPS = 271  # that a fold of five learns from, of EmoDB's 339 clips in four classes
ORIGINAL_BATCH = 16  # clips; two batches of the original CNN are enough to tell
EPOCH_REACH = {"crnn": "≤ 0.6 s", "cnn": "≤ 4 s", "lstm": "", "cnn-original": ""}


def data(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Features with a class signal that is neither absent nor plain."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % 4
    return 0.3 * rng.standard_normal((4, N_FEATURES))[y] + rng.standard_normal((n, N_FEATURES)), y


def peers() -> dict[str, Callable[[], Any]]:
    """The same models as scikit-learn has them."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    mlp = MLPClassifier((128, 128), alpha=1.0, max_iter=EPOCHS, tol=0.0, random_state=0)
    return {
        "mlp": lambda: make_pipeline(StandardScaler(), mlp),
        "logreg": lambda: make_pipeline(
            StandardScaler(), LogisticRegression(C=0.01, max_iter=1_000, class_weight="balanced")
        ),
        "svm": lambda: make_pipeline(  # with probabilities, as ours has them
            StandardScaler(),
            CalibratedClassifierCV(SVC(C=10, class_weight="balanced"), ensemble=False),
        ),
        "forest": lambda: ExtraTreesClassifier(200, random_state=0, class_weight="balanced"),
    }


SPECS = {
    "mlp": MlpSpec(max_epochs=EPOCHS, tol=0.0),
    "logreg": LogregSpec(),
    "svm": SvmSpec(),
    "forest": ForestSpec(),
}


def networks(kinds: Sequence[str]) -> list[Row]:
    """Each network twice in processes of their own: the second finds compiled what it needs."""
    rows = []
    with TemporaryDirectory() as home:
        for kind in kinds:
            cold, warm = (_in_a_process(kind, home) for _ in range(2))
            rows += [
                Row(f"{kind}, CPU-s an epoch", warm["epoch"], reach=EPOCH_REACH.get(kind, "")),
                Row(f"{kind}, wall-s until the first begins, cold", cold["begins"]),
                Row(f"{kind}, wall-s until the first ends, cold", cold["ends"]),
                Row(f"{kind}, CPU-s until the first begins, warm", warm["begins_cpu"]),
                Row(f"{kind}, CPU-s until the first ends, warm", warm["ends_cpu"]),
                Row(f"{kind}, wall-s until the first begins, warm", warm["begins"], reach="≤ 3 s"),
                Row(f"{kind}, wall-s until the first ends, warm", warm["ends"], reach="≤ 3 s"),
                Row(f"{kind}, GB at the peak", max(cold["gb"], warm["gb"]), reach="≤ 1.2 GB"),
            ]
    return rows


def _in_a_process(kind: str, home: str) -> dict[str, float]:
    environment = {**os.environ, "MALGYEOL_HOME": home}
    command = [sys.executable, "-m", "bench.training", "--one", kind, "--began", str(time.time())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def one_network(kind: str, began: float) -> dict[str, float]:
    """Seconds and memory of one network in this process, on clips as long as EmoDB's."""
    from core.models.neural.trainer import NeuralTrainer
    from core.settings import FEATURE_SPECS, MODEL_SPECS, own_features

    n = 2 * ORIGINAL_BATCH if kind == "cnn-original" else FOLD_CLIPS
    shape = FEATURE_SPECS[own_features(kind)]().shape  # type: ignore[attr-defined]
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, *shape)).astype(np.float32) - 40
    for clip, length in zip(X, rng.uniform(1.6, 4.0, n), strict=True):
        clip[round(length / 4.0 * shape[0]) :] = 0
    trainer = NeuralTrainer(
        MODEL_SPECS[kind](), X, np.arange(n) % 4, n_classes=4, class_weight=True, seed=0
    )
    for _ in trainer.prepare():
        pass
    begins = {"begins": time.time() - began, "begins_cpu": time.process_time()}
    trainer.step()
    ends = {"ends": time.time() - began, "ends_cpu": time.process_time()}
    epochs = []
    for _ in range(1 if kind == "cnn-original" else 3):
        start = time.process_time()
        trainer.step()
        epochs.append(time.process_time() - start)
    return {**begins, **ends, "epoch": median(epochs), "gb": peak_mb() / 1024}


def main() -> None:
    """Measure, print, keep."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--networks", default=",".join(EPOCH_REACH), help="which; none for none")
    parser.add_argument("--only-networks", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one_network(asked.one, asked.began)))
        return
    kinds = [kind for kind in asked.networks.split(",") if kind in MODEL_SPECS]
    rows = [] if asked.only_networks else classical(asked)
    show("networks" if asked.only_networks else "training", rows + networks(kinds), epochs=EPOCHS)


def classical(asked: argparse.Namespace) -> list[Row]:
    """Models of one vector a clip, beside scikit-learn."""
    X, y = data(asked.clips)
    W = np.ones((N_FEATURES, 128))
    rows, made = [], peers()
    for kind, spec in SPECS.items():
        ms = cpu_medians(
            {
                "ours": lambda s=spec: fit(s, X, y, n_classes=4, class_weight=True, seed=0),
                "peer": lambda k=kind: made[k]().fit(X, y),
                "floor": lambda: X @ W,
            },
            asked.rounds,
        )
        rows.append(Row(f"{kind}, ms", ms["ours"], ms["peer"], ms["floor"], "", "scikit-learn"))
    began = time.perf_counter()
    fit(LogregSpec(), *data(50_000), n_classes=4, class_weight=True, seed=0)
    rows.append(Row("logreg on 50,000 clips, s", time.perf_counter() - began, reach="≤ 60 s"))
    return rows


if __name__ == "__main__":
    main()
