"""A finished experiment becomes a bundle: learnt again from all clips, calibrated, described."""

from typing import Any

import numpy as np

from core.corpus.catalog import Catalog
from core.features import voice_stats
from core.models import Bundle, save_bundle
from core.models.bundle import Calibration
from core.models.registry import model_path
from core.settings import spec_to_json
from core.training.learning import fit_final
from core.training.run import Experiment

__all__ = ["publish"]

_SELF_TEST_ROWS = 3


def publish(experiment: Experiment, report: dict[str, Any], name: str) -> str:
    """Learn the final model from every clip of a finished experiment and save it as a bundle.

    Parameters
    ----------
    experiment : Experiment
        Its events have been asked for to the end.
    report : dict
        The report of its `Finished` event.
    name : str
        The model's name; an older one of this name is replaced at the very end.

    Returns
    -------
    name : str
        As the registry knows it.

    Raises
    ------
    ModelError
        If the name cannot be a model's name.
    """
    path = model_path(name)
    spec, data = experiment.spec, experiment.data
    assert data is not None
    calibration = Calibration(
        temperature=report["calibration"]["temperature"],
        threshold=report["calibration"]["threshold"],
        ece=report["calibration"]["ece"],
    )
    bundle = Bundle.make(
        name=path.stem,
        estimator=fit_final(spec, data),
        scheme=spec.scheme,
        features=spec.features,
        speaker_norm=voice_stats(data.X_raw) if spec.speaker_norm else None,
        calibration=calibration,
        facts=_facts(experiment, report),
    )
    rows = np.linspace(0, len(data.y) - 1, _SELF_TEST_ROWS).astype(int)
    save_bundle(path, bundle, self_test_rows=data.X[rows])
    return path.stem


def _facts(experiment: Experiment, report: dict[str, Any]) -> dict[str, Any]:
    """What the manifest says of where the model comes from."""
    spec, data = experiment.spec, experiment.data
    assert data is not None
    return {
        "experiment": spec_to_json(spec),
        "corpus": _corpus_facts(experiment.catalog, spec.corpus, data),
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
            )
        },
    }


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
    }
