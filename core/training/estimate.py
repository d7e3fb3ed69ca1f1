"""How long a run will take, from runs like it, so that a slider may start one by itself."""

from typing import Any

from core.corpus.catalog import Catalog
from core.settings import ExperimentSpec, NeuralSpec
from core.training.fold_count import fold_count

__all__ = ["expected_seconds"]

_LOOKED_AT = 40  # runs, the newest first
# Seconds of a first run of 339 clips and 592 features in 5 folds, where no run tells better.
_USUAL = {"logreg": 1.5, "svm": 3.0, "forest": 5.0, "vote": 4.0, "mlp": 8.0}
_USUAL_WORK = 339 * 5


def expected_seconds(catalog: Catalog, spec: ExperimentSpec, n: int) -> float | None:
    """About how long a run will take once its clips are measured.

    Parameters
    ----------
    catalog : Catalog
    spec : ExperimentSpec
    n : int
        Clips.

    Returns
    -------
    seconds : float or None
        From the quickest of the latest runs of this model on these features, by the number of
        clips, folds, networks and epochs; None for a network that never ran here.
    """
    work = n * fold_count(spec.split) * _epochs(spec.model)
    found = []
    for run in catalog.runs.runs()[:_LOOKED_AT]:
        then = run.spec
        alike = then["model"]["kind"] == spec.model.kind
        if alike and then["features"]["kind"] == spec.features.kind:
            epochs = then["model"].get("max_epochs", 1) * then["model"].get("n_networks", 1)
            done = run.report["n"] * max(run.report["n_folds"], 1) * epochs
            found.append(run.report["seconds"] * work / max(done, 1))
    if found:
        return min(found)
    if isinstance(spec.model, NeuralSpec):
        return None
    usual = _USUAL.get(spec.model.kind, max(_USUAL.values()))
    return usual * work / (_USUAL_WORK * _usual_epochs(spec.model))


def _epochs(model: Any) -> int:
    return getattr(model, "max_epochs", 1) * getattr(model, "n_networks", 1)


def _usual_epochs(model: Any) -> int:
    return getattr(type(model), "max_epochs", 1)
