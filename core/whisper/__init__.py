"""The packaged Whisper on this machine: its weights, and its encoder's ear for words and feeling.

Conventions
-----------
`core.stt` asks it for words and `core.features` for features; neither knows of the other, and a
clip that both ask for is encoded once. One model a process. faster-whisper is imported on first
use, not with this room.
"""

from core.whisper.encoder import FRAME_RATE, N_DIMS, Encoded, Encoder, shared_encoder
from core.whisper.model import PackagedModel, WeightsProblem, packaged_problem, shared_model

__all__ = [
    "FRAME_RATE",
    "N_DIMS",
    "Encoded",
    "Encoder",
    "PackagedModel",
    "WeightsProblem",
    "packaged_problem",
    "shared_encoder",
    "shared_model",
]
