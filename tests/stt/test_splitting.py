from itertools import pairwise

import numpy as np
import pytest

from core.stt.splitting import linear16, pieces_of, split_at_quiet
from tests.conftest import sine

SR = 16_000


def test_a_short_signal_is_one_piece():
    assert split_at_quiet(sine(duration=55.0)) == [(0, 55 * SR)]


@pytest.mark.parametrize("duration", [56.0, 110.0, 200.3])
def test_pieces_cover_a_long_signal_and_none_is_longer_than_the_limit(duration):
    y = sine(duration=duration)
    pieces = split_at_quiet(y)
    assert pieces[0][0] == 0
    assert pieces[-1][1] == len(y)
    assert all(end == start for (_, end), (start, _) in pairwise(pieces))
    assert max(end - start for start, end in pieces) <= 55 * SR
    assert min(end - start for start, end in pieces) > 0


def test_the_cut_lies_in_the_pause():
    y = sine(duration=80.0)
    y[int(47.0 * SR) : int(47.4 * SR)] = 0.0
    (_, cut), _ = split_at_quiet(y)
    assert 47.0 <= cut / SR <= 47.4


def test_full_scale_is_clipped_and_not_wrapped():
    assert np.frombuffer(linear16(np.array([1.5, -1.5, 0.5])), "<i2").tolist() == [
        32767,
        -32767,
        16384,
    ]


@pytest.mark.parametrize("chunk", [160, 333, 8_000, 20_001])
def test_a_stream_goes_out_in_messages_of_half_a_second(chunk):
    y = sine(duration=2.2)
    pieces = list(pieces_of(y[i : i + chunk] for i in range(0, len(y), chunk)))
    assert b"".join(pieces) == linear16(y)
    assert [len(piece) for piece in pieces] == [16_000, 16_000, 16_000, 16_000, 6_400]
