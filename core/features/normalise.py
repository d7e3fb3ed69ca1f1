"""Features relative to a voice: per-speaker z-scores.

Use it only where every speaker is recorded in several emotions. Where a speaker has one emotion,
the z-score removes just what should be learnt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["VoiceStats", "speaker_z", "voice_stats"]

_ROUNDING = 10 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class VoiceStats:
    """Mean and standard deviation of each feature over the clips of a voice, or of all voices."""

    mean: np.ndarray  # (n_features,)
    std: np.ndarray  # (n_features,), never 0: a feature that does not vary has 1


def voice_stats(X: np.ndarray) -> VoiceStats:
    """Mean and standard deviation of each feature.

    Parameters
    ----------
    X : np.ndarray [shape=(n_clips, n_features)]

    Returns
    -------
    stats : VoiceStats
        A standard deviation of zero, to rounding, is given as 1.

    Raises
    ------
    ValueError
        If there is no clip.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"Statistics need (n_clips ≥ 1, n_features); got {X.shape}.")
    std = X.std(axis=0)
    constant = std <= _ROUNDING * np.abs(X).max(axis=0)
    return VoiceStats(mean=X.mean(axis=0), std=np.where(constant, 1.0, std))


def speaker_z(X: np.ndarray, speakers: Sequence[str]) -> np.ndarray:
    """Each clip's features as z-scores among the clips of its speaker.

    It is transductive: a held-out speaker's unlabelled clips are used, all of them.

    Parameters
    ----------
    X : np.ndarray [shape=(n_clips, n_features)]
    speakers : sequence of str [shape=(n_clips,)]

    Returns
    -------
    Z : np.ndarray [shape=(n_clips, n_features)], float64
        Zero where a speaker's feature does not vary, so all zero for a speaker's only clip.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    X = np.asarray(X, dtype=np.float64)
    voices = np.asarray(speakers)
    if voices.shape != X.shape[:1]:
        raise ValueError(f"{len(X)} clips have {voices.size} speakers.")
    Z = np.empty_like(X)
    for voice in np.unique(voices):
        own = voices == voice
        Z[own] = _z(X[own], voice_stats(X[own]))
    return Z


def _z(X: np.ndarray, stats: VoiceStats) -> np.ndarray:
    return (X - stats.mean) / stats.std
