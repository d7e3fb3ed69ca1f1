"""A take as it comes from a browser, where anybody can send anything."""

import base64

import pytest

from pages.parts.recorder import Take, _take

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
    ],
)
def test_what_is_no_take_is_none(said):
    assert _take(said) is None
