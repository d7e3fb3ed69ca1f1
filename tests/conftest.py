"""Builders shared by all tests: signals with known answers, and a workspace of its own."""

import logging
import os
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("MALGYEOL_WORKER_IDLE", "20")  # s; no worker outlives its test for long

# A cache that is declared without a server says so; while tests are collected there is none.
logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
    lambda record: not record.getMessage().startswith("No runtime found")
)

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_addoption(parser):
    parser.addoption(
        "--fuzz-count", type=int, default=300, help="damaged sound files to decode (300)"
    )
    parser.addoption(
        "--kill-rounds", type=int, default=10, help="times both writers are killed (10)"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """One process has the browser; what is left is shared out file by file.

    What compares features with librosa stays together: in a new environment librosa compiles
    itself for half a minute, and two processes would do so at the same time.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByRoom(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            room = file.split("/")[1]
            return room if room in ("browser", "features") else file

    return ByRoom(config, log)


@pytest.fixture(scope="session")
def fuzz_count(request) -> int:
    return request.config.getoption("--fuzz-count")


@pytest.fixture(scope="session")
def kill_rounds(request) -> int:
    return request.config.getoption("--kill-rounds")


@pytest.fixture
def workspace_home(tmp_path, monkeypatch):
    """A fresh workspace that no other test sees."""
    home = tmp_path / "home"
    monkeypatch.setenv("MALGYEOL_HOME", str(home))
    return home


@pytest.fixture
def catalog(workspace_home):
    """The catalog of a fresh workspace."""
    from core.corpus import Catalog

    with Catalog() as opened:
        yield opened


@pytest.fixture(scope="session")
def corpora() -> Path:
    folder = SHARED / "corpora"
    if not folder.is_dir():
        pytest.skip("the real corpora are not beside this project")
    return folder


@pytest.fixture(scope="session")
def clips() -> Path:
    folder = SHARED / "clips"
    if not folder.is_dir():
        pytest.skip("the real clips are not beside this project")
    return folder


def sine(frequency=440.0, *, duration=1.0, sr=16_000, peak=0.5) -> np.ndarray:
    """A sine, float32 [shape=(n_samples,)]."""
    t = np.arange(int(duration * sr)) / sr
    return (peak * np.sin(2 * np.pi * frequency * t)).astype(np.float32)
