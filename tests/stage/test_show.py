"""A show goes out as a file and comes back the same; anything else is refused with its reason."""

import dataclasses
import json

import pytest

from core.errors import ShowFileError
from core.stage import Scene, Show, show_from_json, show_to_json
from core.stage.show import MAX_BYTES

SHOW = Show(
    title="졸업 발표",
    palette="bright",
    scenes=(
        Scene("say", lines=("안녕하세요", "picture:rain")),
        Scene("act", lines=("괜찮아요",), emotions=("sad", "angry"), rounds=3),
        Scene("four", corpus="demo", sentence="1", speaker="2"),
        Scene("learn", run="20261126-1", clip="ab12"),
        Scene("good"),
    ),
    model="emodb-vote",
    takes=("ab12",),
    shared_address=True,
)


def document(**changes) -> bytes:
    return json.dumps(json.loads(show_to_json(SHOW)) | changes).encode()


def scene(**changes) -> bytes:
    return document(scenes=[{**dataclasses.asdict(SHOW.scenes[1]), **changes}])


def test_a_show_comes_back_as_it_was():
    assert show_from_json(show_to_json(SHOW)) == SHOW


def test_what_a_show_leaves_out_has_its_default():
    data = b'{"format": "malgyeol-show", "version": 1, "scenes": [{"kind": "say"}]}'
    assert show_from_json(data) == Show(scenes=(Scene("say"),))


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "does not say"),
        (b'{"format": "other"}', "does not say"),
        (document(version=2), "later version"),
        (b" " * (MAX_BYTES + 1), "larger than 256 kB"),
        (document(scenes="say"), "a value"),
        (document(palette="pink"), "a value"),
        (document(surprise=1), "a value"),
        (document(title=["x"]), "a value"),
        (scene(kind="dance"), "a value"),
        (scene(emotions=["joy"]), "a value"),
        (scene(rounds=True), "a value"),
        (scene(rounds=0), "a value"),
        (scene(lines=["x" * 121]), "a value"),
        (scene(lines=[""]), "a value"),
        (scene(corpus=7), "a value"),
        (document(scenes=[{"kind": "say"}] * 41), "a value"),
        (document(takes=["ab"] * 10), "a value"),
    ],
)
def test_anything_else_is_refused_with_its_reason(data, reason):
    with pytest.raises(ShowFileError, match=reason):
        show_from_json(data)
