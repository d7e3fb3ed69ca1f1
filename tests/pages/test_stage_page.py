"""A presenter prepares a show: scenes in their order, kept, sent as a file and opened again."""

import json

import pytest

from core.settings import workspace
from core.stage import Scene, Show, show_from_json, show_to_json


@pytest.fixture
def page(workspace_home, open_page):
    return open_page("stage")


def kept() -> Show:
    return show_from_json((workspace().root / "show.json").read_bytes())


def kinds(at) -> list[str]:
    return [scene.kind for scene in at.session_state["stage.show"].scenes]


def test_a_fresh_machine_has_a_show(page):
    assert kinds(page) == ["say", "act", "four", "learn", "good"]
    assert page.session_state["stage.show"].takes


def test_scenes_move_go_and_come_and_the_show_is_kept(page):
    page.button(key="stage.down.0").click().run()
    assert kinds(page)[:2] == ["act", "say"]
    page.button(key="stage.away.4").click().run()
    page.selectbox(key="stage.kind").set_value("say").run()
    page.button(key="stage.add").click().run()
    assert [scene.kind for scene in kept().scenes] == ["act", "say", "four", "learn", "say"]
    assert not page.exception


def test_prompts_are_lines_and_empty_ones_go(page):
    page.text_area(key="stage.lines.0.0").set_value("하나\n\n  둘  \n").run()
    assert kept().scenes[0].lines == ("하나", "둘")


def test_a_show_file_is_opened_and_another_file_leaves_the_show_alone(page):
    before = kinds(page)
    page.file_uploader[0].set_value([("x.json", b"{}", "application/json")]).run()
    assert kinds(page) == before
    assert any("x.json" in html.proto.body for html in page.get("html"))
    show = Show(title="t", scenes=(Scene("say", lines=("a",)),), takes=("f" * 64,))
    page.file_uploader[0].set_value([("s.json", show_to_json(show), "application/json")]).run()
    page.button(key="stage.take_over").click().run()
    assert kept() == show
    assert any("ffffffff" in html.proto.body for html in page.get("html"))


def test_a_kept_show_that_is_damaged_is_begun_anew(workspace_home, open_page):
    workspace_home.mkdir(parents=True, exist_ok=True)
    (workspace_home / "show.json").write_text(json.dumps({"format": "malgyeol-show"}))
    assert len(kinds(open_page("stage"))) == 5


def test_a_corpus_that_has_gone_stays_in_sight_and_breaks_nothing(workspace_home, open_page):
    at = open_page("stage")
    gone = Scene("four", corpus="gone", sentence="1", speaker="1")
    at.session_state["stage.show"] = Show(scenes=(gone,))
    at.run()
    assert not (workspace().logs / "pages.log").exists()  # the error boundary had nothing to do
    assert any("gone" in box.options for box in at.selectbox)


def test_two_presenters_are_told_of_one_another(page):
    (workspace().root / "show.json").write_bytes(show_to_json(Show(scenes=(Scene("say"),))))
    page.run()
    assert any("발표자" in html.proto.body for html in page.get("html"))


def test_on_stage_there_is_nothing_but_the_stage(workspace_home, open_page):
    at = open_page("stage", on="1")
    assert not at.exception
    assert not at.button
