"""Comparison over folds, against arithmetic done by hand and tables of Student's t."""

import math

import numpy as np
import pytest

from core.evaluation import compare_over_folds, compare_paired, corrected_interval, fold_differences

T_4 = 2.776445  # two-sided 95 % point of Student's t with 4 degrees of freedom, from tables
T_1 = 12.706205  # with 1 degree of freedom


def test_the_variance_of_the_mean_grows_by_the_share_of_shared_training():
    # mean 0.1; squared deviations .01 + .0 + .0 + .0 + .01 = .02; s² = .005
    low, high = corrected_interval([0.0, 0.1, 0.1, 0.1, 0.2], 0.25)
    reach = T_4 * math.sqrt((1 / 5 + 1 / 4) * 0.005)
    assert (low, high) == pytest.approx((0.1 - reach, 0.1 + reach), abs=1e-6)


def test_without_overlap_it_would_be_the_plain_t_interval():
    low, high = corrected_interval([0.0, 0.2], 1e-12)
    assert (low + high) / 2 == pytest.approx(0.1)
    assert (high - low) / 2 == pytest.approx(T_1 * 0.1, rel=1e-5)  # s / √2 = .1414 / 1.414


def test_folds_that_all_say_the_same_leave_no_width():
    assert corrected_interval([0.25, 0.25, 0.25], 0.5) == (0.25, 0.25)


@pytest.mark.parametrize(
    ("differences", "ratio", "level", "said"),
    [
        ([0.1], 0.5, 0.95, "two folds"),
        ([0.1, 0.2], 0.0, 0.95, "test_to_train"),
        ([0.1, 0.2], 0.5, 1.0, "level"),
    ],
)
def test_what_cannot_be_answered_is_refused(differences, ratio, level, said):
    with pytest.raises(ValueError, match=said):
        corrected_interval(differences, ratio, level=level)


def test_each_fold_is_scored_by_itself_over_the_classes_in_it():
    found = fold_differences(
        "aabb" + "aa",
        "aaaa" + "ab",  # UAR .5 in the first fold; .5 in the second, where only a occurs
        "aabb" + "aa",  # 1 and 1
        folds=[1, 1, 1, 1, 2, 2],
        labels="ab",
    )
    assert found.tolist() == [0.5, 0.5]


def answers(rates, *, n=40, seed=0):
    """Right with a rate of its own in each fold: reference, answers, folds, speakers."""
    rng = np.random.default_rng(seed)
    folds = np.repeat(np.arange(len(rates)), n)
    y_true = np.tile([0, 1], len(folds) // 2)
    hit = rng.random(len(folds)) < np.asarray(rates)[folds]
    return y_true, np.where(hit, y_true, 1 - y_true), folds, folds * 4 + np.arange(len(folds)) % 4


def compared(old_rates, new_rates):
    y_true, y_old, folds, speakers = answers(old_rates, seed=1)
    _, y_new, _, _ = answers(new_rates, seed=2)
    return compare_over_folds(
        y_true, y_old, y_new, folds=folds, test_to_train=0.25, labels=[0, 1], groups=speakers
    )


def test_a_gain_in_every_fold_is_better_and_the_other_way_round_worse():
    weak, strong = [0.5] * 5, [0.95] * 5
    assert compared(weak, strong).verdict == "better"
    assert compared(strong, weak).verdict == "worse"


def test_a_gain_that_two_of_five_folds_carry_is_none_though_the_bootstrap_sees_one():
    y_true, y_old, folds, _ = answers([0.5] * 5, seed=1)
    _, y_new, _, _ = answers([0.5, 0.5, 0.5, 0.95, 0.95], seed=2)
    assert compare_paired(y_true, y_old, y_new, labels=[0, 1]).verdict == "better"
    found = compare_over_folds(y_true, y_old, y_new, folds=folds, test_to_train=0.25, labels=[0, 1])
    assert found.verdict == "no-difference"
    assert found.over_groups[0] > 0 > found.over_folds[0]


def test_the_interval_spans_both_and_zero_is_in_it_unless_both_agree():
    found = compared([0.6] * 5, [0.7] * 5)
    assert found.interval == (
        min(found.over_groups[0], found.over_folds[0]),
        max(found.over_groups[1], found.over_folds[1]),
    )


def test_a_model_against_itself_is_no_difference_without_width():
    y_true, y_old, folds, speakers = answers([0.7] * 4)
    found = compare_over_folds(
        y_true, y_old, y_old, folds=folds, test_to_train=1 / 3, labels=[0, 1], groups=speakers
    )
    assert (found.verdict, found.difference, found.interval) == ("no-difference", 0.0, (0.0, 0.0))
    assert found.n_folds == 4
