"""Pictures of the real app: those of the README, and a contact sheet of every page.

python -m docs.pictures tour      # docs/images/*.webp
python -m docs.pictures sheet     # screenshots/sheet-*.png: every page and every view of it, both
                                  # languages, both themes, wide and narrow
python -m docs.pictures sheet home dataset-3    # these alone, by the names of their pictures
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image

from core.corpus import Catalog, ensure_demo
from core.settings import MlpSpec
from core.settings.features import FunctionalsSpec
from core.training.jobs import submit, watch
from core.training.setup import new_experiment
from pages.parts.site import listed
from tests.browser.conftest import Server, launch, settled
from tests.browser.voice import MICROPHONE, demo_voice

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SHEETS = ROOT / "screenshots"
PATIENCE = 120_000  # ms
WIDTH = 1000  # px of a picture in the README
SHEET = {"wide": (1280, 640), "narrow": (420, 320)}  # px of a window, and of its picture
VIEWS = {"dataset": 5, "recording": 6}  # pages with a choice of views above them, and how many


def prepared(home: Path) -> str:
    """A workspace with the demo and a run that can be told again; the id of that run."""
    os.environ["MALGYEOL_HOME"] = str(home)
    with Catalog() as catalog:
        ensure_demo(catalog)
        model = MlpSpec(hidden_layer_sizes=(32,), max_epochs=60)
        spec = new_experiment(catalog, "demo", features=FunctionalsSpec(), model=model)
        job = submit(catalog, spec)
        while not watch(catalog, job).over:
            time.sleep(0.5)
        catalog.runs.annotate(job, name="MLP · 32")
        return job


@contextmanager
def running() -> Iterator[tuple[Server, str]]:
    """The app over such a workspace, and the run in it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        run = prepared(Path(folder))
        server = Server(Path(folder))
        server.start()
        try:
            yield server, run
        finally:
            server.stop()


def opened(browser, server: Server, path: str, language: str, theme: str, width: int, height: int):
    """A page of the app in a context of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale="ko-KR" if language == "ko" else "en-US",
        permissions=["microphone"],
    )
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    joint = "&" if "?" in path else "?"
    page.goto(f"{server.url}{path}{joint}lang={language}", timeout=PATIENCE)
    settled(page, PATIENCE)
    page.wait_for_timeout(2500)
    drawn(page)
    return page


def drawn(page) -> None:
    """Wait until nothing on the page stands in for what is still being loaded."""
    gone = "() => !document.querySelector('[data-testid=stSkeleton], .stSkeleton')"
    page.wait_for_function(gone, timeout=PATIENCE)
    page.wait_for_timeout(500)


def address(name: str, run: str) -> str:
    """Where a page is best seen: with a run, where it shows runs."""
    return {
        "home": "/",
        "training": f"/training?job={run}",
        "experiments": f"/experiments?run={run}",
    }.get(name, f"/{name}")


def keep(page, name: str) -> None:
    """A picture for the README."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(page.screenshot())) as picture:
        height = round(picture.height * WIDTH / picture.width)
        small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
        small.save(IMAGES / f"{name}.webp", quality=82, method=6)


def spoken(page) -> None:
    """Say something on the inference page and wait for what was heard."""
    page.locator(".recorder .record").click()
    page.wait_for_selector(".recorder.on", timeout=PATIENCE)
    page.evaluate("v => window.say(v)", demo_voice(1, 7, "J"))
    page.locator(".recorder .record").click()
    page.wait_for_selector(".mg-verdict", timeout=PATIENCE)
    page.wait_for_selector(".mg-words:not(.mg-words-muted)", timeout=PATIENCE)
    settled(page, PATIENCE)
    page.wait_for_timeout(1500)


def stage_tour(page, language: str) -> None:
    """The stage, scene by scene."""

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(500)

    page.wait_for_selector(".stage .checks li", timeout=PATIENCE)
    page.wait_for_selector(".stage[data-checks]", timeout=PATIENCE)
    press("ArrowRight", "Space")
    page.evaluate("v => window.say(v)", demo_voice(1, 7, "J"))
    press("Space")
    page.wait_for_selector(".stage[data-answer=done]:not([data-words=waiting])", timeout=PATIENCE)
    if language == "ko":  # the voices of the demo speak Korean
        keep(page, f"{language}-stage-say")
    press("n", "n")
    keep(page, f"{language}-stage-four")
    press("n", "Space")
    page.wait_for_timeout(3000)
    press("Space")
    keep(page, f"{language}-stage-learn")
    press("n")
    keep(page, f"{language}-stage-good")


STEPS: dict[str, Callable] = {"inference": spoken}


def tour() -> None:
    """The pictures of the README."""
    from playwright.sync_api import sync_playwright

    with running() as (server, run), sync_playwright() as session:
        browser = launch(session)
        for language in ("ko", "en"):
            for entry in listed():
                if entry.name == "stage":
                    continue
                page = opened(
                    browser, server, address(entry.name, run), language, "light", 1280, 860
                )
                STEPS.get(entry.name, lambda page: None)(page)
                keep(page, f"{language}-{entry.name}")
                page.context.close()
            page = opened(browser, server, "/stage?on=1", language, "dark", 1280, 720)
            stage_tour(page, language)
            page.context.close()
        browser.close()


def sheet(names: Sequence[str]) -> None:
    """Pages and views in every dress, side by side; all of them where none is named."""
    from playwright.sync_api import sync_playwright

    SHEETS.mkdir(exist_ok=True)
    with running() as (server, run), sync_playwright() as session:
        browser = launch(session)
        for entry in listed():
            for view in range(VIEWS.get(entry.name, 1)):
                name = f"{entry.name}-{view}" if view else entry.name
                if names and name not in names:
                    continue
                shots = []
                for theme, language in product(("light", "dark"), ("ko", "en")):
                    path = address(entry.name, run)
                    page = opened(browser, server, path, language, theme, 1280, 900)
                    if view:
                        page.locator(f".st-key-{entry.name}-view button").nth(view).click()
                        page.wait_for_timeout(1000)
                        settled(page, PATIENCE)
                    shots += measured(page)
                    page.context.close()
                beside(shots, columns=4).save(SHEETS / f"sheet-{name}.png")
        browser.close()


def measured(page) -> list[Image.Image]:
    """A page wide and narrow, each as tall as what is on it."""
    shots = []
    for width, shown in SHEET.values():
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(800)
        tall = page.locator('[data-testid="stMain"]').evaluate("e => e.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(9000, int(tall))})
        page.wait_for_timeout(1200)
        with Image.open(BytesIO(page.screenshot())) as shot:
            shots.append(narrowed(shot.convert("RGB"), shown))
    return shots


def narrowed(shot: Image.Image, width: int) -> Image.Image:
    """A picture made smaller."""
    return shot.resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)


def beside(shots: list[Image.Image], columns: int) -> Image.Image:
    """Pictures in rows, each row as high as its highest."""
    rows = [shots[i : i + columns] for i in range(0, len(shots), columns)]
    heights = [max(shot.height for shot in row) + 6 for row in rows]
    width = max(sum(shot.width + 6 for shot in row) for row in rows)
    whole = Image.new("RGB", (width, sum(heights)), "#888888")
    for i, row in enumerate(rows):
        x = 0
        for shot in row:
            whole.paste(shot, (x, sum(heights[:i])))
            x += shot.width + 6
    return whole


def main() -> None:
    """Make what was asked for."""
    asked = argparse.ArgumentParser()
    asked.add_argument("what", choices=("tour", "sheet"))
    asked.add_argument("names", nargs="*", help="of sheets, such as home or dataset-3; else all")
    options = asked.parse_args()
    if options.what == "tour":
        tour()
    else:
        sheet(options.names)


if __name__ == "__main__":
    main()
