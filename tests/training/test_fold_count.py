"""How many folds there will be, and how much each learns from, before any is dealt out."""

from types import SimpleNamespace

import pytest

from core.settings import SplitSpec
from core.training.fold_count import fold_count, learnt_share

CLIPS = [SimpleNamespace(id=i, speaker=i % 4, sentence=i % 5) for i in range(40)]


@pytest.mark.parametrize(
    ("split", "n", "share"),
    [
        (SplitSpec("speaker", 5), 5, 0.8),
        (SplitSpec("speaker", 0), 4, 0.75),
        (SplitSpec("sentence", 0), 5, 0.8),
        (SplitSpec("speaker+sentence", 2), 4, 0.25),
        (SplitSpec("random", three_way=True, test_share=0.2, validation_share=0.3), 1, 0.5),
    ],
)
def test_a_split_tells_its_folds_and_what_each_learns_from(split, n, share):
    assert fold_count(split, CLIPS) == n
    assert learnt_share(split, CLIPS) == pytest.approx(share)


def test_leaving_one_out_is_ten_folds_until_the_clips_are_at_hand():
    assert fold_count(SplitSpec("speaker", 0)) == 10
