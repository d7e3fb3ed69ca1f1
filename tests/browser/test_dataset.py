"""The data page in a real browser: heard, seen, and put right by keyboard."""

import numpy as np
import pytest
import soundfile as sf

from core.corpus import Catalog, import_path
from core.settings import Workspace
from tests.browser.conftest import settled
from tests.corpora import SR, TONES, tone

pytestmark = [pytest.mark.browser]

CORPUS = "tones"
DURATION = 2.0  # s; long enough to watch the playhead
TOLERANCE = 0.05  # s between playhead and sound

# Components live in shadow roots, which CSS locators pass but scripts do not.
FIND = """selector => [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
    .map(root => root.querySelector(selector)).find(Boolean)"""
PLAYING = f"() => {{ const a = ({FIND})('audio'); return a && !a.paused && a.currentTime > 0.05; }}"
HEAD = f"""() => {{
    const find = {FIND};
    const [audio, head, lanes] = [find('audio'), find('.head'), find('.lanes')];
    const x = new DOMMatrix(getComputedStyle(head).transform).m41;
    return {{seen: x / lanes.clientWidth * {DURATION}, heard: audio.currentTime}};
}}"""

# Each look is taken in the frame that a viewer sees, after the player has drawn in it: what a busy
# machine does between two frames is not the player's.
MANY_HEADS = f"""async () => {{
    const look = {HEAD}, places = [];
    for (let i = 0; i < 10; i++) {{
        await new Promise(done => setTimeout(done, 60));
        places.push(await new Promise(done => requestAnimationFrame(() => done(look()))));
    }}
    return places;
}}"""


@pytest.fixture(scope="module")
def catalog(server, tmp_path_factory):
    """A corpus of tones in the server's workspace; 3 voices, 6 sentences, 4 emotions."""
    folder = tmp_path_factory.mktemp("tones")
    for speaker in range(1, 4):
        for sentence in range(1, 7):
            for i, code in enumerate(TONES):
                y = tone(TONES[code] * (1 + 0.02 * speaker), seed=sentence, duration=DURATION)
                fading = y * np.linspace(1, 0.2 + 0.1 * i, len(y), dtype=np.float32)
                sf.write(folder / f"{sentence}_{speaker}_{code}.wav", fading, SR)
    place = Workspace(root=server.home, models=server.home / "models")
    with Catalog(place) as opened:
        import_path(opened, folder, corpus=CORPUS, convention="original")
        yield opened


@pytest.fixture
def page(open_at, catalog):
    opened = open_at(f"/dataset?corpus={CORPUS}", language="en", width=1440)
    opened.locator("tbody tr").first.wait_for(timeout=90_000)
    return opened


def row(page, name: str):
    return page.locator("tbody tr", has_text=f"{name}.wav")


def listed(page) -> list[str]:
    return [t.removesuffix(".wav") for t in page.locator("tbody .file").all_inner_texts()]


def clip(catalog, name: str):
    (found,) = catalog.utterances(CORPUS, search=f"{name}.wav", status=None)
    return found


def wait_for(page, condition) -> None:
    for _look in range(150):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")


def test_a_click_in_a_row_plays_it_and_the_playhead_keeps_to_the_sound(page):
    row(page, "1_1_N").click()
    page.wait_for_function(PLAYING)
    places = page.evaluate(MANY_HEADS)  # in the page: no look waits for the way to it and back
    apart = [abs(p["seen"] - p["heard"]) for p in places if p["heard"] < DURATION]
    assert len(apart) > 5
    assert max(apart) <= TOLERANCE
    assert page.complaints == []


def test_a_click_on_the_picture_seeks_and_the_space_bar_stops_and_goes_on(page):
    row(page, "1_1_S").click()
    page.wait_for_function(PLAYING)
    settled(page)
    page.keyboard.press("Space")
    page.wait_for_function(f"() => ({FIND})('audio').paused")
    box = page.locator(".lanes").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    page.wait_for_function(f"() => Math.abs(({FIND})('audio').currentTime - 1) < 0.05")
    place = page.evaluate(HEAD)
    assert abs(place["seen"] - place["heard"]) <= TOLERANCE
    page.keyboard.press("Space")
    page.wait_for_function(f"() => !({FIND})('audio').paused")


def test_a_flipped_label_is_found_by_ear_and_corrected_by_keyboard(page, catalog):
    flipped = clip(catalog, "2_1_A")
    catalog.relabel([flipped.id], emotion="sad", by="fault")
    page.reload()
    page.locator("tbody tr").first.wait_for(timeout=90_000)
    page.get_by_role("button", name="Sad", exact=False).first.click()
    wait_for(page, lambda: "2_1_A" in listed(page) and "2_1_N" not in listed(page))
    settled(page)
    for _key in range(listed(page).index("2_1_A") + 1):
        page.keyboard.press("ArrowDown")
    wait_for(page, lambda: "current" in (row(page, "2_1_A").get_attribute("class") or ""))
    page.wait_for_function(PLAYING)
    page.keyboard.press("4")
    wait_for(page, lambda: catalog.utterance(flipped.id).emotion == "angry")
    settled(page)
    assert row(page, "2_1_A").locator(".chip").inner_text() == "Angry"
    page.keyboard.press("z")
    wait_for(page, lambda: catalog.utterance(flipped.id).emotion == "sad")
    page.keyboard.press("4")
    wait_for(page, lambda: catalog.utterance(flipped.id).emotion == "angry")
    assert [change.by for change in catalog.history(flipped.id)] == ["fault", "me", "me", "me"]


def test_keys_pressed_faster_than_the_server_answers_are_all_done(page, catalog):
    chosen = [clip(catalog, name) for name in ("1_1_A", "1_1_J", "1_1_N", "1_1_S")]
    for _clip in chosen:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("d")
    wait_for(page, lambda: all(catalog.utterance(c.id).status == "disabled" for c in chosen))
    for _clip in chosen:
        page.keyboard.press("z")
    wait_for(page, lambda: all(catalog.utterance(c.id).status == "active" for c in chosen))


def test_keys_typed_into_a_field_do_nothing_to_clips(page, catalog):
    row(page, "1_1_A").click()
    settled(page)
    before = len(catalog.history(clip(catalog, "1_1_A").id))
    page.get_by_label("Search").fill("")
    page.get_by_label("Search").press_sequentially("d1z")
    page.get_by_label("Search").press("Enter")
    wait_for(page, lambda: page.get_by_text("No clip fits").count() == 1)
    assert len(catalog.history(clip(catalog, "1_1_A").id)) == before


def test_a_column_sorts_and_boxes_choose_a_range(page):
    page.locator("thead button", has_text="Voice").click()
    wait_for(page, lambda: listed(page)[1:2] == ["1_1_J"])
    page.locator("thead button", has_text="Voice").click()
    wait_for(page, lambda: {name.split("_")[1] for name in listed(page)[:24]} == {"3"})
    page.locator("tbody input").nth(1).click()
    page.locator("tbody input").nth(5).click(modifiers=["Shift"])
    page.get_by_text("5 clips chosen").wait_for()


def test_a_loop_on_the_map_lists_its_clips(page):
    page.get_by_text("Map", exact=True).click()
    page.get_by_role("button", name="Measure them").click(timeout=90_000)
    dots = page.locator(".scatterlayer .point")
    dots.nth(71).wait_for(state="attached", timeout=120_000)
    settled(page)
    box = page.locator(".js-plotly-plot").first.bounding_box()
    left, top = box["x"] + 50, box["y"] + 70
    right, bottom = box["x"] + box["width"] - 40, box["y"] + box["height"] - 50
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 5)):
        page.mouse.move(x, y, steps=8)
    page.mouse.up()
    page.get_by_text("Chosen on the map").wait_for(timeout=90_000)
    wait_for(page, lambda: len(listed(page)) == 50)
    assert page.complaints == []
