"""A take as it comes from a browser, where anybody can send anything."""

import base64

import pytest

from pages.parts import recorder
from pages.parts.recorder import Take, _got, _take, _whole

DATA = base64.b64encode(b"RIFF").decode()


def test_a_take_is_its_bytes_number_and_rate():
    said = {"data": DATA, "number": 7, "rate": 48_000, "processed": ["autoGainControl", "other"]}
    assert _take(said) == Take(b"RIFF", 7, 48_000, ("autoGainControl",))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"data": DATA},
        {"data": DATA, "number": 1, "rate": None},
        {"data": "no base64!", "number": 1, "rate": 48_000},
        {"data": 3, "number": 1, "rate": 48_000},
        {"data": DATA, "number": 1, "rate": 48_000, "part": 2, "parts": 2},
        {"data": DATA, "number": 1, "rate": 48_000, "part": 0, "parts": 1_000},
        {"data": DATA, "number": 0, "rate": 48_000},
    ],
)
def test_what_is_no_take_is_none(said):
    assert _take(said) is None


def part(number: int, at: int, of: int, data: bytes) -> Take:
    return Take(data, number, 48_000, part=at, parts=of)


@pytest.fixture
def session(monkeypatch):
    state: dict = {}
    monkeypatch.setattr(recorder.st, "session_state", state)
    return state


def test_a_take_is_whole_with_its_last_part_and_comes_once(session):
    assert _got("k") is None
    assert _whole("k", part(7, 0, 2, b"ab")) is None
    assert _got("k") == {"number": 7, "parts": 1, "over": False}
    assert _whole("k", part(7, 1, 2, b"cd")) == Take(b"abcd", 7, 48_000)
    assert _got("k") == {"number": 7, "parts": 0, "over": True}
    assert _whole("k", part(7, 1, 2, b"cd")) is None  # sent again, although it came


def test_a_part_that_is_sent_again_is_there_once(session):
    _whole("k", part(7, 0, 3, b"ab"))
    _whole("k", part(7, 0, 3, b"ab"))
    _whole("k", part(7, 1, 3, b"cd"))
    assert _whole("k", part(7, 2, 3, b"e")).data == b"abcde"


def test_a_new_session_asks_for_a_take_from_its_beginning(session):
    assert _whole("k", part(7, 2, 3, b"e")) is None
    assert _got("k") == {"number": 7, "parts": 0, "over": False}


def test_the_next_take_comes_after_one_that_stayed_in_pieces(session):
    _whole("k", part(7, 0, 2, b"ab"))
    assert _whole("k", part(8, 0, 1, b"x")).data == b"x"
    assert _whole("k", part(7, 1, 2, b"cd")) is None
    assert _got("k") == {"number": 8, "parts": 0, "over": True}
