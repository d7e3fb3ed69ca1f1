from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException
from streamlit.testing.v1 import AppTest

from core.errors import UnknownModelError
from core.settings import workspace
from pages.parts import error_boundary as boundary
from pages.parts.site import HOME, PAGES, listed

ROOT = Path(__file__).resolve().parent.parent.parent
APP = str(ROOT / "streamlit_app.py")
SWITCH = "frame.language"


@pytest.fixture
def app(workspace_home, monkeypatch):
    monkeypatch.delenv("MALGYEOL_LANGUAGE", raising=False)
    return AppTest.from_file(APP, default_timeout=120)


def shown(at) -> str:
    """All HTML that we drew."""
    return " ".join(element.proto.body for element in at.get("html"))


def script(body: str):
    """An app of one page with this body, inside the boundary."""
    return AppTest.from_string(
        "import streamlit as st\n"
        "from pages.parts.error_boundary import error_boundary, guarded\n"
        "from pages.parts.error_boundary import *\n"
        "with error_boundary():\n" + "".join(f"    {line}\n" for line in body.splitlines())
    )


def test_a_first_visitor_reads_korean(app):
    app.run()
    assert not app.exception
    assert "목소리의 결을 들어요" in shown(app)
    assert app.session_state["language"] == "ko"


def test_the_default_language_can_be_set(app, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    app.run()
    assert "Hear the grain of a voice" in shown(app)


def test_the_switch_changes_every_word_and_the_address(app):
    app.run()
    app.segmented_control(key=SWITCH).set_value("en").run()
    assert "Hear the grain of a voice" in shown(app)
    assert app.query_params["lang"] == "en"
    app.segmented_control(key=SWITCH).set_value("ko").run()
    assert "목소리의 결을 들어요" in shown(app)
    assert "lang" not in app.query_params


def test_a_reload_keeps_the_language_of_the_address(app):
    app.query_params["lang"] = "en"
    app.run()
    assert "Hear the grain of a voice" in shown(app)


def test_a_language_that_is_not_there_gives_the_default(app):
    app.query_params["lang"] = "tlh"
    app.run()
    assert not app.exception
    assert "목소리의 결을 들어요" in shown(app)


def test_the_language_stays_when_the_page_changes(app):
    app.run()
    app.segmented_control(key=SWITCH).set_value("en").run()
    for page in listed():
        app.switch_page(page.file).run()
        assert app.session_state["language"] == "en"
        assert app.segmented_control(key=SWITCH).value == "en"


def test_a_page_that_is_not_there_is_not_listed(monkeypatch, tmp_path):
    monkeypatch.setattr("pages.parts.site.ROOT", tmp_path)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "training.py").touch()
    assert [page.name for page in listed()] == ["training"]


def test_names_of_pages_are_addresses_and_home_comes_first():
    assert PAGES[0].name == HOME
    assert all(page.name.isascii() and page.name.islower() for page in PAGES)
    assert len({page.name for page in PAGES}) == len(PAGES)


def test_every_script_of_pages_is_in_the_menu():
    assert {f.stem for f in (ROOT / "pages").glob("*.py")} == {page.name for page in listed()}


def test_a_known_error_is_told_in_the_users_language(workspace_home):
    at = script(
        "from core.errors import UnknownModelError\nraise UnknownModelError('<b>x', ['a'])"
    ).run()
    assert not at.exception
    assert "&lt;b&gt;x" in shown(at) and "mg-note-caution" in shown(at)
    assert "모델이 없어요" in shown(at)


def test_an_unknown_error_is_a_calm_notice_with_a_number_that_is_in_the_log(workspace_home):
    at = script("raise ZeroDivisionError('secret detail')").run()
    assert not at.exception
    said = shown(at)
    assert 'role="alert"' in said and "secret detail" not in said and "Traceback" not in said
    log = (workspace().logs / boundary.LOG_NAME).read_text(encoding="utf-8")
    number = log.split()[3]
    assert number in said
    assert "ZeroDivisionError: secret detail" in log and "Traceback" in log


@pytest.mark.parametrize("signal", [RerunException(None), StopException()])
def test_streamlits_own_signals_pass_the_boundary(signal):
    with pytest.raises(type(signal)), boundary.error_boundary():
        raise signal


def test_a_stop_inside_the_boundary_stops_quietly(workspace_home):
    at = script("st.text('before')\nst.stop()\nst.text('after')").run()
    assert [t.value for t in at.text] == ["before"]
    assert not at.get("html")


def test_a_guarded_fragment_shows_the_notice_and_the_rest_of_the_page(workspace_home):
    at = script(
        "def live():\n    raise KeyError('x')\nst.fragment(guarded(live))()\nst.text('the rest')"
    ).run()
    assert not at.exception
    assert "mg-note-wrong" in shown(at)
    assert [t.value for t in at.text] == ["the rest"]


def test_a_guarded_callback_shows_the_notice(workspace_home):
    body = "def boom():\n    raise KeyError('x')\nst.button('go', key='go', on_click=guarded(boom))"
    at = script(body).run()
    at.button(key="go").click().run()
    assert not at.exception
    assert "mg-note-wrong" in shown(at)


def test_the_log_turns_over_at_ten_megabytes_and_keeps_five(workspace_home):
    boundary.log_error(UnknownModelError("a", []))
    (file,) = boundary._log(workspace().logs).handlers
    assert (file.maxBytes, file.backupCount) == (10 * 2**20, 5)


def test_a_log_that_cannot_be_written_does_not_hide_the_notice(workspace_home, capsys):
    workspace_home.parent.mkdir(parents=True, exist_ok=True)
    workspace_home.write_text("a file where the folder should be")
    assert len(boundary.log_error(ValueError("x"))) == 6
    assert "ValueError: x" in capsys.readouterr().err


def test_the_mark_is_three_lines():
    mark = (ROOT / "pages" / "parts" / "mark" / "mark.svg").read_text(encoding="utf-8")
    assert mark.count("<path ") == 3
