"""Requirement 23: pages with nothing to show, used at random, never end in an unexpected error."""

import random
import re
import socket

import pytest

from core.settings import workspace
from pages.parts.site import listed
from tests.hostile import HOSTILE
from tests.pages.test_frame import shown

PAGES = [page.name for page in listed()]
STEPS = 8  # things that are clicked or filled in on a page
WRONG = re.compile('class="[^"]*mg-note-wrong')  # the notice of an unexpected error
CALM = re.compile('class="[^"]*mg-note-caution')
HERE = ("127.0.0.1", "::1", "localhost")


@pytest.fixture
def bare(workspace_home, tmp_path, monkeypatch):
    """No corpus, no model, no engine, no key, no network."""
    from pages.parts import resources

    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setattr(resources, "ensure_demo", lambda catalog: None)
    monkeypatch.setattr("core.models.registry.shipped_models", lambda: tmp_path / "none")
    monkeypatch.setattr("core.stt.registry.engines", dict)
    monkeypatch.setattr("pages.parts.words.engines", dict, raising=False)
    monkeypatch.setattr("pages.parts.readiness.engines", dict, raising=False)
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in HERE, f"a page reached for {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
    resources.st.cache_resource.clear()
    yield workspace_home
    resources.st.cache_resource.clear()


def widgets(at) -> list:
    """What can be used on the page, in its order; the sidebar's own switch included."""
    kinds = (
        "button",
        "checkbox",
        "toggle",
        "selectbox",
        "radio",
        "segmented_control",
        "pills",
        "slider",
        "select_slider",
        "text_input",
        "text_area",
        "number_input",
        "multiselect",
    )
    found = [w for kind in kinds for w in getattr(at, kind, ())]
    return [w for w in found if not getattr(w, "disabled", False)]


def use(widget, chance: random.Random) -> None:
    """Do to a widget what a hurried person would."""
    kind = widget.type
    if kind == "button":
        widget.click()
    elif kind in {"checkbox", "toggle"}:
        widget.set_value(not widget.value)
    elif kind in {"text_input", "text_area"}:
        widget.set_value(chance.choice([*HOSTILE, "", "a" * 500]))
    elif kind in {"slider", "number_input"} and not isinstance(widget.value, (list, tuple)):
        ends = [end for end in (widget.min, widget.max) if end is not None]
        widget.set_value(chance.choice(ends) if ends else widget.value)
    elif kind in {"selectbox", "radio", "select_slider", "segmented_control", "pills"}:
        _choose(widget, chance)


def _choose(widget, chance: random.Random) -> None:
    if widget.options and not isinstance(widget.value, (list, tuple)):
        number = chance.randrange(len(widget.options))
        if hasattr(widget, "select_index"):
            widget.select_index(number)
        elif hasattr(widget, "set_index"):
            widget.set_index(number)


def calm(at, where: str) -> None:
    assert not at.exception, (where, [e.value for e in at.exception])
    log = workspace().logs / "pages.log"
    trace = log.read_text(encoding="utf-8")[-3_000:] if log.exists() else ""
    assert not WRONG.search(shown(at)), (where, trace)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_nothing_to_show_stays_calm_whatever_is_clicked(bare, open_page, name):
    at, chance = open_page(name), random.Random(name)
    calm(at, name)
    for step in range(STEPS):
        there = widgets(at)
        if not there:
            break
        widget = chance.choice(there)
        use(widget, chance)
        at.run()
        calm(at, f"{name}, step {step}: {widget.type} {widget.key or widget.label}")


@pytest.mark.parametrize("name", PAGES)
def test_a_damaged_catalog_is_told_calmly(workspace_home, open_page, name):
    from pages.parts import resources

    workspace_home.mkdir(mode=0o700)
    (workspace_home / "catalog.db").write_bytes(b"this is no database" * 400)
    resources.st.cache_resource.clear()
    at = open_page(name)
    assert not at.exception
    assert not WRONG.search(shown(at))
    if name == "dataset":  # others may do without the catalog
        assert CALM.search(shown(at))
    resources.st.cache_resource.clear()
