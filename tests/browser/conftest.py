"""A real server with a fresh workspace, and a real Chromium whose microphone plays a file."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
START_LIMIT = 60.0  # s; a bound on hanging, not a claim about speed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running app; `url` is its home page."""

    def __init__(self, home: Path, script: str = "streamlit_app.py"):
        self.home, self.script, self.port = home, script, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        environment = {**os.environ, "MALGYEOL_HOME": str(self.home)}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                self.script,
                "--server.port",
                str(self.port),
                "--server.headless",
                "true",
            ],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        began = time.monotonic()
        while time.monotonic() - began < START_LIMIT:
            try:
                with urllib.request.urlopen(self.url + "/_stcore/health", timeout=1) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:  # a busy machine; nothing may be left running
                self.process.kill()
                self.process.wait(timeout=20)
            self.process = None


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("home"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def playwright_session():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as session:
        yield session


def launch(session, microphone: Path | None = None, *, loop: bool = False):
    """A Chromium of its own: Debian's where it is there, else Playwright's."""
    path = next((p for name in BROWSERS if (p := shutil.which(name))), None)
    flags = list(FLAGS)
    if microphone is not None:
        once = "" if loop else "%noloop"
        flags.append(f"--use-file-for-fake-audio-capture={microphone}{once}")
    return session.chromium.launch(executable_path=path, args=flags)


@pytest.fixture(scope="session")
def chromium(playwright_session):
    browser = launch(playwright_session)
    yield browser
    browser.close()


@pytest.fixture
def open_at(chromium, server):
    """Open a page of the app; every request and script error is recorded on it."""
    contexts = []

    def open_(path: str = "/", *, language: str = "ko", theme: str = "light", width: int = 1280):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            locale="ko-KR" if language == "ko" else "en-US",
            permissions=["microphone"],
        )
        contexts.append(context)
        page = context.new_page()
        watch_page(page)
        separator = "&" if "?" in path else "?"
        page.goto(f"{server.url}{path}{separator}lang={language}")
        settled(page)
        return page

    yield open_
    for context in contexts:
        context.close()


def watch_page(page) -> None:
    """Record on the page where it sends requests, which fail, and what its scripts complain of.

    Whatever is waited for on it, has a minute and a half: a bound on hanging, not on speed.
    """
    page.set_default_timeout(90_000)
    page.requested, page.failed, page.complaints = [], [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("response", lambda it: page.failed.append(it.url) if it.status >= 400 else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))


def settled(page, timeout: float = 90_000) -> None:
    """Wait until the app has drawn its page and runs no script."""
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=timeout
    )
    page.wait_for_timeout(300)
