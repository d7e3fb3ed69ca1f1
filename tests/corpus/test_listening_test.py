"""A listening test is kept beside its corpus, and says how well people do."""

import pytest

from core.corpus.listening_test import (
    ListeningTestError,
    attach_listening_test,
    detach_listening_test,
    human_score,
    parse_listening_test,
)
from tests.corpus.builders import add_clips


def test_the_first_number_behind_a_sound_file_counts_with_a_comma_or_a_point():
    text = "Nr.\tSatz\terkannt\tnatuerlich\n1\t03a01Ab.wav\t65,00\xa0\t35,00\n\t\n"
    assert parse_listening_test(text.encode("latin-1"), "t.txt") == {"03a01ab": 0.65}
    assert parse_listening_test(b"file,share\na.wav,0.5\nb.wav,1\n", "t.csv") == {"a": 0.5, "b": 1}
    assert parse_listening_test("소리/ㄱ.wav;80;1".encode(), "t.csv") == {"ㄱ": 0.8}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "no row has a sound file"),
        (b"a.wav\tgood\n", "no row has a sound file"),
        (b"a.wav\t640\n", "above 100 per cent"),
        (b"x" * (5 * 2**20 + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_listening_test_is_refused_with_the_reason(data, fault):
    with pytest.raises(ListeningTestError, match=fault):
        parse_listening_test(data, "t.txt")


def test_people_are_scored_as_a_model_is_over_the_emotions_evenly(catalog):
    names = ["1_1_S", "2_1_S", "1_1_A"]
    ids = add_clips(catalog, names)
    data = b"1_1_S.wav\t50\n2_1_S.wav\t100\n1_1_A.wav\t25\nother.wav\t1\n"
    assert attach_listening_test(catalog, "team", data, "people.txt") == 3
    score = human_score(catalog, "team", {ids[0]: 0, ids[1]: 0, ids[2]: 1}, 3)
    assert (score.uar, score.n, score.source) == (0.5, 3, "people.txt")
    assert score.recalls == (0.75, 0.25, None)
    assert human_score(catalog, "team", {10**6: 0}, 3) is None
    detach_listening_test(catalog, "team")
    assert human_score(catalog, "team", {ids[0]: 0}, 3) is None


def test_a_test_of_other_clips_is_not_kept(catalog):
    add_clips(catalog, ["1_1_S"])
    with pytest.raises(ListeningTestError, match="none of its clips"):
        attach_listening_test(catalog, "team", b"z.wav\t50\n", "people.txt")
