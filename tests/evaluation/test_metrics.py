import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, recall_score

from core.evaluation import (
    GroupScore,
    accuracy,
    confusion,
    recalls,
    scores_by_group,
    unweighted_average_recall,
)


def answers(n=200, n_classes=4, seed=0):
    rng = np.random.default_rng(seed)
    y_true = rng.choice(n_classes, n, p=np.arange(1, n_classes + 1) / sum(range(n_classes + 1)))
    y_pred = np.where(rng.random(n) < 0.6, y_true, rng.integers(0, n_classes, n))
    return y_true, y_pred


def test_uar_ignores_how_often_a_class_occurs():
    assert unweighted_average_recall("aaab", "aaab", labels="ab") == 1.0
    assert unweighted_average_recall("aaab", "aaaa", labels="ab") == 0.5


def test_accuracy_counts_every_utterance_alike():
    assert accuracy("aaab", "aaaa") == 0.75


def test_uar_is_the_mean_of_the_recalls():
    # a: 2 of 4, b: 1 of 1, c: 0 of 1
    assert recalls("aaaabc", "aabbba", labels="abc").tolist() == [0.5, 1.0, 0.0]
    assert unweighted_average_recall("aaaabc", "aabbba", labels="abc") == 0.5


def test_a_class_without_a_reference_is_left_out_of_the_mean():
    assert np.isnan(recalls("ab", "ab", labels="abc")[2])
    assert unweighted_average_recall("ab", "ac", labels="abc") == 0.5


def test_an_answer_outside_the_task_is_wrong_and_changes_no_other_class():
    assert unweighted_average_recall("aabb", "azbb", labels="ab") == 0.75


def test_rows_of_the_confusion_are_the_reference():
    matrix = confusion("aaabc", "abbbc", labels="abc")
    assert matrix.tolist() == [[1, 2, 0], [0, 1, 0], [0, 0, 1]]
    assert matrix.dtype.kind == "i"


@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_finds_the_same(seed):
    y_true, y_pred = answers(seed=seed)
    labels = range(4)
    assert unweighted_average_recall(y_true, y_pred, labels=labels) == pytest.approx(
        balanced_accuracy_score(y_true, y_pred), abs=1e-12
    )
    expected = recall_score(y_true, y_pred, labels=list(labels), average=None)
    assert recalls(y_true, y_pred, labels=labels) == pytest.approx(expected, abs=1e-12)
    assert (confusion(y_true, y_pred, labels=labels) == confusion_matrix(y_true, y_pred)).all()


def test_the_order_of_the_labels_is_the_order_of_rows_and_columns():
    y_true, y_pred = list("abca"), list("abcb")
    assert confusion(y_true, y_pred, labels="cba").tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]


@pytest.mark.parametrize("score", [unweighted_average_recall, confusion, recalls, accuracy])
@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [("ab", "a", "differ in length"), ("", "", "nothing to score"), ("az", "aa", "'z'")],
)
def test_unusable_references_are_refused(score, y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        score(y_true, y_pred, labels="ab")


def test_labels_must_be_different():
    with pytest.raises(ValueError, match="different classes"):
        unweighted_average_recall("ab", "ab", labels="aab")


def test_a_confusion_refuses_an_answer_that_has_no_column():
    with pytest.raises(ValueError, match="'z' is not among"):
        confusion("ab", "az", labels="ab")


def test_each_speaker_has_a_score_of_its_own_numbers_in_order():
    scores = scores_by_group("abab", "abbb", ["10", "10", "2", "2"], labels="ab")
    assert scores == [
        GroupScore(group="2", n=2, uar=0.5, accuracy=0.5),
        GroupScore(group="10", n=2, uar=1.0, accuracy=1.0),
    ]


def test_a_group_is_scored_over_the_classes_it_has():
    (score,) = scores_by_group("aaa", "aab", ["kim"] * 3, labels="abc")
    assert score.uar == pytest.approx(2 / 3)


def test_utterances_of_no_known_speaker_belong_to_no_group():
    assert [s.n for s in scores_by_group("ab", "ab", ["kim", None], labels="ab")] == [1]
