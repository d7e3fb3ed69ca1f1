"""Train, validation and test: three parts, apart from each other, whatever their shares."""

import numpy as np
import pytest

from core.corpus.splits import make_folds
from core.errors import ImpossibleSplitError
from core.settings import SplitSpec
from tests.corpus.builders import grid


def parts(utterances, seed=0, **choices):
    (fold,) = make_folds(utterances, SplitSpec(three_way=True, **choices), seed)
    return fold


def speakers_in(utterances, rows):
    return {utterances[i].speaker for i in rows}


def test_the_three_parts_share_no_clip_and_no_voice():
    utterances = grid(10, 4)
    fold = parts(utterances, mode="speaker")
    rows = [fold.train, fold.validation, fold.test]
    assert sorted(np.concatenate(rows)) == list(range(len(utterances)))
    voices = [speakers_in(utterances, r) for r in rows]
    assert not voices[0] & voices[1] and not voices[0] & voices[2] and not voices[1] & voices[2]
    assert [len(v) for v in voices] == [6, 2, 2]


def test_two_voices_leave_the_test_apart_and_draw_the_validation_part_at_random():
    utterances = grid(2, 6)
    fold = parts(utterances, mode="speaker")
    assert speakers_in(utterances, fold.test) != speakers_in(utterances, fold.train)
    assert speakers_in(utterances, fold.validation) == speakers_in(utterances, fold.train)
    assert not set(fold.validation) & set(fold.train)


def test_the_test_part_does_not_follow_the_validation_share():
    utterances = grid(10, 4)
    small, large = (
        parts(utterances, mode="speaker", validation_share=share) for share in (0.1, 0.4)
    )
    assert (small.test == large.test).all()
    assert len(small.validation) < len(large.validation)


def test_a_curve_is_drawn_of_the_validation_part_never_of_the_test():
    fold = parts(grid(5, 4), mode="random")
    assert (fold.watched == fold.validation).all()
    (plain, *_others) = make_folds(grid(5, 4), SplitSpec("random", 5), 0)
    assert (plain.watched == plain.test).all()


def test_one_voice_has_no_test_voice():
    with pytest.raises(ImpossibleSplitError):
        parts(grid(1, 6), mode="speaker")
