"""One row at a time by NumPy alone: the same answers as scikit-learn's own."""

import numpy as np
import pytest

from core.models.few_rows import probabilities
from tests.models.making import fitted, voices


@pytest.mark.parametrize("n_classes", [2, 4, 7])
@pytest.mark.parametrize("kind", ["logreg", "svm", "vote", "forest"])
def test_the_answers_are_scikit_learns(kind, n_classes):
    model = fitted(kind, n_classes=n_classes)
    X = voices(n_classes=n_classes, seed=1, apart=0.5)[0]
    expected = model.predict_proba(X)
    np.testing.assert_allclose(probabilities(model, X), expected, atol=1e-9)
    one_by_one = np.vstack([probabilities(model, x[None]) for x in X])
    np.testing.assert_allclose(one_by_one, expected, atol=1e-9)


@pytest.mark.parametrize("kind", ["logreg", "vote"])
@pytest.mark.parametrize("X", [np.full((1, 6), np.nan), np.zeros((1, 5)), np.zeros(6)])
def test_rows_that_do_not_fit_are_refused(kind, X):
    with pytest.raises(ValueError, match=r"shape|finite"):
        probabilities(fitted(kind), X)
