"""An environment without any engine settings, and the way into a fresh process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = (
    "MALGYEOL_GOOGLE_PROJECT",
    "MALGYEOL_GOOGLE_LOCATION",
    "MALGYEOL_GOOGLE_MODEL",
    "MALGYEOL_GOOGLE_API_KEY",
    "MALGYEOL_GOOGLE_ENDPOINT",
    "MALGYEOL_GOOGLE_TIMEOUT",
    "MALGYEOL_ON_GCP",
    "MALGYEOL_WHISPER",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_PROJECT",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    """No engine setting of the machine that runs the tests reaches them."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))


@pytest.fixture
def in_new_process(tmp_path):
    """Run Python code in a process of its own; gives what it printed."""

    def run(code: str, timeout: float = 60.0, **variables: str) -> str:
        environment = {n: v for n, v in os.environ.items() if n not in SETTINGS}
        environment |= {"CLOUDSDK_CONFIG": str(tmp_path / "no-gcloud"), "no_grpc_proxy": "*"}
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=REPOSITORY,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    return run
