"""How quick the grid of the data page is: ``python -m bench.grid [--clips 50000] [--home FOLDER]``.

Makes a corpus of small sound files (8 kB each) in a folder of its own, starts the app on it, and
drives it in Chromium. Prints JSON: seconds as a user waits for them, the server's processor
seconds beside them, and the load of the machine, without which the seconds say little. With
``--home`` the corpus is kept and used again.
"""

import argparse
import hashlib
import io
import json
import os
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from core.corpus import Catalog, CorpusFacts
from core.corpus.records import NewUtterance, Recording
from core.emotions import FOUR_EMOTIONS
from core.settings import Workspace
from tests.browser.conftest import Server, launch, settled

CORPUS = "big"
SR = 8_000  # Hz
FLAGS = ("clipped", "narrow-band", "dc", "silent")
FIND = """selector => [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
    .map(root => root.querySelector(selector)).find(Boolean)"""
CHANGED = f"before => {{ const w = ({FIND})('tbody .file'); return w && w.textContent !== before }}"
HEARD = f"() => {{ const a = ({FIND})('audio'); return a && !a.paused && a.currentTime > 0 }}"


def generate(home: Path, n: int) -> None:
    """Files and rows: 40 voices, 60 sentences, four emotions, one clip in eleven with a flag."""
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        if catalog.has_had(CORPUS):
            return
        t = np.arange(SR) / SR
        new = []
        for i in range(n):
            speaker, sentence = i // 4 % 40 + 1, i // 160 % 60 + 1
            pitch = 2 * np.pi * (100 + i % 37 * 7) * t
            y = (0.4 * np.sin(pitch) * np.abs(np.sin(9 * t + i)) * 127 + 128).astype(np.uint8)
            y[:4] = np.frombuffer(np.uint32(i).tobytes(), np.uint8)  # no two files are the same
            data = wav(y)
            content = hashlib.sha256(data).hexdigest()
            path = catalog.store.path(content, "wav")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            flags = (FLAGS[i % 4],) if i % 11 == 0 else ()
            duration = 1.0 + i % 500 / 100
            recording = Recording(content, "wav", len(data), duration, SR, 1, "WAV/PCM_U8", flags)
            name = f"{sentence}_{speaker}_{i}.wav"
            emotion = FOUR_EMOTIONS[i % 4]
            new.append(NewUtterance(recording, name, str(sentence), str(speaker), emotion))
        sentences = {str(k): f"문장 {k}" for k in range(1, 61)}
        catalog.add(CORPUS, CorpusFacts(title="Generated", sentences=sentences), new)


def wav(y: np.ndarray) -> bytes:
    """Unsigned 8-bit samples as a file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(SR)
        writer.writeframes(y.tobytes())
    return file.getvalue()


class Watch:
    """Wall time, and the server's processor time where the system tells it."""

    def __init__(self, server: Server):
        self.stat = Path(f"/proc/{server.process.pid}/stat")
        self.began, self.used = time.perf_counter(), self._used()

    def _used(self) -> float | None:
        if not self.stat.exists():
            return None
        fields = self.stat.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def read(self) -> dict[str, float | None]:
        """Seconds since it was made."""
        used = self._used()
        return {
            "seconds": round(time.perf_counter() - self.began, 2),
            "server_cpu": None if used is None else round(used - self.used, 2),
        }


def drive(page: Page, server: Server) -> dict[str, list]:
    """Open, page, sort, listen; each several times."""
    measured: dict[str, list] = {}

    def note(what: str, watch: Watch) -> None:
        measured.setdefault(what, []).append(watch.read())
        settled(page)
        page.wait_for_timeout(700)  # somebody looks at the page; the next one is prepared

    for _ in range(3):
        watch = Watch(server)
        page.goto(f"{server.url}/dataset?lang=en&corpus={CORPUS}")
        page.locator("tbody tr").first.wait_for(timeout=120_000)
        note("load the app and open", watch)
    links = page.get_by_test_id("stPageLink-NavLink")
    for _ in range(3):
        links.nth(0).click()
        page.locator(".mg-step").first.wait_for()
        settled(page)
        watch = Watch(server)
        links.nth(1).click()
        page.locator("tbody tr").first.wait_for()
        note("open by the menu", watch)
    for _ in range(5):
        before = page.locator("tbody .file").first.inner_text()
        watch = Watch(server)
        page.get_by_test_id("stPagination").locator("button").last.click()
        page.wait_for_function(CHANGED, arg=before, polling=20)
        note("next page", watch)
    for column in ("Length", "Voice", "Emotion", "Flags"):
        watch = Watch(server)
        page.locator("thead button", has_text=column).click()
        page.locator("thead button.up", has_text=column).wait_for()
        note("sort", watch)
    for row in (3, 7, 11):
        watch = Watch(server)
        page.locator("tbody tr").nth(row).click()
        page.wait_for_function(HEARD, polling=10)
        note("click to sound", watch)
    return measured


def main() -> None:
    """Generate, start, drive, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=50_000)
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as session:
        home = (options.home or Path(folder)).resolve()
        generate(home, options.clips)
        server = Server(home)
        server.start()
        try:
            browser = launch(session)
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            load = os.getloadavg()[0]
            measured = drive(page, server)
            print(json.dumps({"clips": options.clips, "load": load, **measured}, indent=1))
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
