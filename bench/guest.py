"""Getting to know a guest: UAR on the guest's other clips, leave one speaker out, nothing tuned.

    python -m bench.guest CORPUS [--features a+b …] [--model KIND] [--draws N]

CORPUS is in the catalog of the workspace. Every speaker is the guest once: a model and its model
for guests learn from the others, some clips of the guest are met without their labels, the rest is
scored. Each line is the mean over N draws of the clips to meet, with its standard error; ``plain``
is scored on the same clips. ECE is that of the confidences at the temperatures of the other voices.
"""

import argparse
import dataclasses

import numpy as np

from core.corpus import Catalog
from core.corpus.clip_features import feature_store
from core.evaluation import (
    apply_temperature,
    expected_calibration_error,
    fit_temperature,
    unweighted_average_recall,
)
from core.features import speaker_z
from core.inference.guest import adapted
from core.models import Calibration, GuestModel
from core.settings import SplitSpec, default_model_spec, feature_spec
from core.training.data import TrainingData, read_data
from core.training.guests import average_voice
from core.training.learning import fit_rows
from core.training.setup import new_experiment

MEETINGS = (("neutral", 3), ("mixed", 3), ("mixed", 8), ("mixed", 16))
UNCALIBRATED = Calibration(1.0, 0.0, 0.0)


def read(corpus: str, features: str, model: str):
    """The experiment and its clips."""
    with Catalog() as catalog:
        chosen = feature_spec(features)
        spec = new_experiment(
            catalog,
            corpus,
            features=chosen,
            model=default_model_spec(model, chosen),
            split=SplitSpec("speaker", 0),
        )
        *_, data = read_data(spec, catalog, feature_store(catalog.place))
    assert isinstance(data, TrainingData)
    return spec, data


def models_without(spec, data: TrainingData, guest: str):
    """The plain model and the model for guests, learnt from everybody else."""
    others = data.speakers != guest
    X, y, speakers = data.X_raw[others], data.y[others], data.speakers[others]
    plain = fit_rows(spec, X, y, speakers)
    apart = fit_rows(spec, speaker_z(X, speakers.tolist()), y, speakers)
    mean, std, offsets = average_voice(X, y, speakers, len(spec.scheme))
    return plain, GuestModel(apart, mean, std, offsets, UNCALIBRATED)


def meet(spec, data: TrainingData, models, draws: int, kind: str, n: int):
    """Probabilities and references of each draw, before and after meeting, over all guests."""
    neutral = spec.scheme.index("neutral")
    for draw in range(draws):
        rng = np.random.default_rng(draw)
        found: list[tuple[np.ndarray, ...]] = []
        for number, (guest, (plain, known)) in enumerate(models.items()):
            own = np.flatnonzero(data.speakers == guest)
            pool = own[data.y[own] == neutral] if kind == "neutral" else own
            met = rng.choice(pool, min(n, len(pool)), replace=False)
            rest = np.setdiff1d(own, met)
            before = plain.predict_proba(data.X_raw[rest])
            mean, std = adapted(data.X_raw[met], plain.predict_proba(data.X_raw[met]), known)
            after = known.estimator.predict_proba((data.X_raw[rest] - mean) / std)
            weight = len(met) ** 2 / (len(met) ** 2 + 16)
            found.append((data.y[rest], before, after, np.full(len(rest), number), weight))
        yield found


def scores(found, n_classes: int):
    """UAR before and after, and the calibration error after, temperatures from the other guests."""
    labels = range(n_classes)
    y = np.concatenate([f[0] for f in found])
    guests = np.concatenate([f[3] for f in found])
    temperature = {}
    for part in (1, 2):
        pooled = np.concatenate([f[part] for f in found])
        for number in range(len(found)):
            others = guests != number
            temperature[part, number] = fit_temperature(pooled[others], y[others])
    plain, joined = [], []
    for number, (_, before, after, _, weight) in enumerate(found):
        plain.append(apply_temperature(before, temperature[1, number]))
        known = apply_temperature(after, temperature[2, number])
        joined.append(weight * known + (1 - weight) * plain[-1])
    results = []
    for proba in (np.concatenate(plain), np.concatenate(joined)):
        results.append(unweighted_average_recall(y, proba.argmax(axis=1), labels=labels))
    return *results, expected_calibration_error(np.concatenate(joined), y)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--features", nargs="+", default=["functionals", "functionals+whisper"])
    parser.add_argument("--model", nargs="+", default=["vote"])
    parser.add_argument("--draws", type=int, default=10)
    options = parser.parse_args()
    print(f"{'features':22} {'model':7} {'met':12} plain  met    ±      ECE")
    for features in options.features:
        spec, data = read(options.corpus, features, options.model[0])
        for kind_of_model in options.model:
            model = default_model_spec(kind_of_model, spec.features)
            spec = dataclasses.replace(spec, model=model)
            models = {s: models_without(spec, data, s) for s in np.unique(data.speakers)}
            for kind, n in MEETINGS:
                found = meet(spec, data, models, options.draws, kind, n)
                rows = np.array([scores(f, len(spec.scheme)) for f in found])
                error = rows[:, 1].std() / np.sqrt(len(rows))
                plain, met, ece = rows.mean(axis=0)
                print(
                    f"{features:22} {kind_of_model:7} {n:2} {kind:9} "
                    f"{plain:.3f}  {met:.3f}  {error:.3f}  {ece:.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
