"""The app as on a server that has drawn its frame once, which is how a user finds it."""

from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parent.parent.parent / "streamlit_app.py")


@pytest.fixture
def open_page(monkeypatch):
    """Open a page of the app through its frame.

    AppTest makes each run the first one after a server start: a page is then begun without the
    frame and sent back through it, and a click or an upload of that run is lost on the way.
    """
    begin = PagesManager.__init__

    def begin_warm(self, *arguments, **options):
        begin(self, *arguments, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin_warm)

    def open_(name: str, **query: str) -> AppTest:
        at = AppTest.from_file(APP, default_timeout=60)
        at.run()
        at.switch_page(f"pages/{name}.py").run()
        if query:  # a change of page clears them
            for key, value in query.items():
                at.query_params[key] = value
            at.run()
        assert not at.exception
        return at

    return open_
