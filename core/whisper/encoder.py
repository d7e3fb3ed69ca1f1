"""Whisper's encoder over short windows, each clip once for whoever asks.

Whisper pads every clip to 30 s. Its encoder serves as well on the window that a clip needs, for a
fifth of the time: the positions that it was taught are those from the start of the window. A clip
longer than a window is cut into equal parts, each in a window of its own.
"""

import hashlib
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.settings import SR
from core.whisper.ear import Ear
from core.whisper.model import shared_model

__all__ = ["FRAME_RATE", "N_DIMS", "Encoded", "Encoder", "shared_encoder"]

FRAME_RATE = 50  # frames a second
N_DIMS = 512  # of the base model
_HOP = SR // FRAME_RATE  # samples a frame
_REMEMBERED = 32  # clips, 1 MB each with a window of 10 s; the words of many come after them all


@dataclass(frozen=True, eq=False)
class Encoded:
    """What the encoder made of a clip."""

    frames: np.ndarray  # (n_frames ≥ 1, 512) float32, 50 a second; the clip's own, no padding
    output: Any | None  # as the decoder takes it; None for a clip of several windows


class Encoder:
    """The encoder with a short memory, so that words and features of a clip share one pass.

    Parameters
    ----------
    ear : callable
        Gives what hears.
    """

    def __init__(self, ear: Callable[[], Ear]):
        self._ear = ear
        self._turn = threading.Lock()
        self._heard: OrderedDict[bytes, Encoded] = OrderedDict()

    def encode(self, y: np.ndarray, *, window: float) -> Encoded:
        """What the encoder makes of a clip; not worked out twice for one of the last clips.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)]
            Mono at 16 kHz, of any length.
        window : float
            s; whole frames of the encoder.

        Returns
        -------
        encoded : Encoded

        Raises
        ------
        WrongWeightsError
            If the weights are missing or wrong.
        RuntimeError
            If the encoder fails.
        """
        y = np.ascontiguousarray(y, dtype=np.float32)
        with self._turn:  # a second asker of the same clip waits, and finds it encoded
            ear = self._ear()
            key = _digest(y, window, ear)
            encoded = self._heard.pop(key, None) or _encode(ear, y, window)
            self._heard[key] = encoded
            while len(self._heard) > _REMEMBERED:
                self._heard.popitem(last=False)
        return encoded


def _digest(y: np.ndarray, window: float, ear: Ear) -> bytes:
    return hashlib.blake2b(y.tobytes() + f"{window}|{id(ear)}".encode(), digest_size=16).digest()


def _encode(ear: Ear, y: np.ndarray, window: float) -> Encoded:
    n_window = round(window * FRAME_RATE) * _HOP
    n_windows = max(1, -(-len(y) // n_window))
    cuts = np.linspace(0, len(y), n_windows + 1).astype(int)
    frames, output = [], None
    for start, end in itertools.pairwise(cuts):
        padded = np.zeros(n_window, dtype=np.float32)
        padded[: end - start] = y[start:end]
        output = ear.encode(padded)
        own = max(1, -(-(end - start) // _HOP))
        frames.append(np.asarray(output)[0, :own])
    if n_windows == 1:
        return Encoded(frames[0], output)
    return Encoded(np.concatenate(frames), None)


_SHARED = Encoder(lambda: shared_model().ear())


def shared_encoder() -> Encoder:
    """The one that words and features share.

    Returns
    -------
    encoder : Encoder
    """
    return _SHARED
