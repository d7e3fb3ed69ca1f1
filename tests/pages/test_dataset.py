"""The data page: what a keeper of recordings does there, one test a task."""

import json

import pytest

from core.corpus import Catalog, import_path
from pages.parts.clip_table import Action
from pages.parts.desk import STATE, WANTED, Listing
from tests.corpora import write_tones
from tests.pages.test_frame import shown

N_CLIPS = 60  # five voices, three sentences, four emotions


@pytest.fixture(scope="module")
def tones(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tones")
    assert write_tones(folder, n_speakers=5) == N_CLIPS
    return folder


@pytest.fixture
def catalog(workspace_home, tones, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    monkeypatch.setattr("pages.parts.resources.ensure_demo", lambda catalog: None)
    with Catalog() as opened:
        import_path(opened, tones, corpus="tones", convention="original")
        yield opened


@pytest.fixture
def page(catalog, open_page):
    return open_page("dataset")


def table(at) -> dict:
    """What the table was given to draw."""
    return next(d for d in components(at) if "rows" in d)


def player(at) -> dict:
    return next(d for d in components(at) if "clip" in d)


def components(at) -> list[dict]:
    found = at.get("bidi_component")
    return [json.loads(e.proto.json) for e in found if e.proto.json]


def names(at) -> list[str]:
    return [row["name"].removesuffix(".wav") for row in table(at)["rows"]]


def act(at, catalog, do: str, **values):
    """Do what the table reports when a user clicks or presses a key in it."""
    from pages.parts import clip_changes
    from pages.parts.frame import Frame

    frame = Frame(name="dataset", language="en", theme="light", _=lambda message: message)
    desk = at.session_state[STATE]
    number = max(desk.handled, desk.opened) + 1
    desk.handled = number
    clip_changes._take(frame, catalog, desk, Action(number, do, **values))
    return at.run()


def clip(catalog, name: str):
    (found,) = catalog.utterances("tones", search=f"{name}.wav", status=None)
    return found


def test_the_first_page_holds_fifty_clips_in_the_order_in_which_people_count(page):
    assert len(names(page)) == 50
    assert names(page)[:5] == ["1_1_A", "1_1_J", "1_1_N", "1_1_S", "1_2_A"]


def test_clips_are_found_by_words_voice_emotion_and_length(page):
    page.text_input(key="dataset.tones.search").set_value("2_3_").run()
    assert names(page) == ["2_3_A", "2_3_J", "2_3_N", "2_3_S"]
    page.multiselect(key="dataset.tones.speakers").set_value(["4"]).run()
    assert "No clip fits" in shown(page)
    page.text_input(key="dataset.tones.search").set_value("").run()
    assert len(names(page)) == 12
    page.slider(key="dataset.tones.durations").set_value((1.0, 60.0)).run()
    assert "No clip fits" in shown(page)


def test_a_column_sorts_one_way_and_then_the_other(page, catalog):
    act(page, catalog, "sort", by="speaker")
    assert {name.split("_")[1] for name in names(page)[:12]} == {"1"}
    act(page, catalog, "sort", by="speaker")
    assert {name.split("_")[1] for name in names(page)[:12]} == {"5"}
    assert table(page)["sort"] == {"by": "speaker", "down": True}


def test_an_opened_clip_is_played_and_the_next_one_is_ready(page, catalog):
    first, second = clip(catalog, "1_1_A"), clip(catalog, "1_1_J")
    act(page, catalog, "open", id=first.id)
    drawn = player(page)
    assert (drawn["clip"]["id"], drawn["next"]["id"]) == (str(first.id), str(second.id))
    assert drawn["play"] > 0
    assert drawn["clip"]["src"].startswith("data:audio/wav;base64,")
    assert drawn["clip"]["duration"] == pytest.approx(0.5)


def test_a_wrong_label_is_put_right_and_taken_back(page, catalog):
    wrong = clip(catalog, "1_1_A")
    act(page, catalog, "open", id=wrong.id)
    page.button(key="dataset.label.sad").click().run()
    assert catalog.utterance(wrong.id).emotion == "sad"
    assert "Emotion → Sad" in shown(page)
    page.button(key="dataset.undo").click().run()
    assert catalog.utterance(wrong.id).emotion == "angry"
    (changed, undone) = catalog.history(wrong.id)
    assert (changed.by, changed.before, changed.after) == ("me", "angry", "sad")
    assert undone.undoes == changed.change


def test_a_number_key_sets_the_emotion_of_that_number(page, catalog):
    wrong = clip(catalog, "1_1_A")
    act(page, catalog, "open", id=wrong.id)
    scheme = [emotion["id"] for emotion in table(page)["scheme"]]
    assert scheme == ["sad", "neutral", "happy", "angry"]
    act(page, catalog, "label", id=wrong.id, emotion=scheme[2])
    assert catalog.utterance(wrong.id).emotion == "happy"
    act(page, catalog, "undo")
    assert catalog.utterance(wrong.id).emotion == "angry"


def test_a_corrected_clip_stays_in_its_row_although_the_filter_no_longer_fits(page, catalog):
    page.button_group(key="dataset.tones.emotions").set_value(["angry"]).run()
    before = names(page)
    assert len(before) == 15
    act(page, catalog, "label", id=clip(catalog, "1_1_A").id, emotion="sad")
    assert names(page) == before
    assert table(page)["rows"][0]["emotion"]["id"] == "sad"


def test_a_disabled_clip_goes_out_of_sight_and_can_be_seen_among_the_disabled(page, catalog):
    bad = clip(catalog, "1_1_A")
    act(page, catalog, "turn", id=bad.id)
    assert catalog.utterance(bad.id).status == "disabled"
    page.button_group(key="dataset.tones.status").set_value("disabled").run()
    assert names(page) == ["1_1_A"]
    act(page, catalog, "open", id=bad.id)
    page.button(key="dataset.turn").click().run()
    assert catalog.utterance(bad.id).status == "active"


def test_voice_and_sentence_are_edited(page, catalog):
    wrong = clip(catalog, "1_1_A")
    act(page, catalog, "open", id=wrong.id)
    page.text_input(key=f"dataset.speaker.{wrong.id}").set_value("9")
    page.button(key=f"dataset.save.{wrong.id}").click().run()
    put_right = catalog.utterance(wrong.id)
    assert (put_right.speaker, put_right.sentence) == ("9", "1")


def test_several_clips_are_relabelled_as_one_change(page, catalog):
    chosen = [clip(catalog, name).id for name in ("1_1_A", "1_2_A", "1_3_A")]
    act(page, catalog, "mark", ids=tuple(chosen))
    assert "3 clips chosen" in [h.value for h in page.subheader]
    page.button(key="dataset.bulk.happy").click().run()
    assert {catalog.utterance(i).emotion for i in chosen} == {"happy"}
    page.button(key="dataset.bulk.undo").click().run()
    assert {catalog.utterance(i).emotion for i in chosen} == {"angry"}
    page.button(key="dataset.bulk.clear").click().run()
    assert table(page)["marked"] == []


def test_somebodys_later_change_is_not_undone(page, catalog):
    there = clip(catalog, "1_1_A")
    act(page, catalog, "open", id=there.id)
    page.button(key="dataset.label.sad").click().run()
    catalog.relabel([there.id], emotion="happy", by="somebody else")
    page.button(key="dataset.undo").click().run()
    assert catalog.utterance(there.id).emotion == "happy"
    assert "mg-note-caution" in shown(page)


def test_the_end_of_a_page_leads_to_the_next_one(page, catalog):
    act(page, catalog, "page", pages=1)
    assert len(names(page)) == N_CLIPS - 50
    opened = table(page)["rows"][0]
    assert table(page)["current"] == opened["id"]
    assert player(page)["clip"]["id"] == str(opened["id"])
    act(page, catalog, "page", pages=-1)
    assert table(page)["current"] == table(page)["rows"][-1]["id"]


def test_clips_that_something_else_has_picked_are_listed_until_put_away(page, catalog):
    picked = [clip(catalog, name).id for name in ("3_1_S", "3_2_S")]
    page.session_state[WANTED] = Listing("tones", tuple(picked), "Too quiet", "finding")
    page.run()
    assert names(page) == ["3_1_S", "3_2_S"]
    assert any("Too quiet" in m.value for m in page.markdown)
    page.button(key="dataset.unlist").click().run()
    assert len(names(page)) == 50


def test_a_name_of_markup_is_only_ever_data(catalog, open_page):
    bad = clip(catalog, "1_1_A")
    catalog.relabel([bad.id], speaker="<img src=x onerror=alert(1)>", by="")
    page = open_page("dataset")
    act(page, catalog, "open", id=bad.id)
    assert "<img" not in shown(page)
    for element in page.get("bidi_component"):
        assert "onerror" not in element.proto.html_content + element.proto.js_content


def test_the_map_asks_before_it_measures_many_clips_and_then_draws_them(page):
    page.button_group(key="dataset.view").set_value("map").run()
    assert "60 clips are not measured yet" in shown(page)
    page.button(key="dataset.map.measure").click().run()
    for _look in range(200):
        page.run()
        if page.get("plotly_chart")[0].proto.id.endswith("dataset.map.tones.pca.emotion"):
            break
    assert not page.exception
    figure = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in figure["data"]] == ["Sad", "Neutral", "Happy", "Angry"]
    assert any("% of the differences" in c.value for c in page.caption)


def test_one_sentence_lays_its_takes_over_each_other_and_lets_each_be_heard(page):
    page.button_group(key="dataset.view").set_value("sentence").run()
    page.selectbox(key="dataset.one.tones.sentence").set_value("2").run()
    pitch, level = (json.loads(e.proto.spec) for e in page.get("plotly_chart"))
    for figure in (pitch, level):
        assert [t["name"] for t in figure["data"]] == ["Sad", "Neutral", "Happy", "Angry"]
    assert sum("clip" in component for component in components(page)) == 4


def test_a_clip_that_vanished_from_disk_says_so_and_spares_the_page(page, catalog):
    gone = clip(catalog, "3_5_N")
    catalog.audio_path(gone.content).unlink()
    act(page, catalog, "open", id=gone.id)
    assert "its copy in the workspace is gone" in shown(page)
    assert not page.exception
    assert len(names(page)) == 50


def test_an_empty_workspace_says_what_to_do(workspace_home, open_page, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    monkeypatch.setattr("pages.parts.resources.ensure_demo", lambda catalog: None)
    assert "No corpus yet" in shown(open_page("dataset"))
