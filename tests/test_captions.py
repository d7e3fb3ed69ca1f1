"""Every caption has Korean, once, with the same values in it."""

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from core.i18n import LOCALE_FOLDER, _read_catalogue, captions, percent, with_share

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "streamlit_app.py"]
)
CATALOGUES = sorted((LOCALE_FOLDER / "ko" / "LC_MESSAGES").glob("*.po"))


def messages_in(source: str) -> set[str]:
    """Literal arguments of `_` and `N_`, also inside f-strings, where Babel does not look."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        said = node.args[0]
        if name in {"_", "N_"} and isinstance(said, ast.Constant) and isinstance(said.value, str):
            found.add(said.value)
    return found


def entries(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8") as opened:
        return [(str(m.id), str(m.string)) for m in read_po(opened, locale="ko") if m.id]


def placeholders(message: str) -> Counter:
    return Counter(name for _, name, _, _ in string.Formatter().parse(message) if name is not None)


USED = {m for file in SOURCES for m in messages_in(file.read_text(encoding="utf-8"))}
TRANSLATED = {file.name: entries(file) for file in CATALOGUES}
KOREAN = {msgid: msgstr for pairs in TRANSLATED.values() for msgid, msgstr in pairs}


def test_messages_are_found_in_calls_and_in_f_strings():
    source = 'a = _("one")\nb = N_("t" "wo")\nc = f"<p>{page._(\'three\')}</p>"\nd = _(x)\n'
    assert messages_in(source) == {"one", "two", "three"}


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_every_message_of_a_file_has_korean(file):
    missing = {m for m in messages_in(file.read_text(encoding="utf-8")) if not KOREAN.get(m)}
    assert not missing


@pytest.mark.parametrize("catalogue", TRANSLATED)
def test_korean_names_the_same_values(catalogue):
    for msgid, msgstr in TRANSLATED[catalogue]:
        assert placeholders(msgstr) == placeholders(msgid), msgid


def closed_up(text: str) -> list[str]:
    """Percents without the glossary's space, as text, placeholder or format has them."""
    return re.findall(r"[\d}]%|\{[^{}]*%\}", text)


def test_a_percent_without_its_space_is_seen_however_it_is_written():
    assert closed_up("82% and {share}% and {share:.0%}") == ["2%", "}%", "{share:.0%}"]
    assert not closed_up("82 %, 82\u00a0%, {share} %, {share}")


@pytest.mark.parametrize("catalogue", TRANSLATED)
def test_percents_in_messages_have_their_space(catalogue):
    assert TRANSLATED[catalogue]
    for pair in TRANSLATED[catalogue]:
        assert not any(closed_up(text) for text in pair), pair


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_percents_in_sources_come_from_one_place_but_for_those_of_a_style(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if re.search(r":\.\d%\}", line)]
    assert not [line for line in said if not re.search(r"(left|width):", line)]


def test_a_message_of_several_rooms_says_the_same_in_each():
    said: dict[str, set[str]] = {}
    for pairs in TRANSLATED.values():
        for msgid, msgstr in pairs:
            said.setdefault(msgid, set()).add(msgstr)
    assert not {msgid: korean for msgid, korean in said.items() if len(korean) > 1}


@pytest.mark.parametrize("catalogue", TRANSLATED)
def test_no_message_stands_twice_in_a_catalogue(catalogue):
    text = (LOCALE_FOLDER / "ko" / "LC_MESSAGES" / catalogue).read_text(encoding="utf-8")
    assert (
        len(re.findall(r"^msgid ", text, re.MULTILINE)) == len(TRANSLATED[catalogue]) + 1
    )  # and the header


@pytest.mark.parametrize("catalogue", TRANSLATED)
def test_no_translation_is_left_without_its_message(catalogue):
    assert not {msgid for msgid, _ in TRANSLATED[catalogue]} - USED


def test_a_caption_without_korean_shows_the_english_text():
    assert captions("ko")("No such caption anywhere") == "No such caption anywhere"


def test_no_choice_of_several_shows_streamlits_own_english():
    for file in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "multiselect":
                given = {keyword.arg for keyword in node.keywords}
                assert "placeholder" in given, f"{file.name}:{node.lineno}"


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0"), (0.824, "82"), (0.9951, "99"), (1.0, "100"), (1 - 1e-12, "100")]
)
def test_only_all_of_it_is_a_hundred_percent(share, said):
    assert percent(share) == f"{said}\u00a0%"
    assert with_share("화남으로 들려요", share) == f"화남으로 들려요 ·\u00a0{said}\u00a0%"


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda f: f.name)
def test_a_catalogue_is_read_as_babel_reads_it(file):
    assert _read_catalogue(file.read_text(encoding="utf-8")) == {
        m: t for m, t in entries(file) if t
    }


def test_escapes_lines_and_unsure_captions_are_read_as_babel_reads_them(tmp_path):
    file = tmp_path / "odd.po"
    file.write_text(
        'msgid ""\nmsgstr "Language: ko\\n"\n\n'
        'msgid "two "\n"lines"\nmsgstr "두 "\n"줄\\n\\t\\"끝\\" \\\\n"\n\n'
        '#. fuzzy is a word here\n#: a.py:1\n#, python-format\nmsgid "sure"\nmsgstr "확실"\n\n'
        '#, fuzzy, python-format\nmsgid "unsure"\nmsgstr "불확실"\n\n'
        'msgid "not yet"\nmsgstr ""\n\n#~ msgid "gone"\n#~ msgstr "옛말"\n',
        encoding="utf-8",
    )
    with file.open(encoding="utf-8") as opened:
        theirs = {m.id: m.string for m in read_po(opened) if m.id and m.string and not m.fuzzy}
    assert _read_catalogue(file.read_text(encoding="utf-8")) == theirs
    assert set(theirs) == {"two lines", "sure"}
