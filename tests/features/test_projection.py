import numpy as np
import pytest
from sklearn.decomposition import PCA

from core.features.projection import project


def two_groups(n=40, n_features=12, gap=8.0, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2 * n, n_features))
    X[n:, : n_features // 2] += gap
    return X, np.repeat([0, 1], n)


def test_pca_agrees_with_scikit_learn_up_to_the_sign_of_an_axis():
    X, _ = two_groups(gap=1.0)
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    reference = PCA(2).fit(z)
    places, explained = project(X)
    assert np.allclose(np.abs(places), np.abs(reference.transform(z)), atol=1e-3)
    assert explained == pytest.approx(reference.explained_variance_ratio_.sum())


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_groups_that_differ_lie_apart(method):
    X, group = two_groups()
    xy = project(X, method).xy
    centres = np.array([xy[group == g].mean(axis=0) for g in (0, 1)])
    spread = max(np.linalg.norm(xy[group == g] - centres[g], axis=1).max() for g in (0, 1))
    assert np.linalg.norm(centres[0] - centres[1]) > spread


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_the_same_rows_give_the_same_map(method):
    X, _ = two_groups(n=20)
    assert np.array_equal(project(X, method).xy, project(X, method).xy)


def test_a_constant_feature_changes_nothing():
    X, _ = two_groups(n=10)
    with_constant = np.column_stack([X, np.full(len(X), 7.0)])
    assert np.allclose(project(X).xy, project(with_constant).xy, atol=1e-4)


def test_rows_that_are_all_alike_lie_on_one_spot():
    assert not project(np.ones((5, 4))).xy.any()


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_three_rows_are_enough_and_two_are_not(method):
    X = np.random.default_rng(0).normal(size=(3, 5))
    assert project(X, method).xy.shape == (3, 2)
    with pytest.raises(ValueError, match="3 rows; got 2"):
        project(X[:2], method)
