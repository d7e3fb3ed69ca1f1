"""What the player draws of a sound, as data: envelope, picture and contours."""

from base64 import b64encode
from typing import Any, Literal

import numpy as np

from core.audio import Sound
from core.features.contours import contours
from core.features.spectral import log_mel_spectrogram, log_spectrogram
from core.plots import Theme, spectrogram_png
from core.plots.waveform import envelope

__all__ = ["Scale", "sound_view"]

Scale = Literal["mel", "stft"]
MIN_BINS = 700  # of the envelope, about one a pixel
MAX_BINS = 6_000  # for a closer look
BINS_PER_SECOND = 100
HOP = 256  # samples between two frames
MAX_COLUMNS = 4_000  # of the picture
COLUMNS_AT_ONCE = 1_000
TICKS = (250, 1000, 2000, 4000, 7000)  # Hz


def sound_view(
    sound: Sound, *, theme: Theme, with_contours: bool, scale: Scale = "mel"
) -> dict[str, Any]:
    """A sound as the player takes it.

    Parameters
    ----------
    sound : Sound
    theme : {"light", "dark"}
        Colours of the spectrogram; all else follows the page by itself.
    with_contours : bool
        Whether pitch and level are measured.
    scale : {"mel", "stft"}
        Of the frequencies: as they are heard, or evenly spaced.

    Returns
    -------
    view : dict
        JSON: numbers, lists and data URIs.
    """
    n_bins = int(min(MAX_BINS, max(MIN_BINS, BINS_PER_SECOND * sound.duration)))
    low, high, _step = envelope(sound.y, n_bins)
    S_db, freqs = _levels(sound.y, scale)
    view = {
        "duration": sound.duration,
        "wave": {"low": _hundredths(low), "high": _hundredths(high)},
        "picture": _uri("image/png", spectrogram_png(S_db, theme=theme, max_columns=MAX_COLUMNS)),
        "frequencies": _ticks(freqs),
    }
    return {**view, **_contours(sound)} if with_contours else view


def _levels(y: np.ndarray, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """The spectrogram, block by block, with no more columns than a picture needs."""
    step = max(1, -(-len(y) // (HOP * MAX_COLUMNS)))  # frames of a column
    blocks, span = [], step * COLUMNS_AT_ONCE
    measured = log_mel_spectrogram if scale == "mel" else log_spectrogram
    for start in range(0, max(len(y), 1), span * HOP):
        S_db, _times, freqs = measured(y[start : start + span * HOP], hop_length=HOP)
        S_db = S_db[:, :span]
        blocks.append(np.maximum.reduceat(S_db, np.arange(0, S_db.shape[1], step), axis=1))
    return np.concatenate(blocks, axis=1), freqs


def _uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"


def _hundredths(values: np.ndarray) -> list[int]:
    return np.rint(100 * np.clip(values, -1, 1)).astype(int).tolist()


def _ticks(freqs: np.ndarray) -> list[tuple[float, str]]:
    """Round frequencies: place on the axis of bands, 0 to 1 from the bottom, and name."""
    bands = np.arange(len(freqs)) + 0.5
    return [(float(np.interp(hz, freqs, bands)) / len(freqs), f"{hz:,}") for hz in TICKS]


def _contours(sound: Sound) -> dict[str, Any]:
    shape = contours(sound.y)
    f0 = [None if np.isnan(hz) else round(float(hz), 1) for hz in shape.f0]
    hop = float(shape.times[1] - shape.times[0]) if len(shape.times) > 1 else 0.0
    return {
        "f0": f0,
        "level": [round(float(db), 1) for db in shape.level],
        "first": float(shape.times[0]) if len(shape.times) else 0.0,
        "hop": hop,
    }
