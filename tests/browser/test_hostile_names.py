"""Requirement 24: names and transcripts are text on every page, whatever they pretend to be."""

from urllib.parse import quote, urlsplit

import pytest

from core.corpus import Catalog
from core.corpus.quality import examine
from core.settings import Workspace
from pages.parts.site import listed
from tests.browser.conftest import Server, settled, watch_page
from tests.corpora import TONES, tone
from tests.hostile import CORPUS, ELSEWHERE, HOSTILE, add_hostile_corpus
from tests.odd_bytes import sndfile
from tests.training.keeping import run_and_keep

pytestmark = [pytest.mark.browser]

# Everything that is on the page, in the shadow roots of components and in frames of our own too.
INJECTED = f"""() => {{
    const found = [], look = root => root.querySelectorAll('*').forEach(e => {{
        const own = [...e.attributes].map(a => a.value).join(' ');
        const leads = ['src', 'href', 'action', 'xlink:href', 'data', 'poster'].some(
            name => (e.getAttribute(name) || '').includes('{ELSEWHERE}'));
        const runs = [...e.attributes].some(
            a => a.name.startsWith('on') && a.value.includes('__evil'));
        if (e.classList.contains('evil') || leads || runs) found.push(e.outerHTML.slice(0, 200));
        if (e.tagName === 'STYLE' && own.includes('{ELSEWHERE}')) found.push(own);
        if (e.shadowRoot) look(e.shadowRoot);
    }});
    look(document);
    return {{found, ran: window.__evil ?? null}};
}}"""
VIEWS = '[data-testid="stMain"] button[role="radio"], [data-testid="stMain"] [role="tab"]'


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile")
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        add_hostile_corpus(catalog)
        add_hostile_corpus(catalog, "tones")
        run_and_keep(catalog, "20260101-000000-abcdef", bundle=True)
        for _ in examine(catalog, CORPUS):
            pass
    running = Server(home)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visit(chromium, hostile_server):
    context = chromium.new_context(viewport={"width": 1280, "height": 1600})
    page = context.new_page()
    watch_page(page)

    def open_(name: str):
        page.goto(f"{hostile_server.url}/{name}?lang=en&corpus={quote(CORPUS)}")
        page.locator('[data-testid="stMain"] h1').first.wait_for(timeout=90_000)
        settled(page, timeout=90_000)
        return page

    yield open_
    context.close()


def check(page, where: str) -> None:
    looked = page.evaluate(INJECTED)
    assert looked["ran"] is None, where
    assert looked["found"] == [], where
    outside = [u for u in page.requested if urlsplit(u).hostname not in {"127.0.0.1", None}]
    assert outside == [], where


@pytest.mark.parametrize("name", [page.name for page in listed()])
def test_hostile_names_and_words_stay_text(visit, name):
    page = visit("" if name == "home" else name)
    check(page, name)
    for number in range(page.locator(VIEWS).count()):
        view = page.locator(VIEWS).nth(number)
        if view.is_visible() and view.is_enabled():
            view.click()
            settled(page, timeout=90_000)
            check(page, f"{name}, view {number}")


def test_the_names_were_really_on_the_page(visit):
    """Else the test above would look at nothing."""
    page = visit("dataset")
    page.locator("tbody tr").first.wait_for(timeout=60_000)
    assert "onerror=window.__evil" in page.locator("table").first.inner_text()
    page.locator("tbody tr").first.click()
    settled(page)
    check(page, "a clip")


def test_a_hostile_upload_stays_text(visit):
    page, sound = visit("inference"), sndfile(tone(TONES["A"], seed=1))
    page.locator(VIEWS).filter(has_text="Upload").first.click()
    chooser = page.locator("input[type=file]")
    chooser.first.wait_for(state="attached", timeout=90_000)
    chooser.first.set_input_files(
        [{"name": f"{text}.wav", "mimeType": "audio/wav", "buffer": sound} for text in HOSTILE[:3]]
        + [{"name": f"{HOSTILE[1]}.mp3", "mimeType": "audio/mpeg", "buffer": b"no sound"}]
    )
    page.wait_for_timeout(1_500)
    settled(page, timeout=90_000)
    check(page, "uploads")
