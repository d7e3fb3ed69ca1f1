"""From the press of Train to the first epoch on screen, in a real browser.

    python -m bench.first_epoch [--corpus FOLDER] [--home FOLDER] [--rounds 5]

Starts the app, presses Train once so that the clips are measured and the worker is warm, and then
on pages that were just loaded, and again on the same page; each run is stopped once it has begun.
A time ends in the animation frame in which the curve of held-out clips has its first point.

In a fresh workspace the first run measures every clip with all features that the page begins with,
Whisper's among them: 0.3 s a clip, a minute and a half for the demo. What took how long is told
as it comes; with ``--home`` the clips stay measured for the next time. It wants a machine that is
idle.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from core.corpus import Catalog
from core.settings import Workspace
from tests.browser.conftest import Server, launch, settled
from tests.training.test_worker import stop_worker

PATIENCE = 600_000  # ms; measuring all clips comes first
LOOKED_AROUND = 2_000  # ms between a page that stands still and the press
PRESS = """() => {
  const curve = () => [...document.querySelectorAll('.st-key-training-curve *')]
    .map((host) => host.shadowRoot?.querySelector('.mg-curve')).find(Boolean);
  const before = curve()?.dataset.run;
  const begun = () => {
    const { run, epochs } = curve()?.dataset ?? {};
    return run && run !== before && epochs > 0;
  };
  window.begun = null;
  const pressed = performance.now();
  const look = () => {
    if (begun()) window.begun = performance.now() - pressed; else requestAnimationFrame(look);
  };
  document.querySelector('.st-key-training-start button').click();
  requestAnimationFrame(look);
}"""


def main() -> None:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="a folder of clips; the demo corpus")
    parser.add_argument("--home", type=Path, help="a workspace to use again; else a fresh one")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh, sync_playwright() as session:
        place = options.home or Path(fresh) / "home"
        if options.corpus is not None:
            take_in(options.corpus, place)
        server = Server(place)
        server.start()
        browser = launch(session)
        try:
            measure(browser, server, options.rounds)
        finally:
            browser.close()
            server.stop()  # first: it would start another worker
            with Catalog(Workspace(root=place, models=place / "models")) as catalog:
                stop_worker(catalog)


def take_in(folder: Path, place: Path) -> None:
    """Import a corpus into the workspace; being the latest, it is the one chosen."""
    command = [sys.executable, "-m", "core", "import", str(folder), "--corpus", "bench"]
    environment = {**os.environ, "MALGYEOL_HOME": str(place)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def measure(browser: Browser, server: Server, rounds: int) -> None:
    """The first run does not count; then fresh pages, then the same page again."""
    page = opened(browser, server)
    print("measuring the clips, once …", flush=True)
    print(f"first run of the workspace: {press(page):.1f} s", flush=True)
    stop(page)
    page.context.close()
    fresh, again = [], []
    for _round in range(rounds):
        page = opened(browser, server)
        fresh.append(press(page))
        stop(page)
        again.append(press(page))
        stop(page)
        page.context.close()
        print(f"just loaded {fresh[-1]:.2f} s, in use {again[-1]:.2f} s", flush=True)
    print(f"first epoch on screen, page just loaded: {show(fresh)}")
    print(f"first epoch on screen, page in use:      {show(again)}")


def opened(browser: Browser, server: Server) -> Page:
    """The training page in a browser that has never seen it."""
    page = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{server.url}/training?lang=en")
    page.locator(".st-key-training-start button").wait_for(timeout=PATIENCE)
    settled(page)
    page.wait_for_timeout(LOOKED_AROUND)
    return page


def press(page: Page) -> float:
    """Press Train; seconds until the first epoch is drawn."""
    page.evaluate(PRESS)
    page.wait_for_function("() => window.begun !== null", timeout=PATIENCE)
    return page.evaluate("() => window.begun") / 1000


def stop(page: Page) -> None:
    """Stop a run that has begun, and wait until it is over."""
    button = page.locator(".st-key-training-stop button")
    button.click(timeout=PATIENCE)
    button.wait_for(state="detached", timeout=PATIENCE)
    settled(page)
    page.wait_for_timeout(LOOKED_AROUND)


def show(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.2f} s [{min(values):.2f}, {max(values):.2f}]"


if __name__ == "__main__":
    main()
