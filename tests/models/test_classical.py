import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from core.models import build, fit
from core.models.classical import balanced_weights
from core.models.inner_folds import inner_folds
from core.settings import ClassicalSpec, LogregSpec, MlpSpec, SvmSpec
from tests.models.making import SPECS, voices


@pytest.mark.parametrize("kind", SPECS)
def test_the_same_seed_gives_the_same_model_to_the_last_bit(kind):
    X, y, speakers = voices()
    first, second = (
        fit(SPECS[kind], X, y, n_classes=4, class_weight=True, seed=3, groups=speakers)
        for _ in range(2)
    )
    assert (first.predict_proba(X) == second.predict_proba(X)).all()


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("n_classes", [2, 4, 9])
def test_every_model_gives_probabilities_for_every_class(kind, n_classes):
    X, y, _ = voices(n=90, n_classes=n_classes)
    model = fit(SPECS[kind], X, y, n_classes=n_classes, class_weight=False, seed=0)
    proba = model.predict_proba(X)
    assert proba.shape == (90, n_classes)
    assert proba.sum(axis=1) == pytest.approx(np.ones(90))
    assert list(model.classes_) == list(range(n_classes))


@pytest.mark.parametrize("kind", SPECS)
def test_every_model_learns_what_is_easy(kind):
    X, y, _ = voices(apart=6.0)
    spec = MlpSpec(learning_rate_init=0.01) if kind == "mlp" else SPECS[kind]
    model = fit(spec, X, y, n_classes=4, class_weight=True, seed=0)
    assert (model.predict(X) == y).mean() > 0.9


def test_logistic_regression_is_that_of_scikit_learn():
    X, y, _ = voices()
    expected = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000)
    ).fit(X, y)
    found = build(LogregSpec(), class_weight=True, seed=0).fit(X, y)
    assert found.predict_proba(X) == pytest.approx(expected.predict_proba(X), abs=1e-9)


def test_a_plain_fit_of_a_machine_is_possible_without_speakers():
    X, y, _ = voices()
    plain = build(SvmSpec(), class_weight=True, seed=0).fit(X, y)
    through = fit(SvmSpec(), X, y, n_classes=4, class_weight=True, seed=0)
    assert (plain.predict_proba(X) == through.predict_proba(X)).all()


def test_the_answer_of_a_machine_is_its_most_probable_class():
    X, y, speakers = voices()
    model = fit(SvmSpec(), X, y, n_classes=4, class_weight=True, seed=0, groups=speakers)
    assert (model.predict(X) == model.predict_proba(X).argmax(axis=1)).all()


def test_probabilities_of_a_machine_are_better_than_its_votes_on_new_voices():
    X, y, speakers = voices(n=400, n_speakers=10, apart=1.0)
    known, new = speakers < 7, speakers >= 7
    model = fit(
        SvmSpec(),
        X[known],
        y[known],
        n_classes=4,
        class_weight=True,
        seed=0,
        groups=speakers[known],
    )
    votes = make_pipeline(StandardScaler(), SVC(C=10.0)).fit(X[known], y[known]).predict(X[new])
    certain = np.where(votes[:, np.newaxis] == np.arange(4), 0.97, 0.01)
    assert log_loss(y[new], model.predict_proba(X[new])) < log_loss(y[new], certain)


def test_a_linear_machine_and_a_width_of_ones_own_are_passed_on():
    machines = build(SvmSpec(kernel="linear", gamma=0.5), class_weight=False, seed=0)[-1]
    assert (machines.kernel, machines.gamma, machines.class_weight) == ("linear", 0.5, None)
    assert build(SvmSpec(gamma=0.0), class_weight=True, seed=0)[-1].gamma == "scale"


@pytest.mark.parametrize("spec", [SvmSpec(), LogregSpec(), MlpSpec(hidden_layer_sizes=(4,))])
def test_a_class_of_one_clip_is_no_reason_to_fail(spec):
    X, y, speakers = voices(n=20)
    y = np.where(np.arange(20) == 3, 3, y % 3)
    model = fit(spec, X, y, n_classes=4, class_weight=True, seed=0, groups=speakers)
    assert model.predict_proba(X).shape == (20, 4)


def test_without_a_scaler_there_is_none():
    assert [name for name, _ in build(LogregSpec(), class_weight=True, seed=0).steps] == [
        "scaler",
        "logreg",
    ]
    plain = build(LogregSpec(standardise=False), class_weight=True, seed=0)
    assert [name for name, _ in plain.steps] == ["logreg"]


def test_a_spec_of_no_known_kind_is_our_own_mistake():
    with pytest.raises(TypeError, match="ClassicalSpec"):
        build(ClassicalSpec(), class_weight=True, seed=0)


def test_balanced_weights_make_every_class_weigh_the_same():
    y = np.array([0, 0, 0, 2])
    weights = balanced_weights(y)
    assert weights[y == 0].sum() == pytest.approx(weights[y == 2].sum())
    assert weights.mean() == pytest.approx(1.0)


def test_inner_folds_keep_speakers_apart():
    _, y, speakers = voices()
    folds = inner_folds(y, speakers, n_folds=5)
    assert len(folds) == 5
    for train, held_out in folds:
        assert not set(speakers[train]) & set(speakers[held_out])
    assert sorted(np.concatenate([held for _, held in folds])) == list(range(80))


def test_inner_folds_mix_speakers_where_a_class_would_be_missing():
    # one speaker has all of class 1
    y = np.array([0] * 6 + [1] * 6)
    speakers = np.array([1, 1, 1, 2, 2, 2] + [3] * 6, dtype=object)
    folds = inner_folds(y, speakers, n_folds=3)
    assert len(folds) == 3
    for train, _ in folds:
        assert set(y[train]) == {0, 1}


def test_unknown_speakers_are_voices_of_their_own():
    _, y, _ = voices(n=20)
    folds = inner_folds(y, np.array([None] * 20, dtype=object), n_folds=5)
    assert len(folds) == 5


def test_one_clip_of_a_class_leaves_nothing_to_hold_out():
    assert inner_folds(np.array([0, 0, 0, 1]), None, n_folds=5) is None


def test_models_warn_of_nothing_but_convergence(recwarn):
    X, y, speakers = voices()
    for spec in SPECS.values():
        fit(spec, X, y, n_classes=4, class_weight=True, seed=0, groups=speakers)
    assert not [w for w in recwarn if not issubclass(w.category, ConvergenceWarning)]
