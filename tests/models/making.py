"""Small models and bundles for the tests of this room."""

import functools

import numpy as np

from core.emotions import FOUR_EMOTIONS
from core.models import Bundle, Calibration, VoiceBaseline, fit
from core.settings import (
    ExperimentSpec,
    ForestSpec,
    FunctionalsSpec,
    LogregSpec,
    MlpSpec,
    OriginalSpec,
    SvmSpec,
    VoteSpec,
    spec_to_json,
)

SPECS = {
    "svm": SvmSpec(),
    "logreg": LogregSpec(),
    "mlp": MlpSpec(hidden_layer_sizes=(8,), max_epochs=5),
    "forest": ForestSpec(n_trees=30),
    "vote": VoteSpec(),
}


def voices(n=80, n_features=6, n_classes=4, n_speakers=5, apart=2.0, seed=0):
    """Features with a class signal and a speaker signal: X, y, speakers."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    speakers = (np.arange(n) // n_classes) % n_speakers
    classes, timbres = rng.standard_normal((2, max(n_classes, n_speakers), n_features))
    X = apart * classes[y] + timbres[speakers] + rng.standard_normal((n, n_features))
    return X, y, speakers


@functools.lru_cache
def fitted(kind="logreg", n_classes=4):
    X, y, speakers = voices(n_classes=n_classes)
    return fit(SPECS[kind], X, y, n_classes=n_classes, class_weight=True, seed=0, groups=speakers)


def facts(kind="logreg", **corpus):
    experiment = ExperimentSpec(
        corpus="emodb",
        snapshot="0123456789abcdef",
        scheme=FOUR_EMOTIONS,
        features=FunctionalsSpec(),
        model=SPECS[kind],
    )
    return {
        "experiment": spec_to_json(experiment),
        "corpus": {
            "name": "emodb",
            "title": "Berlin Database of Emotional Speech",
            "language": "de",
            "licence": "CC0",
            "citation": "Burkhardt et al. (2005)",
            "synthesised": False,
            "n_utterances": 339,
            "n_speakers": 10,
            "n_sentences": 10,
            **corpus,
        },
        "snapshot": "0123456789abcdef",
        "protocol": {"en": "unseen speakers, 10 folds", "ko": "처음 듣는 목소리, 10겹"},
        "metrics": {
            "uar": 0.8363,
            "uar_interval": [0.771, 0.884],
            "accuracy": 0.841,
            "chance": 0.25,
            "confusion": np.eye(4, dtype=int).tolist(),
            "per_speaker": [{"speaker": "03", "n": 34, "uar": 0.9, "accuracy": 0.91}],
            "n": 339,
        },
    }


def bundle(kind="logreg", *, name="tester", temperature=1.5, normalised=False, **changes):
    norm = VoiceBaseline(np.arange(6.0), np.full(6, 2.0)) if normalised else None
    return Bundle.make(
        name=name,
        estimator=changes.pop("estimator", None) or fitted(kind),
        scheme=changes.pop("scheme", FOUR_EMOTIONS),
        features=OriginalSpec(),
        speaker_norm=norm,
        calibration=Calibration(temperature=temperature, threshold=0.55, ece=0.04),
        facts={**facts(kind), **changes},
    )


def three_rows():
    return voices()[0][:3]
