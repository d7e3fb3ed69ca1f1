"""The recorder by itself: what it asks the browser for, and what comes to Python."""

import numpy as np
import pytest
import soundfile as sf

from tests.browser.conftest import Server, launch, settled, watch_page

pytestmark = [pytest.mark.browser]

SPY = """() => {
  const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wanted) => { window.wanted = wanted; return ask(wanted); };
}"""
REFUSE = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "%s"));
}"""


@pytest.fixture(scope="module")
def recorder_server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("home"), "tests/browser/recorder_app.py")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(playwright_session, tmp_path_factory):
    """A Chromium whose microphone hears a steady tone of RMS 0.25 for a minute."""
    path = tmp_path_factory.mktemp("microphone") / "tone.wav"
    t = np.arange(48_000 * 60) / 48_000
    sf.write(path, 0.25 * np.sqrt(2) * np.sin(2 * np.pi * 440 * t), 48_000, subtype="PCM_16")
    opened = launch(playwright_session, path)
    yield opened
    opened.close()


@pytest.fixture
def page(browser, recorder_server):
    context = browser.new_context(
        viewport={"width": 700, "height": 500}, permissions=["microphone"]
    )
    opened = context.new_page()
    watch_page(opened)
    opened.goto(recorder_server.url)
    opened.locator(".recorder .record:enabled").wait_for(timeout=90_000)
    settled(opened)
    yield opened
    context.close()


def take(page) -> list[float]:
    said = page.get_by_text("take ").inner_text(timeout=60_000)
    return [float(fact) for fact in said.removeprefix("take ").split()]


def record(page, ms: int) -> None:
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Stop recording").wait_for()
    page.wait_for_timeout(ms)
    page.get_by_role("button", name="Stop recording").click()


def test_a_take_comes_at_48_khz_with_every_processing_off(page):
    page.evaluate(SPY)
    record(page, 1500)
    _number, sr, channels, seconds, rms, _peak, processed = take(page)
    assert (sr, channels, processed) == (48_000, 1, 0)
    assert 1.2 < seconds < 3.1
    assert rms == pytest.approx(0.25, abs=0.02)
    audio = page.evaluate("() => window.wanted.audio")
    assert audio == {
        "channelCount": 1,
        "sampleRate": {"ideal": 48_000},
        "echoCancellation": False,
        "noiseSuppression": False,
        "autoGainControl": False,
    }
    assert page.complaints == []


def test_the_next_take_replaces_it_and_a_rerun_keeps_it(page):
    record(page, 600)
    first = take(page)
    page.get_by_role("button", name="again").click()
    page.wait_for_timeout(500)
    assert take(page) == first
    record(page, 600)
    page.wait_for_function(
        "before => { const said = document.body.innerText.match(/take (\\d+)/);"
        " return said && Number(said[1]) > before; }",
        arg=first[0],
    )
    assert take(page)[0] > first[0]


def test_it_stops_by_itself_at_the_limit(page):
    page.get_by_role("button", name="Record").click()
    assert take(page)[3] == pytest.approx(3.0, abs=0.15)


def test_the_microphone_is_let_go_after_a_take(page):
    page.evaluate("""() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (w) => (window.stream = await ask(w));
    }""")
    record(page, 400)
    take(page)
    assert page.evaluate("() => window.stream.getTracks().map((t) => t.readyState)") == ["ended"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "may not use the microphone"),
        ("NotFoundError", "No microphone was found"),
        ("NotReadableError", "in use elsewhere"),
    ],
)
def test_a_microphone_that_cannot_be_had_is_named_and_asked_for_again(page, error, said):
    page.evaluate(REFUSE % error)
    page.get_by_role("button", name="Record").click()
    page.get_by_text(said).wait_for()
    assert page.get_by_role("button", name="Record").is_enabled()
    assert page.complaints == []


def test_a_page_without_https_says_so(page):
    page.evaluate("() => Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.get_by_role("button", name="Record").click()
    page.get_by_text("only to localhost and to HTTPS").wait_for()


def test_the_space_bar_stops_it(page):
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Stop recording").wait_for()
    page.wait_for_timeout(500)
    page.keyboard.press("Space")
    assert take(page)[3] < 2.5
