"""Pitch and timing of the demo corpus: pitch-synchronous overlap-add on clean synthetic speech.

Conventions
-----------
This works because its input is a noiseless synthesiser at a known pitch; it is no general pitch
tracker (that is `core.features`). Positions of pitch marks are in samples, contours in semitones
around the voice's median.

References
----------
Moulines, Charpentier (1990). Pitch-synchronous waveform processing techniques for text-to-speech
synthesis using diphones. Speech Communication 9.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from core.corpus.demo_acting import Manner

__all__ = ["PitchTrack", "reshape_prosody", "track_pitch"]

HOP = 0.005  # s, between pitch estimates
WINDOW = 0.040  # s, of one pitch estimate
VOICED_AT = 0.55  # least normalised autocorrelation of a voiced frame
SILENT_BELOW = 0.02  # of the loudest frame's RMS
UNVOICED_PERIOD = 0.005  # s, between the marks of voiceless sound
BASE_JITTER = 0.004  # of a period, one standard deviation in plain reading
SHIMMER = 3.0  # times the jitter, on amplitude
LOWEST_F0, HIGHEST_F0 = 68.0, 430.0  # Hz, what reshaped speech may reach


@dataclass(frozen=True)
class PitchTrack:
    """Pitch over time: one value every `HOP` seconds."""

    f0: np.ndarray  # (n_frames,) Hz, filled in where voiceless
    voiced: np.ndarray  # (n_frames,) bool
    median: float  # Hz, over the voiced frames


def track_pitch(y: np.ndarray, sr: int, *, expected: float) -> PitchTrack:
    """Pitch of clean synthetic speech by normalised autocorrelation.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
    sr : int
        Hz.
    expected : float
        Hz; pitch is looked for from 0.55 to 1.8 times this.

    Returns
    -------
    track : PitchTrack
    """
    hop, width = int(HOP * sr), int(WINDOW * sr)
    padded = np.pad(y, (width // 2, width))
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[: len(y) : hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    rms = np.sqrt((frames**2).mean(axis=1))
    window = np.hanning(width)
    spectrum = np.abs(np.fft.rfft(frames * window, 2 * width, axis=1)) ** 2
    correlation = np.fft.irfft(spectrum, axis=1)[:, : width // 2 + width // 4]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * width)) ** 2)[: correlation.shape[1]]
    correlation = correlation / (correlation[:, :1] + 1e-12) * (own[0] / own)
    low, high = int(sr / (1.8 * expected)), int(sr / (0.55 * expected)) + 1
    high = min(high, correlation.shape[1])
    lag = low + np.argmax(correlation[:, low:high], axis=1)
    strength = correlation[np.arange(len(lag)), lag]
    voiced = (strength > VOICED_AT) & (rms > SILENT_BELOW * rms.max())
    voiced = median_filter(voiced.astype(np.uint8), 5).astype(bool)
    if not voiced.any():
        return PitchTrack(np.full(len(lag), expected), voiced, expected)
    f0 = np.interp(np.arange(len(lag)), np.flatnonzero(voiced), sr / lag[voiced])
    f0 = gaussian_filter1d(median_filter(f0, 7), 1.0)
    return PitchTrack(f0, voiced, float(np.median(f0[voiced])))


def reshape_prosody(
    y: np.ndarray, sr: int, *, f0: float, expected: float, manner: Manner, rng: np.random.Generator
) -> np.ndarray:
    """The same speech with the pitch contour, final lengthening and irregularity of a manner.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Clean synthetic speech, silence trimmed.
    sr : int
        Hz; 40 kHz or more, or the rounding of periods becomes audible.
    f0 : float
        Hz, the median pitch of plain reading wanted.
    expected : float
        Hz, roughly the pitch that ``y`` has now.
    manner : Manner
    rng : np.random.Generator

    Returns
    -------
    y : np.ndarray [shape=(n_samples,)]
        Longer or shorter by the final stretch.
    """
    track = track_pitch(y, sr, expected=expected)
    marks = _pitch_marks(y, sr, track)
    target = _target_contour(track, f0, manner, rng)
    return _overlap_add(y, sr, marks, track, target, manner, rng)


def _target_contour(
    track: PitchTrack, f0: float, manner: Manner, rng: np.random.Generator
) -> np.ndarray:
    """Wanted pitch in Hz (n_frames,), smooth, also where the voice is silent."""
    n = len(track.f0)
    voiced = np.flatnonzero(track.voiced)
    first, last = (voiced[0], voiced[-1]) if len(voiced) else (0, n - 1)
    x = np.clip((np.arange(n) - first) / max(last - first, 1), 0.0, 1.0)
    seconds = np.arange(n) * HOP
    own = 12 * np.log2(track.f0 / track.median)
    contour = manner.level + own * 2.0**manner.range
    contour += manner.drift * (x - 0.5) + manner.final * np.clip((x - 0.75) / 0.25, 0, 1) ** 1.5
    syllable_rate = 2.6 * 2.0**manner.rate
    contour += manner.accent * np.sin(2 * np.pi * (syllable_rate * seconds + rng.random()))
    contour += manner.tremor * np.sin(2 * np.pi * (5.5 * seconds + rng.random()))
    wander = gaussian_filter1d(rng.standard_normal(n), 20.0)
    contour += 0.25 * wander / (wander.std() + 1e-9)
    contour = gaussian_filter1d(contour, 3.0)
    return np.clip(f0 * 2.0 ** (contour / 12), LOWEST_F0, HIGHEST_F0)


def _pitch_marks(y: np.ndarray, sr: int, track: PitchTrack) -> list[tuple[int, int, bool]]:
    """(position, period in samples, voiced) from start to end, one a glottal cycle."""
    smooth = gaussian_filter1d(y, sr / 8000)
    if abs(smooth.min()) > smooth.max():
        smooth = -smooth
    hop = int(HOP * sr)
    marks: list[tuple[int, int, bool]] = []
    position, was_voiced = 0, False
    while position < len(y):
        frame = min(position // hop, len(track.f0) - 1)
        voiced = bool(track.voiced[frame])
        period = int(sr / track.f0[frame]) if voiced else int(UNVOICED_PERIOD * sr)
        if voiced:
            reach = period // 6 if was_voiced else period // 2
            low, high = max(0, position - reach), min(len(y), position + reach + 1)
            position = low + int(np.argmax(smooth[low:high]))
        if marks and position <= marks[-1][0]:
            position = marks[-1][0] + period
            if position >= len(y):
                break
        marks.append((position, period, voiced))
        position, was_voiced = position + period, voiced
    return marks


def _overlap_add(
    y: np.ndarray,
    sr: int,
    marks: list[tuple[int, int, bool]],
    track: PitchTrack,
    target: np.ndarray,
    manner: Manner,
    rng: np.random.Generator,
) -> np.ndarray:
    """Lay the cycles of ``y`` down again at the wanted distances and times."""
    positions = np.array([mark[0] for mark in marks], dtype=float)
    times_in, times_out = _time_map(len(y), manner)
    jitter = BASE_JITTER * 2.0**manner.jitter
    out = np.zeros(int(times_out[-1]) + sr // 10)
    place, last_grain = positions[0], -1
    while place < times_out[-1]:
        source = np.interp(place, times_out, times_in)
        index = int(np.argmin(np.abs(positions - source)))
        position, period, voiced = marks[index]
        grain, offset = _grain(y, position, period)
        step = float(period)
        if voiced:
            step = sr / target[min(int(source / sr / HOP), len(target) - 1)]
            step *= 1 + jitter * np.clip(rng.standard_normal(), -2.5, 2.5)
            grain = grain * (1 + SHIMMER * jitter * np.clip(rng.standard_normal(), -2.5, 2.5))
        elif index == last_grain:
            grain, offset = grain[::-1], len(grain) - 1 - offset  # a repeated hiss would ring
        start = round(place) - offset
        low = max(start, 0)
        out[low : start + len(grain)] += grain[low - start :]
        place, last_grain = place + step, index
    return out[: int(times_out[-1])]


def _grain(y: np.ndarray, position: int, period: int) -> tuple[np.ndarray, int]:
    """Two periods around a mark under a Hann window, and where in them the mark is."""
    low, high = max(0, position - period), min(len(y), position + period)
    window = np.hanning(2 * period + 1)[low - position + period : high - position + period]
    return y[low:high] * window, position - low


def _time_map(n_samples: int, manner: Manner) -> tuple[np.ndarray, np.ndarray]:
    """Knots of source and output time in samples: the last quarter is stretched."""
    stretch = np.clip(2.0**manner.final_stretch, 0.8, 1.5)
    times_in = np.array([0.0, 0.75, 1.0]) * n_samples
    times_out = np.array([0.0, 0.75, 0.75 + 0.25 * stretch]) * n_samples
    return times_in, times_out
