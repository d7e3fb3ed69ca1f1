"""Streamlit finds our server in both files, and starts it without what only a visit needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("file", ["streamlit_app.py", "pages/parts/lan_app.py"])
def test_streamlit_finds_the_app(file):
    """It reads the source for a call of `st.App`; one that a function makes is not seen."""
    found = discover_asgi_app(ROOT / file)
    assert found.is_asgi_app
    assert found.import_string == file.removesuffix(".py").rsplit("/", 1)[-1] + ":app"


def test_nothing_of_a_visit_is_imported_before_the_server_listens(tmp_path):
    code = (
        "import streamlit_app, sys;"
        "print([m for m in ('pages.parts.visit', 'core.corpus', 'core.models', 'scipy')"
        " if m in sys.modules])"
    )
    environment = {**os.environ, "MALGYEOL_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "[]"
    assert "No runtime found" not in done.stderr  # a cache declared before Streamlit's runtime
