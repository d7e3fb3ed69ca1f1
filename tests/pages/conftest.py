"""The app as on a server that has drawn its frame once, which is how a user finds it."""

import shutil
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from core.corpus import Catalog, ensure_demo
from core.settings import Workspace, workspace
from pages.parts import resources

APP = str(Path(__file__).resolve().parent.parent.parent / "streamlit_app.py")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """A workspace in which the demo is already, as a first visit leaves it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with Catalog(Workspace(root=home, models=home / "models")) as catalog:
        ensure_demo(catalog)
    return home


@pytest.fixture
def open_page(monkeypatch, demo_home):
    """Open a page of the app through its frame; a workspace that is not there yet has the demo.

    AppTest makes each run the first one after a server start: a page is then begun without the
    frame and sent back through it, and a click or an upload of that run is lost on the way.
    """
    begin = PagesManager.__init__

    def begin_warm(self, *arguments, **options):
        begin(self, *arguments, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin_warm)

    def open_(name: str, **query: str) -> AppTest:
        fresh = not workspace().root.exists()
        if fresh and resources.ensure_demo is ensure_demo:  # not where a test does without
            _copy_whole(demo_home, workspace().root)
        at = AppTest.from_file(APP, default_timeout=120)
        at.run()
        at.switch_page(f"pages/{name}.py").run()
        if query:  # a change of page clears them
            for key, value in query.items():
                at.query_params[key] = value
            at.run()
        assert not at.exception
        return at

    return open_


def _copy_whole(home: Path, root: Path) -> None:
    """The copy appears at once; what a thread of an earlier test has begun there stays."""
    beside = root.with_name("copied")
    shutil.copytree(home, beside)
    try:
        beside.rename(root)
    except OSError:
        shutil.rmtree(beside)
