"""The gate before the app on a network: nothing is answered to whom has no password.

Conventions
-----------
`Gate` is an ASGI application around another one, so it stands before pages, media, uploads and
the live connection alike. Only the health check is open. The password is kept as a salted scrypt
hash in ``access.json`` of the workspace, readable by its owner alone; who knows it gets a signed
cookie that scripts cannot read.
"""

import asyncio
import contextlib
import html
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from core.i18n import LANGUAGES, N_, Translate, captions
from core.password import Access

__all__ = ["Gate"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "malgyeol_access"
SIGN_IN, SIGN_OUT, HEALTH = "/sign-in", "/sign-out", "/_stcore/health"
STAYS = 12 * 3_600  # s that a sign-in holds
FREE_TRIES = 5  # wrong passwords of one address before it has to wait
LONGEST_WAIT = 300.0  # s
MAX_ADDRESSES = 10_000
MAX_FORM = 4_096  # bytes
FORM_WAIT = 10.0  # s for all of a form to arrive
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@/,\s]+)(?::[0-9]{1,5})?", re.IGNORECASE)

TITLE = N_("Malgyeol · Sign in")
PASSWORD = N_("Password")
ENTER = N_("Enter")
LEAD = N_("This studio is shared by its team. Enter its password.")
WRONG = N_("That is not the password.")
WAIT = N_("Too many tries. Wait {seconds} seconds.")

_GUARDS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),
)
_PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>:root{{color-scheme:light dark;word-break:keep-all}}body{{
font:16px/1.6 Pretendard,"Apple SD Gothic Neo",
"Malgun Gothic",sans-serif;display:grid;place-items:center;min-height:90vh;margin:0 1rem;
background:light-dark(#FAF8F4,#14161B);color:light-dark(#1E2430,#ECE9E2)}}form{{max-width:22rem}}
h1{{font-size:1.5rem}}label{{display:block}}input,button{{font:inherit;width:100%;
box-sizing:border-box;padding:.6rem .8rem;border-radius:10px;border:1px solid
light-dark(#DCD6CA,#343944);margin:.4rem 0 .8rem}}button{{background:light-dark(#1F5D4C,#5DAE93);
color:light-dark(#fff,#14161B);border:0}}[role=alert]{{color:light-dark(#9A3B33,#F0A094)}}</style>
<form method="post" action="{action}"><h1>말결 Malgyeol</h1><p>{lead}</p>{said}
<label>{password}<input type="password" name="password" autocomplete="current-password"
autofocus required></label><button>{enter}</button></form></html>"""


class Tries:
    """Wrong passwords by address: after a few, each costs twice the wait of the one before.

    Parameters
    ----------
    clock : callable
        Seconds that only go on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 if at once."""
        n, last = self._wrong.get(address, (0, 0.0))
        if n < FREE_TRIES:
            return 0.0
        return max(0.0, last + min(2.0 ** (n - FREE_TRIES), LONGEST_WAIT) - self._clock())

    def note(self, address: str, *, right: bool) -> None:
        """Remember a try."""
        n, _ = self._wrong.pop(address, (0, 0.0))
        if not right:
            self._wrong[address] = (n + 1, self._clock())
            while len(self._wrong) > MAX_ADDRESSES:
                self._wrong.popitem(last=False)


class Gate:
    """An ASGI application that lets only those in who know the password.

    Parameters
    ----------
    app : ASGI application
    access : Access
    hosts : sequence of str
        Names of this machine. Its own addresses and ``localhost`` are known without.
    clock : callable
        Seconds that only go on; what waits are counted by.
    """

    def __init__(
        self,
        app: Asgi,
        access: Access,
        hosts: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ):
        self._app, self._access = app, access
        self._hosts = {"localhost", "127.0.0.1", "::1", *(h.lower() for h in hosts)}
        self._tries = Tries(clock)
        self._checking = asyncio.Semaphore(2)  # scrypt takes 16 MB each

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope.get("headers", ())}
        if not self._is_own_host(scope, headers.get(b"host", b"").decode("latin-1")):
            await _refuse(scope, receive, send, 421)
        elif scope["path"] == HEALTH:
            await self._app(scope, receive, send)
        elif self._is_known(headers.get(b"cookie", b"")):
            if scope["type"] == "http" and scope["path"] == SIGN_OUT:
                await _redirect(send, "/", self._set_cookie(scope, "", 0))
                return
            await self._app(scope, receive, _guarded(send))
        elif scope["type"] == "websocket":
            await _refuse(scope, receive, send, 403)
        else:
            await self._sign_in(scope, receive, send, headers)

    def _is_own_host(self, scope: Scope, host: str) -> bool:
        """Whether the name asked for is this machine's: no other page's name may stand for it."""
        asked = _HOST.fullmatch(host)
        if asked is None:
            return False
        name = asked[1].strip("[]").lower().rstrip(".")
        own = scope.get("server") or ("",)
        return bool(name) and (name in self._hosts or name == own[0])

    def _is_known(self, cookies: bytes) -> bool:
        for pair in cookies.decode("latin-1").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == COOKIE and self._access.is_cookie(value):
                return True
        return False

    async def _sign_in(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]
    ) -> None:
        language = _language(headers.get(b"accept-language", b""))
        _ = captions(language)
        if scope["method"] != "POST":
            await _page(send, 401, language, _, scope["path"], "")
            return
        if not _is_own_form(headers):  # another site's page: it may neither sign in nor lock out
            await _page(send, 403, language, _, "/", "")
            return
        address = (scope.get("client") or ("unknown",))[0]
        try:
            body = await asyncio.wait_for(_form(receive), FORM_WAIT)
        except TimeoutError:
            await _answer(send, 408, b"", [(b"connection", b"close")])
            return
        tried = parse_qs(body.decode("utf-8", "replace")).get("password", [""])[0]
        if not tried:  # no password is none that is wrong
            await _page(send, 401, language, _, "/", "")
            return
        if wait := self._tries.wait(address):
            said = _(WAIT).format(seconds=max(1, round(wait)))
            await _page(send, 429, language, _, "/", said)
            return
        self._tries.note(address, right=False)  # counted before it is looked at: no race to win
        async with self._checking:
            right = await asyncio.to_thread(self._access.is_password, tried)
        if not right:
            await _page(send, 401, language, _, "/", _(WRONG))
            return
        self._tries.note(address, right=True)
        cookie = self._access.cookie(time.time() + STAYS)
        await _redirect(send, _own_path(scope), self._set_cookie(scope, cookie, STAYS))

    def _set_cookie(self, scope: Scope, value: str, age: int) -> bytes:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        cookie = f"{COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"
        return cookie.encode()


def _own_path(scope: Scope) -> str:
    """Where a visitor wanted to go; never another site."""
    path = scope["path"]
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and path != SIGN_IN and path.isascii() else "/"


def _language(accepted: bytes) -> str:
    """The first language of a browser that there is; Korean if none is named."""
    for part in accepted.decode("latin-1").split(","):
        code = part.strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def _is_own_form(headers: dict[bytes, bytes]) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser says."""
    if site := headers.get(b"sec-fetch-site"):
        return site in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2].lower() == headers[b"host"].lower()


async def _form(receive: Receive) -> bytes:
    """The body of a request, as far as a password can be in it."""
    body, more = b"", True
    while more and len(body) <= MAX_FORM:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False) and message["type"] != "http.disconnect"
    return body if len(body) <= MAX_FORM else b""


async def _answer(
    send: Send, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]]
) -> None:
    length = (b"content-length", str(len(body)).encode())
    whole = [*headers, *_GUARDS, length, (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})


async def _page(
    send: Send, status: int, language: str, translate: Translate, action: str, said: str
) -> None:
    text = _PAGE.format(
        language=language,
        title=translate(TITLE),
        lead=translate(LEAD),
        password=translate(PASSWORD),
        enter=translate(ENTER),
        action=html.escape(action if action.startswith("/") and action[1:2] != "/" else "/"),
        said=f'<p role="alert">{html.escape(said)}</p>' if said else "",
    )
    policy = b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
    await _answer(
        send,
        status,
        text.encode(),
        [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy)],
    )


async def _redirect(send: Send, path: str, cookie: bytes) -> None:
    await _answer(send, 303, b"", [(b"location", path.encode()), (b"set-cookie", cookie)])


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "http":
        await _answer(send, status, b"", [])
        return
    with contextlib.suppress(RuntimeError):
        await receive()
    await send({"type": "websocket.close", "code": 1008})


def _guarded(send: Send) -> Send:
    """The same, with headers that keep a browser from being talked into something."""

    async def with_guards(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message.get("headers", ())}
            more = [guard for guard in _GUARDS if guard[0] not in there]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return with_guards
