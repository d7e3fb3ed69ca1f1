"""The feature sets and their settings."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import Spec, knob
from core.settings.limits import SR

__all__ = [
    "FeatureSpec",
    "OriginalSpec",
    "FunctionalsSpec",
    "LogmelSpec",
    "MfccSpec",
    "WhisperSpec",
    "SequenceSpec",
    "StftSpec",
    "MelspecSpec",
    "MfccFramesSpec",
    "FEATURE_SPECS",
]


@dataclass(frozen=True)
class FeatureSpec(Spec):
    """Base of the feature specs; `kind` names the feature set on the command line."""

    @property
    def name(self) -> str:
        """Short name, such as ``functionals`` or ``functionals+whisper``."""
        return "+".join(part.kind for part in getattr(self, "parts", (self,)))


@dataclass(frozen=True)
class OriginalSpec(FeatureSpec):
    """The original recipe: mel power averaged over time, L2-normalised (librosa's defaults)."""

    kind: ClassVar[str] = "original"
    sr: int = SR  # Hz
    n_fft: int = 2048  # samples
    hop_length: int = 512  # samples
    n_mels: int = 128


@dataclass(frozen=True)
class FunctionalsSpec(FeatureSpec):
    """592 functionals of spectral, cepstral and prosodic descriptors."""

    kind: ClassVar[str] = "functionals"
    sr: int = SR  # Hz
    frame_length: int = 400  # samples, 25 ms
    hop_length: int = 160  # samples, 10 ms
    n_fft: int = 512  # samples
    n_mels: int = 40
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    n_mfcc: int = 20
    f0_min: float = 65.0  # Hz
    f0_max: float = 500.0  # Hz
    version: int = 1  # raised when the numbers change, so that no old cache is read


@dataclass(frozen=True)
class LogmelSpec(FeatureSpec):
    """Mean and standard deviation over time of the level in each mel band."""

    kind: ClassVar[str] = "logmel"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples, 32 ms
    hop_length: int = 160  # samples, 10 ms
    n_mels: int = knob(64, low=16, high=128)
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    version: int = 1  # raised when the numbers change


@dataclass(frozen=True)
class MfccSpec(FeatureSpec):
    """Mean and standard deviation over time of the mel-frequency cepstral coefficients."""

    kind: ClassVar[str] = "mfcc"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples, 32 ms
    hop_length: int = 160  # samples, 10 ms
    n_mels: int = 64
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    n_mfcc: int = knob(20, low=5, high=40)  # never more than bands
    deltas: bool = knob(True, choices=(True, False))  # how fast each coefficient changes, too
    version: int = 1  # raised when the numbers change


@dataclass(frozen=True)
class WhisperSpec(FeatureSpec):
    """Mean and standard deviation over time of what Whisper's encoder makes of the clip."""

    kind: ClassVar[str] = "whisper"
    sr: int = SR  # Hz
    weights: str = "base-d01c3014881c"  # the packaged ones, by their SHA-256; no other serves
    window: float = 10.0  # s; a longer clip is heard in several, equally long parts
    version: int = 1  # raised when the numbers change


@dataclass(frozen=True)
class SequenceSpec(FeatureSpec):
    """Base of the frame sequences: what a clip sounds like moment by moment, in a fixed shape."""

    @property
    def shape(self) -> tuple[int, int]:
        """Frames, and numbers a frame; a row of the store is this matrix, frame after frame."""
        raise NotImplementedError


@dataclass(frozen=True)
class StftSpec(SequenceSpec):
    """A 256 by 256 spectrogram, the input of the original CNN: 256 frames of 256 frequencies."""

    kind: ClassVar[str] = "stft"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples; the bin at half the rate is left out
    hop_length: int = 256  # samples, 16 ms
    n_frames: int = 256  # 4.1 s
    version: int = 1  # raised when the numbers change

    @property
    def shape(self) -> tuple[int, int]:
        """Frames, and frequencies."""
        return self.n_frames, self.n_fft // 2


@dataclass(frozen=True)
class MelspecSpec(SequenceSpec):
    """The level of each mel band, frame by frame."""

    kind: ClassVar[str] = "melspec"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples, 32 ms
    hop_length: int = 320  # samples, 20 ms
    n_mels: int = knob(64, low=16, high=128)
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    length: float = knob(
        4.0, low=1.0, high=10.0, step=0.5
    )  # s; longer clips are cut, shorter ones padded
    version: int = 1  # raised when the numbers change

    @property
    def shape(self) -> tuple[int, int]:
        """Frames, and mel bands."""
        return round(self.length * self.sr / self.hop_length), self.n_mels


@dataclass(frozen=True)
class MfccFramesSpec(SequenceSpec):
    """The mel-frequency cepstral coefficients, frame by frame."""

    kind: ClassVar[str] = "mfcc-frames"
    sr: int = SR  # Hz
    n_fft: int = 512  # samples, 32 ms
    hop_length: int = 320  # samples, 20 ms
    n_mels: int = 64
    fmin: float = 20.0  # Hz
    fmax: float = 8_000.0  # Hz
    n_mfcc: int = knob(20, low=5, high=40)
    deltas: bool = knob(True, choices=(True, False))  # how fast each coefficient changes, too
    length: float = knob(
        4.0, low=1.0, high=10.0, step=0.5
    )  # s; longer clips are cut, shorter ones padded
    version: int = 1  # raised when the numbers change

    @property
    def shape(self) -> tuple[int, int]:
        """Frames, and coefficients with their slopes."""
        n_frames = round(self.length * self.sr / self.hop_length)
        return n_frames, self.n_mfcc * (2 if self.deltas else 1)


FEATURE_SPECS: dict[str, type[FeatureSpec]] = {
    cls.kind: cls
    for cls in (
        OriginalSpec,
        LogmelSpec,
        MfccSpec,
        FunctionalsSpec,
        WhisperSpec,
        StftSpec,
        MelspecSpec,
        MfccFramesSpec,
    )
}
