"""What only a real browser on a fresh server shows: cold deep links, the address, the network."""

import re

import pytest

from tests.browser.conftest import Server, settled, watch_page

pytestmark = pytest.mark.browser

HERE = re.compile(r"(http|ws)://127\.0\.0\.1[:/]|data:|blob:")


@pytest.fixture
def cold_server(tmp_path, monkeypatch):
    """A server that nobody has visited yet: the first look decides which pages it knows."""
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "ko")
    running = Server(tmp_path / "home")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visitor(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    watch_page(page)
    yield page
    context.close()


def heading(page, name: str):
    found = page.get_by_role("heading", name=name, exact=True).first
    found.wait_for(timeout=90_000)
    settled(page)
    return found


def test_a_cold_deep_link_opens_its_page_in_the_frame_with_its_whole_address(cold_server, visitor):
    address = f"{cold_server.url}/training?seed=1&tag=a&tag=b"
    visitor.goto(address)
    heading(visitor, "학습")
    assert visitor.url == address
    assert visitor.title() == "학습 · 말결"
    assert visitor.locator(".mg-brand").count() == 1
    assert visitor.locator("[data-testid=stSidebarNav]").count() == 0
    assert visitor.locator("[role=dialog]").count() == 0


def test_the_language_lives_in_the_address_and_no_request_leaves_the_machine(cold_server, visitor):
    visitor.goto(cold_server.url)
    heading(visitor, "목소리의 결을 들어요")
    visitor.get_by_text("English", exact=True).click()
    heading(visitor, "Hear the grain of a voice")
    assert visitor.url == f"{cold_server.url}/?lang=en"
    visitor.get_by_role("link", name="Training").first.click()
    heading(visitor, "Training")
    assert visitor.url == f"{cold_server.url}/training?lang=en"
    visitor.reload()
    heading(visitor, "Training")
    loaded = "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    assert "Pretendard" in visitor.evaluate(loaded)
    assert [url for url in visitor.requested if not HERE.match(url)] == []
    assert visitor.complaints == []


def test_home_fits_a_phone(cold_server, visitor):
    visitor.set_viewport_size({"width": 390, "height": 844})
    visitor.goto(cold_server.url)
    heading(visitor, "목소리의 결을 들어요")
    sticking_out = (
        "[...document.querySelectorAll('[data-testid=stMain] *')]"
        ".filter(e => e.getBoundingClientRect().right > 391).map(e => e.className)"
    )
    assert visitor.evaluate(sticking_out) == []


# The words of the main part in the frames before the style sheet is there.
UNDRESSED = """
window.undressed = [];
(function look() {
  const words = document.querySelector("[data-testid=stMainBlockContainer]")?.innerText.trim();
  const ours = document.body && getComputedStyle(document.body).getPropertyValue("--mg-muted");
  if (words && !ours) window.undressed.push(words);
  requestAnimationFrame(look);
})();
"""


def test_a_page_is_dressed_before_its_first_word_and_follows_the_system_to_the_dark(
    cold_server, visitor
):
    visitor.add_init_script(UNDRESSED)
    visitor.goto(f"{cold_server.url}/dataset")
    heading(visitor, "데이터")
    assert visitor.evaluate("window.undressed") == []
    assert visitor.evaluate("document.documentElement.lang") == "ko"
    visitor.locator(".st-key-dataset-view button").nth(1).click()
    number = ".js-plotly-plot .xtick text"
    visitor.wait_for_selector(number, timeout=90_000)
    color = f"[...document.querySelectorAll('{number}')].map(e => getComputedStyle(e).fill)[0]"
    light = visitor.evaluate(color)
    visitor.emulate_media(color_scheme="dark")
    visitor.wait_for_function(f"({color} ?? '{light}') !== '{light}'", timeout=90_000)
