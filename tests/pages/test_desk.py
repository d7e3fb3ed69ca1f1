import pytest

from pages.parts.desk import ROWS, Desk
from tests.corpus.builders import add_clips


@pytest.fixture
def many(catalog):
    return add_clips(catalog, [f"{i}_{i % 3}_{'SNJA'[i % 4]}" for i in range(1, 2 * ROWS + 11)])


def names(clips):
    return [clip.name.removesuffix(".wav") for clip in clips]


def test_pages_hold_every_clip_once(catalog, many):
    desk, seen = Desk("team"), []
    for number in (1, 2, 3):
        desk.number = number
        seen += [clip.id for clip in desk.clips(catalog, {})]
    assert sorted(seen) == sorted(many)
    assert (desk.total, desk.n_pages) == (110, 3)


def test_a_page_stays_while_labels_change_and_is_read_anew_with_another_filter(catalog, many):
    desk = Desk("team")
    before = names(desk.clips(catalog, {"emotions": ["sad"]}))
    catalog.relabel([many[3]], emotion="happy")  # "4_1_S", the first of them
    assert names(desk.clips(catalog, {"emotions": ["sad"]})) == before
    assert names(desk.clips(catalog, {"emotions": ["sad"], "search": None})) == before[1:]


def test_new_clips_come_into_sight(catalog, many):
    desk = Desk("team", sort=("created", True))
    desk.clips(catalog, {})
    (new,) = add_clips(catalog, ["999_1_S"])
    assert new in [clip.id for clip in desk.clips(catalog, {})]


def test_another_filter_begins_at_the_first_page(catalog, many):
    desk = Desk("team")
    desk.clips(catalog, {})
    desk.number = 3
    desk.clips(catalog, {})
    desk.clips(catalog, {"emotions": ["sad", "angry"]})
    assert desk.number == 1


def test_turning_a_page_opens_its_near_end(catalog, many):
    desk = Desk("team")
    desk.clips(catalog, {})
    desk.turn_page(1)
    on = desk.clips(catalog, {})
    assert desk.current == on[0].id
    desk.turn_page(-1)
    back = desk.clips(catalog, {})
    assert desk.current == back[-1].id


def test_there_is_no_page_before_the_first(catalog, many):
    desk = Desk("team")
    desk.clips(catalog, {})
    desk.turn_page(-1)
    assert (desk.number, desk.arriving) == (1, 0)


def test_a_column_sorts_upwards_then_downwards():
    desk = Desk("team")
    desk.sort_by("duration")
    assert desk.sort == ("duration", False)
    desk.sort_by("duration")
    assert desk.sort == ("duration", True)
    desk.sort_by("speaker")
    assert desk.sort == ("speaker", False)


def test_a_key_keeps_its_emotion_when_the_last_clip_of_another_is_relabelled(catalog):
    (only, _other) = add_clips(catalog, ["1_1_S", "1_1_A"])
    desk = Desk("team")
    desk.learn_scheme(catalog.corpus("team"))
    catalog.relabel([only], emotion="angry")
    desk.learn_scheme(catalog.corpus("team"))
    assert desk.scheme == ("sad", "angry")


def test_clips_without_labels_can_be_given_the_four_emotions(catalog):
    add_clips(catalog, ["1_1_X"])
    desk = Desk("team")
    desk.learn_scheme(catalog.corpus("team"))
    assert desk.scheme == ("sad", "neutral", "happy", "angry")


def test_a_listing_takes_the_place_of_the_filters_and_shows_disabled_clips_too(catalog, many):
    catalog.set_status(many[:1], "disabled")
    desk = Desk("team")
    desk.list_clips(many[:2], "Chosen", source="map")
    assert {c.id for c in desk.clips(catalog, {"emotions": ["angry"]})} == set(many[:2])
    desk.list_clips((), "", source="finding")
    assert desk.listing is not None
    desk.list_clips((), "", source="map")
    assert desk.listing is None


def test_opening_again_has_a_higher_number_than_anything_the_browser_sent():
    desk = Desk("team", handled=1_000)
    desk.open(5)
    desk.open(5)
    assert desk.opened == 1_002
