import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

from core.evaluation import (
    apply_ceiling,
    apply_temperature,
    confidence_ceiling,
    cross_calibrated,
    expected_calibration_error,
    fit_temperature,
    reliability,
    unsure_threshold,
)


def honest(n=4000, n_classes=4, seed=0):
    """Probabilities of a model that is right as often as it says, and their references."""
    rng = np.random.default_rng(seed)
    logits = 1.5 * rng.standard_normal((n, n_classes))
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y_index = (proba.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    return proba, np.minimum(y_index, n_classes - 1)


def sharpened(proba, times):
    """As an overfitted model gives them."""
    powers = proba**times
    return powers / powers.sum(axis=1, keepdims=True)


def test_an_honest_model_keeps_its_temperature():
    assert fit_temperature(*honest()) == pytest.approx(1.0, abs=0.05)


def test_the_temperature_undoes_an_overconfidence_of_known_size():
    proba, y_index = honest()
    assert fit_temperature(sharpened(proba, 3.0), y_index) == pytest.approx(3.0, abs=0.15)


def test_a_general_minimiser_finds_the_same_temperature():
    proba, y_index = honest(n=300)
    proba = sharpened(proba, 2.5)
    found = minimize_scalar(
        lambda t: log_loss(y_index, apply_temperature(proba, t)), bounds=(0.05, 20)
    )
    assert fit_temperature(proba, y_index) == pytest.approx(found.x, rel=1e-3)


def test_calibration_lowers_the_error_of_an_overconfident_model_on_new_data():
    proba, y_index = honest()
    proba = sharpened(proba, 4.0)
    temperature = fit_temperature(proba[:2000], y_index[:2000])
    before = expected_calibration_error(proba[2000:], y_index[2000:])
    after = expected_calibration_error(apply_temperature(proba[2000:], temperature), y_index[2000:])
    assert before > 0.15
    assert after < 0.04


def test_a_model_that_is_always_right_is_not_sharpened_without_end():
    proba = np.array([[0.6, 0.4], [0.3, 0.7]])
    assert fit_temperature(proba, [0, 1]) == pytest.approx(0.05)


def test_a_model_that_is_sure_and_wrong_meets_the_upper_limit():
    proba = np.array([[0.99, 0.01], [0.99, 0.01]])
    assert fit_temperature(proba, [1, 1]) == pytest.approx(20)


def test_temperature_keeps_the_order_of_the_classes_and_the_sum():
    proba, _ = honest(n=50)
    cooled = apply_temperature(proba, 2.0)
    assert (cooled.argsort(axis=1) == proba.argsort(axis=1)).all()
    assert cooled.sum(axis=1) == pytest.approx(np.ones(50))


def test_half_the_temperature_squares_the_odds():
    # odds 4 : 1 become 16 : 1
    assert apply_temperature([[0.8, 0.2]], 0.5)[0] == pytest.approx([16 / 17, 1 / 17])


def test_a_probability_of_zero_stays_finite():
    assert np.isfinite(apply_temperature([[1.0, 0.0]], 5.0)).all()


def twelve_right_answers():
    """Three folds of a model that is always right and says so with 0.7."""
    y_index = np.tile([0, 1, 2, 3], 3)
    proba = np.full((12, 4), 0.1)
    proba[np.arange(12), y_index] = 0.7
    return proba, y_index, np.repeat([0, 1, 2], 4)


def test_a_dozen_right_answers_do_not_make_a_model_certain():
    proba, y_index, folds = twelve_right_answers()
    assert apply_temperature(proba, fit_temperature(proba, y_index)).max() > 0.9999
    # each fold is judged by the eight answers of the others: (8 + 1) / (8 + 2)
    calibrated = cross_calibrated(proba, y_index, folds)
    assert calibrated.max(axis=1) == pytest.approx(np.full(12, 0.9))
    assert calibrated.sum(axis=1) == pytest.approx(np.ones(12))
    # two outcomes, right or not, after twelve right ones: 13 / 14
    assert confidence_ceiling(12) == pytest.approx(13 / 14)


def test_with_no_answers_at_all_nothing_is_known():
    assert confidence_ceiling(0) == 0.5


def test_three_hundred_answers_are_hardly_touched():
    proba, y_index = honest(n=300)
    before = expected_calibration_error(proba, y_index)
    after = expected_calibration_error(apply_ceiling(proba, confidence_ceiling(300)), y_index)
    assert after == pytest.approx(before, abs=0.005)


def test_under_a_ceiling_the_classes_keep_their_order_and_their_proportions():
    high, low = apply_ceiling([[0.95, 0.04, 0.01], [0.6, 0.3, 0.1]], 0.9)
    assert high == pytest.approx([0.9, 0.08, 0.02])
    assert low == pytest.approx([0.6, 0.3, 0.1])


def test_certainty_shares_what_it_gives_up_evenly():
    assert apply_ceiling([[0.0, 1.0, 0.0]], 0.9)[0] == pytest.approx([0.05, 0.9, 0.05])


@pytest.mark.parametrize("ceiling", [0.49, 1.01, float("nan")])
def test_a_ceiling_lies_between_a_half_and_one(ceiling):
    with pytest.raises(ValueError, match="ceiling"):
        apply_ceiling([[0.5, 0.5]], ceiling)


def test_the_calibration_error_is_the_gap_weighted_by_the_bins():
    # 3 answers at 0.9 of which 2 are right, 1 at 0.6 which is right:
    # 3/4 * |0.9 - 2/3| + 1/4 * |0.6 - 1| = 0.175 + 0.1
    proba = [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.6, 0.4]]
    assert expected_calibration_error(proba, [0, 0, 1, 0], n_bins=10) == pytest.approx(0.275)


def test_reliability_names_each_bin_that_is_not_empty():
    proba = [[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]]
    low, high = reliability(proba, [0, 1, 1], n_bins=10)
    assert (low.n, low.confidence, low.accuracy) == (1, pytest.approx(0.6), 1.0)
    assert (high.n, high.confidence, high.accuracy) == (2, pytest.approx(0.9), 0.5)


def test_the_threshold_keeps_nine_of_ten():
    confidence = np.linspace(0.51, 0.96, 10)
    proba = np.column_stack([confidence, 1 - confidence])
    threshold = unsure_threshold(proba, np.zeros(10, dtype=int), coverage=0.9)
    assert (confidence >= threshold).sum() == 9
    assert unsure_threshold(proba, np.zeros(10, dtype=int), coverage=1.0) == confidence[0]


def test_clips_of_an_unknown_emotion_do_not_move_the_threshold():
    proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.51, 0.49]])
    assert unsure_threshold(proba, [0, 1, -1], coverage=1.0) == 0.8


def test_withholding_the_unsure_answers_raises_the_accuracy():
    proba, y_index = honest()
    threshold = unsure_threshold(proba, y_index, coverage=0.8)
    answered, right = proba.max(axis=1) >= threshold, proba.argmax(axis=1) == y_index
    assert answered.mean() == pytest.approx(0.8, abs=0.001)
    assert right[answered].mean() > right.mean() + 0.03


@pytest.mark.parametrize(
    ("proba", "y_index"),
    [
        ([[0.5, 0.6]], [0]),
        ([[-0.1, 1.1]], [0]),
        ([[np.nan, 1.0]], [0]),
        ([0.5, 0.5], [0]),
        (np.empty((0, 2)), []),
        ([[0.5, 0.5]], [2]),
        ([[0.5, 0.5]], [0, 1]),
        ([[0.5, 0.5]], [0.0]),
    ],
)
def test_what_is_no_probability_or_no_class_is_refused(proba, y_index):
    with pytest.raises(ValueError, match=r"proba|y_index"):
        expected_calibration_error(proba, y_index)
    with pytest.raises(ValueError, match=r"proba|y_index"):
        fit_temperature(proba, y_index)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_is_above_zero(temperature):
    with pytest.raises(ValueError, match="above 0"):
        apply_temperature([[0.5, 0.5]], temperature)


def test_a_threshold_needs_a_known_clip_and_a_share():
    with pytest.raises(ValueError, match="No row"):
        unsure_threshold([[0.5, 0.5]], [-1])
    with pytest.raises(ValueError, match="coverage"):
        unsure_threshold([[0.5, 0.5]], [0], coverage=0.0)
