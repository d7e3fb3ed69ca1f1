import numpy as np
import pytest

from core.features import speaker_z, voice_stats


def test_a_speakers_z_scores_are_taken_among_its_own_clips():
    X = np.array([[1.0, 10], [3.0, 10], [100.0, 5], [300.0, 7]])
    Z = speaker_z(X, ["a", "a", "b", "b"])
    assert Z.tolist() == [[-1, 0], [1, 0], [-1, -1], [1, 1]]


def test_the_order_of_the_clips_does_not_matter():
    X = np.random.default_rng(0).normal(size=(6, 3))
    speakers = np.array(["a", "b", "a", "b", "a", "b"])
    order = np.array([5, 2, 0, 1, 4, 3])
    np.testing.assert_allclose(speaker_z(X, speakers)[order], speaker_z(X[order], speakers[order]))


def test_the_only_clip_of_a_speaker_is_all_zero():
    assert speaker_z(np.array([[4.0, -2.0]]), ["a"]).tolist() == [[0, 0]]


def test_a_feature_that_varies_by_rounding_only_is_not_blown_up():
    X = np.full((7, 1), 0.1)  # the mean of seven 0.1 is not exactly 0.1
    X[0] += 1e-17
    np.testing.assert_allclose(speaker_z(X, ["a"] * 7), 0, atol=1e-12)
    assert voice_stats(X).std.tolist() == [1.0]


def test_float32_features_are_normalised_in_double_precision():
    X = np.array([[1e6], [1e6 + 1]], dtype=np.float32)
    assert speaker_z(X, ["a", "a"]).tolist() == [[-1], [1]]


def test_as_many_speakers_as_clips_are_needed():
    with pytest.raises(ValueError, match="2 clips have 1 speakers"):
        speaker_z(np.zeros((2, 3)), ["a"])


def test_statistics_need_a_clip():
    with pytest.raises(ValueError, match=r"\(0, 3\)"):
        voice_stats(np.zeros((0, 3)))
