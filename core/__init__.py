"""Malgyeol: collect, check, train, compare and show speech-emotion models."""

import os

__version__ = "0.1.0"

# What libraries read once, when they are loaded; so it stands here, before any of them is. Work is
# spread over processes: a second thread in the small matrix products of a clip only waits for the
# first one and costs up to four times the processor. And nothing tells anybody about its use. Who
# sets one of these, has it as set; child processes inherit all.
for _name, _value in {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",  # Whisper's second thread sleeps when it waits, and does not spin
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime keeps events and sends them to its makers
    "HF_HUB_DISABLE_TELEMETRY": "1",  # where a Whisper model is fetched by its name
}.items():
    os.environ.setdefault(_name, _value)
