"""Fundamental frequency and harmonics-to-noise ratio, fast enough for every clip and live use.

The method is Boersma's (1993, "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound"): the autocorrelation of a windowed frame divided by
that of the window, a few peaks of each frame as candidates, and the cheapest path through them.
Only what lies below 4 kHz counts, as if the signal were taken down to 8 kHz first: the power
spectra are cut there, which costs nothing. All frames share one batched FFT.
"""

from functools import lru_cache
from math import gcd
from typing import NamedTuple

import numpy as np
from scipy import fft

from core.features.frames import frame, power_spectra, zero_padded
from core.settings import SR

__all__ = ["HOP_DURATION", "WINDOW_DURATION", "PitchTrack", "pitch"]

HOP_DURATION = 0.020  # s
WINDOW_DURATION = 0.040  # s

_LAG_SR = 8_000  # Hz, of the autocorrelation
_N_LAGS = 512  # the window and the longest lag, without wrapping round
_N_CANDIDATES = 4
# Boersma's standard values, but for the octave jump, which his later defaults put at 0.35.
_SILENCE_THRESHOLD = 0.03
_VOICING_THRESHOLD = 0.45
_OCTAVE_COST = 0.01
_OCTAVE_JUMP_COST = 0.35
_VOICING_CHANGE_COST = 0.14
_IMPOSSIBLE = -1e9
_HIGHEST_R = 0.99999  # an HNR of 50 dB; beyond it lies rounding


class PitchTrack(NamedTuple):
    """Pitch over time; NaN in `f0` and `hnr` where a frame is not voiced."""

    times: np.ndarray  # s, frame centres, (n_frames,)
    f0: np.ndarray  # Hz, (n_frames,)
    hnr: np.ndarray  # dB, (n_frames,)


def pitch(
    y: np.ndarray, sr: int = SR, *, f0_min: float = 65.0, f0_max: float = 500.0
) -> PitchTrack:
    """Fundamental frequency and harmonics-to-noise ratio every 20 ms.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono. Anything shorter than one 40 ms window is padded with zeros.
    sr : int
        Hz.
    f0_min, f0_max : float
        Where to look, in Hz; 50 or more, and below 2 kHz.

    Returns
    -------
    track : PitchTrack
        ``times`` (s), ``f0`` (Hz) and ``hnr`` (dB), each [shape=(n_frames,)].

    Raises
    ------
    ValueError
        If the range of frequencies is empty or out of reach of the window.
    """
    if not 2 / WINDOW_DURATION <= f0_min < f0_max < _LAG_SR / 4:
        raise ValueError(f"F0 between {f0_min:g} and {f0_max:g} Hz cannot be looked for.")
    frames, sr = _frames(np.asarray(y, dtype=np.float32), sr)
    n_lags = int(_LAG_SR / f0_min) + 2
    lags = _autocorrelation(frames, sr)[:, :n_lags]
    level = np.sqrt(np.maximum(lags[:, 0], 0))
    r = _normalised(lags) / _window_autocorrelation(sr)[:n_lags]
    freqs, r = _candidates(r, f0_min, f0_max)
    strengths = np.column_stack(
        [_unvoiced_strength(level), r + _OCTAVE_COST * np.log2(freqs / f0_min)]
    )
    chosen = _cheapest_path(strengths, np.log2(freqs))
    times = WINDOW_DURATION / 2 + HOP_DURATION * np.arange(len(frames))
    rows, voiced = np.arange(len(frames)), chosen > 0
    best = np.maximum(chosen - 1, 0)
    f0 = np.where(voiced, freqs[rows, best], np.nan)
    periodic = np.clip(r[rows, best], 1 - _HIGHEST_R, _HIGHEST_R)
    hnr = np.where(voiced, 10 * np.log10(periodic / (1 - periodic)), np.nan)
    return PitchTrack(times, f0, hnr)


def _frames(y: np.ndarray, sr: int) -> tuple[np.ndarray, int]:
    """Frames without their mean, and their rate, which is a multiple of `_LAG_SR`."""
    if sr % _LAG_SR:
        from scipy.signal import resample_poly  # a second of import that 16 kHz never needs

        shared = gcd(sr, SR)
        y = resample_poly(y, SR // shared, sr // shared) if y.size else y
        sr = SR
    length, hop_length = round(WINDOW_DURATION * sr), round(HOP_DURATION * sr)
    frames = frame(zero_padded(y, length), length, hop_length)
    return frames - frames.mean(axis=1, keepdims=True), sr


def _autocorrelation(frames: np.ndarray, sr: int) -> np.ndarray:
    """Autocorrelation of each frame below 4 kHz, (n_frames, `_N_LAGS`), at `_LAG_SR`."""
    power = power_spectra(frames, _N_LAGS * sr // _LAG_SR)
    return fft.irfft(power[:, : _N_LAGS // 2 + 1], axis=1)


def _normalised(lags: np.ndarray) -> np.ndarray:
    """Autocorrelation over that at lag 0; zero for a silent frame."""
    power = lags[:, :1]
    silent = power <= np.finfo(np.float32).tiny
    return np.where(silent, 0, lags / np.where(silent, 1, power))


@lru_cache(maxsize=4)
def _window_autocorrelation(sr: int) -> np.ndarray:
    window = np.ones((1, round(WINDOW_DURATION * sr)), dtype=np.float32)
    return _normalised(_autocorrelation(window, sr))[0]


def _candidates(r: np.ndarray, f0_min: float, f0_max: float) -> tuple[np.ndarray, np.ndarray]:
    """Frequency (Hz) and height of the strongest peaks of each frame, both (n_frames, 4).

    Where a frame has fewer peaks, the height is `_IMPOSSIBLE`.
    """
    first = int(_LAG_SR / f0_max)
    before, here, after = r[:, first - 1 : -2], r[:, first:-1], r[:, first + 1 :]
    is_peak = (here > 0) & (here > before) & (here >= after)
    difference, curvature = before - after, before + after - 2 * here
    is_peak &= curvature < 0  # a peak of one rounding step has none
    shift = 0.5 * difference / np.where(is_peak, curvature, -1)  # of the parabola's top, in lags
    heights = np.where(is_peak, here - 0.25 * difference * shift, _IMPOSSIBLE)
    lags = np.arange(first, first + here.shape[1])
    strengths = heights - (_OCTAVE_COST * np.log2(lags)).astype(np.float32)
    strongest = np.argpartition(strengths, -_N_CANDIDATES, axis=1)[:, -_N_CANDIDATES:]
    chosen_lags = strongest + first + np.take_along_axis(shift, strongest, axis=1)
    freqs = np.clip(_LAG_SR / chosen_lags, f0_min, f0_max)
    return freqs, np.take_along_axis(heights, strongest, axis=1)


def _unvoiced_strength(level: np.ndarray) -> np.ndarray:
    """How well unvoiced explains each frame; ``level`` is its root mean square, up to a factor."""
    loudness = level / max(float(level.max()), np.finfo(np.float32).tiny)
    quiet = 2 - loudness / (_SILENCE_THRESHOLD / (1 + _VOICING_THRESHOLD))
    return _VOICING_THRESHOLD + np.maximum(quiet, 0)


def _cheapest_path(strengths: np.ndarray, octaves: np.ndarray) -> np.ndarray:
    """Candidate of each frame (0 is unvoiced) on the best path.

    Viterbi's algorithm as a tree: steps are joined two by two, for all pairs at once, until one
    step leads from the first frame to the last; then the frames between are read back. That takes
    a few array operations for each doubling of the length, not for each frame.

    Parameters
    ----------
    strengths : np.ndarray [shape=(n_frames, 1 + n_candidates)]
        The first column is for unvoiced.
    octaves : np.ndarray [shape=(n_frames, n_candidates)]
        Log2 of the candidates' frequencies.
    """
    steps = _steps(strengths, octaves)
    joints = []  # of each round: the best state between two steps, by the states at their ends
    while (n_steps := steps.shape[2]) > 1:
        first, second = steps[:, :, 0 : n_steps - 1 : 2], steps[:, :, 1::2]
        ways = first.swapaxes(0, 1)[:, :, None] + second[:, None]  # between, from, to, pair
        joints.append(ways.argmax(axis=0))
        left_over = steps[:, :, n_steps // 2 * 2 :]
        steps = np.concatenate([ways.max(axis=0), left_over], axis=2)
    if not n_steps:
        return strengths.argmax(axis=1)
    best = (strengths[0][:, None] + steps[:, :, 0]).argmax()
    path = np.array(np.unravel_index(best, steps.shape[:2]))
    for joint in reversed(joints):
        path = _with_states_between(path, joint)
    return path


def _steps(strengths: np.ndarray, octaves: np.ndarray) -> np.ndarray:
    """What each step from frame to frame gains, (from, to, n_frames - 1)."""
    n_frames, n_states = strengths.shape
    costs = np.full((n_states, n_states, n_frames - 1), _VOICING_CHANGE_COST)
    costs[0, 0] = 0
    pitches = octaves.T
    costs[1:, 1:] = _OCTAVE_JUMP_COST * np.abs(pitches[:, None, :-1] - pitches[:, 1:])
    return strengths.T[:, 1:] - costs


def _with_states_between(path: np.ndarray, joint: np.ndarray) -> np.ndarray:
    """A path over joined steps as the path over the steps themselves."""
    n = joint.shape[2]
    between = joint[path[:n], path[1 : n + 1], np.arange(n)]
    return np.concatenate([np.column_stack([path[:n], between]).ravel(), path[n:]])
