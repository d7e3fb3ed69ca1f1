"""From blocks in the file's own layout to one mono signal, and what is measured on the way."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.audio.resample import resample_blocks
from core.settings import SR

__all__ = ["Mixdown"]

FULL_SCALE = 1.0
CLIPPED_LEVEL = 0.999  # of full scale
CLIPPED_SHARE = 0.001  # of the samples of one channel
DC_OFFSET = 0.02  # of full scale
SILENT_RMS = 1e-4  # of full scale, -80 dBFS
ANTIPHASE_RATIO = 0.1  # rms of the mean over rms of all channels; -20 dB cancelled
NARROW_BAND_SR = 8_000  # Hz


class Mixdown:
    """Mean of the channels, resampled block by block; keeps only the mono result.

    The mean is taken here and not in a decoder: FFmpeg's own downmix is 3 dB louder in float
    than in 16 bit. Beside the mean, the first channel goes along, for recordings whose channels
    cancel each other.

    Parameters
    ----------
    sr : int
        Sampling rate of the blocks, in Hz.
    channels : int
    """

    def __init__(self, sr: int, channels: int):
        self.sr, self.channels = sr, channels
        self.n_frames = 0
        self.n_bad = 0  # samples that are NaN or infinite
        self.peak = 0.0
        self._clipped = np.zeros(channels, dtype=np.int64)
        self._power = 0.0  # sum of squares over all channels, where there are several
        width = 1 if channels == 1 else 2  # mean, and the first channel
        self._sum = np.zeros(width)
        self._square_sum = np.zeros(width)
        self._mono: list[np.ndarray] = []

    def take(self, blocks: Iterable[np.ndarray]) -> None:
        """Mix, measure and resample all blocks.

        Parameters
        ----------
        blocks : iterable of np.ndarray [shape=(n_frames, channels)]
            float32 at the sampling rate given first.
        """
        mixed = self._mixed(blocks)
        self._mono.extend(resample_blocks(mixed, self.sr, SR, len(self._sum)))

    def _mixed(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for block in blocks:
            self.n_frames += len(block)
            finite = np.isfinite(block)
            self.n_bad += block.size - int(np.count_nonzero(finite))
            if self.n_bad:  # refused anyhow: from here on only counted
                continue
            level = np.abs(block)
            self.peak = max(self.peak, float(level.max(initial=0.0)))
            self._clipped += np.count_nonzero(level >= CLIPPED_LEVEL, axis=0)
            mix = block
            if self.channels > 1:
                self._power += float(np.sum(np.square(block, dtype=np.float64)))
                mix = np.stack([block.mean(axis=1), block[:, 0]], axis=1)
            self._sum += mix.sum(axis=0, dtype=np.float64)
            self._square_sum += np.square(mix, dtype=np.float64).sum(axis=0)
            yield mix

    def result(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """The mono signal at 16 kHz and its quality flags; to be asked once.

        Returns
        -------
        y : np.ndarray [shape=(n_samples,)]
            float32.
        flags : tuple of str
            In the order of `core.audio.sound.FLAGS`.
        """
        cancels = self._cancels()
        column = 1 if cancels else 0
        y = self._column(column)
        offset = self._sum[column] / self.n_frames
        variance = max(0.0, self._square_sum[column] / self.n_frames - offset**2)
        found = {
            "narrow-band": self.sr <= NARROW_BAND_SR,
            "antiphase": cancels,
            "clipped": self._clipped.max() > CLIPPED_SHARE * self.n_frames,
            "dc": abs(offset) > DC_OFFSET,
            "silent": np.sqrt(variance) < SILENT_RMS,  # about its mean: an offset is no sound
            "over-full-scale": self.peak > FULL_SCALE,
        }
        return y, tuple(flag for flag, is_so in found.items() if is_so)

    def _column(self, column: int) -> np.ndarray:
        """One column of all blocks; each block is let go once copied."""
        y = np.empty(sum(len(block) for block in self._mono), dtype=np.float32)
        end = len(y)
        while self._mono:
            part = self._mono.pop()[:, column]
            y[end - len(part) : end] = part
            end -= len(part)
        return y

    def _cancels(self) -> bool:
        if self.channels == 1:
            return False
        all_rms = np.sqrt(self._power / (self.n_frames * self.channels))
        mean_rms = np.sqrt(self._square_sum[0] / self.n_frames)
        return bool(all_rms >= SILENT_RMS and mean_rms < ANTIPHASE_RATIO * all_rms)
