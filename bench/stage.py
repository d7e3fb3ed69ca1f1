"""How fast the stage answers, and what fifty takes and two hundred voters cost.

    python -m bench.stage [--takes 50]

A real server and a real Chromium whose microphone plays clips of the demo. Times run from the key
that ends a take to what is on the screen.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

from core.emotions import FOUR_EMOTIONS
from core.stage import Ballot
from core.stage.vote_server import VoteServer
from tests.browser.conftest import Server, launch, settled
from tests.browser.voice import MICROPHONE, demo_voice
from tests.stage.test_votes import WORDS, Phone

PATIENCE = 120_000  # ms


def memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) / 1024


def takes(server: Server, page, n: int) -> dict:
    """Takes in a row, no reload: seconds to the emotion and to the words, growth of memory.

    A take whose emotion never came is told with what stood there instead.
    """
    page.goto(f"{server.url}/stage?lang=ko&on=1")
    page.wait_for_selector(".stage[data-checks]", timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    emotion, words, sizes, missed = [], [], [], []
    for i in range(n):
        page.wait_for_timeout(400)
        page.keyboard.press("Space")
        page.wait_for_selector(".stage[data-state=recording]", timeout=PATIENCE)
        page.evaluate("v => window.say(v)", demo_voice(1 + i % 4, 1 + i % 3, "AJSN"[i % 4]))
        page.keyboard.press("Space")
        ended = time.monotonic()
        # First this take's own wait: the answer on the screen is still that of the one before.
        page.wait_for_selector(".stage[data-answer=waiting]", timeout=PATIENCE)
        page.wait_for_selector(".stage:not([data-answer=waiting])", timeout=PATIENCE)
        emotion.append(time.monotonic() - ended)
        if page.get_attribute(".stage", "data-answer") != "done":
            missed.append(page.locator(".stage .verdict").inner_text())
        page.wait_for_selector(".stage:not([data-words=waiting])", timeout=PATIENCE)
        words.append(time.monotonic() - ended)
        sizes.append(memory(server.process.pid))
    warm = min(5, n - 1)
    return {
        "takes": n,
        "missed": missed,
        "emotion_s": spread(emotion[1:]),
        "words_s": spread(words[1:]),
        "server_growth_mb": round(sizes[-1] - sizes[warm], 1),
        "page_heap_mb": page.evaluate("() => performance.memory?.usedJSHeapSize / 2 ** 20"),
    }


def one_minute(server: Server, page) -> dict:
    """Twelve takes at home, and the model of them."""
    page.goto(f"{server.url}/?lang=en")
    settled(page)
    began = time.monotonic()
    page.locator(".st-key-home-minute-begin button").click()
    plan = [(sentence, code) for sentence in (1, 2, 3) for code in "SNJA"]
    for number, (sentence, code) in enumerate(plan, 1):
        page.wait_for_selector(f"text=Take {number} of 12", timeout=PATIENCE)
        settled(page)
        page.keyboard.press("Space")
        page.wait_for_selector(".recorder.on", timeout=PATIENCE)
        page.evaluate("v => window.say(v)", demo_voice(sentence, 1, code))
        page.keyboard.press("Space")
    page.wait_for_selector("text=nobody else's", timeout=PATIENCE)
    return {
        "loop_s": round(time.monotonic() - began, 1),
        "said": page.locator(".mg-note", has_text="Learnt in").inner_text()[:40],
    }


def voters(n: int) -> dict:
    """Voters at once, each at an address of its own; how late the last one is counted."""
    server = VoteServer(Ballot(), WORDS, port=0)
    server.ballot.start(FOUR_EMOTIONS)
    phones = [Phone(server, f"127.0.{1 + i // 200}.{1 + i % 200}") for i in range(n)]
    took = []

    def vote(i: int) -> None:
        state = phones[i].state()
        began = time.monotonic()
        phones[i].ask("POST", "/vote", {"round": state["round"], "option": FOUR_EMOTIONS[i % 4]})
        took.append(time.monotonic() - began)

    with ThreadPoolExecutor(50) as crowd:
        list(crowd.map(vote, range(n)))
    counted = server.ballot.tally().total
    server.close()
    return {"voters": n, "counted": counted, "vote_s": spread(took)}


def tally(page, n: int) -> dict:
    """A room of voters on the stage that is shown: from the last vote to its sum on the screen."""
    while page.get_attribute(".stage", "data-scene") != "act":
        page.keyboard.press("n")
        page.wait_for_timeout(300)
    page.keyboard.press("v")
    page.wait_for_selector(".phones .qr", timeout=PATIENCE)
    place = SimpleNamespace(port=int(page.inner_text(".phones b").rsplit(":", 1)[1]))
    page.keyboard.press("Space")
    page.wait_for_selector(".stage[data-state=recording]", timeout=PATIENCE)
    page.evaluate("v => window.say(v)", demo_voice(2, 1, "J"))
    page.keyboard.press("Space")
    page.wait_for_selector(".choices", timeout=PATIENCE)
    phones = [Phone(place, f"127.0.{1 + i // 200}.{1 + i % 200}") for i in range(n)]
    while not phones[0].state()["open"]:
        page.wait_for_timeout(100)
    began = time.monotonic()
    with ThreadPoolExecutor(50) as crowd:
        list(crowd.map(lambda i: phones[i].vote(FOUR_EMOTIONS[i % 4]), range(n)))
    ended = time.monotonic()
    page.wait_for_selector(f"text={n}표", timeout=PATIENCE)
    shown = time.monotonic()
    page.keyboard.press("v")
    return {"voted_in_s": round(ended - began, 2), "last_vote_to_stage_s": round(shown - ended, 2)}


def spread(values: list[float]) -> dict:
    """Median and greatest, seconds."""
    return {"median": round(statistics.median(values), 3), "max": round(max(values), 3)}


def main() -> None:
    """Print everything as one JSON document."""
    from playwright.sync_api import sync_playwright

    asked = argparse.ArgumentParser()
    asked.add_argument("--takes", type=int, default=50)
    n = asked.parse_args().takes
    result = {"votes": voters(200)}
    with tempfile.TemporaryDirectory() as home, sync_playwright() as session:
        server = Server(Path(home))
        server.start()
        try:
            browser = launch(session)
            context = browser.new_context(permissions=["microphone"])
            context.add_init_script(MICROPHONE)
            page = context.new_page()
            result["stage"] = takes(server, page, n)
            result["tally"] = tally(page, 200)
            result["one_minute"] = one_minute(server, page)
            browser.close()
        finally:
            server.stop()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
