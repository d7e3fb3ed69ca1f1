"""The inference page in a real browser: how fast it answers, and what live sound costs.

    python -m bench.inference_page [--clip FILE] [--live SECONDS]

Starts the app with a fresh workspace and a Chromium whose microphone plays a clip in a loop.
Prints, one line each: CPU of an ordinary run of the page; time from the recorder's release to the
emotion in the browser; playhead against `currentTime`; of the live page the share of sound
lost, the CPU of the server, and how far the answers are behind. It wants a machine that is idle.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr
from playwright.sync_api import Page, sync_playwright

from core.audio import decode
from core.settings import SR, demo_folder
from tests.browser.conftest import Server, launch, settled

RUNS, TAKES = 10, 5
PATIENCE = 120_000  # ms
FIND = """(selector) => { const look = (root) => { const found = root.querySelector(selector);
  if (found) return found; for (const e of root.querySelectorAll('*')) if (e.shadowRoot) {
  const inside = look(e.shadowRoot); if (inside) return inside; } return null; };
  return look(document); }"""


def main() -> None:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", type=Path, help="what the microphone plays; a demo clip")
    parser.add_argument("--live", type=float, default=30.0, help="seconds of live sound")
    options = parser.parse_args()
    clip = options.clip or sorted((demo_folder() / "audio").glob("1_*_A.*"))[0]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as session:
        microphone = Path(home) / "microphone.wav"
        y = np.concatenate([decode(clip).y, np.zeros(SR, np.float32)])
        sf.write(microphone, soxr.resample(y, SR, 48_000), 48_000, subtype="PCM_16")
        server = Server(Path(home) / "home")
        server.start()
        browser = launch(session, microphone, loop=True)
        context = browser.new_context(permissions=["microphone"], locale="en-US")
        page = context.new_page()
        try:
            measure(page, server, options.live, ten_minutes(Path(home) / "ten.wav"))
        finally:
            browser.close()
            server.stop()


def ten_minutes(path: Path) -> Path:
    """Demo clips with half a second between them, ten minutes in all."""
    gap, parts, n = np.zeros(SR // 2, np.float32), [], 0
    clips = sorted((demo_folder() / "audio").glob("*.*"))
    while n < 600 * SR:
        parts += [decode(clips[len(parts) // 2 % len(clips)]).y, gap]
        n += len(parts[-2]) + len(gap)
    sf.write(path, np.concatenate(parts)[: 600 * SR], SR, subtype="PCM_16")
    return path


def measure(page: Page, server: Server, live: float, long: Path) -> None:
    """All measurements, one after the other."""
    page.goto(f"{server.url}/inference?lang=en")
    page.get_by_role("button", name="Record", exact=True).wait_for(timeout=PATIENCE)
    turn_words_off(page)
    answers(page)
    runs(page, server.process.pid)
    playhead(page)
    long_sound(page, server.process.pid, long)
    live_sound(page, server.process.pid, live)


def turn_words_off(page: Page) -> None:
    """The emotion alone is timed; words take as long as their engine takes."""
    page.get_by_test_id("stMain").get_by_text("Off", exact=True).click()
    settled(page)


def answers(page: Page) -> None:
    """From the release of the recorder to the emotion in the browser."""
    took = []
    for take in range(TAKES):
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_role("button", name="Stop recording").wait_for(timeout=PATIENCE)
        page.wait_for_timeout(
            2_600 + 200 * take
        )  # another length each: the same one changes nothing
        released = page.evaluate(f"""() => {{
          const shown = () => [document.querySelector('.mg-bars')?.innerHTML,
            ({FIND})('.player .time')?.textContent].join();
          const before = shown();
          window.answered = null;
          const look = () => {{ if (shown() !== before) window.answered = performance.now();
            else requestAnimationFrame(look); }};
          ({FIND})('.record').click();
          requestAnimationFrame(look);
          return performance.now(); }}""")
        page.wait_for_function("() => window.answered !== null", timeout=PATIENCE)
        took.append((page.evaluate("() => window.answered") - released) / 1000)
        settled(page)
    print(f"release to emotion: {show(took, 's')} (3 s takes, the first one cold)")


def runs(page: Page, process: int) -> None:
    """CPU of the server for one run of the page with an answer on it."""
    main = page.get_by_test_id("stMain")
    used = []
    for _run in range(RUNS):
        before = cpu(process)
        main.get_by_text("Take along", exact=True).click()
        page.wait_for_timeout(700)
        settled(page)
        used.append(1000 * (cpu(process) - before))
    print(f"CPU of a run: {show(used, 'ms')} (a click on a closer look; 10 ms ticks)")


def playhead(page: Page) -> None:
    """How far the playhead is from what is heard."""
    page.evaluate(f"() => ({FIND})('audio').play()")
    gaps = []
    for _look in range(8):
        page.wait_for_timeout(150)
        gaps.append(
            page.evaluate(f"""() => {{ const audio = ({FIND})('audio');
              const head = ({FIND})('.head').getBoundingClientRect();
              const lanes = ({FIND})('.lanes').getBoundingClientRect();
              const at = (head.left + head.width / 2 - lanes.left) / lanes.width;
              return 1000 * Math.abs(at * audio.duration - audio.currentTime); }}""")
        )
    print(f"playhead from currentTime: {show(gaps, 'ms')}")


def long_sound(page: Page, process: int, file: Path) -> None:
    """CPU and time of ten minutes, from the upload to the drawn timeline, by the light model."""
    page.get_by_test_id("stMain").get_by_text("Upload", exact=True).click()
    settled(page)
    model = page.get_by_role("combobox", name="Model")
    model.fill("light")
    model.press("Enter")
    settled(page)
    began, before = time.monotonic(), cpu(process)
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(str(file))
    page.locator(".player .part").first.wait_for(timeout=PATIENCE)
    settled(page)
    n = page.locator(".player .part").count()
    print(f"ten minutes, {n} stretches: {cpu(process) - before:.1f} s CPU of the server,"
          f" children apart; drawn after {time.monotonic() - began:.1f} s")  # fmt: skip


def live_sound(page: Page, process: int, seconds: float) -> None:
    """Sound lost, CPU, and how far behind."""
    page.get_by_test_id("stMain").get_by_text("Live", exact=True).click()
    frame = page.frame_locator("iframe[title*=webrtc]")
    frame.get_by_role("button", name="Start").click(timeout=PATIENCE)
    page.wait_for_selector(".mg-live", timeout=PATIENCE)
    page.wait_for_timeout(2_000)
    began, before = time.monotonic(), cpu(process)
    page.wait_for_timeout(1000 * seconds)
    share = (cpu(process) - before) / (time.monotonic() - began)
    said = page.inner_text(".mg-live .mg-small")
    print(f"live, {seconds:.0f} s: {said}; server {share:.0%} of one core, page drawn with it")


def cpu(process: int) -> float:
    """CPU seconds of a process so far; Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(values: list[float], unit: str) -> str:
    """Median and range."""
    return f"{statistics.median(values):.3g} {unit} [{min(values):.3g}, {max(values):.3g}]"


if __name__ == "__main__":
    main()
