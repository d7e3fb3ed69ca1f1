"""The first document: dressed, whole, and nothing else is touched."""

import contextlib

import pytest

from pages.parts.shell import Shell, dressed

DOCUMENT = (
    b'<html><head><link rel="shortcut icon" href="./favicon.png" /><title>Streamlit</title>'
    b'<script type="module" src="./static/js/index.js"></script></head>'
    b'<body><div id="root"></div></body></html>'
)


def answer(path: str, accept: bytes = b"text/html", kind: bytes = b"text/html; charset=utf-8"):
    """Ask for a document through the shell: the headers that the app saw, what came, the body."""
    seen, sent = {}, []

    async def app(scope, receive, send):
        seen.update(scope["headers"])
        length = (b"content-length", str(len(DOCUMENT)).encode())
        headers = [(b"content-type", kind), length, (b"etag", b"x")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": DOCUMENT[:40], "more_body": True})
        await send({"type": "http.response.body", "body": DOCUMENT[40:]})

    async def send(message):
        sent.append(message)

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip"), (b"if-none-match", b"x")]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    with contextlib.suppress(StopIteration):  # nothing here waits, so it needs no loop
        Shell(app)(scope, None, send).send(None)
    body = b"".join(message.get("body", b"") for message in sent)
    return seen, dict(sent[0]["headers"]), body


def test_a_document_carries_our_name_mark_and_style_sheet_after_streamlits_own():
    html = dressed(DOCUMENT).decode("utf-8")
    assert "<title>말결 Malgyeol</title>" in html and "favicon.png" not in html
    assert html.index("</head>") < html.index("--mg-ink:light-dark(") < html.index('id="root"')


def test_the_script_is_told_where_the_server_is_on_our_pages_alone():
    head = dressed(DOCUMENT).decode("utf-8").split("</head>")[0]
    assert '["/", "/home", "/dataset",' in head and ".includes(location.pathname)" in head


@pytest.mark.parametrize("path", ["/", "/training", "/nothing-here"])
def test_whatever_opens_as_a_page_is_dressed_whole_and_unpacked(path):
    seen, headers, body = answer(path)
    assert b"accept-encoding" not in seen and b"if-none-match" not in seen
    assert body == dressed(DOCUMENT)
    assert headers[b"content-length"] == str(len(body)).encode() and b"etag" not in headers


@pytest.mark.parametrize(
    "path, accept, kind",
    [
        ("/media/report.html", b"text/html", b"text/html"),
        ("/app/static/a.html", b"text/html", b"text/html"),
        ("/_stcore/health", b"*/*", b"text/html"),
        ("/training", b"text/html", b"application/octet-stream"),
    ],
)
def test_everything_else_passes_as_it_is(path, accept, kind):
    _, headers, body = answer(path, accept, kind)
    assert body == DOCUMENT and headers[b"etag"] == b"x"
