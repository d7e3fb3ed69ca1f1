"""The page that phones vote on: a small server of its own, which knows nothing else of the app.

Conventions
-----------
Plain HTTP on all addresses of this machine, opened by the presenter and closed by the presenter.
Three answers and no more: the page, the state of the round, a vote. Requests are short, few a
second from one address, and anything else is refused with a number.
"""

import json
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from core.errors import VotePlaceError
from core.stage.ballot import Ballot

__all__ = ["PORT", "VoteServer", "Words", "lan_address"]

PORT = 8787
PAGE = Path(__file__).with_name("vote.html")
COOKIE = "malgyeol"
MOST_BODY = 256  # bytes of a vote
PATIENCE = 5.0  # s that a request may take to arrive
RATE = (40, 4.0)  # requests of one address in so many seconds, where phones have their own
CROWD = 4_000  # the same where all phones may come from one address
_STATUS = {"closed": 409, "voted": 409, "unknown": 400, "device": 403, "crowded": 429}


def lan_address() -> str | None:
    """The machine's address in the local network, or None without one.

    Returns
    -------
    address : str or None
        Nothing is sent to find it out.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; UDP connects to nobody
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if address.startswith("127.") else address


@dataclass(frozen=True)
class Words:
    """What the page says, translated; `options` are captions by option."""

    title: str
    options: Mapping[str, str]
    colors: Mapping[str, str]
    says: Mapping[str, str]
    language: str


class VoteServer:
    """A server for one ballot.

    Parameters
    ----------
    ballot : Ballot
    words : Words
    port : int
        0 takes any.

    Raises
    ------
    VotePlaceError
        If the port, and the ten after it, are taken.
    """

    def __init__(self, ballot: Ballot, words: Words, *, port: int = PORT):
        self.ballot, self.words = ballot, words
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._http = self._bound(port)
        self.port = int(self._http.server_address[1])
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.1,), daemon=True, name="votes"
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """The address for phones."""
        return f"http://{lan_address() or '127.0.0.1'}:{self.port}/"

    def close(self) -> None:
        """Stop taking votes; the port is free again."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)

    def _bound(self, port: int) -> "_Server":
        handler = type("VoteHandler", (_Handler,), {"votes": self})
        for candidate in [port] if port == 0 else range(port, port + 11):
            try:
                return _Server(("0.0.0.0", candidate), handler)  # noqa: S104 - phones are to reach it
            except OSError:
                continue
        raise VotePlaceError(port)

    def allows(self, address: str) -> bool:
        """Whether an address may ask once more just now.

        Parameters
        ----------
        address : str
        """
        most, span = RATE
        if self.ballot.per_address > most:
            most = CROWD
        now = time.monotonic()
        with self._lock:
            seen = self._seen[address]
            while seen and now - seen[0] > span:
                seen.popleft()
            if len(seen) >= most:
                return False
            seen.append(now)
            if len(self._seen) > 4_096:  # addresses, of which most are long gone
                self._seen = defaultdict(deque, {a: s for a, s in self._seen.items() if s})
        return True

    def state(self, token: str) -> dict[str, Any]:
        """What a phone draws.

        Parameters
        ----------
        token : str
        """
        tally = self.ballot.tally()
        return {
            "round": tally.number,
            "open": tally.open,
            "options": [
                {"id": o, "caption": self.words.options.get(o, o), "color": self.words.colors[o]}
                for o in tally.counts
                if o in self.words.colors
            ],
            "mine": self.ballot.choice(token),
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512  # a whole room presses at once
    allow_reuse_address = True


class _Handler(BaseHTTPRequestHandler):
    votes: VoteServer
    server_version, sys_version = "votes", ""
    timeout = PATIENCE

    def do_GET(self) -> None:
        """The page or the state; nothing else is there."""
        if not self._welcome():
            return
        if self.path == "/":
            self._send(200, self._page(), "text/html; charset=utf-8")
        elif self.path == "/state":
            token = self._token()
            new = None if token else self.votes.ballot.new_token()
            self._json(200, self.votes.state(token or ""), new)
        else:
            self._json(404, {"refused": "page"})

    def do_POST(self) -> None:
        """A vote."""
        if not self._welcome():
            return
        if self.path != "/vote":
            self._json(404, {"refused": "page"})
            return
        vote = self._vote()
        if vote is None:
            self._json(400, {"refused": "unknown"})
            return
        number, option = vote
        token, address = self._token(), self.client_address[0]
        refused = self.votes.ballot.vote(token, number, option, address=address)
        self._json(_STATUS[refused] if refused else 200, {"refused": refused})

    def _welcome(self) -> bool:
        if self.votes.allows(self.client_address[0]):
            return True
        self._json(429, {"refused": "crowded"})
        return False

    def _vote(self) -> tuple[int, str] | None:
        """Round and option of a body that is a vote and nothing else."""
        try:
            length = int(self.headers.get("Content-Length", ""))
            if not 0 < length <= MOST_BODY:
                return None
            vote = json.loads(self.rfile.read(length))
        except (ValueError, OSError):
            return None
        if not isinstance(vote, dict) or set(vote) != {"round", "option"}:
            return None
        number, option = vote["round"], vote["option"]
        return (number, option) if type(number) is int and isinstance(option, str) else None

    def _token(self) -> str:
        """The device's token; empty where it has none of ours."""
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return ""
        token = cookie[COOKIE].value if COOKIE in cookie else ""
        return token if self.votes.ballot.knows(token) else ""

    def _page(self) -> bytes:
        words = self.votes.words
        said = json.dumps({"title": words.title, **words.says}, ensure_ascii=False)
        page = PAGE.read_text(encoding="utf-8")
        page = page.replace("{{language}}", words.language)
        return page.replace("{{words}}", said.replace("<", "\\u003c")).encode()

    def _json(self, status: int, document: Mapping[str, Any], token: str | None = None) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self._send(status, body, "application/json", token)

    def _send(self, status: int, body: bytes, kind: str, token: str | None = None) -> None:
        self.close_connection = True
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Connection", "close")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            )
            if token:
                self.send_header("Set-Cookie", f"{COOKIE}={token}; HttpOnly; SameSite=Strict")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # the phone went away

    def log_message(self, format: str, *args: object) -> None:
        """Nobody's address is written down."""
