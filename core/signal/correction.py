"""Correcting a clip: a chain of steps from signal to signal; what was recorded is never touched.

Conventions
-----------
A step takes and gives a mono signal at `SR`, float32 [shape=(n_samples,)], and never adds silence.
The same chain gives the same samples again.

References
----------
ITU-R BS.1770-5 (2023), loudness and true peak. Sainburg, Thielk, Gentner (2020). Finding,
visualizing, and quantifying latent structure across diverse animal vocal repertoires (the spectral
gating of the noisereduce package).
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from core.audio import resample
from core.errors import CorrectionTextError, KnobError
from core.settings import (
    CORRECTION_STEPS,
    SR,
    CorrectionChain,
    CorrectionStep,
    DcStep,
    DenoiseStep,
    HighPassStep,
    LoudnessStep,
    ResampleStep,
    TrimStep,
)
from core.signal.levels import loudness
from core.signal.segmentation import speech_segments

__all__ = ["chain_of_text", "correct", "text_of_chain", "true_peak"]

_OVERSAMPLING = 4  # BS.1770 asks for at least this for the true peak
_SHORTEST = 0.1  # s; no step leaves less than this


def correct(y: np.ndarray, chain: CorrectionChain) -> np.ndarray:
    """A signal after a chain of corrections.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at `SR`.
    chain : CorrectionChain

    Returns
    -------
    y : np.ndarray [shape=(n_samples_after,)], float32
        As short or shorter than before; the signal itself where the chain is empty.
    """
    y = np.asarray(y, dtype=np.float32)
    for step in chain.steps:
        if len(y):
            y = np.ascontiguousarray(_DONE_BY[type(step)](y, step), dtype=np.float32)
    return y


def _trim(y: np.ndarray, step: Any) -> np.ndarray:
    found = speech_segments(y)
    if not found:
        return y
    first = max(0, round((found[0].start - step.margin) * SR))
    last = min(len(y), round((found[-1].end + step.margin) * SR))
    return y[first:last] if last - first >= _SHORTEST * SR else y


def _remove_dc(y: np.ndarray, step: Any) -> np.ndarray:
    return y - np.float32(np.mean(y, dtype=np.float64))


def _high_pass(y: np.ndarray, step: Any) -> np.ndarray:
    from scipy.signal import butter, sosfiltfilt

    sections = butter(2, step.cutoff, "highpass", fs=SR, output="sos")
    # There and back: order four, no shift in time; 3 dB down at the cutoff became 6 dB.
    return sosfiltfilt(sections, y, padlen=min(len(y) - 1, SR // 10))


def _denoise(y: np.ndarray, step: Any) -> np.ndarray:
    import noisereduce

    if len(y) < SR // 4:  # too short to tell voice and noise apart
        return y
    noise = _quietest(y)
    if not noise.any():  # digital silence: nothing to take away
        return y
    return noisereduce.reduce_noise(
        y=y,
        sr=SR,
        y_noise=noise,
        stationary=True,
        prop_decrease=step.strength,
        n_fft=512,
        freq_mask_smooth_hz=100,  # narrower than from one harmonic of a voice to the next
        time_mask_smooth_ms=64,
    )


def _quietest(y: np.ndarray) -> np.ndarray:
    """The quietest fifth of a signal, in pieces of 25 ms: what its noise sounds like."""
    size = SR // 40
    frames = y[: len(y) // size * size].reshape(-1, size)
    order = np.argsort(np.square(frames).mean(axis=1), kind="stable")
    return frames[np.sort(order[: max(4, len(frames) // 5)])].ravel()


def _loudness(y: np.ndarray, step: Any) -> np.ndarray:
    now = loudness(y, SR)
    if now is None:
        return y
    gain = step.target - now
    gain = min(gain, step.true_peak - true_peak(y))
    return y * np.float32(10 ** (gain / 20))


def _narrow(y: np.ndarray, step: Any) -> np.ndarray:
    there_and_back = resample(resample(y, SR, step.sr), step.sr, SR)
    return there_and_back[: len(y)]


_DONE_BY: dict[type[CorrectionStep], Callable[[np.ndarray, Any], np.ndarray]] = {
    TrimStep: _trim,
    DcStep: _remove_dc,
    HighPassStep: _high_pass,
    DenoiseStep: _denoise,
    LoudnessStep: _loudness,
    ResampleStep: _narrow,
}


def true_peak(y: np.ndarray) -> float:
    """The highest level between the samples, too.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]

    Returns
    -------
    level : float
        dBTP; -200 for silence.
    """
    peak = float(np.abs(resample(y, SR, _OVERSAMPLING * SR)).max(initial=0.0))
    peak = max(peak, float(np.abs(y).max(initial=0.0)))
    return 20 * float(np.log10(max(peak, 1e-10)))


def chain_of_text(text: str) -> CorrectionChain:
    """A chain as it is written on the command line.

    Parameters
    ----------
    text : str
        Steps in their order, with commas between; behind ``=`` the first setting of a step.

    Returns
    -------
    chain : CorrectionChain

    Raises
    ------
    CorrectionTextError
        If a step is not known or its setting is no number.
    KnobError
        If a setting is outside its range.

    Examples
    --------
    >>> text_of_chain(chain_of_text("trim, loudness=-23"))
    'trim=0.1,loudness=-23'
    """
    steps = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, value = (p.strip() for p in part.partition("="))
        cls = CORRECTION_STEPS.get(name)
        if cls is None:
            raise CorrectionTextError(part, list(CORRECTION_STEPS))
        setting = _first_setting(cls)
        if not value:
            steps.append(cls())
            continue
        try:
            number = float(value)
        except ValueError:
            raise CorrectionTextError(part, list(CORRECTION_STEPS)) from None
        if setting is None:
            raise KnobError(name, value, name)
        steps.append(cls(**{setting: int(number) if setting == "sr" else number}))
    return CorrectionChain(tuple(steps))


def text_of_chain(chain: CorrectionChain) -> str:
    """A chain as `chain_of_text` reads it.

    Parameters
    ----------
    chain : CorrectionChain

    Returns
    -------
    text : str
        With the first setting of each step.
    """
    said = []
    for step in chain.steps:
        setting = _first_setting(type(step))
        said.append(step.kind + (f"={getattr(step, setting):g}" if setting else ""))
    return ",".join(said)


def _first_setting(cls: type[CorrectionStep]) -> str | None:
    return next((field.name for field in dataclasses.fields(cls)), None)  # type: ignore[arg-type]
