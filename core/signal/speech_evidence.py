"""How much speaks for speech, frame by frame, and the likeliest course of speech and pause.

Conventions
-----------
Evidence is a log-odds, one every 32 ms: above 0 somebody speaks. It joins the detector's
probability with how far the level stands above the noise of its band, over several spans of time:
the detector alone takes the babble of other people for speech, and misses whispers. The weights
were learnt by logistic regression on takes joined from five EmoDB speakers, clean and with white
noise and babble at 20, 10 and 5 dB; ``bench/segmentation.py`` measures on the five others.
"""

import numpy as np
from scipy.ndimage import uniform_filter1d

from core.settings import SR
from core.signal.voice_activity import FRAME

__all__ = ["course", "evidence"]

_HOP = SR // 100  # samples, 10 ms
_N_FFT = 512  # samples
_BANDS = np.unique(np.round(np.geomspace(4, 220, 17)).astype(int))  # bins, 125 Hz to 6.9 kHz
_SMOOTH = 7  # steps of 10 ms that a band's power is averaged over
_SPANS = (1, 9, 19, 31)  # steps that the level above the noise is averaged over
_FLOOR = 20  # percentile of a band's level over the take that counts as its noise
_LIMITS = (-3.0, 25.0)  # dB above the noise
_WEIGHTS = np.array([1.18, -1.02, -1.02, 6.29, 0.31, 1.05])  # levels by span, detector, its mean
_BIAS = -2.83
_BLOCK = 8_192  # steps of spectrum at once: 32 MB


def evidence(y: np.ndarray, proba: np.ndarray) -> tuple[np.ndarray, float]:
    """Log-odds that somebody speaks, and how clearly speech stands out in this take.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at `SR`.
    proba : np.ndarray [shape=(n_frames,)]
        What a detector says, see `core.signal.speech_probability`.

    Returns
    -------
    log_odds : np.ndarray [shape=(n_frames,)]
    contrast : float
        dB, mean over the bands, of the loud tenth above the noise.
    """
    power = _band_power(y)  # (n_steps, n_bands)
    middle = ((np.arange(len(proba)) + 0.5) * FRAME / _HOP).astype(int).clip(0, len(power) - 1)
    smooth = uniform_filter1d(power, _SMOOTH, axis=0, mode="nearest")
    above = 10 * np.log10(smooth / np.percentile(smooth, _FLOOR, axis=0))
    # Limited before it is averaged over time: else a loud voice would fill the pause behind it.
    lift = np.clip(above, *_LIMITS).mean(axis=1)
    contrast = float(np.percentile(lift, 90))
    lift /= np.clip(contrast, 1.0, 15.0)
    columns = [
        np.clip(uniform_filter1d(lift, span, mode="nearest"), -0.5, 1.3)[middle] for span in _SPANS
    ]
    # A detector that hears speech all the time, in babble say, has nothing to say.
    use = 1.0 - np.percentile(uniform_filter1d(proba, 7), 10)
    odds = np.log(np.clip(proba, 0.003, 0.997) / (1 - np.clip(proba, 0.003, 0.997))) * use
    joined = np.column_stack([*columns, odds, uniform_filter1d(odds, 5)])
    return joined @ _WEIGHTS + _BIAS, contrast


def _band_power(y: np.ndarray) -> np.ndarray:
    padded = np.pad(y, (_N_FFT // 2, _N_FFT // 2 + _HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::_HOP]
    window = np.hanning(_N_FFT).astype(np.float32)
    found = []
    for first in range(0, len(frames), _BLOCK):
        spectrum = np.abs(np.fft.rfft(frames[first : first + _BLOCK] * window, axis=1)) ** 2
        found.append(np.add.reduceat(spectrum, _BANDS, axis=1)[:, :-1] / np.diff(_BANDS))
    return np.concatenate(found).astype(np.float32) + np.float32(1e-10)


def course(log_odds: np.ndarray, price: float) -> np.ndarray:
    """The likeliest course: each frame is speech or pause, and each change has a price.

    Parameters
    ----------
    log_odds : np.ndarray [shape=(n_frames,)]
    price : float
        Of a change, in log-odds: how much evidence a pause or an utterance needs in all.

    Returns
    -------
    speech : np.ndarray [shape=(n_frames,)], bool

    References
    ----------
    Viterbi (1967). Error bounds for convolutional codes and an asymptotically optimum decoding
    algorithm.

    Examples
    --------
    >>> course(np.array([-2.0, -2, 3, 3, -1, 3, -2, -2, -2]), 2.0).astype(int)
    array([0, 0, 1, 1, 1, 1, 0, 0, 0])
    """
    pause, speech = 0.0, -price
    came = np.zeros((len(log_odds), 2), dtype=bool)  # whether a state was entered just then
    for i, odds in enumerate(log_odds.tolist()):
        from_speech, from_pause = speech - price, pause - price
        came[i] = from_speech > pause, from_pause > speech
        pause, speech = max(pause, from_speech) - odds / 2, max(speech, from_pause) + odds / 2
    states, state = np.zeros(len(log_odds), dtype=bool), int(speech > pause)
    for i in range(len(log_odds) - 1, -1, -1):
        states[i] = bool(state)
        if came[i, state]:
            state = 1 - state
    return states
