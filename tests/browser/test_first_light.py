"""The main job in a real browser: speak and be answered, train and watch the curve move."""

import numpy as np
import pytest
import soundfile as sf

from core.settings import demo_folder
from tests.browser.conftest import launch, settled, watch_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 120_000  # ms; a bound on hanging


@pytest.fixture(scope="module")
def microphone(tmp_path_factory):
    """A demo clip as a microphone hears it: 48 kHz, and silence after it."""
    import soxr

    clip = sorted((demo_folder() / "audio").glob("1_*_A.*"))[0]
    y, sr = sf.read(clip, dtype="float32")
    y = soxr.resample(y, sr, 48_000)
    path = tmp_path_factory.mktemp("microphone") / "microphone.wav"
    sf.write(path, np.concatenate([y, np.zeros(48_000 * 4, np.float32)]), 48_000, subtype="PCM_16")
    return path


@pytest.fixture
def speaker(playwright_session, microphone, server):
    browser = launch(playwright_session, microphone)
    context = browser.new_context(permissions=["microphone"], locale="en-US")
    page = context.new_page()
    watch_page(page)
    page.goto(f"{server.url}/inference?lang=en")
    settled(page)
    yield page
    browser.close()


def test_what_is_spoken_gets_an_emotion_and_its_pictures(speaker):
    speaker.get_by_role("button", name="Record", exact=True).click()
    speaker.get_by_role("button", name="Stop recording").wait_for(timeout=PATIENCE)
    speaker.wait_for_timeout(2500)
    speaker.get_by_role("button", name="Stop recording").click()
    speaker.wait_for_selector(".mg-verdict", timeout=PATIENCE)
    said = speaker.inner_text(".mg-verdict")
    assert "Sounds" in said or "not sure" in said
    assert "%" in said
    speaker.wait_for_selector("text=Frequency (Hz)", timeout=PATIENCE)
    assert speaker.locator(".mg-bar").count() == 4
    assert speaker.locator(".player .lane").count() == 3  # waveform, spectrogram, contours
    assert speaker.complaints == []


def test_a_run_draws_its_curve_while_it_goes_and_survives_a_reload(open_at):
    page = open_at("/training", language="en")
    train = page.get_by_role("button", name="Train", exact=True)
    train.wait_for(timeout=PATIENCE)
    settled(page)
    ear = page.get_by_role("button", name="Whisper's ear (1024)")
    if ear.count():  # where its weights are; its first look at a corpus takes minutes
        ear.click()
        settled(page)
    train.click()
    page.wait_for_selector(".mg-curve svg path", timeout=PATIENCE)
    epochs = page.locator("text=/Epoch \\d+ of 200/").first
    first = epochs.inner_text(timeout=PATIENCE)
    page.wait_for_function(
        "before => ![...document.querySelectorAll('p')].some(p => p.innerText === before)",
        arg=first,
        timeout=PATIENCE,
    )
    page.reload()
    settled(page)
    page.wait_for_selector(".mg-score", timeout=PATIENCE)
    assert "unseen speakers, 5 folds" in page.inner_text(".mg-score")
    page.wait_for_selector("text=Save model", timeout=PATIENCE)
    assert page.complaints == []


@pytest.mark.parametrize("path", ["/", "/dataset", "/training", "/inference"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_opens_without_a_complaint_or_an_outside_request(open_at, path, language):
    page = open_at(path, language=language, theme="dark", width=420)
    assert page.locator(".mg-note-wrong").count() == 0
    assert page.complaints == []
    outside = [u for u in page.requested if "127.0.0.1" not in u and u.startswith("http")]
    assert outside == []
