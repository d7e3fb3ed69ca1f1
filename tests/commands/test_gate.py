"""Requirement 25: this machine alone by default; a network only with flag, password and hosts."""

import asyncio
import http.client
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from core.commands.serve import own_names
from core.errors import PasswordMissingError, PasswordTooShortError
from core.gate import COOKIE, FREE_TRIES, Gate
from core.password import read_access, set_password
from core.settings import workspace
from tests.awaiting import awaited

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse 말결"
START_LIMIT = 120.0  # s; a bound on hanging


@pytest.fixture
def access(workspace_home):
    return set_password(workspace(), PASSWORD)


async def inside(scope, receive, send):
    """The app behind the gate."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


class Visitor:
    """Sends requests to a gate without any network."""

    def __init__(self, access, address="10.0.0.7", hosts=("studio.local",)):
        self.now = 0.0  # s by the gate's clock, which stands still by itself
        self.gate = Gate(inside, access, hosts, clock=lambda: self.now)
        self.address, self.cookie = address, ""

    def ask(
        self,
        path="/",
        *,
        kind="http",
        host="studio.local:8501",
        password=None,
        language="ko",
        body=None,
        more=(),
    ):
        if password is not None:
            body = f"password={password.replace(' ', '+')}".encode()
        headers = [(b"host", host.encode()), (b"accept-language", language.encode()), *more]
        if self.cookie:
            headers.append((b"cookie", f"other=1; {COOKIE}={self.cookie}".encode()))
        scope = {
            "type": kind,
            "path": path,
            "method": "GET" if body is None else "POST",
            "headers": headers,
            "client": (self.address, 1),
            "server": ("10.0.0.1", 8501),
            "scheme": "http",
        }
        sent = []

        async def receive():
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message):
            sent.append(message)

        awaited(self.gate(scope, receive, send))
        return sent

    def status(self, *arguments, **options) -> int:
        return self.ask(*arguments, **options)[0]["status"]


def header(sent, name: bytes) -> str:
    return dict(sent[0]["headers"]).get(name, b"").decode()


@pytest.mark.parametrize(
    "path", ["/", "/media/a.wav", "/_stcore/upload_file/x", "/_stcore/host-config", "/app/static/x"]
)
def test_nothing_is_answered_without_the_password(access, path):
    sent = Visitor(access).ask(path)
    assert sent[0]["status"] == 401
    assert b"inside" not in sent[1]["body"]


def test_only_the_health_check_is_open(access):
    assert Visitor(access).status("/_stcore/health") == 200


def test_the_live_connection_is_refused_without_the_password(access):
    sent = Visitor(access).ask("/_stcore/stream", kind="websocket")
    assert [m["type"] for m in sent] == ["websocket.close"]


def test_who_knows_the_password_comes_in_and_stays(access):
    visitor = Visitor(access)
    sent = visitor.ask("/training", password=PASSWORD)
    assert (sent[0]["status"], header(sent, b"location")) == (303, "/training")
    cookie = header(sent, b"set-cookie")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    visitor.cookie = cookie.split(";")[0].split("=", 1)[1]
    assert visitor.status("/") == 200
    assert visitor.ask("/_stcore/stream", kind="websocket")[0]["type"] == "websocket.accept"
    assert header(visitor.ask("/"), b"x-content-type-options") == "nosniff"
    assert header(visitor.ask("/sign-out"), b"set-cookie").startswith(f"{COOKIE}=;")


def test_a_cookie_that_was_made_up_or_is_over_opens_nothing(access):
    visitor = Visitor(access)
    later = time.time() + 1_000
    good = access.cookie(later)
    assert access.is_cookie(good)
    for bad in (
        access.cookie(time.time() - 1),
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        f"{int(later) + 99}.{good.split('.')[1]}",
        "9" * 400 + "." + "0" * 64,
        "²." + "0" * 64,
        ".",
        "",
        good + "x",
    ):
        assert not access.is_cookie(bad), bad
        visitor.cookie = bad
        assert visitor.status("/") == 401


def test_a_new_password_signs_everybody_out(access):
    cookie = access.cookie(time.time() + 1_000)
    assert not set_password(workspace(), "another one").is_cookie(cookie)


def test_wrong_passwords_soon_have_to_wait_and_others_do_not(access):
    visitor = Visitor(access)
    for _ in range(FREE_TRIES):
        assert visitor.status(password="wrong guess") == 401
    assert visitor.status(password="wrong guess") == 429
    assert visitor.status(password=PASSWORD) == 429  # also for the right one
    visitor.address = "10.0.0.8"
    assert visitor.status(password=PASSWORD) == 303


def test_each_wrong_password_costs_twice_the_wait_of_the_one_before(access):
    visitor = Visitor(access)
    for _ in range(FREE_TRIES):
        visitor.status(password="wrong guess")
    for wait in (1.0, 2.0, 4.0):
        visitor.now += wait - 0.1
        assert visitor.status(password=PASSWORD) == 429
        visitor.now += 0.1
        assert visitor.status(password="wrong guess") == 401
    visitor.now += 8.0
    assert visitor.status(password=PASSWORD) == 303
    assert visitor.status(password="wrong guess") == 401  # who knew it begins anew


OTHER_HOSTS = (
    *("evil.example", "evil.example:8501", "", "studio.local.evil", "evil@studio.local"),
    *("studio.local:8501,evil", "studio.local:8501/../evil", "studio.local:evil.example", "[::1"),
)


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_another_hosts_name_is_refused_even_to_who_is_signed_in(access, host):
    visitor = Visitor(access)
    visitor.cookie = access.cookie(time.time() + 1_000)
    assert visitor.status(host=host) == 421
    assert visitor.ask(kind="websocket", host=host)[-1]["type"] == "websocket.close"


@pytest.mark.parametrize(
    "host", ["studio.local", "STUDIO.local:1", "10.0.0.1:8501", "localhost", "[::1]:1"]
)
def test_this_machines_own_names_and_addresses_are_taken(access, host):
    visitor = Visitor(access)
    visitor.cookie = access.cookie(time.time() + 1_000)
    assert visitor.status(host=host) == 200


FOREIGN_FORMS = {
    "another site": [(b"origin", b"http://evil.example")],
    "another port of this machine": [(b"origin", b"http://studio.local:9999")],
    "a page in a sandbox": [(b"origin", b"null")],
    "as the browser says": [(b"sec-fetch-site", b"cross-site")],
    "a neighbour, as the browser says": [(b"sec-fetch-site", b"same-site")],
}


@pytest.mark.parametrize("more", FOREIGN_FORMS.values(), ids=FOREIGN_FORMS)
def test_a_form_of_another_sites_page_neither_signs_in_nor_locks_out(access, more):
    visitor = Visitor(access)
    assert visitor.status(password=PASSWORD, more=more) == 403
    for _ in range(2 * FREE_TRIES):
        assert visitor.status(password="wrong", more=more) == 403
    own = [(b"origin", b"http://studio.local:8501")]
    assert visitor.status(password=PASSWORD, more=own) == 303


def test_a_form_without_a_password_is_no_wrong_try(access):
    visitor = Visitor(access)
    for body in (b"", b"x=1", b"password=", b"a" * 100_000):
        for _ in range(FREE_TRIES):
            assert visitor.status(body=body) == 401
    assert visitor.status(password=PASSWORD) == 303


def test_a_form_that_does_not_end_is_given_up(access, monkeypatch):
    monkeypatch.setattr("core.gate.FORM_WAIT", 0.05)
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "path": "/",
        "method": "POST",
        "headers": [(b"host", b"studio.local")],
        "client": ("10.0.0.7", 1),
    }
    awaited(Gate(inside, access, ["studio.local"])(scope, receive, send))
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/a\r\nset-cookie: x=1"])
def test_nobody_is_sent_to_another_site(access, path):
    sent = Visitor(access).ask(path, password=PASSWORD)
    assert header(sent, b"location") == "/"


def test_the_form_speaks_the_visitors_language_and_holds_no_hostile_path(access):
    korean = Visitor(access).ask('/"><script>alert(1)</script>')[1]["body"].decode()
    english = Visitor(access).ask("/", language="en-GB,en")[1]["body"].decode()
    assert "비밀번호를 넣어 주세요" in korean and "<script" not in korean
    assert "Enter its password" in english


def test_the_password_is_kept_as_a_hash_that_only_its_owner_reads(access, workspace_home):
    file = workspace_home / "access.json"
    assert PASSWORD not in file.read_text()
    if os.name != "nt":
        assert file.stat().st_mode & 0o077 == 0
        assert workspace_home.stat().st_mode & 0o077 == 0
    again = read_access(workspace())
    assert again.is_password(PASSWORD) and not again.is_password(PASSWORD + " ")


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"salt": "", "digest": "", "key": ""}'])
def test_a_missing_or_broken_password_opens_nothing(workspace_home, content):
    if content is not None:
        workspace_home.mkdir()
        (workspace_home / "access.json").write_text(content)
    with pytest.raises(PasswordMissingError):
        read_access(workspace())


def test_a_short_password_is_refused(workspace_home):
    with pytest.raises(PasswordTooShortError):
        set_password(workspace(), "1234567")


def test_lan_without_a_password_does_not_start(workspace_home):
    environment = {k: v for k, v in os.environ.items() if k != "MALGYEOL_PASSWORD"}
    command = [sys.executable, "-m", "core", "serve", "--lan", "--address", "127.0.0.1"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, timeout=START_LIMIT
    )
    assert done.returncode == 2
    assert "비밀번호" in done.stderr.decode()


def test_the_default_is_this_machine_alone_and_nothing_is_sent_home():
    options = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert options["server"]["address"] == "127.0.0.1"
    assert options["server"]["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert options["browser"]["gatherUsageStats"] is False
    assert options["client"]["showErrorDetails"] == "none"
    assert not options["client"]["showErrorLinks"]
    server = options["server"]
    assert server.get("enableXsrfProtection", True) and server.get("enableCORS", True)


def test_own_names_hold_what_was_asked_for_first():
    assert own_names(["Studio.example"])[0] == "studio.example"


class LanServer:
    """The real thing, heard on the loopback address alone."""

    def __init__(self, home: Path, port: int):
        self.port = port
        environment = {**os.environ, "MALGYEOL_HOME": str(home), "MALGYEOL_PASSWORD": PASSWORD}
        command = ["-m", "core", "serve", "--lan", "--address", "127.0.0.1", "--port", str(port)]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, method: str, path: str, body: str = "", **headers: str):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request(method, path, body or None, headers)
        answer = link.getresponse()
        answer.content = answer.read()
        link.close()
        return answer

    def stop(self) -> None:
        import signal

        if os.name == "nt":
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)


@pytest.fixture
def lan(workspace_home):
    from tests.browser.conftest import free_port

    running = LanServer(workspace_home, free_port())
    began = time.monotonic()
    try:
        while True:
            try:
                if running.ask("GET", "/_stcore/health").status == 200:
                    break
            except OSError:
                time.sleep(0.2)
            assert time.monotonic() - began < START_LIMIT and running.process.poll() is None
        yield running
    finally:
        running.stop()


@pytest.mark.slow
def test_the_real_server_lets_nobody_in_but_who_knows_the_password(lan):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    for path in ("/", "/training", "/_stcore/host-config", "/_stcore/metrics", "/media/x.wav"):
        assert lan.ask("GET", path).status == 401, path
    assert lan.ask("GET", "/", Host="evil.example").status == 421
    stream = f"ws://127.0.0.1:{lan.port}/_stcore/stream"
    with pytest.raises(InvalidStatus):
        connect(stream)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert lan.ask("POST", "/", "password=wrong", **form).status == 401
    from urllib.parse import urlencode

    entered = lan.ask("POST", "/", urlencode({"password": PASSWORD}), **form)
    assert entered.status == 303
    cookie = entered.getheader("set-cookie").split(";")[0]
    page = lan.ask("GET", "/", Cookie=cookie)
    assert page.status == 200 and b"<title>" in page.content
    assert page.getheader("x-content-type-options") == "nosniff"
    with connect(stream, additional_headers={"Cookie": cookie}, subprotocols=["streamlit"]):
        pass
