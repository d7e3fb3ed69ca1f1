"""A finished experiment becomes a bundle: learnt again from all clips, calibrated, described.

Every run keeps its bundle in its own folder, so that keeping it as a model is a matter of a copy.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.corpus.catalog import Catalog
from core.corpus.consents import consents
from core.features import voice_stats
from core.files import write_atomically
from core.models import Bundle, Calibration, load_bundle, model_path, save_bundle
from core.models.bundle import SUFFIX
from core.settings import Workspace, spec_to_json
from core.training.data import TrainingData
from core.training.guests import learn_guest_model
from core.training.learning import fit_final
from core.training.run import Experiment

__all__ = ["keep_as_model", "publish", "run_bundle"]

_SELF_TEST_ROWS = 3


def publish(
    experiment: Experiment,
    report: dict[str, Any],
    path: Path,
    *,
    tick: Callable[[], None] | None = None,
) -> None:
    """Learn the final model from every clip of a finished experiment and save it as a bundle.

    Parameters
    ----------
    experiment : Experiment
        Its events have been asked for to the end.
    report : dict
        The report of its `Finished` event.
    path : Path
        Where the bundle goes; an older one is replaced at the very end.
    tick : callable, optional
        Called now and then while a network learns; what it raises ends it all.

    Raises
    ------
    ModelError
        If the bundle would be refused when loaded.
    """
    spec, data = experiment.spec, experiment.data
    assert data is not None
    calibration = report["calibration"]
    bundle = Bundle.make(
        name="-".join([spec.corpus, spec.model.kind, *spec.features.name.split("+")]),
        estimator=fit_final(spec, data, tick=tick),
        scheme=spec.scheme,
        features=spec.features,
        speaker_norm=voice_stats(data.X_raw) if spec.speaker_norm else None,
        calibration=Calibration(
            temperature=calibration["temperature"],
            threshold=calibration["threshold"],
            ece=calibration["ece"],
            ceiling=calibration["ceiling"],
        ),
        facts=_facts(experiment, report),
        guest=learn_guest_model(spec, data),
    )
    rows = np.linspace(0, len(data.y) - 1, _SELF_TEST_ROWS).astype(int)
    save_bundle(path, bundle, self_test_rows=data.X[rows])


def run_bundle(place: Workspace, run_id: str) -> Path:
    """Where a run keeps its bundle.

    Parameters
    ----------
    place : Workspace
    run_id : str

    Returns
    -------
    path : Path
    """
    return place.runs / run_id / f"model{SUFFIX}"


def keep_as_model(catalog: Catalog, run_id: str, name: str) -> str:
    """Make a run's bundle one of the team's models.

    Parameters
    ----------
    catalog : Catalog
    run_id : str
    name : str
        An older model of this name is replaced.

    Returns
    -------
    name : str
        As the registry knows it.

    Raises
    ------
    ModelError
        If the name cannot be a model's name, or the bundle is gone or damaged.
    """
    path = model_path(name)
    source = run_bundle(catalog.place, run_id)
    load_bundle(source)  # what would be refused later is not kept now
    data = source.read_bytes()
    write_atomically(path, data, tidy=True)
    catalog.runs.add_model(path.stem, hashlib.sha256(data).hexdigest(), run_id=run_id)
    return path.stem


def _facts(experiment: Experiment, report: dict[str, Any]) -> dict[str, Any]:
    """What the manifest says of where the model comes from."""
    spec, data = experiment.spec, experiment.data
    assert data is not None
    return {
        "experiment": spec_to_json(spec),
        "corpus": _corpus_facts(experiment.catalog, spec.corpus, data),
        "consent": _consent_facts(experiment.catalog, data),
        "snapshot": spec.snapshot,
        "protocol": {"en": report["protocol"], "ko": report["protocol_ko"]},
        "metrics": {
            key: report[key]
            for key in (
                "uar",
                "uar_interval",
                "accuracy",
                "chance",
                "confusion",
                "per_speaker",
                "n",
                "train_uar",
                "speaker_only_accuracy",
                "known_voice",
                "validation_uar",
            )
        },
    }


def _consent_facts(catalog: Catalog, data: TrainingData) -> dict[str, int]:
    """How many of the speakers agreed that a model learns from them, as the ledger says now."""
    speakers = {u.speaker for u in data.utterances if u.speaker}
    latest: dict[str, bool] = {}
    for entry in consents(catalog):  # the latest first
        if entry.speaker is not None and entry.speaker not in latest:
            latest[entry.speaker] = entry.withdrawn is None and "train" in entry.uses
    agreed = sum(latest.get(speaker, False) for speaker in speakers)
    return {"n_speakers": len(speakers), "agreed": agreed} if latest else {}


def _corpus_facts(catalog: Catalog, name: str, data) -> dict[str, Any]:
    info = catalog.corpus(name)
    return {
        "name": info.name,
        "title": info.title,
        "language": info.language,
        "licence": info.licence,
        "citation": info.citation,
        "synthesised": info.synthesised,
        "n_utterances": len(data.utterances),
        "n_speakers": len({u.speaker for u in data.utterances if u.speaker}),
        "n_sentences": len({u.sentence for u in data.utterances if u.sentence}),
        "emotions": dict(Counter(u.emotion for u in data.utterances)),
    }
