"""The part of Whisper that hears: its network, and the spectrogram that it was taught on.

faster-whisper makes the same spectrogram. It is made here because that library brings a decoder
of sound files and a tokenizer along, which cost a new process more than hearing a clip does; a
test holds the two against each other, bit by bit.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.mel import mel_filters
from core.settings import SR, WhisperSettings

__all__ = ["Ear", "log_mel", "load_network"]

_N_FFT, _HOP = 400, 160  # samples
_N_MELS = 80
_LEAST_POWER = 1e-10
_RANGE = 8.0  # decades below the loudest value; what is quieter is set there


class Ear:
    """A network that was loaded, for whoever wants a clip heard and no words.

    Parameters
    ----------
    network : ctranslate2.models.Whisper
    """

    def __init__(self, network: Any):
        self.network = network

    def encode(self, y: np.ndarray) -> Any:
        """What the encoder makes of a window, as the decoder takes it.

        Parameters
        ----------
        y : np.ndarray [shape=(n_samples,)], float32
            Mono at 16 kHz, more than 200 samples.

        Returns
        -------
        output : ctranslate2.StorageView [shape=(1, n_frames, n_dims)]
        """
        from ctranslate2 import StorageView

        return self.network.encode(StorageView.from_array(log_mel(y)[None]))


def load_network(folder: Path, settings: WhisperSettings) -> Any:
    """The network of a folder whose files were checked.

    Parameters
    ----------
    folder : Path
    settings : WhisperSettings

    Returns
    -------
    network : ctranslate2.models.Whisper

    Raises
    ------
    RuntimeError
        If CTranslate2 cannot load it.
    """
    from ctranslate2.models import Whisper

    return Whisper(
        str(folder),
        device="cpu",
        compute_type=settings.compute_type,
        intra_threads=settings.threads,
    )


def log_mel(y: np.ndarray) -> np.ndarray:
    """The spectrogram that Whisper hears.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
        Mono at 16 kHz, more than 200 samples.

    Returns
    -------
    S : np.ndarray [shape=(80, n_samples // 160)], float32
        Decades of power, moved and scaled to about -1 to 1.

    References
    ----------
    Radford et al. (2023). Robust speech recognition via large-scale weak supervision.
    """
    around = np.pad(y, _N_FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(around, _N_FFT)[::_HOP]
    spectra = np.fft.rfft(frames * _window(), axis=1).T.astype(np.complex64)
    power = np.abs(spectra[:, :-1]) ** 2
    S = np.log10(np.maximum(_bank() @ power, _LEAST_POWER))
    return (np.maximum(S, S.max() - _RANGE) + 4.0) / 4.0


@lru_cache(maxsize=1)
def _window() -> np.ndarray:
    window = np.hanning(_N_FFT + 1)[:-1].astype(np.float32)
    window.flags.writeable = False
    return window


@lru_cache(maxsize=1)
def _bank() -> np.ndarray:
    """Band by bin, in one piece: matrix products of a transposed view round in another order."""
    bank = np.ascontiguousarray(mel_filters(SR, _N_FFT, _N_MELS, 0.0, SR / 2).T)
    bank.flags.writeable = False
    return bank
