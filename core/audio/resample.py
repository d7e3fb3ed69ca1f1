"""The one resampler: soxr at high quality, whole signals and block by block."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.settings import SR

__all__ = ["resample", "resample_blocks"]

_QUALITY = "HQ"  # 20-bit; what librosa calls "soxr_hq"


def resample(y: np.ndarray, sr_from: int, sr_to: int = SR) -> np.ndarray:
    """A signal at another sampling rate.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono signal.
    sr_from, sr_to : int
        Sampling rates, in Hz.

    Returns
    -------
    y : np.ndarray [shape=(round(n_samples * sr_to / sr_from),)]
        float32; the signal itself when the rates are equal.

    Examples
    --------
    >>> resample(np.zeros(48_000), 48_000, 16_000).shape
    (16000,)
    """
    y = np.asarray(y, dtype=np.float32)
    if sr_from == sr_to:
        return y
    import soxr

    return soxr.resample(y, sr_from, sr_to, quality=_QUALITY)


def resample_blocks(
    blocks: Iterable[np.ndarray], sr_from: int, sr_to: int, channels: int
) -> Iterator[np.ndarray]:
    """The same as `resample`, sample for sample, without ever holding the whole source.

    Parameters
    ----------
    blocks : iterable of np.ndarray [shape=(n_frames, channels)]
        float32.
    sr_from, sr_to : int
        Sampling rates, in Hz.
    channels : int

    Yields
    ------
    block : np.ndarray [shape=(n_frames, channels)]
        float32.
    """
    if sr_from == sr_to:
        yield from blocks
        return
    import soxr

    stream = soxr.ResampleStream(sr_from, sr_to, channels, dtype="float32", quality=_QUALITY)
    for block in blocks:
        yield stream.resample_chunk(np.ascontiguousarray(block)).reshape(-1, channels)
    rest = np.zeros((0, channels), dtype=np.float32)
    yield stream.resample_chunk(rest, last=True).reshape(-1, channels)
