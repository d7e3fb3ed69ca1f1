"""How much speaks for speech, frame by frame, and the likeliest course of speech and pause.

Conventions
-----------
Evidence is a log-odds, one every 32 ms: above 0 somebody speaks. Three small networks see a second
before and behind a frame: how far the level stands above the noise of its band, and how sure the
detector is. The detector alone takes the babble of other people for speech, and misses whispers. A
fourth network does without the detector. The weights (``speech_evidence.npz``, 54 kB) were learnt
on takes joined from the demo corpus and EmoDB speakers 03, 08, 09 and 10, some of one sentence and
some of minutes, clean and with white noise and babble at 2 to 25 dB:
``python -m bench.learn_evidence --source FOLDER --out FILE`` learns them anew.
``bench/segmentation.py`` measures on the six other speakers and Korean clips.
"""

import functools
import itertools
from pathlib import Path

import numpy as np
from scipy.ndimage import uniform_filter1d

from core.settings import SR
from core.signal.voice_activity import FRAME

__all__ = ["course", "evidence", "seen"]

_HOP = SR // 100  # samples, 10 ms
_N_FFT = 512  # samples
_BANDS = np.unique(np.round(np.geomspace(4, 220, 17)).astype(int))  # bins, 125 Hz to 6.9 kHz
_SMOOTH = 7  # steps of 10 ms that a band's power is averaged over
_FLOOR = 20  # percentile of a band's level over the take that counts as its noise
_LIMITS = (-3.0, 25.0)  # dB above the noise
# Borders of the windows around a frame, in steps of 10 ms: all of them for the level of the whole
# spectrum, the near ones for pairs of bands. Then single frames of 32 ms of the detector.
_FAR = (-120, -80, -50, -32, -20, -12, -6, -2, 3, 7, 13, 21, 33, 51, 81, 121)
_NEAR = (-20, -12, -6, -2, 3, 7, 13, 21)
_FRAMES = (-10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 10)
_WEIGHTS = Path(__file__).with_name("speech_evidence.npz")
_WITH_DETECTOR, _WITHOUT, _LAYERS = (0, 1, 2), (3,), 3
_BLOCK = 8_192  # steps of spectrum at once: 32 MB


def evidence(y: np.ndarray, proba: np.ndarray, *, detected: bool = True) -> np.ndarray:
    """Log-odds that somebody speaks.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at `SR`.
    proba : np.ndarray [shape=(n_frames,)]
        What a detector says, see `core.signal.speech_probability`.
    detected : bool
        Whether it hears voices rather than the level alone.

    Returns
    -------
    log_odds : np.ndarray [shape=(n_frames,)]
    """
    networks = _WITH_DETECTOR if detected else _WITHOUT
    features = seen(y, proba, detected=detected)
    found = np.zeros(len(proba))
    for layers in (_networks()[k] for k in networks):
        hidden = features
        for weights, bias in layers[:-1]:
            hidden = np.maximum(hidden @ weights + bias, 0.0)
        weights, bias = layers[-1]
        found += (hidden @ weights + bias)[:, 0]
    found /= len(networks)
    return found if detected else (found + _log_odds(proba)) / 2


@functools.cache
def _networks(path: Path = _WEIGHTS) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    with np.load(path) as file:
        return [
            [
                (file[f"w{k}{i}"].astype(np.float32), file[f"b{k}{i}"].astype(np.float32))
                for i in range(_LAYERS)
            ]
            for k in (*_WITH_DETECTOR, *_WITHOUT)
        ]


def seen(y: np.ndarray, proba: np.ndarray, *, detected: bool = True) -> np.ndarray:
    """What the networks see of each frame; parameters as of `evidence`.

    Returns
    -------
    features : np.ndarray [shape=(n_frames, 109)], float32
        Levels around the frame and of the take, and the detector's odds.
    """
    return _seen(_band_power(y), proba if detected else np.full(len(proba), 0.5))


def _seen(power: np.ndarray, proba: np.ndarray) -> np.ndarray:
    middle = ((np.arange(len(proba)) + 0.5) * FRAME / _HOP).astype(int).clip(0, len(power) - 1)
    smooth = uniform_filter1d(power, _SMOOTH, axis=0, mode="nearest")
    above = np.clip(10 * np.log10(smooth / np.percentile(smooth, _FLOOR, axis=0)), *_LIMITS)
    lift = above.mean(axis=1)
    contrast = float(np.percentile(lift, 90))
    unit = float(np.clip(contrast, 1.0, 15.0))  # dB; so that every take looks alike
    level = 10 * np.log10(smooth.mean(axis=1))
    level = np.clip(level - np.percentile(level, 90), -30.0, 6.0)
    pairs = above[:, : above.shape[1] // 2 * 2].reshape(len(above), -1, 2).mean(axis=2)
    odds = _log_odds(proba) / 3
    # A detector that hears speech all the time, in babble say, has little to say.
    use = 1.0 - np.percentile(uniform_filter1d(proba, 7), 10)
    take = np.r_[
        contrast / 10,
        use,
        np.percentile(lift, [10, 30, 50, 70]) / unit,
        np.percentile(level, [5, 20, 40, 60]) / 6,
    ]
    reach = max(_FRAMES)
    padded = np.pad(odds, reach, mode="edge")
    columns = [
        *(_means(lift[:, np.newaxis], middle, _FAR) / unit),
        *(_means(pairs, middle, _NEAR) / unit),
        *(_means(level[:, np.newaxis], middle, _FAR) / 6),
        *(padded[reach + k : reach + k + len(odds)][:, np.newaxis] for k in _FRAMES),
        np.tile(take, (len(odds), 1)),
    ]
    return np.hstack(columns).astype(np.float32)


def _log_odds(proba: np.ndarray) -> np.ndarray:
    held = np.clip(proba, 0.003, 0.997)
    return np.log(held / (1 - held))


def _means(x: np.ndarray, middle: np.ndarray, borders: tuple[int, ...]) -> np.ndarray:
    """Means of windows around some steps, (n_windows, n_frames, n_columns)."""
    reach = 1 + max(-borders[0], borders[-1])
    padded = np.pad(x, ((reach, reach), (0, 0)), mode="edge")
    sums = np.vstack([np.zeros((1, x.shape[1])), np.cumsum(padded, axis=0, dtype=np.float64)])
    at = middle + reach
    return np.stack(
        [(sums[at + b] - sums[at + a]) / (b - a) for a, b in itertools.pairwise(borders)]
    )


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
