"""Spectrograms to look at: a fixed reference, so that two of them can be compared."""

import numpy as np

from core.features.frames import frame, hann, power_spectra
from core.features.mel import mel_filters, mel_frequencies
from core.settings import SR

__all__ = ["FLOOR_DB", "log_mel_spectrogram"]

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
    power = power_spectra(frame(padded, n_fft, hop_length), n_fft)
    full_scale = n_fft * float(hann(n_fft) @ hann(n_fft)) / 4
    filters = mel_filters(sr, n_fft, n_mels, 0.0, sr / 2, unit_area=False)
    level = power @ filters / np.float32(full_scale)
    S_db = 10 * np.log10(np.maximum(level, np.float32(10 ** (FLOOR_DB / 10))))
    times = np.arange(len(power)) * hop_length / sr
    freqs = mel_frequencies(n_mels + 2, 0.0, sr / 2)[1:-1]
    return np.ascontiguousarray(S_db.T), times, freqs
