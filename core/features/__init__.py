"""What a clip sounds like, in numbers: features, their store, and their normalisation."""

from core.features.extraction import (
    default_features,
    extract,
    feature_names,
    feature_problem,
    feature_widths,
    features_of,
)
from core.features.normalise import VoiceStats, speaker_z, voice_stats
from core.features.pitch import PitchTrack, pitch
from core.features.spectral import (
    FLOOR_DB,
    RollingSpectrogram,
    log_mel_spectrogram,
    log_spectrogram,
)
from core.features.store import FeatureKey, FeatureStore

__all__ = [
    "FLOOR_DB",
    "FeatureKey",
    "FeatureStore",
    "PitchTrack",
    "RollingSpectrogram",
    "VoiceStats",
    "default_features",
    "extract",
    "feature_names",
    "feature_problem",
    "feature_widths",
    "features_of",
    "log_mel_spectrogram",
    "log_spectrogram",
    "pitch",
    "speaker_z",
    "voice_stats",
]
