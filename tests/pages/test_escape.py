import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.escape import esc_html, esc_md, one_line
from pages.parts.pieces import chip_html, header_html, note_html, stats_html

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "![x](http://elsewhere/p.png)",
    "[click](javascript:alert(1))",
    ":material/home: $x^2$ :red[boo] # head",
    "</style><style>*{display:none}",
    '"><form action=http://elsewhere>',
    "gnp.\u202egpj",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_a_hostile_text_letter_by_letter(text):
    for html in (
        header_html(text, text),
        note_html("info", text),
        stats_html([(text, text, text)]),
    ):
        assert "<img" not in html and "<script" not in html and "<form" not in html
        assert "<style" not in html and "\u202e" not in html
    assert "<script" not in chip_html("happy", text, text)


def test_markdown_makes_no_picture_link_icon_or_formula():
    assert esc_md("![x](y)") == r"\!\[x\]\(y\)"
    assert esc_md(":material/home:") == r"\:material\/home\:"
    assert esc_md("$x$ # <b>") == r"\$x\$ \# \<b\>"


@pytest.mark.parametrize("text", ["http://a.b/c", "HTTPS://a.b", "www.a.b", "someone@a.bc"])
def test_markdown_makes_no_link_of_a_bare_address_either(text):
    escaped = esc_md(text)
    as_read = escaped.replace("\\", "")  # what Markdown looks for addresses in
    assert as_read.replace("\u2060", "") == text
    assert not re.search(r"(?i)https?://|www\.|[-.\w+]@", as_read)


def test_korean_stays_as_it_is():
    assert esc_md("기쁨 1 안녕하세요") == "기쁨 1 안녕하세요" == esc_html("기쁨 1 안녕하세요")


@given(st.text())
def test_what_is_escaped_has_no_tag_no_quote_and_no_second_line(text):
    assert not set(esc_html(text)) & set("<>\"'\n\r\u2028")
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize("file", sorted(PAGES.rglob("*.py")), ids=lambda f: f.name)
def test_no_page_opens_the_door_to_raw_html_or_scripts(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword):
            assert node.arg not in {"unsafe_allow_html", "unsafe_allow_javascript"}


@pytest.mark.parametrize("file", sorted(PAGES.rglob("*.py")), ids=lambda f: f.name)
def test_no_page_asks_for_an_icon_from_elsewhere(file):
    assert ":material/" not in file.read_text(encoding="utf-8")
