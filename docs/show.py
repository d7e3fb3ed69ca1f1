"""A show by keys alone, the check with each part broken in turn, one minute at Home: filmed.

python -m docs.show [--language ko] [--palette dark]    # screenshots/show-*.png, one sheet each

A real server and a real Chromium whose microphone says what it is told.
"""

import argparse
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from docs.pictures import PATIENCE, SHEETS, beside, narrowed, running
from tests.browser.conftest import Server, launch, settled
from tests.browser.voice import MICROPHONE, demo_voice

WIDTH = 640  # px of a picture in a sheet
COLUMNS = 3
DONE = ".stage[data-answer=done]:not([data-words=waiting])"

# What is wrong, as scripts that run before the page does. `LOUDER` turns the microphone's own voice
# up or down and puts noise beside it.
LOUDER = """(() => { const open = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const context = new AudioContext(), out = context.createMediaStreamDestination();
    const gain = new GainNode(context, { gain: %s });
    context.createMediaStreamSource(await open(wish)).connect(gain).connect(out);
    const hiss = context.createBuffer(1, context.sampleRate, context.sampleRate);
    hiss.getChannelData(0).forEach((_, i, all) => { all[i] = (2 * Math.random() - 1) * %s; });
    const noise = new AudioBufferSourceNode(context, { buffer: hiss, loop: true });
    noise.connect(out); noise.start();
    return out.stream;
  }; })();"""
BROKEN = {
    "nothing": "",
    "refused": "window.refuse = 'NotAllowedError'",
    "missing": "window.refuse = 'NotFoundError'",
    "taken": "window.refuse = 'NotReadableError'",
    "dead": "window.dead = true",
    "insecure": "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })",
    "noisy": LOUDER % (1, 0.06),
    "loud": LOUDER % (20, 0.0001),
    "soft": LOUDER % (0.01, 0.00001),
    "clock": "const now = Date.now.bind(Date); Date.now = () => now() + 120000",
}


class Film:
    """Pictures of a page, one after the other, laid out on one sheet."""

    def __init__(self, page):
        self.page, self.shots = page, []

    def shot(self) -> None:
        """Take a picture."""
        with Image.open(BytesIO(self.page.screenshot())) as picture:
            self.shots.append(narrowed(picture.convert("RGB"), WIDTH))

    def press(self, *keys: str) -> None:
        """Press keys as a hand does, and take a picture of what comes."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(400)
        self.shot()

    def speak(self, voice: str, start: str) -> None:
        """Record a take by the space bar; ``start`` is what shows that it is being recorded."""
        self.page.keyboard.press("Space")
        self.page.wait_for_selector(start, timeout=PATIENCE)
        self.page.evaluate("v => window.say(v)", voice)
        self.shot()
        self.page.keyboard.press("Space")

    def keep(self, name: str) -> None:
        """Write the sheet."""
        SHEETS.mkdir(exist_ok=True)
        beside(self.shots, COLUMNS).save(SHEETS / f"show-{name}.png")


def show(film: Film) -> None:
    """From the check to the last scene."""
    page = film.page
    check(film)
    film.press("ArrowRight")
    film.speak(demo_voice(1, 1, "A"), ".stage[data-state=recording]")
    page.wait_for_selector(DONE, timeout=PATIENCE)
    film.shot()
    film.press("ArrowRight", "ArrowRight")
    film.press("b")
    film.press("b", "n")
    film.press("v")
    page.wait_for_selector(".phones .qr", timeout=PATIENCE)
    film.speak(demo_voice(2, 1, "J"), ".stage[data-state=recording]")
    page.wait_for_selector(".choices", timeout=PATIENCE)
    page.wait_for_selector(DONE, timeout=PATIENCE)
    film.press("1")
    film.press("ArrowRight")
    film.press("v", "n")
    film.press("2")
    film.press("n", "Space")
    page.wait_for_timeout(2000)
    film.press("Space")
    film.press("n")
    film.press("ArrowRight")
    film.press("Escape")


def check(film: Film) -> None:
    """Be silent, say something, and see what the check says."""
    film.page.wait_for_timeout(1800)
    film.page.evaluate("v => { window.say(v); }", demo_voice(1, 1, "A"))
    film.page.wait_for_selector(".stage[data-checks]", timeout=PATIENCE)
    film.shot()


def minute(film: Film) -> None:
    """Twelve takes at Home, and the model of them."""
    page = film.page
    settled(page, PATIENCE)
    film.shot()
    page.locator(".st-key-home-minute-begin button").click()
    for number in range(12):
        page.wait_for_selector(f"text=/(Take {number + 1} of 12|12번 중 {number + 1}번째)/")
        settled(page, PATIENCE)
        film.speak(demo_voice(1 + number // 4, 1, "SNJA"[number % 4]), ".recorder.on")
    page.wait_for_selector(".st-key-home-minute-keep button", timeout=PATIENCE)
    settled(page, PATIENCE)
    film.speak(demo_voice(4, 1, "A"), ".recorder.on")
    page.wait_for_selector(".mg-verdict", timeout=PATIENCE)
    settled(page, PATIENCE)
    film.shot()
    page.locator(".st-key-home-minute-keep button").click()
    page.wait_for_selector("text=my-voice", timeout=PATIENCE)
    film.shot()


def filmed(
    browser, server: Server, path: str, language: str, play: Callable[[Film], None], script=""
) -> Film:
    """Play something in a window of its own."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720},
        locale="ko-KR" if language == "ko" else "en-US",
        permissions=["microphone"],
    )
    context.add_init_script(MICROPHONE)
    context.add_init_script(script)
    context.set_default_timeout(PATIENCE)
    film = Film(context.new_page())
    film.page.goto(f"{server.url}{path}{'&' if '?' in path else '?'}lang={language}")
    if path.startswith("/stage"):
        film.page.wait_for_selector(".stage .checks li")
    play(film)
    context.close()
    return film


def main() -> None:
    """Film everything."""
    from playwright.sync_api import sync_playwright

    asked = argparse.ArgumentParser()
    asked.add_argument("--language", choices=("ko", "en"), default="ko")
    asked.add_argument("--palette", choices=("dark", "bright"), default="dark")
    options = asked.parse_args()
    language = options.language
    kept = f"'malgyeol.stage', '{{\"palette\": \"{options.palette}\"}}'"
    palette = f"sessionStorage.getItem('malgyeol.stage') ?? sessionStorage.setItem({kept})"
    with running() as (server, _), sync_playwright() as session:
        browser = launch(session)
        stage = "/stage?on=1"
        filmed(browser, server, stage, language, show, palette).keep(
            f"{language}-{options.palette}"
        )
        checks = [
            filmed(browser, server, stage, language, check, f"{palette};{script}")
            for script in BROKEN.values()
        ]
        checks[0].shots = [shot for film in checks for shot in film.shots]
        checks[0].keep(f"{language}-{options.palette}-checks")
        filmed(browser, server, "/", language, minute).keep(f"{language}-minute")
        browser.close()


if __name__ == "__main__":
    main()
