"""The booth in a real browser: a take that is spoken stands in its cell, whatever comes between."""

import time

import pytest

from core.corpus import Catalog
from core.corpus.consents import note_consent
from core.settings import Workspace
from tests.browser.conftest import Server, settled, watch_page
from tests.browser.voice import MICROPHONE, demo_voice

pytestmark = [pytest.mark.browser]

WAIT = 90_000  # ms; a bound on hanging
CORPUS = "부스에서"  # of this test alone: the first corpus there is hangs on what ran before


def catalog_of(server) -> Catalog:
    return Catalog(Workspace(root=server.home, models=server.home / "models"))


@pytest.fixture
def booth(chromium, server):
    """The booth of a speaker who agreed; the microphone says what the test lets it say."""
    with catalog_of(server) as catalog:
        note_consent(catalog, "7", ["train"])
    page = visited(chromium, server)
    yield page
    assert page.complaints == []
    page.context.close()


def visited(chromium, server):
    context = chromium.new_context(locale="ko-KR", permissions=["microphone"])
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    watch_page(page)
    page.on("dialog", lambda dialog: dialog.accept())
    enter(page, server)
    return page


def enter(page, server) -> None:
    page.goto(f"{server.url}/recording?lang=ko")
    settled(page, WAIT)
    choose(page, "말뭉치", CORPUS)
    choose(page, "화자", "7")
    page.locator("button[aria-current]").wait_for()
    settled(page, WAIT)


def choose(page, name: str, value: str) -> None:
    box = page.get_by_role("combobox", name=name)
    if box.input_value() != value:
        box.fill(value)
        box.press("Enter")
        settled(page, WAIT)


def start(page) -> None:
    page.keyboard.press("Space")
    page.get_by_role("button", name="녹음 멈추기").wait_for()


def speak(page, code: str) -> None:
    start(page)
    page.evaluate("(voice) => window.say(voice)", demo_voice(1, 1, code))
    page.wait_for_timeout(300)
    page.keyboard.press("Space")


def kept(server) -> list[tuple[str, ...]]:
    """The clips that stand in the corpus of this test."""
    with catalog_of(server) as catalog:
        if CORPUS not in {c.name for c in catalog.corpora()}:
            return []
        return sorted((u.name, u.speaker, u.emotion) for u in catalog.utterances(CORPUS))


def test_a_spoken_take_turns_its_cell_green_and_a_reload_while_recording_loses_nothing_kept(
    booth, server
):
    speak(booth, "S")
    booth.keyboard.press("ArrowRight")  # at once: the take still goes where it began
    booth.locator("button.good").wait_for()
    assert kept(server) == [("1_7_S.wav", "7", "sad")]

    start(booth)  # of the next cell
    booth.evaluate("(voice) => window.say(voice)", demo_voice(1, 1, "N"))
    booth.reload()
    enter(booth, server)
    booth.locator("button.good").wait_for()
    assert kept(server) == [("1_7_S.wav", "7", "sad")]

    speak(booth, "N")
    booth.locator("button.good").nth(1).wait_for()
    assert kept(server) == [("1_7_N.wav", "7", "neutral"), ("1_7_S.wav", "7", "sad")]


def test_a_take_outlives_a_new_start_of_the_server(chromium, tmp_path):
    own = Server(tmp_path / "home")
    with catalog_of(own) as catalog:
        note_consent(catalog, "7", ["train"])
    own.start()
    try:
        page = visited(chromium, own)
        start(page)
        own.stop()
        page.evaluate("(voice) => window.say(voice)", demo_voice(1, 1, "S"))
        page.wait_for_timeout(300)
        page.keyboard.press("Space")  # nobody is there to take it
        own.start()
        began = time.monotonic()
        while not kept(own) and time.monotonic() - began < WAIT / 1000:
            speaker = page.get_by_role("combobox", name="화자")
            if speaker.count() and speaker.input_value() != "7":  # the new server knows no session
                settled(page, WAIT)
                choose(page, "말뭉치", CORPUS)
                choose(page, "화자", "7")
            page.wait_for_timeout(500)
        assert kept(own) == [("1_7_S.wav", "7", "sad")]
        page.locator("button.good").wait_for()
        assert page.complaints == []
        page.context.close()
    finally:
        own.stop()
