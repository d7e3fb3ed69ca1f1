"""A bundle: one file with a fitted model and all that is needed to use, check and trace it.

Conventions
-----------
The file ends in ``.malgyeol`` and is a sealed zip (`core.models.archive`) of

- ``model.skops``: the fitted pipeline (`core.models.estimators`), or ``model.safetensors``: the
  weights of a network (`core.models.neural.weights`), its spec in the manifest;
- ``manifest.json``: where it comes from, what it scored, and the SHA-256 of each other member;
- ``passport.ko.md``, ``passport.en.md``: the manifest in words (`core.models.passport`);
- ``selftest.npz``: three feature vectors and the probabilities they must give;
- ``speaker_norm.npz``: mean and std of all training voices, for models of normalised speakers;
- ``guest.skops``, ``guest.npz``: the model for a voice that can be met (`core.models.guest_model`).

Writing and reading it is `core.models.bundle_file`.
"""

import dataclasses
import datetime
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np

import core
from core.i18n import LANGUAGES
from core.models.calibrating import Calibration, calibrated
from core.models.guest_model import GuestModel
from core.models.neural.weights import network_facts
from core.models.passport import build_passport
from core.settings import FeatureSpec, spec_to_json

__all__ = [
    "FORMAT",
    "SUFFIX",
    "Bundle",
    "Calibration",
    "VersionDifference",
    "VoiceBaseline",
    "as_json",
    "installed_versions",
]

SUFFIX = ".malgyeol"
FORMAT = 1


class Voice(Protocol):
    """Anything with a mean and a std of features, as `core.features.VoiceStats`."""

    @property
    def mean(self) -> np.ndarray:
        """Mean of each feature."""

    @property
    def std(self) -> np.ndarray:
        """Standard deviation of each feature."""


@dataclass(frozen=True, eq=False)
class VoiceBaseline:
    """Features of all training voices together, against which an unknown voice is set."""

    mean: np.ndarray  # (n_features,)
    std: np.ndarray  # (n_features,), above 0


@dataclass(frozen=True)
class VersionDifference:
    """A library whose version is another one than where the bundle was made."""

    library: str
    saved: str
    installed: str


@dataclass(frozen=True, eq=False)
class Bundle:
    """A fitted model with all that is needed to use, check and trace it."""

    name: str
    estimator: Any  # fitted sklearn Pipeline or NeuralNetwork; classes are indices into `scheme`
    scheme: tuple[str, ...]
    features: FeatureSpec
    speaker_norm: Voice | None
    calibration: Calibration
    manifest: dict[str, Any]
    passport: dict[str, str] = field(default_factory=dict)  # Markdown by language
    differences: tuple[VersionDifference, ...] = ()  # worth showing; the self-test has passed
    guest: GuestModel | None = None  # for a voice that can be met first

    @classmethod
    def make(
        cls,
        *,
        name: str,
        estimator: Any,
        scheme: Sequence[str],
        features: FeatureSpec,
        speaker_norm: Voice | None,
        calibration: Calibration,
        facts: Mapping[str, Any],
        guest: GuestModel | None = None,
    ) -> "Bundle":
        """A bundle of a model just trained; what this machine knows is added to the manifest.

        Parameters
        ----------
        name : str
        estimator : sklearn.pipeline.Pipeline or NeuralNetwork
            Fitted; its classes are indices into `scheme`.
        scheme : sequence of str
            Emotion ids.
        features : FeatureSpec
        speaker_norm : Voice or None
            Mean and std of all training voices, if the model learnt normalised speakers.
        calibration : Calibration
        facts : mapping
            JSON values of the manifest that only the training knows: ``experiment``, ``corpus``,
            ``snapshot``, ``protocol``, ``metrics``, …
        guest : GuestModel, optional
            The same settings learnt from voices set against themselves.

        Returns
        -------
        bundle : Bundle
        """
        manifest = {
            "format": FORMAT,
            "name": name,
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "app_version": core.__version__,
            "versions": installed_versions(),
            "scheme": list(scheme),
            "features": spec_to_json(features),
            "n_features": int(estimator.n_features_in_),
            "speaker_norm": speaker_norm is not None,
            "model": (facts.get("experiment") or {}).get("model"),
            "calibration": dataclasses.asdict(calibration),
            **network_facts(estimator),
            **facts,
        }
        if guest is not None:
            manifest["guest"] = guest.manifest()
        manifest = json.loads(as_json(manifest))
        return cls(
            name=name,
            estimator=estimator,
            scheme=tuple(scheme),
            features=features,
            speaker_norm=speaker_norm,
            calibration=calibration,
            manifest=manifest,
            passport={language: build_passport(manifest, language) for language in LANGUAGES},
            guest=guest,
        )

    @property
    def n_features(self) -> int:
        """Numbers in a feature vector."""
        return int(self.estimator.n_features_in_)

    def proba(self, X: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of the emotions.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features as the model learnt them: where `speaker_norm` is not None, already set
            against the speaker's own voice or against `speaker_norm`.

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]
            Columns in the order of `scheme`; rows sum to 1.

        Raises
        ------
        ValueError
            If the shape does not fit, or a feature is not finite.
        """
        return calibrated(self.estimator, X, self.calibration)


def installed_versions() -> dict[str, str]:
    """The versions that a model's numbers may depend on.

    Returns
    -------
    versions : dict of str to str
    """
    return {
        "sklearn": version("scikit-learn"),
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "skops": version("skops"),
        "python": platform.python_version(),
    }


def as_json(document: Any) -> str:
    """A manifest as text; arrays become lists, and what is not a number is refused.

    Parameters
    ----------
    document : dict

    Returns
    -------
    text : str

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    TypeError
        If a value has no JSON form.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot stand in a manifest")
