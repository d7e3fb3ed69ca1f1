"""A linear model read with NumPy alone: for whoever starts, answers and ends.

Importing scikit-learn and skops takes longer than a hundred answers. A scaler and a logistic
regression are six arrays; they are read here from the same bundle, after the same checks, and must
pass the same self-test. Any other model is left to `core.models.load_bundle`.
"""

import dataclasses
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelError
from core.models import bundle_file
from core.models.archive import check_npy, read_npz, unpack
from core.models.bundle import Bundle
from core.models.estimators import strangers_in

__all__ = ["LinearModel", "load_for_answers"]

PIPELINE = ["StandardScaler", "LogisticRegression"]


class LinearModel:
    """Softmax over a linear function of standardised features, as scikit-learn computes it.

    Parameters
    ----------
    mean, scale : np.ndarray [shape=(n_features,)]
    coef : np.ndarray [shape=(n_classes, n_features)]
        One row of the second class alone where there are two.
    intercept : np.ndarray [shape=(n_classes,)]
    """

    def __init__(
        self, mean: np.ndarray, scale: np.ndarray, coef: np.ndarray, intercept: np.ndarray
    ):
        if len(coef) == 1:
            coef = np.vstack([np.zeros_like(coef), coef])
            intercept = np.concatenate([np.zeros_like(intercept), intercept])
        self.n_features_in_ = int(mean.shape[0])
        self._weights = coef / scale
        self._offset = intercept - self._weights @ mean

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probabilities of the classes.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]

        Returns
        -------
        proba : np.ndarray [shape=(n, n_classes)]

        Raises
        ------
        ValueError
            If a feature is not finite, or the shape does not fit.
        """
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != self.n_features_in_ or not np.isfinite(X).all():
            raise ValueError("Features of another shape, or not finite.")
        logits = X @ self._weights.T + self._offset
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)


def load_for_answers(path: Path) -> Bundle:
    """A bundle to ask and not to look into, as fast as its kind allows.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bundle : Bundle
        For a scaler with a logistic regression, `estimator` is a `LinearModel`; else as
        `core.models.load_bundle` gives it.

    Raises
    ------
    UnsafeModelError, BrokenBundleError
        As `core.models.load_bundle`.
    """
    bundle = _light_bundle(path)
    return bundle_file.load_bundle(path) if bundle is None else bundle


def _light_bundle(path: Path) -> Bundle | None:
    """The bundle where it is linear, whole and passes its self-test; None leaves it to others."""
    try:
        members = unpack(path.read_bytes(), name=path.name)
        manifest = bundle_file.checked_manifest(members, name=path.name)
        model = _linear(members["model.skops"])
        if model is None or model.n_features_in_ != manifest["n_features"]:
            return None
        bundle = bundle_file.assembled(members, manifest, model, (), path.stem)
        if model.predict_proba(np.zeros((1, model.n_features_in_))).shape[1] != len(bundle.scheme):
            return None
        bundle_file.check_self_test(
            bundle, read_npz(members["selftest.npz"], name=path.name), path.name
        )
    except (ModelError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # whatever is wrong is told by the full loader
    return dataclasses.replace(bundle, name=path.stem)


def _linear(data: bytes) -> LinearModel | None:
    """The model of a skops file, if it is a scaler and a logistic regression."""
    if strangers_in(data):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        schema = json.loads(archive.read("schema.json"))
        steps = [step["content"][1] for step in schema["content"]["content"]["steps"]["content"]]
        if [step["__class__"] for step in steps] != PIPELINE:
            return None
        scaler, classifier = (step["content"]["content"] for step in steps)

        def array(node: Any) -> np.ndarray:
            content = archive.read(node["file"])
            check_npy(content)
            return np.load(io.BytesIO(content), allow_pickle=False).astype(np.float64)

        classes = array(classifier["classes_"])
        if not (classes == np.arange(len(classes))).all() or len(classes) < 2:
            return None
        return LinearModel(
            array(scaler["mean_"]),
            array(scaler["scale_"]),
            array(classifier["coef_"]),
            array(classifier["intercept_"]),
        )
