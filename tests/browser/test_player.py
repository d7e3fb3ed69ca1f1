"""The player by itself: what it draws, keeps to and reports."""

import pytest

from tests.browser.conftest import Server, settled, watch_page
from tests.browser.test_dataset import FIND

pytestmark = [pytest.mark.browser]

AUDIO = f"({FIND})('audio')"


@pytest.fixture(scope="module")
def player_server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("home"), "tests/browser/player_app.py")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(chromium, player_server):
    context = chromium.new_context(viewport={"width": 900, "height": 700})
    opened = context.new_page()
    watch_page(opened)
    opened.goto(player_server.url)
    opened.locator(".player .play:enabled").wait_for(timeout=90_000)
    settled(opened)
    yield opened
    context.close()


def told(page) -> float:
    return float(page.get_by_test_id("stText").inner_text().removeprefix("told "))


def test_a_click_seeks_and_the_place_comes_back_to_python(page):
    box = page.locator(".lanes").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + 30)
    page.wait_for_function(f"() => Math.abs({AUDIO}.currentTime - 1) < 0.02")
    page.get_by_text("told 1.0").wait_for()
    assert told(page) == pytest.approx(1.0, abs=0.02)


def test_a_pause_comes_back_to_python_and_a_rerun_does_not_stop_the_sound(page):
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => {AUDIO}.currentTime > 0.3")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function(f"() => {AUDIO}.paused")
    stopped = page.evaluate(f"() => {AUDIO}.currentTime")
    page.get_by_text(f"told {stopped:.3f}"[:8]).wait_for()
    assert told(page) == pytest.approx(stopped, abs=0.01)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => !{AUDIO}.paused && {AUDIO}.currentTime > {stopped} + 0.2")


def test_the_space_bar_plays_from_anywhere(page):
    page.keyboard.press("Space")
    page.wait_for_function(f"() => !{AUDIO}.paused")
    page.keyboard.press("Space")
    page.wait_for_function(f"() => {AUDIO}.paused")


def test_axes_have_seconds_hertz_and_dbfs_and_the_span_is_shaded(page):
    said = page.locator(".plot").inner_text()
    for unit in ("Time (s)", "Frequency (Hz)", "Pitch (Hz)", "Level (dBFS)", "4,000"):
        assert unit in said
    assert page.locator("rect.span").get_attribute("x").startswith("166.6")
    assert page.locator("rect.span").get_attribute("width").startswith("333.3")


def test_a_title_of_markup_is_shown_letter_by_letter(page):
    assert page.locator(".title").inner_text() == "<img src=x onerror=window.broken=1>"
    assert page.evaluate("() => window.broken") is None


def test_nothing_is_fetched_from_elsewhere(page, player_server):
    outside = [
        url for url in page.requested if not url.startswith((player_server.url, "data:", "blob:"))
    ]
    assert outside == []
    assert page.complaints == []
