"""The melody and the strength of a clip over time, to look at and to lay over one another."""

from typing import NamedTuple

import numpy as np

from core.features.frames import frame, zero_padded
from core.features.pitch import HOP_DURATION, WINDOW_DURATION, pitch
from core.settings import SR

__all__ = ["LEVEL_FLOOR", "Contours", "contours", "semitones", "speech_span"]

LEVEL_FLOOR = -80.0  # dBFS
_ONSET_BELOW_PEAK = 30.0  # dB; sound is where the level comes this near to its peak


class Contours(NamedTuple):
    """Pitch and level at the same moments."""

    times: np.ndarray  # s, frame centres, (n_frames,)
    f0: np.ndarray  # Hz, NaN where there is no voice, (n_frames,)
    level: np.ndarray  # dBFS of the frame's RMS, a full-scale sine being -3, (n_frames,)


def contours(y: np.ndarray, sr: int = SR) -> Contours:
    """Pitch and level of a clip every 20 ms.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono.
    sr : int
        Hz.

    Returns
    -------
    contours : Contours
    """
    track = pitch(y, sr)
    length, hop = round(WINDOW_DURATION * sr), round(HOP_DURATION * sr)
    frames = frame(zero_padded(np.asarray(y, dtype=np.float32), length), length, hop)
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / length
    level = 10 * np.log10(np.maximum(power, 10 ** (LEVEL_FLOOR / 10)))
    n = min(len(level), len(track.times))
    return Contours(track.times[:n], track.f0[:n], level[:n])


def semitones(f0: np.ndarray, reference: float) -> np.ndarray:
    """Pitch as a distance that sounds the same at every height.

    Parameters
    ----------
    f0 : np.ndarray [shape=(n_frames,)]
        Hz, NaN where there is no voice.
    reference : float
        Hz; the pitch that is 0.

    Returns
    -------
    st : np.ndarray [shape=(n_frames,)]
        Semitones above the reference.

    Examples
    --------
    >>> semitones(np.array([220.0, 110.0]), 110.0).tolist()
    [12.0, 0.0]
    """
    return 12 * np.log2(f0 / reference)


def speech_span(shape: Contours) -> tuple[float, float]:
    """Where the sound of a clip begins and ends.

    Parameters
    ----------
    shape : Contours

    Returns
    -------
    start, end : float
        s; the first and the last frame within 30 dB of the loudest. Both 0 without frames.
    """
    if len(shape.level) == 0:
        return 0.0, 0.0
    loud = np.flatnonzero(shape.level > shape.level.max() - _ONSET_BELOW_PEAK)
    half = WINDOW_DURATION / 2
    return float(shape.times[loud[0]]) - half, float(shape.times[loud[-1]]) + half
