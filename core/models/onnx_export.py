"""A model as ONNX, for programs that know nothing of Malgyeol, where its kind can be said in it.

What goes out are the raw probabilities of the estimator for a row of features; the features, the
order of the emotions and the temperature stand in the file's metadata. Before it is handed out the
file is asked the same rows as the model itself.
"""

import json
from typing import Any

import numpy as np

from core.errors import ModelError
from core.i18n import N_
from core.models.bundle import Bundle
from core.settings import spec_to_json

__all__ = ["NoOnnxError", "to_onnx"]

N_ROWS = 64  # that both are asked
TOLERANCE = 1e-4  # of a probability; ONNX computes in single precision

_NETWORK = N_("a network on frames has no form in ONNX here")
_NO_PACKAGE = N_("the packages for it are not installed here")
_OTHER_ANSWERS = N_("what comes out answers differently from the model itself")


class NoOnnxError(ModelError):
    """A model that cannot be handed out as ONNX."""

    template = N_("“{name}” cannot be exported as ONNX: {reason}.")
    advice = N_(
        "Logistic regressions, perceptrons, SVMs, forests, votes and what is fused of them can,"
        " after “pip install -r requirements-onnx.txt”. The .malgyeol file holds every kind."
    )
    translated = ("reason",)

    def __init__(self, name: str, reason: str):
        super().__init__(name=name, reason=reason)


def to_onnx(bundle: Bundle) -> bytes:
    """A bundle's estimator as ONNX, checked against the estimator's own probabilities.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    data : bytes
        Input ``features`` (n, n_features) float32, outputs ``label`` and ``probabilities``
        (n, n_classes), not calibrated.

    Raises
    ------
    NoOnnxError
        If the kind has no form in ONNX, the packages are missing, or the answers differ.
    """
    if not hasattr(bundle.estimator, "steps"):
        raise NoOnnxError(bundle.name, _NETWORK)
    try:
        import onnxruntime  # noqa: F401

        from core.models.onnx_graph import onnx_model
    except ImportError as error:
        raise NoOnnxError(bundle.name, _NO_PACKAGE) from error
    model = onnx_model(bundle.estimator, bundle.n_features)
    for key, value in _facts(bundle).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    data = model.SerializeToString()
    if _farthest(bundle, data) > TOLERANCE:
        raise NoOnnxError(bundle.name, _OTHER_ANSWERS)
    return data


def _facts(bundle: Bundle) -> dict[str, str]:
    return {
        "malgyeol.name": bundle.name,
        "malgyeol.scheme": json.dumps(bundle.scheme),
        "malgyeol.features": json.dumps(spec_to_json(bundle.features)),
        "malgyeol.temperature": repr(bundle.calibration.temperature),
        "malgyeol.ceiling": repr(bundle.calibration.ceiling),
        "malgyeol.threshold": repr(bundle.calibration.threshold),
        "malgyeol.speaker_norm": json.dumps(bundle.speaker_norm is not None),
    }


def _farthest(bundle: Bundle, data: bytes) -> float:
    """The largest difference between a probability of the file and the estimator's own."""
    rows = _rows(bundle.estimator, bundle.n_features)
    told = _run(data, rows)
    own = bundle.estimator.predict_proba(rows.astype(np.float64))
    return float(np.abs(told - own).max())


def _rows(estimator: Any, n_features: int) -> np.ndarray:
    """Rows where the model's features lie, as far as its scalers tell."""
    rows = np.random.default_rng(0).standard_normal((N_ROWS, n_features))
    at = 0
    for member in getattr(estimator[0], "members", [estimator]):
        end = at + member.n_features_in_
        if hasattr(member[0], "scale_"):
            rows[:, at:end] = rows[:, at:end] * member[0].scale_ + member[0].mean_
        at = end
    return rows.astype(np.float32)


def _run(data: bytes, rows: np.ndarray) -> np.ndarray:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["probabilities"], {"features": rows})[0])
