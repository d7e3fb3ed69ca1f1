"""Learning on features that are at hand, against scikit-learn called directly.

    python -m bench.training [--clips 320] [--rounds 3]

The floor of a model is one pass of its data through a matrix product of its size.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.table import Row, cpu_medians, show
from core.models import fit
from core.settings import ForestSpec, LogregSpec, MlpSpec, SvmSpec

N_FEATURES = 592
EPOCHS = 30


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


def networks(n: int) -> list[Row]:
    """One epoch of each network on clips of two and a half seconds, compiled before."""
    from core.models.neural.trainer import NeuralTrainer
    from core.settings import CnnSpec, CrnnSpec, LstmSpec, MelspecSpec

    shape = MelspecSpec().shape
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((n, *shape)).astype(np.float32), np.arange(n) % 4
    rows = []
    for spec in (CnnSpec(), LstmSpec(), CrnnSpec()):
        trainer = NeuralTrainer(spec, X, y, n_classes=4, class_weight=True, seed=0)
        trainer.step()
        began = time.perf_counter()
        trainer.step()
        rows.append(Row(f"{spec.kind}, s an epoch", time.perf_counter() - began))
    return rows


def main() -> None:
    """Measure, print, keep."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
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
    rows += networks(asked.clips)
    show("training", rows, clips=asked.clips, epochs=EPOCHS)


if __name__ == "__main__":
    main()
