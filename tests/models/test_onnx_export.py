"""A model as ONNX answers as the model does, or is refused with the reason."""

import json
import sys

import numpy as np
import pytest

from core.models.onnx_export import NoOnnxError, to_onnx
from tests.models.making import bundle, voices

onnx = pytest.importorskip("onnx", reason="requirements-onnx.txt is not installed")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("skl2onnx")


@pytest.mark.parametrize("kind", ["logreg", "mlp"])
def test_the_file_gives_the_probabilities_of_the_estimator(kind):
    made = bundle(kind)
    X = voices()[0].astype(np.float32)
    session = onnxruntime.InferenceSession(to_onnx(made), providers=["CPUExecutionProvider"])
    labels, proba = session.run(["label", "probabilities"], {"features": X})
    own = made.estimator.predict_proba(X.astype(float))
    assert proba == pytest.approx(own, abs=1e-5)
    assert (labels == own.argmax(axis=1)).all()


def test_the_file_says_what_its_columns_and_emotions_are():
    made = bundle("logreg")
    props = {p.key: p.value for p in onnx.load_from_string(to_onnx(made)).metadata_props}
    assert json.loads(props["malgyeol.scheme"]) == list(made.scheme)
    assert json.loads(props["malgyeol.features"])["kind"] == "original"
    assert float(props["malgyeol.temperature"]) == 1.5


@pytest.mark.parametrize("kind", ["svm", "forest", "vote"])
def test_a_kind_that_onnx_has_no_form_for_is_refused(kind):
    with pytest.raises(NoOnnxError, match="no form in ONNX"):
        to_onnx(bundle(kind))


def test_without_the_packages_it_says_how_to_get_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(NoOnnxError, match="requirements-onnx"):
        to_onnx(bundle("logreg"))
