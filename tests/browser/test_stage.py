"""A whole show by keys alone, by a microphone that says what it is told; and with parts broken."""

import json
import time
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tests.browser.conftest import Server, settled, watch_page
from tests.browser.voice import MICROPHONE, demo_voice

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 90_000  # ms; a bound on hanging
# Keys that come faster than any hand and any machine can part them.
MASH = """keys => keys.forEach((key) => window.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


@pytest.fixture(scope="module")
def stage_server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("stage"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def on_stage(chromium, stage_server):
    """Open the stage in the middle of a show; scripts run before the page does."""
    contexts = []

    def open_(*scripts: str, width: int = 1280, height: int = 720):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, permissions=["microphone"], locale="en-US"
        )
        contexts.append(context)
        for script in (MICROPHONE, *scripts):
            context.add_init_script(script)
        page = context.new_page()
        watch_page(page)
        page.goto(f"{stage_server.url}/stage?lang=en&on=1")
        page.wait_for_selector(".stage[data-scene=checks] .checks li", timeout=PATIENCE)
        return page

    yield open_
    for context in contexts:
        context.close()


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(300)  # the same key is heard again after a quarter of a second


def hold(page, key: str, *, until: str) -> None:
    """Press a key and keep it down: like a real one it comes again and again."""
    for _ in range(PATIENCE // 250):
        page.keyboard.down(key)
        if page.locator(until).count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{key} brought no {until}")


def speak(page, voice: str) -> None:
    press(page, "Space")
    page.wait_for_selector(".stage[data-state=recording]", timeout=PATIENCE)
    page.evaluate("voice => window.say(voice)", voice)
    press(page, "Space")


def answered(page) -> str:
    page.wait_for_selector(".stage[data-answer=done]", timeout=PATIENCE)
    return page.inner_text(".verdict")


def go_to(page, scene: str) -> None:
    for _ in range(8):
        if page.get_attribute(".stage", "data-scene") == scene:
            return
        press(page, "n")
    raise AssertionError(f"no scene {scene}")


def test_a_show_from_check_to_score_by_keys_alone(on_stage):
    page = on_stage()
    page.evaluate("voice => window.say(voice)", demo_voice(1, 1, "A"))
    page.wait_for_selector(".stage[data-checks]", timeout=PATIENCE)
    assert page.locator(".checks li").count() == 7
    press(page, "ArrowRight")
    speak(page, demo_voice(1, 1, "A"))
    assert "%" in answered(page) or "not sure" in answered(page)
    assert page.locator(".bars li").count() == 4
    press(page, "ArrowRight")
    assert page.inner_text(".prompt h1") == "It's fine"
    go_to(page, "act")
    hold(page, "ArrowUp", until=".card.open")
    secret = page.inner_text(".card b")
    page.keyboard.up("ArrowUp")
    page.wait_for_selector(".card:not(.open)")
    speak(page, demo_voice(2, 1, "J"))
    page.wait_for_selector(".choices", timeout=PATIENCE)
    page.wait_for_selector(".stage[data-answer=done]", timeout=PATIENCE)
    names = page.locator(".choices b").all_inner_texts()
    press(page, str(1 + names.index(secret)), "ArrowRight")
    page.wait_for_selector(".verdicts")
    assert "Room 1/1 · Actor 1/1" in page.inner_text(".score")
    go_to(page, "four")
    assert page.locator(".takes li").count() == 4
    press(page, "2")
    page.wait_for_selector(".takes li.on")
    go_to(page, "good")
    assert "0.25" in page.inner_text(".scores")
    press(page, "b")
    page.wait_for_selector(".black", timeout=PATIENCE)
    press(page, "b", "t")
    page.wait_for_selector(".stage[data-palette=bright]", timeout=PATIENCE)
    press(page, "Escape", "Escape")
    page.wait_for_selector(".st-key-stage-go", timeout=PATIENCE)
    assert page.complaints == []
    assert not [u for u in page.requested if u.startswith("http") and "127.0.0.1" not in u]


def test_a_reload_and_a_smaller_window_find_the_scene_and_the_score_again(on_stage):
    page = on_stage()
    press(page, "n", "n")
    page.set_viewport_size({"width": 800, "height": 600})
    page.reload()
    page.wait_for_selector(".stage[data-scene=act]", timeout=PATIENCE)
    assert page.complaints == []


def test_mashed_keys_and_double_presses_lose_no_take(on_stage):
    page = on_stage()
    press(page, "n")
    page.evaluate(MASH, [" ", " ", "r", "7", "ArrowUp", " ", "v", "v", "t", "t"])
    page.wait_for_selector(".stage[data-state=recording]", timeout=PATIENCE)
    page.evaluate("voice => window.say(voice)", demo_voice(1, 1, "S"))
    press(page, "Space")
    answered(page)
    assert page.complaints == []


def test_the_next_take_waits_for_no_words(on_stage):
    page = on_stage()
    press(page, "n")
    for code in "AJS":
        speak(page, demo_voice(1, 1, code))
        answered(page)
    assert page.locator(".verdict b").count() == 1


@pytest.mark.parametrize(
    "broken, said",
    [("window.refuse = 'NotAllowedError'", "allow it"), ("window.dead = true", "no sound")],
    ids=["refused", "dead"],
)
def test_without_a_microphone_recorded_takes_stand_in(on_stage, broken, said):
    page = on_stage(broken)
    page.wait_for_selector(".stage[data-checks]", timeout=PATIENCE)
    row = page.inner_text("[data-check=level]")
    assert said in row and "4 recorded takes" in row
    press(page, "n", "Space")
    page.wait_for_selector(".told:has-text('Instead you hear')", timeout=PATIENCE)
    answered(page)


def test_the_room_votes_on_its_phones_and_a_second_presenter_is_told(on_stage):
    page = on_stage()
    go_to(page, "act")
    press(page, "v")
    page.wait_for_selector(".phones .qr", timeout=PATIENCE)
    url = "http://127.0.0.1:" + page.inner_text(".phones b").rsplit(":", 1)[1]
    other = on_stage()
    press(other, "v")
    other.wait_for_selector("text=another presenter's hands", timeout=PATIENCE)
    speak(page, demo_voice(2, 1, "J"))
    page.wait_for_selector(".choices", timeout=PATIENCE)
    phone = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    state = open_round(phone, url)
    vote = {"round": state["round"], "option": state["options"][0]["id"]}
    phone.open(f"{url}/vote", data=json.dumps(vote).encode(), timeout=60)
    page.wait_for_selector("text=Votes: 1", timeout=PATIENCE)
    press(page, "ArrowRight")
    page.wait_for_selector(".verdicts", timeout=PATIENCE)
    assert state["options"][0]["caption"] in page.inner_text(".verdicts li")
    press(page, "v")
    page.wait_for_selector(".phones", state="detached", timeout=PATIENCE)
    with pytest.raises(OSError):
        phone.open(url, timeout=5)


def open_round(phone, url: str) -> dict:
    """What a phone is told once the round is open."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE / 1000:
        state = json.loads(phone.open(f"{url}/state", timeout=60).read())
        if state["open"] and state["options"]:
            return state
        time.sleep(0.2)
    raise AssertionError(f"no round was opened: {state}")


def test_one_minute_at_home_makes_a_model_of_ones_own_voice(chromium, stage_server):
    context = chromium.new_context(permissions=["microphone"], locale="en-US")
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    watch_page(page)
    page.goto(f"{stage_server.url}/?lang=en")
    settled(page)
    page.locator(".st-key-home-minute-begin button").click()
    plan = [(sentence, code) for sentence in (1, 2, 3) for code in "SNJA"]
    for number, (sentence, code) in enumerate(plan, 1):
        page.wait_for_selector(f"text=Take {number} of 12", timeout=PATIENCE)
        settled(page)
        own_take(page, demo_voice(sentence, 1, code))
    page.wait_for_selector("text=nobody else's", timeout=PATIENCE)
    settled(page)
    own_take(page, demo_voice(4, 1, "A"))
    page.wait_for_selector(".mg-verdict", timeout=PATIENCE)
    page.locator(".st-key-home-minute-keep button").click()
    page.wait_for_selector("text=my-voice", timeout=PATIENCE)
    assert page.complaints == []
    context.close()


def own_take(page, voice: str) -> None:
    page.wait_for_selector(".recorder:not(.on) .record:enabled", timeout=PATIENCE)
    page.keyboard.press("Space")
    page.wait_for_selector(".recorder.on", timeout=PATIENCE)
    page.evaluate("voice => window.say(voice)", voice)
    page.keyboard.press("Space")
