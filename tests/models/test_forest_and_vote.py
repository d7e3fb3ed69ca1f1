"""A forest kept as arrays answers as scikit-learn does; a vote is the mean of its members."""

import copy

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from core.errors import BrokenBundleError
from core.models import fit, load_bundle, save_bundle
from core.models.estimators import dump_estimator, estimator_fault
from core.models.plain.trees import forest_fault
from core.settings import ForestSpec, LogregSpec, SvmSpec, VoteSpec
from tests.models.making import bundle, fitted, three_rows, voices
from tests.models.test_bundle import resealed

SCIKIT_LEARN = {"extra trees": ExtraTreesClassifier, "random forest": RandomForestClassifier}


def grown(spec, X, y, **choices):
    return fit(spec, X, y, n_classes=4, **{"class_weight": True, "seed": 3, **choices})


@pytest.mark.parametrize("class_weight", [True, False])
@pytest.mark.parametrize("method", SCIKIT_LEARN)
def test_a_forest_answers_as_scikit_learns_does(method, class_weight):
    X, y, _ = voices(apart=0.7)
    y[:15] = 0
    new = voices(apart=0.7, seed=1)[0]
    expected = SCIKIT_LEARN[method](
        20, min_samples_leaf=2, class_weight="balanced" if class_weight else None, random_state=3
    ).fit(X, y)
    spec = ForestSpec(method=method, n_trees=20, min_samples_leaf=2)
    found = grown(spec, X, y, class_weight=class_weight)
    assert found.predict_proba(new) == pytest.approx(expected.predict_proba(new), abs=1e-6)


def test_a_forest_of_one_question_a_tree_asks_no_second_one():
    X, y, _ = voices()
    forest = grown(ForestSpec(n_trees=10, max_depth=1), X, y)[-1]
    assert len(forest.left_) == 10 * 3  # a root and two leaves each
    assert len(forest.roots_) == 10


def test_a_vote_is_the_mean_of_its_two_members():
    X, y, speakers = voices()
    choices = {"n_classes": 4, "class_weight": True, "seed": 0, "groups": speakers}
    vote = fit(VoteSpec(C_logreg=0.1, C_svm=3.0), X, y, **choices)
    regression = fit(LogregSpec(C=0.1), X, y, **choices)
    machine = fit(SvmSpec(C=3.0), X, y, **choices)
    mean = (regression.predict_proba(X) + machine.predict_proba(X)) / 2
    assert vote.predict_proba(X) == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("spec", [ForestSpec(), VoteSpec()], ids=lambda s: s.kind)
def test_a_bundle_of_339_clips_and_592_features_is_at_most_5_mb(tmp_path, spec):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((339, 592)), np.arange(339) % 4  # noise grows the largest trees
    made = bundle(spec.kind, estimator=grown(spec, X, y))
    save_bundle(tmp_path / "large.malgyeol", made, X[:3])
    assert (tmp_path / "large.malgyeol").stat().st_size <= 5_000_000
    again = load_bundle(tmp_path / "large.malgyeol")
    assert (again.proba(X[:20]) == made.proba(X[:20])).all()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("left_", lambda a: np.where(a > 0, 0, a).astype(np.int32)),
        ("right_", lambda a: np.where(a > 0, 10**6, a).astype(np.int32)),
        ("right_", lambda a: a[:-1]),
        ("left_", lambda a: a.astype(np.int64)),
        ("feature_", lambda a: np.full_like(a, 6)),
        ("roots_", lambda a: a - 1),
        ("roots_", lambda a: a[:0]),
        ("shares_", lambda a: a[:, :3]),
        ("shares_", lambda a: -a),
        ("shares_", lambda a: a * np.float32("nan")),
    ],
)
def test_a_forest_that_leads_in_rings_or_outside_is_refused(tmp_path, name, change):
    save_bundle(tmp_path / "forest.malgyeol", bundle("forest"), three_rows())
    estimator = copy.deepcopy(fitted("forest"))
    setattr(estimator[-1], name, change(getattr(estimator[-1], name)))
    data = (tmp_path / "forest.malgyeol").read_bytes()
    with pytest.raises(BrokenBundleError, match="does not fit"):
        load_bundle(resealed(data, **{"model.skops": dump_estimator(estimator)}))


def test_a_sound_forest_has_no_fault():
    assert forest_fault(fitted("forest")[-1], n_features=6, n_classes=4) is None


def test_the_members_of_a_vote_are_looked_at_like_models_of_their_own():
    estimator = copy.deepcopy(fitted("vote"))
    machines = estimator[-1].svm_.machines_
    machines.support_vectors_ = machines.support_vectors_[:-1]
    fault = estimator_fault(estimator, n_features=6, n_classes=4)
    assert fault is not None and fault.startswith("support_vectors_")


def test_a_vote_of_other_members_is_refused():
    estimator = copy.deepcopy(fitted("vote"))
    estimator[-1].svm_ = estimator[-1].logreg_
    fault = estimator_fault(estimator, n_features=6, n_classes=4)
    assert fault == "a vote of ['LogisticRegression', 'LogisticRegression']"
    assert isinstance(estimator[-1].logreg_, LogisticRegression)
