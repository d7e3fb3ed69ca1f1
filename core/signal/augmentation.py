"""Disturbed copies of a clip, as other rooms, microphones and moods of the day would give it.

Conventions
-----------
Signals are mono float32 at `core.settings.SR`. What is drawn at random hangs on the spec, the
seed, the clip and the number of the copy alone, so that the same run hears the same copies again.
The emotion must survive: pitch and tempo move mildly or not at all.
"""

import dataclasses
import hashlib

import numpy as np
from scipy import fft

from core.audio import resample
from core.settings import SR, AugmentSpec, spec_digest

__all__ = ["augment", "augment_digest", "stretch"]

_SNR_SPREAD = 15.0  # dB above the least signal-to-noise ratio
_FULL_SCALE = 0.99  # no copy is louder
_FRAME = 640  # samples, 40 ms
_HOP = _FRAME // 2
_SEARCH = 160  # samples, 10 ms: about a period of a low voice
_SHORTEST_ECHO = 0.1  # s
_DECAY = 6.9  # nats of amplitude, 60 dB, over the time of an echo


def augment_digest(spec: AugmentSpec, seed: int, copy: int) -> str:
    """A name for one copy of every clip; how many copies there are does not change it.

    Parameters
    ----------
    spec : AugmentSpec
    seed : int
        Of the run.
    copy : int
        From 0.

    Returns
    -------
    digest : str
    """
    return f"{spec_digest(dataclasses.replace(spec, copies=1))}-{seed}-{copy}"


def augment(y: np.ndarray, spec: AugmentSpec, *, digest: str, clip: str) -> np.ndarray:
    """A disturbed copy of a clip.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
    spec : AugmentSpec
    digest : str
        As `augment_digest` gives it.
    clip : str
        Names the clip.

    Returns
    -------
    y : np.ndarray [shape=(n_samples',)], float32
        As long as the clip, up to the tempo; never beyond full scale.
    """
    if not len(y):
        return np.zeros(0, np.float32)
    name = hashlib.sha256(f"{digest}|{clip}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(name[:8], "little"))
    # All are drawn whether they are on or not, so that turning one on moves no other.
    semitones, faster, gain, late, echo, ratio = rng.uniform(-1, 1, 6)
    copy = _moved(np.asarray(y, np.float32), spec.pitch * semitones, spec.tempo * faster)
    if spec.room > _SHORTEST_ECHO:
        copy = _in_room(copy, np.interp(echo, (-1, 1), (_SHORTEST_ECHO, spec.room)), rng)
    if spec.shift:
        copy = _shifted(copy, round(spec.shift * late * SR))
    if spec.noise:
        copy = _noisy(copy, spec.noise + _SNR_SPREAD * (ratio + 1) / 2, rng)
    copy = copy * 10 ** (spec.gain * gain / 20)
    peak = np.abs(copy).max(initial=0.0)
    if peak > _FULL_SCALE:
        copy = copy * (_FULL_SCALE / peak)
    return copy.astype(np.float32)


def _moved(y: np.ndarray, semitones: float, faster: float) -> np.ndarray:
    """Another pitch and tempo: stretched in time, then played faster or slower."""
    higher, faster = 2 ** (semitones / 12), 1 + faster
    if higher == 1 and faster == 1:
        return y
    return resample(stretch(y, higher / faster), round(SR * higher), SR)


def stretch(y: np.ndarray, factor: float) -> np.ndarray:
    """A signal that lasts longer or shorter at the same pitch (WSOLA).

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)], float32
    factor : float
        Of the duration; near 1.

    Returns
    -------
    y : np.ndarray [shape=(round(factor * n_samples),)], float32

    References
    ----------
    Verhelst, Roelands (1993). An overlap-add technique based on waveform similarity (WSOLA) for
    high quality time-scale modification of speech.
    """
    n = round(factor * len(y))
    if factor == 1 or len(y) < 2 * _FRAME:
        return np.interp(np.linspace(0, len(y) - 1, n), np.arange(len(y)), y).astype(np.float32)
    padded = np.pad(y, (_FRAME, 2 * _FRAME + _SEARCH)).astype(np.float32)
    window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    stretched = np.zeros(n + 2 * _FRAME, dtype=np.float32)
    place = _FRAME - _HOP
    for start in range(0, n + _HOP, _HOP):
        wanted = _FRAME - _HOP + round(start / factor)
        place = _most_alike(padded, wanted, place + _HOP) if start else wanted
        stretched[start : start + _FRAME] += window * padded[place : place + _FRAME]
    return stretched[_HOP : _HOP + n]


def _most_alike(y: np.ndarray, wanted: int, going_on: int) -> int:
    """Where near the wanted place the signal is most as it would have gone on."""
    first = max(0, min(wanted - _SEARCH, len(y) - _FRAME - 1))
    last = max(first, min(wanted + _SEARCH, len(y) - _FRAME - 1))
    from scipy.signal import fftconvolve  # a second of import that few runs need

    model = y[min(going_on, len(y) - _FRAME) :][:_FRAME]
    likeness = fftconvolve(y[first : last + _FRAME], model[::-1], mode="valid")
    return first + int(likeness.argmax())


def _in_room(y: np.ndarray, rt60: float, rng: np.random.Generator) -> np.ndarray:
    """The clip with an echo that dies away, as loud as before."""
    from scipy.signal import fftconvolve

    t = np.arange(round(rt60 * SR)) / SR
    tail = rng.standard_normal(len(t)) * np.exp(-_DECAY * t / rt60)
    tail *= 0.5 / np.sqrt((tail**2).sum() + 1e-12)  # 6 dB below the direct sound
    tail[0] = 1.0
    wet = fftconvolve(y, tail)[: len(y)]
    return wet * (_rms(y) / max(_rms(wet), 1e-9))


def _shifted(y: np.ndarray, n: int) -> np.ndarray:
    """Later (silence before it) or earlier (silence behind it); as long as before."""
    n = max(-len(y) // 2, min(n, len(y) // 2))
    moved = np.zeros_like(y)
    if n >= 0:
        moved[n:] = y[: len(y) - n]
    elif n:
        moved[:n] = y[-n:]
    return moved


def _noisy(y: np.ndarray, snr: float, rng: np.random.Generator) -> np.ndarray:
    """With pink noise at a signal-to-noise ratio in dB, both measured over the whole clip."""
    spectrum = fft.rfft(rng.standard_normal(len(y)))
    noise = fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), n=len(y))
    return y + noise * (_rms(y) / max(_rms(noise), 1e-12) * 10 ** (-snr / 20))


def _rms(y: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))
