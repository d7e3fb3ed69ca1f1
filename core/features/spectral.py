"""Spectrograms to look at: a fixed reference, so that two of them can be compared."""

import threading

import numpy as np

from core.features.frames import frame, hann, power_spectra
from core.mel import mel_filters, mel_frequencies
from core.settings import SR

__all__ = ["FLOOR_DB", "RollingSpectrogram", "log_mel_spectrogram", "log_spectrogram"]

FLOOR_DB = -100.0  # dBFS; digital silence


def log_mel_spectrogram(
    y: np.ndarray, *, sr: int = SR, n_fft: int = 1024, hop_length: int = 256, n_mels: int = 80
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level of each mel band over time, in dB against a full-scale sine.

    The power of a steady full-scale sine, summed over the bands, is 0 dBFS; no clip is scaled by
    its own peak.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono in [-1, 1]. Frames are centred; zeros stand before the start and after the end.
    sr : int
        Hz.
    n_fft, hop_length : int
        Samples.
    n_mels : int
        Bands, from 0 Hz to half of ``sr``.

    Returns
    -------
    S_db : np.ndarray [shape=(n_mels, n_frames)], float32
        dBFS, never below `FLOOR_DB`.
    times : np.ndarray [shape=(n_frames,)]
        Frame centres in s.
    freqs : np.ndarray [shape=(n_mels,)]
        Band centres in Hz.
    """
    padded = np.pad(np.asarray(y, dtype=np.float32), n_fft // 2)
    S_db = _columns(frame(padded, n_fft, hop_length), sr, n_mels)
    times = np.arange(S_db.shape[1]) * hop_length / sr
    freqs = mel_frequencies(n_mels + 2, 0.0, sr / 2)[1:-1]
    return S_db, times, freqs


def log_spectrogram(
    y: np.ndarray, *, sr: int = SR, n_fft: int = 512, hop_length: int = 256
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level of each bin of the short-time Fourier transform, on the scale of `log_mel_spectrogram`.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono in [-1, 1]; framed as there.
    sr : int
        Hz.
    n_fft, hop_length : int
        Samples.

    Returns
    -------
    S_db : np.ndarray [shape=(n_fft // 2 + 1, n_frames)], float32
        dBFS, never below `FLOOR_DB`.
    times : np.ndarray [shape=(n_frames,)]
        Frame centres in s.
    freqs : np.ndarray [shape=(n_fft // 2 + 1,)]
        Hz, evenly spaced from 0 to half of ``sr``.
    """
    padded = np.pad(np.asarray(y, dtype=np.float32), n_fft // 2)
    S_db = _in_db(power_spectra(frame(padded, n_fft, hop_length), n_fft), n_fft)
    times = np.arange(S_db.shape[1]) * hop_length / sr
    return S_db, times, np.fft.rfftfreq(n_fft, 1 / sr)


def _columns(frames: np.ndarray, sr: int, n_mels: int) -> np.ndarray:
    """Level of each mel band in each frame, in dBFS, (n_mels, n_frames)."""
    n_fft = frames.shape[1]
    filters = mel_filters(sr, n_fft, n_mels, 0.0, sr / 2, unit_area=False)
    return _in_db(power_spectra(frames, n_fft) @ filters, n_fft)


def _in_db(power: np.ndarray, n_fft: int) -> np.ndarray:
    """Power against that of a steady full-scale sine, in dB, time last."""
    full_scale = n_fft * float(hann(n_fft) @ hann(n_fft)) / 4
    level = power / np.float32(full_scale)
    S_db = 10 * np.log10(np.maximum(level, np.float32(10 ** (FLOOR_DB / 10))))
    # Not every machine's logarithm of the floor is the floor to the last digit.
    return np.ascontiguousarray(np.maximum(S_db, np.float32(FLOOR_DB)).T)


class RollingSpectrogram:
    """`log_mel_spectrogram` of a running stream: its latest columns, each measured once.

    Parameters
    ----------
    duration : float
        How much is kept, in s.
    sr : int
        Hz.
    n_fft, hop_length : int
        Samples.
    n_mels : int
        Bands.
    """

    def __init__(
        self,
        duration: float = 10.0,
        *,
        sr: int = SR,
        n_fft: int = 1024,
        hop_length: int = 256,
        n_mels: int = 80,
    ):
        self.sr, self.hop_length, self.n_mels = sr, hop_length, n_mels
        self.freqs = mel_frequencies(n_mels + 2, 0.0, sr / 2)[1:-1]
        self._n_fft = n_fft
        self._n_kept = max(1, round(duration * sr / hop_length))
        self._n_seen = 0  # columns since the start
        self._held = [np.zeros(n_fft // 2, dtype=np.float32)]  # the first column is centred at 0
        self._n_held = n_fft // 2
        self._S_db = np.full((n_mels, 0), FLOOR_DB, dtype=np.float32)
        self._turn = threading.Lock()

    def feed(self, y: np.ndarray) -> None:
        """Take in the next samples.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)], float32
            Mono at `sr`.
        """
        with self._turn:
            self._held.append(np.asarray(y, dtype=np.float32))
            self._n_held += len(y)
            if self._n_held > self.sr:  # many columns at once cost less than one by one
                self._measure()

    def _measure(self) -> None:
        samples = np.concatenate(self._held)
        n_frames = max(0, (len(samples) - self._n_fft) // self.hop_length + 1)
        self._n_seen += n_frames
        if n_frames:
            skipped = max(0, n_frames - self._n_kept) * self.hop_length
            frames = frame(samples[skipped:], self._n_fft, self.hop_length)
            columns = [self._S_db, _columns(frames, self.sr, self.n_mels)]
            self._S_db = np.hstack(columns)[:, -self._n_kept :]
        self._held = [samples[n_frames * self.hop_length :]]
        self._n_held = len(self._held[0])

    def columns(self) -> tuple[np.ndarray, np.ndarray]:
        """What is kept, oldest first; may be asked from another thread.

        Returns
        -------
        S_db : np.ndarray [shape=(n_mels, n_frames)], float32
            dBFS.
        times : np.ndarray [shape=(n_frames,)]
            Frame centres in s since the start of the stream.
        """
        with self._turn:
            self._measure()
            first = self._n_seen - self._S_db.shape[1]
            return self._S_db, np.arange(first, self._n_seen) * self.hop_length / self.sr
