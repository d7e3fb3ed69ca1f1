"""How likely it is that somebody speaks, every 32 ms.

References
----------
Silero Team (2024). Silero VAD: pre-trained enterprise-grade voice activity detector. MIT licence;
version 6 as it lies in the faster-whisper package.
"""

import functools
import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np

from core.settings import SR

__all__ = [
    "FRAME",
    "STEP",
    "SpeechStream",
    "energy_probability",
    "silero_file",
    "speech_probability",
]

_LOG = logging.getLogger(__name__)

FRAME = 512  # samples
CONTEXT = 64  # samples of the frame before, which the network sees as well
STEP = FRAME / SR  # s
_BLOCK = 4_096  # frames a call: 131 s, 10 MB
_STATE = 128


def silero_file() -> Path | None:
    """Where the detector's weights lie; None where they are missing.

    Returns
    -------
    file : Path or None
    """
    spec = importlib.util.find_spec("faster_whisper")  # found, not imported
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "assets" / "silero_vad_v6.onnx"
        if file.is_file():
            return file
    return None


def speech_probability(y: np.ndarray) -> np.ndarray:
    """Probability of speech; by Silero where it is installed, by level otherwise.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at `SR`.

    Returns
    -------
    proba : np.ndarray [shape=(ceil(n_samples / 512),)], float32
        One for each `STEP` seconds.
    """
    session = _session()
    if session is None or not y.size:
        return energy_probability(y)
    padded = np.pad(np.asarray(y, dtype=np.float32), (0, -len(y) % FRAME))
    return _Silero(session).feed(padded)


class _Silero:
    """The network over whole frames in a row, with what it remembers of those before."""

    def __init__(self, session: Any):
        self._session = session
        self._h = self._c = np.zeros((1, 1, _STATE), dtype=np.float32)
        self._context = np.zeros(CONTEXT, dtype=np.float32)

    def feed(self, y: np.ndarray) -> np.ndarray:
        """Probability of each frame; ``y`` is a whole number of them."""
        frames = y.reshape(-1, FRAME)
        found = []
        for first in range(0, len(frames), _BLOCK):
            block = frames[first : first + _BLOCK]
            windows = np.empty((len(block), CONTEXT + FRAME), dtype=np.float32)
            windows[:, CONTEXT:] = block
            windows[0, :CONTEXT] = self._context
            windows[1:, :CONTEXT] = block[:-1, -CONTEXT:]
            self._context = windows[-1, -CONTEXT:]
            inputs = {"input": windows, "h": self._h, "c": self._c}
            proba, self._h, self._c = self._session.run(None, inputs)
            found.append(np.asarray(proba, dtype=np.float32).reshape(-1))
        return np.concatenate(found)


class _Level:
    """By level against a floor that sinks at once and rises slowly, for a stream without Silero."""

    FLOOR_RISE = 3.0  # dB a second
    RANGE = 12.0, 24.0  # dB above the floor: certainly not, certainly

    def __init__(self) -> None:
        self._floor: float | None = None
        self._last = np.float32(0.0)

    def feed(self, y: np.ndarray) -> np.ndarray:
        """Probability of each frame; ``y`` is a whole number of them."""
        emphasised = y - np.float32(0.9) * np.concatenate([[self._last], y[:-1]])
        self._last = y[-1]
        power = np.square(emphasised, dtype=np.float64).reshape(-1, FRAME).mean(axis=1)
        return np.array([self._step(float(p)) for p in 10 * np.log10(power + 1e-9)], np.float32)

    def _step(self, level: float) -> float:
        risen = level if self._floor is None else self._floor + self.FLOOR_RISE * STEP
        self._floor = min(level, risen)
        if level < -65.0:
            return 0.0
        low, high = self.RANGE
        return min(1.0, max(0.0, (level - self._floor - low) / (high - low)))


class SpeechStream:
    """The same as `speech_probability`, for a stream that comes in blocks of any length."""

    def __init__(self) -> None:
        session = _session()
        self._detector = _Level() if session is None else _Silero(session)
        self._held = np.zeros(0, dtype=np.float32)

    def feed(self, y: np.ndarray) -> np.ndarray:
        """Probability of speech of every frame that is complete by now.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)]
            The next samples, mono at `SR`.

        Returns
        -------
        proba : np.ndarray [shape=(n_frames,)], float32
            One for each `STEP` seconds; none where no frame is complete.
        """
        samples = np.concatenate([self._held, np.asarray(y, dtype=np.float32)])
        whole = len(samples) - len(samples) % FRAME
        self._held = samples[whole:]
        if not whole:
            return np.zeros(0, dtype=np.float32)
        return self._detector.feed(samples[:whole])


@functools.cache
def _session() -> Any:
    """The network, once a process; None where it cannot be had."""
    file = silero_file()
    try:
        if file is None:
            raise FileNotFoundError("silero_vad_v6.onnx")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # else a long take's memory is never given back
        options.log_severity_level = 4
        return onnxruntime.InferenceSession(
            str(file), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # a package of another version, a damaged file: level will do
        _LOG.warning("speech is found by its level alone: %s", error)
        return None


def energy_probability(y: np.ndarray) -> np.ndarray:
    """The same by level alone: how far a frame stands above the noise.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at `SR`.

    Returns
    -------
    proba : np.ndarray [shape=(ceil(n_samples / 512),)], float32
        0.5 at half way, in dB, from the noise to the loud part, where these are 12 dB apart or
        more; 0 where they are not.
    """
    if not len(y):
        return np.zeros(0, dtype=np.float32)
    y = np.asarray(y, dtype=np.float32)
    y = np.append(y[:1], y[1:] - np.float32(0.9) * y[:-1])
    frames = np.pad(np.square(y), (0, -len(y) % FRAME)).reshape(-1, FRAME)
    level = 10 * np.log10(frames.mean(axis=1, dtype=np.float64) + 1e-9)
    noise, loud = (float(v) for v in np.percentile(level, (10, 95)))
    if loud - noise < 12.0 or loud < -65.0:
        return np.zeros(len(level), dtype=np.float32)
    rise = (level - noise) / (loud - noise)
    return np.clip(rise + 0.1, 0.0, 1.0).astype(np.float32)
