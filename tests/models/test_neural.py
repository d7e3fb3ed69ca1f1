"""Networks: learnt with JAX, answering with NumPy, and the same in both."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from core.errors import MisfitError, TrainingDivergedError
from core.models.neural import NeuralNetwork, architecture, cost
from core.models.neural.disturbance import disturbed
from core.models.neural.learner import _compiled, start_state
from core.models.neural.trainer import NeuralTrainer
from core.settings import (
    MODEL_SPECS,
    CnnSpec,
    CrnnSpec,
    FunctionalsSpec,
    LogregSpec,
    LstmSpec,
    MelspecSpec,
    MfccFramesSpec,
    NeuralSpec,
    OriginalCnnSpec,
    StftSpec,
    check_pair,
    fitting_features,
)

SHAPE = (24, 8)  # frames, values
STILL: dict = {"band_shift": 0.0, "time_warp": 0.0}  # the tests' bands are the classes
SMALL = {
    "crnn": CrnnSpec(
        filters=8, units=8, batch_size=16, max_epochs=12, learning_rate_init=0.01, **STILL
    ),
    "cnn": CnnSpec(
        filters=4, batch_size=16, max_epochs=12, frame_noise=0.0, spec_augment=False, **STILL
    ),
    "lstm": LstmSpec(units=8, batch_size=16, max_epochs=12, learning_rate_init=0.01),
    "cnn-original": OriginalCnnSpec(batch_size=16, max_epochs=4),
}


@pytest.fixture(scope="module", autouse=True)
def one_cache(tmp_path_factory):
    """All tests of this module share what is compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def clips(n=64, n_classes=4, seed=0):
    """Noisy frames in which one value is louder, by class; lengths differ, zeros behind."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    X = rng.standard_normal((n, *SHAPE)).astype(np.float32) - 20
    X[np.arange(n), :, 2 * y] += 3
    for row, length in zip(X, rng.integers(10, SHAPE[0] + 1, n), strict=True):
        row[length:] = 0
    return X, y


def trained(kind, *, seed=0, epochs=None, **changes):
    X, y = clips()
    trainer = NeuralTrainer(SMALL[kind], X, y, n_classes=4, class_weight=True, seed=seed, **changes)
    while not trainer.done and trainer.epoch != epochs:
        trainer.step()
    return trainer


@pytest.mark.parametrize("kind", SMALL)
def test_a_network_learns_and_numpy_answers_as_jax_does(kind):
    trainer = trained(kind)
    X, y = clips(seed=1)
    by_jax, network = trainer.proba(X), trainer.estimator
    by_numpy = network.predict_proba(X.reshape(len(X), -1))
    assert np.allclose(by_jax, by_numpy, atol=1e-5)
    assert np.allclose(by_numpy.sum(axis=1), 1)
    if kind != "cnn-original":  # it has no eye for which value, only for patterns
        assert (by_numpy.argmax(axis=1) == y).mean() > 0.8


@pytest.mark.parametrize("kind", ["crnn", "cnn"])
def test_the_same_seed_gives_the_same_numbers_and_another_one_does_not(kind):
    X, _ = clips(seed=1)
    first, again, other = (trained(kind, seed=s, epochs=2).proba(X) for s in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other, atol=1e-3)


def test_a_program_that_was_kept_learns_the_same_numbers_without_being_traced(monkeypatch):
    from jax import export

    X, _ = clips(seed=1)
    first = trained("crnn", seed=3, epochs=2).proba(X)
    _compiled.cache_clear()  # as in another process
    monkeypatch.setattr(export, "export", None)
    assert np.array_equal(first, trained("crnn", seed=3, epochs=2).proba(X))


def test_several_networks_vote_and_the_first_is_the_one_that_learns_alone():
    X, y = clips()
    spec = dataclasses.replace(SMALL["crnn"], n_networks=3)
    three = NeuralTrainer(spec, X, y, n_classes=4, class_weight=True, seed=0)
    for _ in range(2):
        three.step()
    alone, voters = trained("crnn", epochs=2).estimator, three.estimator
    assert all(np.array_equal(w, voters.weights[name][0]) for name, w in alone.weights.items())
    X = X.reshape(len(X), -1)
    each = [
        NeuralNetwork(alone.spec, SHAPE, 4, {n: w[i] for n, w in voters.weights.items()})
        for i in range(3)
    ]
    answers = [network.predict_proba(X) for network in each]
    assert not np.allclose(answers[1], answers[2], atol=1e-3)
    assert np.allclose(voters.predict_proba(X), np.mean(answers, axis=0))
    assert np.allclose(voters.predict_proba(X), three.proba(X), atol=1e-5)


@pytest.mark.parametrize("kind", ["crnn", "cnn", "lstm"])
def test_padding_changes_no_answer(kind):
    network = trained(kind, epochs=1).estimator
    X, _ = clips()
    X[:, 12:] = 0
    short = NeuralNetwork(network.spec, (16, 8), 4, network.weights)
    assert np.allclose(
        network.predict_proba(X.reshape(len(X), -1)),
        short.predict_proba(X[:, :16].reshape(len(X), -1)),
        atol=1e-6,
    )


def test_class_weights_give_rare_classes_their_share():
    X, y = clips(n=400)
    rare = (y != 3) | (np.arange(400) < 40)
    X, y = X[rare], y[rare]
    X[:, :, :] += np.random.default_rng(5).normal(0, 2, X.shape) * (X != 0)
    recall = {}
    for weighted in (True, False):
        trainer = NeuralTrainer(SMALL["lstm"], X, y, n_classes=4, class_weight=weighted, seed=0)
        for _ in range(3):
            trainer.step()
        recall[weighted] = (trainer.proba(X[y == 3]).argmax(axis=1) == 3).mean()
    assert recall[True] > recall[False]


def test_early_stopping_holds_whole_speakers_back_and_keeps_the_best():
    X, y = clips()
    speakers = np.array([str(i // 8) for i in range(len(y))])
    spec = LstmSpec(
        units=8, batch_size=16, max_epochs=60, learning_rate_init=0.03,
        early_stopping=True, patience=3,
    )  # fmt: skip
    trainer = NeuralTrainer(spec, X, y, n_classes=4, class_weight=True, seed=0, groups=speakers)
    scores = []
    while not trainer.done:
        scores.append(trainer.step().validation)
    assert trainer.stopped == "early-stopping"
    assert len(scores) < 60
    held = trainer._held_back
    assert not set(speakers[held]) & set(speakers[trainer._train])
    answers = trainer.estimator.predict_proba(X[held].reshape(len(held), -1)).argmax(axis=1)
    recalls = [(answers[y[held] == c] == c).mean() for c in np.unique(y[held])]
    assert np.mean(recalls) == pytest.approx(max(scores))


def test_a_loss_that_is_no_number_ends_the_training():
    X, y = clips()
    trainer = NeuralTrainer(SMALL["lstm"], X, y, n_classes=4, class_weight=False, seed=0)
    trainer._states[0].weights["answer.bias"][0] = np.nan
    with pytest.raises(TrainingDivergedError):
        trainer.step()


def test_the_original_network_is_the_one_that_was_written_down():
    found = architecture(OriginalCnnSpec(), 256, 256, 6)
    assert found.weights == {
        "conv.kernel": (3, 3, 1, 32),
        "conv.bias": (32,),
        "dense.kernel": (127 * 127 * 32, 64),
        "dense.bias": (64,),
        "answer.kernel": (64, 6),
        "answer.bias": (6,),
    }
    assert found.n_weights == 33_032_966


def test_a_cost_grows_with_clips_folds_and_weights():
    small = architecture(CrnnSpec(), 200, 64, 4)
    large = architecture(OriginalCnnSpec(), 256, 256, 4)
    few, many = (cost(small, n_clips=n, batch_size=32) for n in (100, 1000))
    assert few.seconds_an_epoch * 9 < many.seconds_an_epoch < few.seconds_an_epoch * 11
    assert few.memory < many.memory < cost(large, n_clips=1000, batch_size=32).memory
    alone, five = (cost(small, n_clips=100, batch_size=32, n_votes=n) for n in (1, 5))
    assert five.n_weights == 5 * alone.n_weights
    assert five.seconds_an_epoch == pytest.approx(5 * alone.seconds_an_epoch)
    assert five.memory > alone.memory
    folds = cost(large, n_clips=100, batch_size=32, n_folds=5)
    assert folds.memory > cost(large, n_clips=100, batch_size=32).memory + 4 * 33e6 * 4 * 3


def test_disturbances_leave_padding_alone_and_stay_within_their_bounds():
    X, _ = clips()
    spec = CrnnSpec(frame_noise=0.0, spec_augment=True, **STILL)
    mean, std = np.full(8, -7.0), np.ones(8)
    found = disturbed(X, spec, mean, std, np.random.default_rng(0))
    assert ((found == 0) == (X == 0)).all()
    changed = found != X
    assert set(np.unique(found[changed])) == {-7.0}
    assert 0.05 < changed[X != 0].mean() < 0.5
    plain = disturbed(X, CrnnSpec(frame_noise=0.0, spec_augment=False, **STILL), mean, std, None)
    assert plain is X


def test_each_network_reads_its_frames_and_nothing_else():
    assert fitting_features("cnn-original") == ("stft",)
    assert "functionals" not in fitting_features("lstm")
    assert "melspec" not in fitting_features("logreg")
    for model, features in (
        (LstmSpec(), FunctionalsSpec()),
        (LogregSpec(), MelspecSpec()),
        (OriginalCnnSpec(), MelspecSpec()),
    ):
        with pytest.raises(MisfitError, match=features.kind):
            check_pair(model, features)
    check_pair(LstmSpec(), MfccFramesSpec())
    check_pair(OriginalCnnSpec(), StftSpec())


def test_nothing_of_jax_is_imported_until_a_network_learns():
    code = """
import sys
import core.models, core.training.run, core.training.worker, core.training.learning
import core.models.neural, core.models.bundle_file, core.commands.train
from core.models import fit
from core.settings import LogregSpec
import numpy as np
X = np.random.default_rng(0).normal(size=(20, 3))
fit(LogregSpec(), X, np.arange(20) % 2, n_classes=2, class_weight=True, seed=0)
print([m for m in ("jax", "keras", "tensorflow", "torch") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_first_weights_hang_on_the_seed_alone():
    found = architecture(CrnnSpec(), 24, 8, 4)
    a, b, c = (start_state(found, np.zeros(8), np.ones(8), s).weights for s in (1, 1, 2))
    assert all(np.array_equal(a[k], b[k]) for k in a)
    assert not np.array_equal(a["conv1.kernel"], c["conv1.kernel"])


def test_every_kind_of_network_has_its_test():
    networks = {k for k, cls in MODEL_SPECS.items() if issubclass(cls, NeuralSpec)}
    assert networks == set(SMALL)


def test_moved_bands_and_another_pace_are_within_their_bounds():
    x = np.full((1, 20, 9), -50.0, np.float32)
    x[:, :, 4] = -10.0
    x[:, 10:] = 0
    spec = CrnnSpec(frame_noise=0.0, spec_augment=False, band_shift=2.0, time_warp=0.0)
    rng = np.random.default_rng(0)
    peaks = [disturbed(x, spec, None, None, rng)[0, :10].mean(axis=0).argmax() for _ in range(40)]
    assert {2, 6} <= set(peaks) <= {2, 3, 4, 5, 6}
    spec = CrnnSpec(frame_noise=0.0, spec_augment=False, time_warp=0.3, band_shift=0.0)
    lengths = [(disturbed(x, spec, None, None, rng)[0, :, 0] != 0).sum() for _ in range(40)]
    assert min(lengths) in (7, 8)
    assert max(lengths) in (12, 13)
    loud = disturbed(x, spec, None, None, rng)[0]
    assert (loud[loud[:, 0] != 0].argmax(axis=1) == 4).all()
