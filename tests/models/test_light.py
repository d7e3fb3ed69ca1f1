"""A linear model without scikit-learn: the same answers from the same bundle, or none."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.emotions import FOUR_EMOTIONS
from core.errors import BrokenBundleError
from core.models import load_bundle, save_bundle
from core.models.light import LinearModel, load_for_answers
from tests.models.making import bundle, fitted, voices

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_answers_are_those_of_scikit_learn(tmp_path, n_classes):
    path = saved(tmp_path, "logreg", n_classes)
    light, full = load_for_answers(path), load_bundle(path)
    assert isinstance(light.estimator, LinearModel)
    X = np.random.default_rng(1).normal(0, 3, (50, full.n_features))
    np.testing.assert_allclose(light.proba(X), full.proba(X), atol=1e-12)
    assert (light.name, light.scheme, light.calibration) == (
        full.name,
        full.scheme,
        full.calibration,
    )


@pytest.mark.parametrize("kind", ["svm", "forest", "mlp", "vote"])
def test_any_other_model_is_read_in_full(tmp_path, kind):
    path = saved(tmp_path, kind, 4)
    assert not isinstance(load_for_answers(path).estimator, LinearModel)


def saved(folder, kind, n_classes):
    path = folder / f"{kind}.malgyeol"
    X, _, _ = voices(n_classes=n_classes)
    made = bundle(kind, estimator=fitted(kind, n_classes), scheme=FOUR_EMOTIONS[:n_classes])
    save_bundle(path, made, self_test_rows=X[:3])
    return path


def test_a_damaged_bundle_is_refused_as_ever(tmp_path):
    path = saved(tmp_path, "logreg", 4)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BrokenBundleError):
        load_for_answers(path)


def test_a_linear_model_answers_without_scikit_learn(tmp_path):
    path = saved(tmp_path, "logreg", 4)
    code = (
        "import sys, numpy as np; from pathlib import Path;"
        "from core.models.light import load_for_answers;"
        f"bundle = load_for_answers(Path({str(path)!r}));"
        "bundle.proba(np.zeros((1, bundle.n_features)));"
        "print('sklearn' in sys.modules, 'skops' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["False", "False"]
