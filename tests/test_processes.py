"""However the program is started: one numeric thread a process, and nobody is told of its use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SET = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ORT_DISABLE_TELEMETRY")
# Every numeric library that is loaded says how many threads it has.
COUNT = """
import json, numpy, threadpoolctl
print(json.dumps([pool["num_threads"] for pool in threadpoolctl.threadpool_info()]))
"""


def run(code: str, home: Path, **environment: str) -> str:
    bare = {k: v for k, v in os.environ.items() if k not in SET}
    bare |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), **environment}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "start",
    [
        "import core.commands",  # python -m core
        "import streamlit.web.cli, streamlit.web.bootstrap, streamlit_app",  # streamlit run
        "import core.training.worker",
        "import core.audio.decoding_worker",
        "import bench.table",
    ],
)
def test_one_numeric_thread_a_process(start, tmp_path):
    counts = json.loads(run(start + COUNT, tmp_path).splitlines()[-1])
    assert counts and set(counts) == {1}


def test_who_asks_for_more_threads_has_them(tmp_path):
    code = "import core, os; print(os.environ['OMP_NUM_THREADS'])"
    assert run(code, tmp_path, OMP_NUM_THREADS="3").strip() == "3"


def test_finding_speech_leaves_no_record_of_use(tmp_path):
    """onnxruntime would open a store of events in the home folder, and send them."""
    code = (
        "from core.signal import speech_segments; import numpy, sys;"
        "speech_segments(numpy.zeros(16_000, dtype=numpy.float32));"
        "print('onnxruntime' in sys.modules)"
    )
    assert run(code, tmp_path).strip() == "True"
    assert not list(tmp_path.rglob("*"))
