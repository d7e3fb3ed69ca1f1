import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import balanced_accuracy_score
from sklearn.neural_network import MLPClassifier

from core.errors import TrainingDivergedError
from core.models import EpochTrainer
from core.models.classical import balanced_weights
from core.settings import ORIGINAL_MLP, MlpSpec
from tests.models.making import voices


def trainer(spec=None, *, n=80, seed=0, class_weight=False, groups=None, **data):
    X, y, _ = voices(n=n, **data)
    spec = spec or MlpSpec(hidden_layer_sizes=(8,), max_epochs=20)
    return EpochTrainer(
        spec, X, y, n_classes=4, class_weight=class_weight, seed=seed, groups=groups
    )


def trained(*args, **kwargs):
    run = trainer(*args, **kwargs)
    return run, [run.step() for _ in iter(lambda: run.done, True)]


def test_an_epoch_is_one_of_scikit_learn():
    X, y, _ = voices()
    X = X.astype(np.float32)
    expected = MLPClassifier((8,), batch_size=80, max_iter=1, alpha=1.0, random_state=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        expected.fit(X, y)
    spec = MlpSpec(hidden_layer_sizes=(8,), standardise=False)
    run = trainer(spec, seed=5)
    assert run.step().loss == expected.loss_
    assert (run.estimator.predict_proba(X) == expected.predict_proba(X)).all()


@pytest.mark.parametrize(
    ("n_classes", "activation", "solver"),
    [(2, "relu", "adam"), (4, "relu", "adam"), (4, "tanh", "adam"), (4, "relu", "sgd")],
)
def test_every_epoch_is_the_one_that_partial_fit_would_have_given(n_classes, activation, solver):
    X, y, _ = voices(n_classes=n_classes)
    X = X.astype(np.float32)
    weights = balanced_weights(y).astype(np.float32)
    how: dict = {
        "hidden_layer_sizes": (8, 6), "batch_size": 30, "alpha": 0.1,
        "activation": activation, "solver": solver,
    }  # fmt: skip
    expected = MLPClassifier(**how, random_state=np.random.RandomState(3))
    spec = MlpSpec(**how, standardise=False)
    run = EpochTrainer(spec, X, y, n_classes=n_classes, class_weight=True, seed=3)
    for _ in range(6):
        expected.partial_fit(X, y, sample_weight=weights, classes=np.arange(n_classes))
        assert run.step().loss == expected.loss_
    assert (run.estimator.predict_proba(X) == expected.predict_proba(X)).all()
    assert run.proba(run.scaled(X)) == pytest.approx(run.estimator.predict_proba(X), abs=1e-6)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_quick_answers_are_those_of_the_model_given_out(activation):
    X, _, _ = voices()
    run = trainer(MlpSpec(hidden_layer_sizes=(8, 5), activation=activation, max_epochs=3))
    for _ in range(3):
        run.step()
        assert run.proba(run.scaled(X)) == pytest.approx(run.estimator.predict_proba(X), abs=1e-6)


def test_the_original_recipe_learns_as_scikit_learn_does():
    X, y, _ = voices(n=460, n_features=20, apart=0.5, seed=1)
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    learnt, new = slice(0, 60), slice(60, None)
    run = EpochTrainer(ORIGINAL_MLP, X[learnt], y[learnt], n_classes=4, class_weight=False, seed=0)
    while not run.done:
        run.step()
    reference = MLPClassifier((128, 128), max_iter=1000, random_state=0).fit(X[learnt], y[learnt])
    ours, theirs = run.estimator.predict(X[new]), reference.predict(X[new])
    assert run.stopped == "converged"
    assert run.epoch == pytest.approx(reference.n_iter_, rel=0.1)
    assert (ours == theirs).mean() > 0.95
    assert (ours == y[new]).mean() == pytest.approx((theirs == y[new]).mean(), abs=0.04)


def test_training_ends_when_the_loss_stands_still_for_longer_than_the_patience():
    run, results = trained(MlpSpec(hidden_layer_sizes=(8,), max_epochs=500, tol=0.05, patience=4))
    losses = [r.loss for r in results]
    assert run.stopped == "converged"
    best = np.minimum.accumulate([np.inf, *losses])
    stale = [loss > best[i] - 0.05 for i, loss in enumerate(losses)]
    assert stale[-5:] == [True] * 5
    assert not any(all(stale[i : i + 5]) for i in range(len(stale) - 5))


def test_training_ends_at_the_last_epoch():
    run, results = trained()
    assert run.stopped == "max-epochs"
    assert [r.epoch for r in results] == list(range(1, 21))
    assert results[-1].loss < results[0].loss
    with pytest.raises(RuntimeError, match="over"):
        run.step()


def test_the_same_seed_gives_the_same_curve_and_another_seed_another():
    _, first = trained(seed=1)
    assert trained(seed=1)[1] == first
    assert trained(seed=2)[1] != first


def test_a_batch_is_never_larger_than_the_data(recwarn):
    run, _ = trained(MlpSpec(hidden_layer_sizes=(4,), batch_size=500, max_epochs=2), n=12)
    assert run.estimator[-1].batch_size == 12
    assert not len(recwarn)


def test_a_model_given_out_does_not_change_when_training_goes_on():
    run = trainer()
    run.step()
    X, _, _ = voices()
    early = run.estimator
    before = early.predict_proba(X)
    run.step()
    assert (early.predict_proba(X) == before).all()
    assert (run.estimator.predict_proba(X) != before).any()
    assert run.estimator is run.estimator


def test_nothing_is_given_out_before_something_is_learnt():
    with pytest.raises(RuntimeError, match="Nothing is learnt"):
        _ = trainer().estimator


def test_a_class_that_the_clips_lack_still_has_its_column():
    X, y, _ = voices()
    rows = y != 2
    run = EpochTrainer(
        MlpSpec(hidden_layer_sizes=(4,), max_epochs=2),
        X[rows],
        y[rows],
        n_classes=4,
        class_weight=True,
        seed=0,
    )
    run.step()
    assert run.estimator.predict_proba(X).shape == (80, 4)


def test_class_weights_lift_the_rare_class():
    rng = np.random.default_rng(0)
    y = (np.arange(200) % 10 == 0).astype(int)  # one in ten
    X = rng.standard_normal((200, 3)) + 1.2 * y[:, np.newaxis]
    recall = {}
    for weighted in (False, True):
        run = EpochTrainer(
            MlpSpec(hidden_layer_sizes=(8,), batch_size=32, max_epochs=30),
            X,
            y,
            n_classes=2,
            class_weight=weighted,
            seed=0,
        )
        while not run.done:
            run.step()
        recall[weighted] = (run.estimator.predict(X)[y == 1] == 1).mean()
    assert recall[True] > recall[False] + 0.2


def test_early_stopping_keeps_the_weights_of_the_best_epoch():
    spec = MlpSpec(
        hidden_layer_sizes=(32,), max_epochs=300, alpha=0.0, early_stopping=True, patience=5
    )
    X, y, speakers = voices(apart=0.7)
    run = EpochTrainer(spec, X, y, n_classes=4, class_weight=True, seed=0, groups=speakers)
    scores = [run.step().validation for _ in iter(lambda: run.done, True)]
    held_back_X, held_back_y = run._held_back
    best = run.estimator[-1].predict(held_back_X)
    assert run.stopped == "early-stopping"
    assert balanced_accuracy_score(held_back_y, best) == pytest.approx(max(scores))
    assert scores[-1] <= max(scores)


def test_early_stopping_holds_back_whole_speakers():
    X, y, speakers = voices(n=120, n_speakers=6)
    X[:, 0] = speakers  # so that a row tells its speaker
    spec = MlpSpec(early_stopping=True, standardise=False)
    run = EpochTrainer(spec, X, y, n_classes=4, class_weight=False, seed=0, groups=speakers)
    learnt, held_back = set(run._X[:, 0]), set(run._held_back[0][:, 0])
    assert held_back
    assert not learnt & held_back


def test_the_scaler_sees_the_clips_that_are_learnt_from_alone():
    spec = MlpSpec(early_stopping=True, hidden_layer_sizes=(4,))
    X, y, speakers = voices()
    run = EpochTrainer(spec, X, y, n_classes=4, class_weight=False, seed=0, groups=speakers)
    assert run._X.mean(axis=0) == pytest.approx(np.zeros(6), abs=1e-6)
    assert np.abs(run._held_back[0].mean(axis=0)).max() > 0.01


@pytest.mark.parametrize("size", [1e37, 1e307])
def test_weights_that_run_away_are_said_to(recwarn, size):
    spec = MlpSpec(hidden_layer_sizes=(8,), activation="identity", standardise=False)
    X, y, _ = voices()
    run = EpochTrainer(spec, size * X, y, n_classes=4, class_weight=False, seed=0)
    with pytest.raises(TrainingDivergedError, match="no longer a number"):
        while not run.done:
            run.step()
    assert not len(recwarn)


@pytest.mark.parametrize(
    ("X", "y", "n_classes"),
    [
        (np.zeros((3, 2)), np.array([0, 1]), 2),
        (np.zeros(3), np.array([0, 1, 0]), 2),
        (np.zeros((3, 2)), np.array([0, 1, 2]), 2),
        (np.zeros((3, 2)), np.array([0, 1, -1]), 2),
        (np.zeros((3, 2)), np.array(["a", "b", "a"]), 2),
        (np.zeros((0, 2)), np.array([], dtype=int), 2),
        (np.zeros((3, 2)), np.array([0, 0, 0]), 1),
    ],
)
def test_what_does_not_fit_together_is_refused(X, y, n_classes):
    with pytest.raises(ValueError, match=r"^(X|y) must"):
        EpochTrainer(MlpSpec(), X, y, n_classes=n_classes, class_weight=False, seed=0)


def test_the_optimiser_and_its_momentum_are_what_was_set():
    curves = {
        (solver, momentum): tuple(
            r.loss
            for r in trained(
                MlpSpec((8,), max_epochs=8, batch_size=20, solver=solver, momentum=momentum)
            )[1]
        )
        for solver in ("adam", "sgd")
        for momentum in (0.0, 0.9)
    }
    assert curves["adam", 0.0] == curves["adam", 0.9]  # which has none
    assert len(set(curves.values())) == 3
