"""What can be said of one clip by its signal alone: measures, and the flags that follow from them.

Conventions
-----------
Measures are numbers with units and never change their meaning; flags are what the thresholds of
`core.settings.QualityThresholds` make of them, so a threshold can move without listening again.
Spectrogram and pitch come from the caller: there is one code for each in the house.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import fft

from core.i18n import N_
from core.settings import SR, QualityThresholds
from core.signal.clipping import clipped_share
from core.signal.levels import (
    LOWEST,
    Activity,
    activity,
    frame_levels,
    loudness,
    noise_ratio,
    to_db,
)

__all__ = ["FLAGS", "MEASURES", "ClipMeasures", "clip_flags", "measure_clip"]

# Flags of quality beside those of decoding (`core.audio.FLAGS`); flag to caption (message id).
FLAGS: dict[str, str] = {
    "clipped": N_("The loudest parts are cut off"),
    "noisy": N_("There is much noise behind the voice"),
    "silent": N_("There is no sound in it"),
    "quiet": N_("The recording is very quiet"),
    "too-short": N_("There is hardly any speech in it"),
    "cut-start": N_("It begins in the middle of the sound"),
    "cut-end": N_("It ends in the middle of the sound"),
    "long-silence": N_("There is a long silence before or after the voice"),
    "dc": N_("The signal does not rest at zero"),
    "narrow-band": N_("Telephone quality: nothing above 4 kHz"),
}

# Measures by name: caption (message id) and unit.
MEASURES: dict[str, tuple[str, str]] = {
    "duration": (N_("Length"), "s"),
    "rms": (N_("Level"), "dBFS"),
    "peak": (N_("Peak"), "dBFS"),
    "lufs": (N_("Loudness"), "LUFS"),
    "loud": (N_("Level of the loud part"), "dBFS"),
    "snr": (N_("Voice above noise"), "dB"),
    "noise": (N_("Level of the noise"), "dBFS"),
    "clipped": (N_("Cut off"), "%"),
    "dc": (N_("Offset"), "%"),
    "lead": (N_("Silence before"), "s"),
    "trail": (N_("Silence after"), "s"),
    "speech": (N_("Speech"), "s"),
    "voiced": (N_("Voiced share"), "%"),
    "utterances": (N_("Utterances"), ""),
    "bandwidth": (N_("Bandwidth"), "Hz"),
    "edge_start": (N_("Beginning below the loud part"), "dB"),
    "edge_end": (N_("End below the loud part"), "dB"),
}

_EDGE = 0.03  # s at either end
_BELOW_PEAK = 60.0  # dB; what lies deeper does not count as bandwidth
_ABOVE_NOISE = 6.0  # dB that an edge must stand above the noise to be called cut


@dataclass(frozen=True)
class ClipMeasures:
    """The measures of one clip."""

    duration: float  # s
    rms: float  # dBFS, full scale itself is 0
    peak: float  # dBFS
    lufs: float | None  # None below 0.4 s and in silence
    loud: float  # dBFS, 95th percentile of the frames; a full-scale sine is 0
    snr: float  # dB
    noise: float  # dBFS, 10th percentile of the frames
    clipped: float  # share of the samples, at the file's own rate
    dc: float  # mean, of full scale
    lead: float  # s
    trail: float  # s
    speech: float  # s from the first sound to the last, without pauses
    voiced: float  # share of the frames from the first sound to the last
    utterances: int
    bandwidth: float  # Hz
    edge_start: float  # dB below the loud part
    edge_end: float  # dB below the loud part


def measure_clip(
    y: np.ndarray,
    *,
    raw: np.ndarray,
    mel_db: np.ndarray,
    frame_duration: float,
    f0: np.ndarray,
    thresholds: QualityThresholds | None = None,
) -> tuple[ClipMeasures, Activity]:
    """Measure a clip.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        Mono at `SR`, at least one sample.
    raw : np.ndarray [shape=(n_frames, channels) or (n_frames,)]
        The same at the file's own rate; for clipping.
    mel_db : np.ndarray [shape=(n_bands, n_steps)]
        dBFS, see `core.features.log_mel_spectrogram`.
    frame_duration : float
        From one step of ``mel_db`` to the next, in s.
    f0 : np.ndarray [shape=(n_pitch_frames,)]
        Pitch in equal steps over the clip, NaN where unvoiced.
    thresholds : QualityThresholds, optional
        Say where sound begins and ends.

    Returns
    -------
    measures : ClipMeasures
    activity : Activity
        Where there is sound, in steps of ``mel_db``.
    """
    t = thresholds or QualityThresholds()
    levels = frame_levels(mel_db)
    found = activity(
        levels,
        depth=t.sound_depth,
        pause=round(t.pause / frame_duration),
        shortest=round(t.shortest_sound / frame_duration),
    )
    n, sounds = len(levels), found.n_runs > 0
    active = levels[found.first : found.last + 1] >= found.loud - t.sound_depth
    edge = max(1, round(_EDGE / frame_duration))
    measures = ClipMeasures(
        duration=len(y) / SR,
        rms=float(to_db(np.mean(np.square(y, dtype=np.float64)))),
        peak=float(to_db(float(np.abs(y).max()) ** 2)),
        lufs=loudness(y, SR),
        loud=found.loud,
        snr=noise_ratio(mel_db),
        noise=float(np.percentile(levels, 10)),
        clipped=clipped_share(raw),
        dc=float(np.mean(y, dtype=np.float64)),
        lead=found.first * frame_duration if sounds else len(y) / SR,
        trail=max(0.0, (n - 1 - found.last) * frame_duration) if sounds else 0.0,
        speech=float(active.sum()) * frame_duration,
        voiced=_voiced(f0, found, n),
        utterances=found.n_runs,
        bandwidth=_bandwidth(y),
        # The first step is centred on the first sample: half of it lies outside.
        edge_start=found.loud - float(levels[1 : 1 + edge].mean()) if n > edge else 0.0,
        edge_end=found.loud - float(levels[-1 - edge : -1].mean()) if n > edge else 0.0,
    )
    return measures, found


def _voiced(f0: np.ndarray, found: Activity, n_steps: int) -> float:
    """The voiced share between the first sound and the last."""
    if not found.n_runs or not f0.size:
        return 0.0
    first = int(found.first / n_steps * len(f0))
    last = int(np.ceil((found.last + 1) / n_steps * len(f0)))
    return float(np.isfinite(f0[first : max(last, first + 1)]).mean())


def _bandwidth(y: np.ndarray) -> float:
    """The highest frequency whose mean power is within 60 dB of the strongest, in Hz."""
    length = 512
    frames = np.resize(y, (max(1, len(y) // length), length)) - np.mean(y)
    window = np.hanning(length).astype(np.float32)
    power = np.mean(np.abs(fft.rfft(frames * window, axis=1)) ** 2, axis=0)
    if not power.max() > 0:
        return 0.0
    reached = np.flatnonzero(to_db(power / power.max()) > -_BELOW_PEAK)
    return float(reached[-1] * SR / length)


def clip_flags(
    measures: ClipMeasures | Mapping[str, float], thresholds: QualityThresholds | None = None
) -> tuple[str, ...]:
    """What is wrong with a clip.

    Parameters
    ----------
    measures : ClipMeasures or mapping
    thresholds : QualityThresholds, optional

    Returns
    -------
    flags : tuple of str
        Keys of `FLAGS`, in their order. Of a silent clip nothing else is said.
    """
    t = thresholds or QualityThresholds()
    m = measures if isinstance(measures, ClipMeasures) else ClipMeasures(**measures)  # type: ignore[arg-type]
    if m.loud <= max(t.silent_level, LOWEST) or m.snr < t.nothing_snr:
        return ("silent",)
    found = {
        "clipped": m.clipped > t.clipped_share,
        "noisy": m.snr < t.noisy_snr,
        "quiet": m.loud < t.quiet_level,
        "too-short": m.speech < t.short_speech,
        "cut-start": _is_cut(m.edge_start, m, t),
        "cut-end": _is_cut(m.edge_end, m, t),
        "long-silence": max(m.lead, m.trail) > t.long_edge,
        "dc": abs(m.dc) > t.dc,
        "narrow-band": m.bandwidth < t.narrow_band,
    }
    return tuple(flag for flag in FLAGS if found.get(flag))


def _is_cut(edge: float, m: ClipMeasures, t: QualityThresholds) -> bool:
    return edge < t.cut_depth and m.loud - edge > m.noise + _ABOVE_NOISE
