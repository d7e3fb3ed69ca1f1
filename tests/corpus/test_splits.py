"""Folds: nothing that is answered was learnt from, in any sense that the mode promises."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.corpus.splits import MODES, available_modes, make_folds, speaker_norm_problem
from core.errors import (
    ConfoundedSplitError,
    CorpusError,
    ImpossibleSplitError,
    SpeakersMissingError,
    TooFewUtterancesError,
    UnusableSchemeError,
)
from core.settings import SplitSpec
from tests.corpus.builders import grid, utterance

EMOTIONS = ("sad", "neutral", "happy")

clips = st.lists(
    st.tuples(
        st.sampled_from([*EMOTIONS, None]),
        st.sampled_from(["1", "2", "3", "10", None]),
        st.sampled_from(["a", "b", "c", None]),
    ),
    min_size=2,
    max_size=60,
).map(
    lambda rows: [
        utterance(100 + i, emotion=emotion, speaker=speaker, sentence=sentence)
        for i, (emotion, speaker, sentence) in enumerate(rows)
    ]
)
duplicates = st.lists(st.sets(st.integers(100, 160), min_size=2, max_size=4), max_size=5)


@settings(max_examples=150, deadline=None)
@given(clips, st.sampled_from(list(MODES)), st.sampled_from([0, 2, 3, 5]), duplicates)
def test_folds_keep_every_promise_or_are_refused(utterances, mode, n_folds, together):
    try:
        folds = make_folds(utterances, SplitSpec(mode, n_folds), 0, groups_together=together)
    except (CorpusError, UnusableSchemeError):
        return
    kinds = [] if mode == "random" else mode.split("+")
    emotions = {u.emotion for u in utterances if u.emotion}
    answered = Counter(int(i) for fold in folds for i in fold.test)
    usable = [
        i
        for i, u in enumerate(utterances)
        if u.emotion and all(getattr(u, kind) is not None for kind in kinds)
    ]
    assert answered == Counter(usable)
    for fold in folds:
        assert not set(fold.train) & set(fold.test)
        assert {utterances[i].emotion for i in fold.train} == emotions
        for kind in kinds:
            heard = {getattr(utterances[i], kind) for i in fold.train}
            assert not heard & {getattr(utterances[i], kind) for i in fold.test}
        test_ids = {utterances[i].id for i in fold.test}
        train_ids = {utterances[i].id for i in fold.train}
        assert not any(group & test_ids and group & train_ids for group in together)


@pytest.mark.parametrize("mode", MODES)
def test_the_same_seed_gives_the_same_folds(mode):
    utterances = grid(speakers=5, sentences=4)
    first, again = (make_folds(utterances, SplitSpec(mode, 2), 7) for _ in range(2))
    assert [f.name for f in first] == [f.name for f in again]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.train, other.train)
        np.testing.assert_array_equal(one.test, other.test)


def test_another_seed_gives_other_folds():
    utterances = grid(speakers=6)
    a, b = (make_folds(utterances, SplitSpec("random", 3), seed) for seed in (0, 1))
    assert any((one.test != other.test).any() for one, other in zip(a, b, strict=True))


def test_a_random_split_has_like_shares_of_each_emotion():
    folds = make_folds(grid(speakers=5, sentences=5), SplitSpec("random", 5), 0)  # 25 of each
    assert [f.name for f in folds] == ["1", "2", "3", "4", "5"]
    assert [len(f.test) for f in folds] == [20] * 5
    codes = np.tile(np.arange(4), 25)
    assert all((np.bincount(codes[f.test]) == 5).all() for f in folds)


def test_one_speaker_at_a_time_in_the_order_in_which_people_count():
    folds = make_folds(grid(speakers=10), SplitSpec("speaker", 0), 0)
    assert [f.name for f in folds] == [str(i) for i in range(1, 11)]
    assert [len(f.test) for f in folds] == [12] * 10


def test_there_are_never_more_folds_than_speakers():
    folds = make_folds(grid(speakers=3), SplitSpec("speaker", 5), 0)
    assert sorted(f.name for f in folds) == ["1", "2", "3"]


def test_both_new_means_neither_the_speaker_nor_the_sentence_was_learnt():
    folds = make_folds(grid(speakers=4, sentences=3), SplitSpec("speaker+sentence", 0), 0)
    assert len(folds) == 4 * 3
    assert folds[0].name == "1 × 1"
    assert [len(f.test) for f in folds] == [4] * 12
    assert [len(f.train) for f in folds] == [3 * 2 * 4] * 12


def test_a_clip_without_a_speaker_is_left_out_where_speakers_must_be_new():
    utterances = [*grid(speakers=3), utterance(99, speaker=None)]
    held_out = {i for f in make_folds(utterances, SplitSpec("speaker", 3), 0) for i in f.test}
    learnt = {i for f in make_folds(utterances, SplitSpec("speaker", 3), 0) for i in f.train}
    assert 36 not in held_out | learnt
    assert 36 in {i for f in make_folds(utterances, SplitSpec("random", 3), 0) for i in f.test}


def test_near_duplicates_stay_together_or_leave_the_training_part():
    utterances = grid(speakers=4)
    twins = [{utterances[0].id, utterances[20].id}]  # of speakers 1 and 2
    for fold in make_folds(utterances, SplitSpec("random", 4), 0, groups_together=twins):
        assert (0 in fold.test) == (20 in fold.test)
    folds = make_folds(utterances, SplitSpec("speaker", 0), 0, groups_together=twins)
    assert [len(f.train) for f in folds] == [35, 35, 36, 36]


@pytest.mark.parametrize(
    ("speakers", "sentences", "refused"),
    [
        (1, 4, {"speaker", "speaker+sentence"}),
        (4, 1, {"sentence", "speaker+sentence"}),
        (1, 1, {"random", "speaker", "sentence", "speaker+sentence"}),
        (2, 2, set()),
    ],
)
def test_modes_are_available_where_the_corpus_can_carry_them(speakers, sentences, refused):
    problems = available_modes(grid(speakers, sentences))
    assert list(problems) == ["random", "speaker", "sentence", "speaker+sentence"]
    assert {mode for mode, problem in problems.items() if problem is not None} == refused


def test_a_refusal_names_what_is_missing():
    with pytest.raises(ImpossibleSplitError, match="2 different speakers; the corpus has 1"):
        make_folds(grid(speakers=1), SplitSpec("speaker"), 0)
    with pytest.raises(UnusableSchemeError, match="found: Sad"):
        make_folds(grid(emotions=("sad",)), SplitSpec("random"), 0)
    with pytest.raises(TooFewUtterancesError, match="“Bored” needs at least 2 clips; it has 1"):
        make_folds([*grid(), utterance(99, emotion="bored")], SplitSpec("random"), 0)


def test_an_emotion_of_one_speaker_alone_cannot_be_answered_for_a_new_voice():
    utterances = [*grid(speakers=3), *(utterance(90 + i, emotion="calm") for i in range(3))]
    with pytest.raises(ConfoundedSplitError, match="“Calm” would be missing"):
        make_folds(utterances, SplitSpec("speaker"), 0)
    assert available_modes(utterances)["random"] is None


def test_a_rare_emotion_is_never_held_out_whole():
    rare = [utterance(90, emotion="calm", speaker="1"), utterance(91, emotion="calm", speaker="2")]
    for seed in range(10):
        folds = make_folds([*grid(speakers=4), *rare], SplitSpec("speaker", 2), seed)
        assert all(len({48, 49} & set(f.train)) >= 1 for f in folds)


def test_speaker_normalisation_needs_several_emotions_and_clips_of_each_speaker():
    assert speaker_norm_problem(grid(speakers=2, sentences=2)) is None  # 8 clips, 4 emotions
    problem = speaker_norm_problem(grid(speakers=2, sentences=1))
    assert (problem.speaker, problem.clips, problem.min_clips) == ("1", 4, 8)
    one_sided = [utterance(90 + i, emotion=("sad", "angry")[i % 2], speaker="x") for i in range(8)]
    problem = speaker_norm_problem([*grid(sentences=2), *one_sided])
    assert (problem.speaker, problem.classes, problem.min_classes) == ("x", 2, 3)
    assert speaker_norm_problem(one_sided) is None  # both of two emotions are enough


def test_speaker_normalisation_needs_to_know_who_speaks():
    problem = speaker_norm_problem([*grid(sentences=2), utterance(99, speaker=None)])
    assert isinstance(problem, SpeakersMissingError)
    assert "1 clips do not say it" in str(problem)
