"""Voice quality, room and microphone of the demo corpus.

Conventions
-----------
Signals are mono float64 (n_samples,) at `core.settings.SR`; levels in dBFS are RMS.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, fftconvolve, istft, sosfilt, stft

from core.corpus.demo_acting import Manner, Voice
from core.settings import SR

__all__ = ["colour_voice", "equalise", "long_term_spectrum", "place_in_room"]

SPEECH_LEVEL = -22.0  # dBFS, plain reading at microphone gain 0
SOFTEST, LOUDEST = -29.0, -16.5  # dBFS
PEAK = 0.85  # of full scale, never passed
BAND_CENTRES = 125.0 * 2 ** (np.arange(12) / 2)  # Hz, half octaves up to 5.7 kHz
PIVOT = 500.0  # Hz, below it the tilt changes nothing
DIRECT_TO_REVERB = 14.0  # dB
FADE = 0.015  # s
LEAD, TAIL = (0.10, 0.28), (0.14, 0.34)  # s of background before and after the speech


def colour_voice(y: np.ndarray, manner: Manner, rng: np.random.Generator) -> np.ndarray:
    """Speech with the loudness envelope, breath and spectral tilt of a manner, at RMS 1.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    manner : Manner
    rng : np.random.Generator

    Returns
    -------
    y : np.ndarray [shape=(n_samples,)]
    """
    envelope = np.sqrt(gaussian_filter1d(y**2, 0.02 * SR)) + 1e-4 * np.abs(y).max()
    relative = np.clip(envelope / np.percentile(envelope, 80), 0.05, 3.0)
    y = y * relative**manner.attack
    y = y + _whisper_of(y, rng) * 10 ** (manner.breath / 20)
    y = _tilted(y, manner.tilt)
    return y / np.sqrt(np.mean(y**2))


def _whisper_of(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise with a brighter envelope of ``y``, at its RMS: breath through the same mouth."""
    _, _, spectrum = stft(y, SR, nperseg=400, noverlap=300)
    magnitude = gaussian_filter1d(np.abs(spectrum), 5.0, axis=0)
    magnitude *= np.linspace(0.1, 1.0, len(magnitude))[:, None] ** 0.5
    phase = np.exp(2j * np.pi * rng.random(magnitude.shape))
    _, noise = istft(magnitude * phase, SR, nperseg=400, noverlap=300)
    noise = np.pad(noise, (0, max(0, len(y) - len(noise))))[: len(y)]
    return noise * np.sqrt(np.mean(y**2) / (np.mean(noise**2) + 1e-12))


def _tilted(y: np.ndarray, slope: float) -> np.ndarray:
    """``y`` with ``slope`` dB per octave added above `PIVOT`."""
    frequency = np.fft.rfftfreq(len(y), 1 / SR)
    octaves = np.log2(np.maximum(frequency, PIVOT) / PIVOT)
    return np.fft.irfft(np.fft.rfft(y) * 10 ** (slope * octaves / 20), len(y))


def long_term_spectrum(y: np.ndarray) -> np.ndarray:
    """Mean level in the bands around `BAND_CENTRES`, in dB against the mean over the bands.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]

    Returns
    -------
    level : np.ndarray [shape=(n_bands,)]
    """
    frequency = np.fft.rfftfreq(len(y), 1 / SR)
    power = np.abs(np.fft.rfft(y)) ** 2
    half = 2 ** (1 / 4)
    db = np.array(
        [
            10 * np.log10(power[(frequency >= f / half) & (frequency < f * half)].mean() + 1e-12)
            for f in BAND_CENTRES
        ]
    )
    return db - db.mean()


def equalise(y: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """``y`` with a gain in dB at each of `BAND_CENTRES`, smooth between them.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    gain : np.ndarray [shape=(n_bands,)]
        dB.

    Returns
    -------
    y : np.ndarray [shape=(n_samples,)]
    """
    frequency = np.maximum(np.fft.rfftfreq(len(y), 1 / SR), 1.0)
    db = np.interp(np.log2(frequency), np.log2(BAND_CENTRES), gain)
    return np.fft.irfft(np.fft.rfft(y) * 10 ** (db / 20), len(y))


def place_in_room(
    y: np.ndarray, voice: Voice, manner: Manner, *, seed: int, rng: np.random.Generator
) -> np.ndarray:
    """A take as this voice's microphone hears it: room, colour, background, level, faded ends.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Speech at RMS 1.
    voice : Voice
    manner : Manner
    seed : int
        Room and microphone follow from it and the voice.
    rng : np.random.Generator
        Of this take: distance, lead, tail and background.

    Returns
    -------
    y : np.ndarray [shape=(n_samples,)]
        Peak at most `PEAK`.
    """
    lead, tail = rng.uniform(*LEAD), rng.uniform(*TAIL)
    y = np.pad(y, (int(lead * SR), int(tail * SR)))
    own = np.random.default_rng([seed, 3, int(voice.id)])
    y = fftconvolve(y, _room_response(voice.rt60, own))[: len(y)]
    y = _microphone(y, own, rng)
    level = SPEECH_LEVEL + voice.gain + manner.loudness + rng.normal(0.0, 0.7)
    y = y * 10 ** (np.clip(level, SOFTEST, LOUDEST) / 20)
    y = y * min(1.0, PEAK / np.abs(y).max())
    y = y + _background(len(y), voice.noise + rng.normal(0.0, 1.0), rng)
    ramp = np.hanning(2 * int(FADE * SR))[: int(FADE * SR)]
    y[: len(ramp)] *= ramp
    y[-len(ramp) :] *= ramp[::-1]
    return y


def _room_response(rt60: float, own: np.random.Generator) -> np.ndarray:
    """Direct sound, a few early reflections and a decaying tail."""
    n = int(rt60 * SR)
    decay = 10 ** (-3 * np.arange(n) / n)
    response = own.standard_normal(n) * decay * np.minimum(np.arange(n) / (0.004 * SR), 1.0)
    for delay in own.uniform(0.003, 0.015, 3):
        response[int(delay * SR)] += own.choice([-1, 1]) * response.std() * 4
    response *= 10 ** (-DIRECT_TO_REVERB / 20) / np.sqrt(np.sum(response**2))
    response[0] = 1.0
    return response


def _microphone(y: np.ndarray, own: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    """A gentle colour of a few dB: this voice's microphone, and how it is held in this take."""
    frequency = np.fft.rfftfreq(len(y), 1 / SR)
    x = np.log2(np.maximum(frequency, 60.0) / 60.0) / np.log2(SR / 2 / 60.0)
    db = sum(
        own.normal(0.0, 0.7 / k) * np.cos(np.pi * k * x + own.uniform(0, 6)) for k in (1, 2, 3, 4)
    )
    db = db + rng.normal(0.0, 0.8) * (x - 0.5) * 2
    y = np.fft.irfft(np.fft.rfft(y) * 10 ** (db / 20), len(y))
    y = sosfilt(butter(2, 70.0, "highpass", fs=SR, output="sos"), y)
    return y / np.sqrt(np.mean(y**2))


def _background(n_samples: int, level: float, rng: np.random.Generator) -> np.ndarray:
    """A quiet room: noise falling by 3 dB an octave, at ``level`` dBFS."""
    frequency = np.fft.rfftfreq(n_samples, 1 / SR)
    spectrum = np.fft.rfft(rng.standard_normal(n_samples)) / np.sqrt(np.maximum(frequency, 100.0))
    noise = np.fft.irfft(spectrum, n_samples)
    return noise * 10 ** (level / 20) / np.sqrt(np.mean(noise**2))
