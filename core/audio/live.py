"""Sound as it comes from a microphone: blocks of any layout to mono at 16 kHz, without a seam."""

from typing import Any

import numpy as np

from core.settings import SR

__all__ = ["LiveInput", "frame_samples"]

_INT16 = 32_768  # full scale


class LiveInput:
    """A stream of blocks as one mono signal at 16 kHz; the resampler remembers what came before.

    A block of another rate or number of channels starts a new resampler: what the old one still
    held, a few milliseconds, is handed out first.
    """

    def __init__(self) -> None:
        self._sr: int | None = None
        self._resampler: Any = None

    def take(self, block: np.ndarray, sr: int) -> np.ndarray:
        """The next samples of the signal.

        Parameters
        ----------
        block : np.ndarray [shape=(n_frames,) or (n_frames, channels)]
            int16, or float in [-1, 1].
        sr : int
            Its rate, in Hz.

        Returns
        -------
        y : np.ndarray [shape=(n_samples,)], float32
            Mono at 16 kHz: the mean of the channels. Whole blocks of 20 ms may give none at
            first: the resampler looks a few milliseconds ahead.
        """
        mono = _mono(np.asarray(block))
        rest = self._at_rate(sr)
        if self._resampler is None:
            return np.concatenate([rest, mono])
        return np.concatenate([rest, self._resampler.resample_chunk(mono)])

    def finish(self) -> np.ndarray:
        """What the resampler still holds at the end of the stream.

        Returns
        -------
        y : np.ndarray [shape=(n_samples,)], float32
        """
        if self._resampler is None:
            return np.zeros(0, dtype=np.float32)
        rest = self._resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True)
        self._sr = self._resampler = None
        return rest

    def _at_rate(self, sr: int) -> np.ndarray:
        """Get ready for a rate; what the resampler of another one held."""
        if sr == self._sr:
            return np.zeros(0, dtype=np.float32)
        rest = self.finish()
        self._sr = sr
        if sr != SR:
            import soxr

            self._resampler = soxr.ResampleStream(sr, SR, 1, dtype="float32", quality="HQ")
        return rest


def _mono(block: np.ndarray) -> np.ndarray:
    channels = 1 if block.ndim == 1 else block.shape[1]
    y = block if block.ndim == 1 else block.sum(axis=1, dtype=np.float32)
    if np.issubdtype(block.dtype, np.integer):
        return y * np.float32(1 / (channels * _INT16))
    return np.nan_to_num(y * np.float32(1 / channels), nan=0.0, posinf=0.0, neginf=0.0)


def frame_samples(frame: Any) -> tuple[np.ndarray, int]:
    """The samples of a frame of PyAV, as WebRTC hands them over.

    Parameters
    ----------
    frame : av.AudioFrame
        16-bit or float, planar or not.

    Returns
    -------
    block : np.ndarray [shape=(n_frames, channels)]
    sr : int
        Hz.
    """
    samples = frame.to_ndarray()  # (channels, n) if planar, else (1, n * channels)
    channels = len(frame.layout.channels)
    block = samples.T if frame.format.is_planar else samples.reshape(-1, channels)
    return block, int(frame.sample_rate)
