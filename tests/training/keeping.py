"""Runs kept without a worker: a few tones, learnt on the spot, or answers made by hand."""

import json
from collections.abc import Sequence

from core.corpus import Catalog
from core.corpus.clip_features import feature_store
from core.settings import ClassicalSpec, LogregSpec, OriginalSpec
from core.training.event_file import EVENTS_FILE
from core.training.events import EpochEnded, Finished, FoldEnded, event_to_json
from core.training.history import read_run
from core.training.publish import publish, run_bundle
from core.training.run import Experiment
from core.training.setup import keep_run, new_experiment


def run_and_keep(
    catalog: Catalog, run_id: str, model: ClassicalSpec | None = None, *, bundle=False, **choices
) -> str:
    """Run an experiment on the corpus “tones” to its end and keep it, as the worker does."""
    model = model or LogregSpec(C=10.0)
    choices = {"features": OriginalSpec(), **choices}
    spec = new_experiment(catalog, "tones", model=model, **choices)
    experiment = Experiment(spec, catalog, feature_store(catalog.place))
    events = list(experiment.events())
    report = next(e.report for e in events if isinstance(e, Finished))
    if bundle:
        publish(experiment, report, run_bundle(catalog.place, run_id))
    keep_run(catalog, run_id, report, experiment.answers)
    if any(isinstance(e, EpochEnded) for e in events):
        with (catalog.place.runs / run_id / EVENTS_FILE).open("w", encoding="utf-8") as file:
            for event in events:
                file.write(json.dumps(event_to_json(event)) + "\n")
    return run_id


def keep_answers(catalog: Catalog, run_id: str, like: str, wrong: Sequence[int]) -> str:
    """Keep a run with the clips, folds and report of another one, but wrong on some clips."""
    kept = read_run(catalog, like)
    n_classes = len(kept.run.spec["scheme"])
    answers = [
        FoldEnded(
            fold=part.fold,
            name=part.name,
            utterances=part.utterances,
            reference=part.reference,
            proba=tuple(
                one_hot((c + (i in wrong)) % n_classes, n_classes)
                for i, c in zip(part.utterances, part.reference, strict=True)
            ),
            train=part.train,
        )
        for part in kept.answers
    ]
    keep_run(catalog, run_id, dict(kept.run.report), answers)
    return run_id


def one_hot(index: int, n: int) -> tuple[float, ...]:
    return tuple(float(i == index) for i in range(n))
