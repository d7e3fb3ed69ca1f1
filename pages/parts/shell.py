"""The document that the browser gets first, dressed before anything is drawn on it.

Streamlit brings in what a page writes piece by piece, each with a script of its own; a style sheet
that came that way would arrive after the text it is for, and behind a chart's library only when
that has been read. `Shell` stands before Streamlit's server and puts the style sheet, our name and
our mark into its one document.
"""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any

from pages.parts.pieces import drawing_uri
from pages.parts.site import listed
from pages.parts.style import style_sheet

__all__ = ["Shell", "dressed"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

FONT = "./app/static/fonts/PretendardVariable.woff2"
# What a file of a corpus, a component or a library may be served from: never touched.
ELSEWHERE = ("/app/static/", "/component/", "/media/", "/static/", "/_stcore/", "/sign-")
# With these the answer could be a part, packed, or "as you have it": the whole is to be read.
WHOLE = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"if-range", b"range"}
STALE = {b"content-length", b"etag", b"last-modified", b"accept-ranges"}


class Shell:
    """An ASGI application around Streamlit's: its document is dressed.

    Parameters
    ----------
    app : ASGI application
    """

    def __init__(self, app: Asgi):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        headers = [(k, v) for k, v in scope["headers"] if k.lower() not in WHOLE]
        start: MutableMapping[str, Any] = {}
        body = bytearray()

        async def keep(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and _is_html(message["headers"]):
                start.update(message)
            elif message["type"] == "http.response.body" and start:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await _send(start, dressed(bytes(body)), send)
            else:
                await send(message)

        await self.app({**scope, "headers": headers}, receive, keep)


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    accepted = b",".join(v for k, v in scope["headers"] if k.lower() == b"accept")
    return b"text/html" in accepted and not scope["path"].startswith(ELSEWHERE)


def _is_html(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in headers)


async def _send(start: MutableMapping[str, Any], body: bytes, send: Send) -> None:
    headers = [(k, v) for k, v in start["headers"] if k.lower() not in STALE]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def dressed(document: bytes) -> bytes:
    """Streamlit's document with our name, mark, font and style sheet.

    Parameters
    ----------
    document : bytes
        HTML in UTF-8.

    Returns
    -------
    document : bytes
        Unchanged where it has no such places.
    """
    html = re.sub(r"<title>.*?</title>", "<title>말결 Malgyeol</title>", document.decode("utf-8"))
    html = re.sub(r'href="[^"]*favicon\.png"', lambda _: f'href="{drawing_uri("favicon")}"', html)
    html = re.sub(r'href="[^"]*SourceSans[^"]*"', f'href="{FONT}"', html)  # the font to fetch first
    html = html.replace("</head>", _where() + "</head>", 1)
    # In the body, where it comes after the rules that Streamlit's scripts put into the head.
    return html.replace("<body>", f"<body><style>{style_sheet()}</style>", 1).encode("utf-8")


@lru_cache(maxsize=1)
def _where() -> str:
    """Where the server is.

    At an address such as ``/stage`` Streamlit's script would first look for a server below
    ``/stage/``: two requests that fail. Our pages lie at the root; another address, such as one
    behind a proxy's prefix, is still left to that search.
    """
    paths = json.dumps(["/", *(f"/{page.name}" for page in listed())])
    script = (
        f"if({paths}.includes(location.pathname))"
        "window.__streamlit={BACKEND_BASE_URL:location.origin+'/'}"
    )
    return f"<script>{script}</script>"
