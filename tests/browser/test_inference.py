"""The inference page in a real browser: live, timeline, Google over TLS, and what can go wrong."""

import numpy as np
import pytest
import soundfile as sf

from core.audio import decode
from core.settings import SR, demo_folder
from tests.browser.conftest import Server, launch, settled, watch_page
from tests.browser.test_dataset import FIND
from tests.stt.stand_in import Heard, StandIn, self_signed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 120_000  # ms; a bound on hanging
AUDIO = f"({FIND})('audio')"
# Whether the rolling picture has reached across half of its canvas.
PAINTED = """(canvas) => { const { width, height } = canvas;
  const row = canvas.getContext("2d").getImageData(0, height >> 1, width, 1).data;
  let painted = 0;
  for (let x = 0; x < width; x += 1) if (row[4 * x + 3]) painted += 1;
  return painted > width / 2; }"""
# Neither side learns where the other is, as behind a network that lets no UDP through.
WITHOUT_UDP = """(() => {
  const bare = (told) => told && new RTCSessionDescription({
    type: told.type, sdp: told.sdp.split("\\r\\n").filter((l) => !l.startsWith("a=candidate"))
      .join("\\r\\n") });
  const own = RTCPeerConnection.prototype;
  const local = Object.getOwnPropertyDescriptor(own, "localDescription").get;
  Object.defineProperty(own, "localDescription", { get() { return bare(local.call(this)); } });
  const remote = own.setRemoteDescription;
  own.setRemoteDescription = function (told) { return remote.call(this, bare(told)); };
  own.addIceCandidate = () => Promise.resolve();
  const listen = own.addEventListener;
  own.addEventListener = function (kind, ...rest) {
    if (kind !== "icecandidate") listen.call(this, kind, ...rest);
  };
  Object.defineProperty(own, "onicecandidate", { set() {}, get() { return null; } });
})()"""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """Four demo clips with a second of silence after each, as a file of about ten seconds."""
    clips = [sorted((demo_folder() / "audio").glob(f"1_*_{code}.*"))[0] for code in "ASJN"]
    quiet = np.zeros(SR, dtype=np.float32)
    y = np.concatenate([part for clip in clips for part in (decode(clip).y, quiet)])
    path = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    sf.write(path, y, SR, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def looping(playwright_session, spoken, tmp_path_factory):
    """A Chromium whose microphone hears the file again and again."""
    import soxr

    path = tmp_path_factory.mktemp("microphone") / "microphone.wav"
    y, _sr = sf.read(spoken, dtype="float32")
    sf.write(path, soxr.resample(y, SR, 48_000), 48_000, subtype="PCM_16")
    opened = launch(playwright_session, path, loop=True)
    yield opened
    opened.close()


def opened(browser, url, *, permissions=("microphone",), script=""):
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000}, locale="en-US", permissions=list(permissions)
    )
    if script:
        context.add_init_script(script)
    page = context.new_page()
    watch_page(page)
    page.goto(f"{url}/inference?lang=en")
    page.get_by_test_id("stMain").get_by_text("Upload", exact=True).wait_for(timeout=PATIENCE)
    settled(page)
    return page


def choose(page, text):
    page.get_by_test_id("stMain").get_by_text(text, exact=True).first.click()
    settled(page)


def upload(page, path):
    choose(page, "Upload")
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(str(path))
    page.wait_for_selector(".mg-verdict", timeout=PATIENCE)
    settled(page)


def test_live_answers_each_utterance_and_stops_cleanly(looping, server):
    page = opened(looping, server.url)
    choose(page, "Live")
    frame = page.frame_locator("iframe[title*=webrtc]")
    frame.get_by_role("button", name="Start").click(timeout=PATIENCE)
    page.wait_for_selector(".mg-live .mg-live-box:not(.now)", timeout=PATIENCE)
    page.wait_for_selector(".mg-verdict", timeout=PATIENCE)
    page.wait_for_function(f"() => ({PAINTED})(({FIND})('.mg-live canvas'))", timeout=PATIENCE)
    frame.get_by_role("button", name="Stop").click(timeout=PATIENCE)
    page.locator(".player .part").first.wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="SRT").wait_for(timeout=PATIENCE)
    assert page.complaints == []
    outside = [u for u in page.requested if "127.0.0.1" not in u and u.startswith("http")]
    assert outside == []
    page.context.close()


def test_without_udp_live_says_why_and_offers_the_recorder(looping, server):
    page = opened(looping, server.url, script=WITHOUT_UDP)
    choose(page, "Live")
    frame = page.frame_locator("iframe[title*=webrtc]")
    frame.get_by_role("button", name="Start").click(timeout=PATIENCE)
    instead = page.get_by_role("button", name="Record a clip instead")
    instead.wait_for(timeout=PATIENCE)
    assert "may block UDP" in page.inner_text(".mg-note")
    instead.click()
    page.get_by_role("button", name="Record", exact=True).wait_for(timeout=PATIENCE)
    page.context.close()


def test_a_stretch_of_the_timeline_plays_at_a_click_and_the_zoom_stays(chromium, server, spoken):
    page = opened(chromium, server.url)
    choose(page, "Off")
    upload(page, spoken)
    second = page.locator(".player .part").nth(1)
    second.wait_for(timeout=PATIENCE)
    assert page.locator(".player .box").count() == page.locator(".player .part").count() >= 3
    page.get_by_role("button", name="Closer (key +)").click()
    zoom = page.evaluate(f"() => ({FIND})('.lanes').style.getPropertyValue('--zoom')")
    second.click()
    page.wait_for_function(f"() => !{AUDIO}.paused && {AUDIO}.currentTime > 1", timeout=PATIENCE)
    page.wait_for_function(f"() => {AUDIO}.paused", timeout=PATIENCE)
    page.get_by_text("Stretch 2 of").wait_for(timeout=PATIENCE)
    assert page.evaluate(f"() => ({FIND})('.lanes').style.getPropertyValue('--zoom')") == zoom
    assert page.complaints == []
    page.context.close()


def test_two_tabs_keep_apart(chromium, server):
    one, other = (opened(chromium, server.url) for _tab in range(2))
    choose(one, "Off")
    choose(other, "Off")
    clips = sorted((demo_folder() / "audio").glob("1_*_A.*"))[:2]
    upload(one, clips[0])
    upload(other, clips[1])
    assert one.locator(".player .title").inner_text() == clips[0].name
    assert other.locator(".player .title").inner_text() == clips[1].name
    one.context.close()
    other.context.close()


@pytest.fixture(scope="module")
def google(tmp_path_factory):
    """A server whose Google is the stand-in, over TLS: a text first, then no quota any more."""
    import grpc

    folder = tmp_path_factory.mktemp("google")
    replies = (Heard("정말 좋아요"), grpc.StatusCode.RESOURCE_EXHAUSTED)
    with (
        pytest.MonkeyPatch.context() as patch,
        StandIn(*replies, certificate=self_signed(folder)) as stand_in,
    ):
        for name, value in stand_in.environment().items():
            patch.setenv(name, value)
        running = Server(folder / "home")
        running.start()
        running.stand_in = stand_in
        yield running
        running.stop()


def test_google_writes_after_consent_and_its_refusal_leaves_the_emotion(chromium, google):
    clips = sorted((demo_folder() / "audio").glob("1_*_S.*"))[:2]
    page = opened(chromium, google.url)
    choose(page, "Google")
    upload(page, clips[0])
    page.get_by_text("Without your consent no voice leaves this machine").wait_for()
    assert google.stand_in.received == []
    page.get_by_text("I agree that clips are sent to").click()
    page.get_by_text("정말 좋아요").first.wait_for(timeout=PATIENCE)
    page.context.close()
    page = opened(chromium, google.url)
    choose(page, "Google")  # consent is kept
    upload(page, clips[1])
    page.get_by_text("The emotion is not affected").wait_for(timeout=PATIENCE)
    assert page.locator(".mg-verdict").count() == 1
    assert page.get_by_text("정말 좋아요").count() == 0
    assert page.complaints == []
    page.context.close()
