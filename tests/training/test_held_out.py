"""The answers of a run lead to its clips, and to how far its certainty can be believed."""

import numpy as np
import pytest

from core.training.held_out import HeldOut, confidence_of, hard_clips, held_out
from tests.training.keeping import keep_answers, run_and_keep


def answers(proba, reference, fold=None):
    n = len(reference)
    return HeldOut(
        ids=np.arange(10, 10 + n),
        fold=np.zeros(n, int) if fold is None else np.array(fold),
        reference=np.array(reference),
        proba=np.array(proba, float),
    )


def test_a_cell_lists_its_clips_the_most_confident_answer_first():
    said = answers([[0.4, 0.6], [0.1, 0.9], [0.8, 0.2]], [0, 0, 0])
    assert said.cell(0, 1) == (11, 10)
    assert said.cell(0, 0) == (12,)
    assert said.cell(1, 1) == ()
    assert said.wrong([10, 12]) == (10,)


def test_a_fold_is_calibrated_by_the_others_alone():
    """Fold 0 is always right and modest, fold 1 always wrong and sure: each gets the other's T."""
    sure, modest = [0.99, 0.01], [0.6, 0.4]
    said = answers([modest] * 20 + [sure] * 20, [0] * 20 + [1] * 20, [0] * 20 + [1] * 20)
    found = confidence_of(said)
    assert found.apart
    assert found.ece > 0.4  # calibrated on itself, either fold would look far better
    assert not confidence_of(answers([modest] * 4, [0, 0, 1, 0])).apart


def test_a_clip_is_always_wrong_only_where_every_run_that_had_it_was(catalog):
    run_and_keep(catalog, "good")
    ids = sorted(u.id for u in catalog.utterances("tones"))
    keep_answers(catalog, "one", "good", ids[:3])
    keep_answers(catalog, "two", "good", ids[1:5])
    assert {clip.id for clip in hard_clips(catalog, ["two", "one"])} == set(ids[1:3])
    assert [c.n_runs for c in hard_clips(catalog, ["two", "one"])] == [2, 2]
    assert hard_clips(catalog, ["two", "one", "good"]) == ()
    assert hard_clips(catalog, ["gone"]) == ()


def test_the_answers_of_a_run_are_read_in_one_order(catalog):
    run_and_keep(catalog, "r1")
    said = held_out(catalog, "r1")
    assert said.proba.shape == (48, 4)
    assert said.proba.sum(axis=1) == pytest.approx(np.ones(48))
    label = {u.id: u.emotion for u in catalog.utterances("tones")}
    assert [label[i] for i in said.ids] == [
        ("sad", "neutral", "happy", "angry")[c] for c in said.reference
    ]
