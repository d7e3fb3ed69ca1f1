"""A model as ONNX answers as the model does, or is refused with the reason."""

import dataclasses
import json
import sys

import numpy as np
import pytest

from core.emotions import FOUR_EMOTIONS
from core.models import fit
from core.models.onnx_export import NoOnnxError, to_onnx
from core.settings import MlpSpec, SvmSpec, VoteSpec
from tests.models.making import bundle, fitted, voices

onnx = pytest.importorskip("onnx", reason="requirements-onnx.txt is not installed")
onnxruntime = pytest.importorskip("onnxruntime")


def answers_of(made):
    session = onnxruntime.InferenceSession(to_onnx(made), providers=["CPUExecutionProvider"])
    X = voices()[0].astype(np.float32)
    labels, proba = session.run(["label", "probabilities"], {"features": X})
    return labels, proba, made.estimator.predict_proba(X.astype(float))


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("kind", ["logreg", "mlp", "svm", "forest", "vote"])
def test_the_file_gives_the_probabilities_of_the_estimator(kind, n_classes):
    made = bundle(kind, estimator=fitted(kind, n_classes), scheme=FOUR_EMOTIONS[:n_classes])
    labels, proba, own = answers_of(made)
    assert proba == pytest.approx(own, abs=1e-5)
    assert (labels == own.argmax(axis=1)).all()


@pytest.mark.parametrize(
    "spec", [SvmSpec(kernel="linear"), MlpSpec((8,), max_epochs=3, activation="tanh")]
)
def test_other_kernels_and_activations_are_told_as_well(spec):
    X, y, speakers = voices()
    estimator = fit(spec, X, y, n_classes=4, class_weight=True, seed=0, groups=speakers)
    _labels, proba, own = answers_of(bundle(spec.kind, estimator=estimator))
    assert proba == pytest.approx(own, abs=1e-5)


@pytest.mark.parametrize("fuse", ["mean", "stack"])
def test_what_is_fused_is_one_file_as_well(fuse):
    X, y, speakers = voices()
    settings = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    estimator = fit(VoteSpec(), X, y, widths=(2, 4), fuse=fuse, **settings)
    _labels, proba, own = answers_of(bundle("vote", estimator=estimator))
    assert proba == pytest.approx(own, abs=1e-5)


def test_the_file_says_what_its_columns_and_emotions_are():
    made = bundle("logreg")
    props = {p.key: p.value for p in onnx.load_from_string(to_onnx(made)).metadata_props}
    assert json.loads(props["malgyeol.scheme"]) == list(made.scheme)
    assert json.loads(props["malgyeol.features"])["kind"] == "original"
    assert float(props["malgyeol.temperature"]) == 1.5


def test_a_network_is_refused_with_what_can_be_exported():
    class Network:
        """Stands for a network: the export asks for its steps alone."""

    made = dataclasses.replace(bundle("logreg"), estimator=Network())
    with pytest.raises(NoOnnxError, match="a network on frames") as refused:
        to_onnx(made)
    assert "forests, votes and what is fused" in str(refused.value)


def test_without_the_packages_it_says_how_to_get_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(NoOnnxError, match="requirements-onnx"):
        to_onnx(bundle("logreg"))
