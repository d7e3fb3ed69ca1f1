import numpy as np
import pytest

from core.evaluation import compare_paired, uar_interval, unweighted_average_recall

LABELS = range(4)


def speakers_and_answers(n_speakers=10, n_each=40, right=0.7, spread=0.0, seed=0):
    """Utterances of speakers who are recognised with a rate of their own."""
    rng = np.random.default_rng(seed)
    speakers = np.repeat(np.arange(n_speakers), n_each)
    rate = np.clip(right + spread * rng.standard_normal(n_speakers), 0, 1)[speakers]
    y_true = rng.integers(0, 4, len(speakers))
    hit = rng.random(len(speakers)) < rate
    return y_true, np.where(hit, y_true, (y_true + 1) % 4), speakers


def resampled_by_row(y_true, y_pred, draw, n=1500):
    """A second implementation: really draw rows, really score them."""
    values = []
    for _ in range(n):
        rows = draw()
        values.append(unweighted_average_recall(y_true[rows], y_pred[rows], labels=LABELS))
    return np.quantile(values, [0.025, 0.975])


def test_the_interval_over_utterances_is_that_of_drawing_rows():
    y_true, y_pred, _ = speakers_and_answers()
    rng = np.random.default_rng(1)
    expected = resampled_by_row(y_true, y_pred, lambda: rng.integers(0, 400, 400))
    assert uar_interval(y_true, y_pred, labels=LABELS) == pytest.approx(expected, abs=0.01)


def test_the_interval_over_speakers_is_that_of_drawing_speakers():
    y_true, y_pred, speakers = speakers_and_answers(spread=0.2)
    rng = np.random.default_rng(1)
    rows_of = [np.flatnonzero(speakers == s) for s in range(10)]
    expected = resampled_by_row(
        y_true, y_pred, lambda: np.concatenate([rows_of[s] for s in rng.integers(0, 10, 10)])
    )
    found = uar_interval(y_true, y_pred, labels=LABELS, groups=speakers)
    assert found == pytest.approx(expected, abs=0.015)


def test_speakers_who_differ_make_the_interval_wider():
    y_true, y_pred, speakers = speakers_and_answers(spread=0.25)
    low, high = uar_interval(y_true, y_pred, labels=LABELS)
    wide_low, wide_high = uar_interval(y_true, y_pred, labels=LABELS, groups=speakers)
    assert wide_high - wide_low > 1.3 * (high - low)


def test_two_speakers_who_are_alike_by_luck_do_not_make_it_narrow():
    y_true = np.array([0, 0, 1, 1] * 2)
    y_pred = np.array([0, 1, 1, 0] * 2)  # each speaker has exactly half
    low, high = uar_interval(y_true, y_pred, labels=range(2), groups=[1] * 4 + [2] * 4)
    assert low < 0.3
    assert high > 0.7


def test_one_speaker_is_as_good_as_none_given():
    y_true, y_pred, _ = speakers_and_answers()
    alone = uar_interval(y_true, y_pred, labels=LABELS, groups=["kim"] * 400)
    assert alone == uar_interval(y_true, y_pred, labels=LABELS)


def test_unknown_speakers_are_voices_of_their_own():
    y_true, y_pred, _ = speakers_and_answers()
    unknown = uar_interval(y_true, y_pred, labels=LABELS, groups=[None] * 400)
    assert unknown == pytest.approx(uar_interval(y_true, y_pred, labels=LABELS), abs=0.01)


def test_an_all_right_answer_to_few_clips_is_not_certain():
    # exact bound of 3 of 3 at 95 %: 0.025 ** (1 / 3) = 0.2924
    low, high = uar_interval("aaabbb", "aaabbb", labels="ab")
    assert low == pytest.approx(0.2924, abs=1e-4)
    assert high == 1.0


def test_the_same_seed_gives_the_same_interval_and_another_one_nearly():
    y_true, y_pred, speakers = speakers_and_answers(spread=0.1)
    first = uar_interval(y_true, y_pred, labels=LABELS, groups=speakers, seed=3)
    assert first == uar_interval(y_true, y_pred, labels=LABELS, groups=speakers, seed=3)
    other = uar_interval(y_true, y_pred, labels=LABELS, groups=speakers, seed=4)
    assert other != first
    assert other == pytest.approx(first, abs=0.02)


@pytest.mark.parametrize("settings", [{"level": 1.0}, {"n_resamples": 50}, {"groups": ["kim"]}])
def test_unusable_settings_of_an_interval_are_refused(settings):
    with pytest.raises(ValueError, match=r"level|resamples|length"):
        uar_interval("ab", "ab", labels="ab", **settings)


@pytest.mark.slow
def test_nineteen_of_twenty_intervals_hold_the_true_score():
    held = 0
    for seed in range(200):
        y_true, y_pred, speakers = speakers_and_answers(n_speakers=24, n_each=20, seed=seed)
        low, high = uar_interval(
            y_true, y_pred, labels=LABELS, groups=speakers, n_resamples=400, seed=seed
        )
        held += low <= 0.7 <= high
    assert 180 <= held <= 199


def test_a_model_that_repairs_errors_of_every_speaker_is_better():
    y_true, y_old, speakers = speakers_and_answers(right=0.6)
    y_new = np.where(np.arange(400) % 4 == 0, y_true, y_old)  # a quarter of all made right
    verdict = compare_paired(y_true, y_old, y_new, labels=LABELS, groups=speakers)
    assert verdict.verdict == "better"
    assert verdict.interval[0] > 0
    difference = unweighted_average_recall(
        y_true, y_new, labels=LABELS
    ) - unweighted_average_recall(y_true, y_old, labels=LABELS)
    assert verdict.difference == pytest.approx(difference)


def test_turned_round_the_verdict_is_worse():
    y_true, y_old, speakers = speakers_and_answers(right=0.6)
    y_new = np.where(np.arange(400) % 4 == 0, y_true, y_old)
    verdict = compare_paired(y_true, y_new, y_old, labels=LABELS, groups=speakers)
    assert verdict.verdict == "worse"
    assert verdict.interval[1] < 0


def test_the_same_answers_show_no_difference():
    y_true, y_old, speakers = speakers_and_answers()
    verdict = compare_paired(y_true, y_old, y_old, labels=LABELS, groups=speakers)
    assert verdict.verdict == "no-difference"
    assert verdict.interval == (0.0, 0.0)


def test_one_more_right_answer_is_no_proof_even_from_each_of_two_speakers():
    y_true = np.array([0, 1] * 20)
    y_old = np.array([1, 1] + [0, 1] * 9 + [1, 1] + [0, 1] * 9)
    verdict = compare_paired(y_true, y_old, y_true, labels=range(2), groups=[1] * 20 + [2] * 20)
    assert verdict.difference == pytest.approx(0.05)  # 2 of 20 of the one class
    assert verdict.verdict == "no-difference"


def test_pairing_sees_what_two_separate_intervals_cannot():
    y_true, y_old, speakers = speakers_and_answers(right=0.6, spread=0.25)
    y_new = np.where(np.arange(400) % 8 == 0, y_true, y_old)
    paired = compare_paired(y_true, y_old, y_new, labels=LABELS, groups=speakers)
    old = uar_interval(y_true, y_old, labels=LABELS, groups=speakers)
    new = uar_interval(y_true, y_new, labels=LABELS, groups=speakers)
    assert old[1] > new[0]  # they overlap
    assert paired.verdict == "better"


def test_a_gain_with_one_speaker_alone_is_no_gain_with_speakers():
    y_true, y_old, speakers = speakers_and_answers(right=0.6, n_speakers=6)
    y_new = np.where(speakers == 0, y_true, y_old)
    verdict = compare_paired(y_true, y_old, y_new, labels=LABELS, groups=speakers)
    assert verdict.difference > 0.02
    assert verdict.verdict == "no-difference"


def test_answers_of_different_length_are_not_compared():
    with pytest.raises(ValueError, match="differ in length"):
        compare_paired("aabb", "aabb", "aab", labels="ab")
