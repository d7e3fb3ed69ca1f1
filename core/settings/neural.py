"""The neural networks and their knobs; what they read are frame sequences."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import knob
from core.settings.models import ModelSpec

__all__ = ["NeuralSpec", "OriginalCnnSpec", "CnnSpec", "LstmSpec", "CrnnSpec"]


@dataclass(frozen=True)
class NeuralSpec(ModelSpec):
    """Base of the networks, with the knobs that all of them share; trained epoch by epoch."""

    learning_rate_init: float = knob(1e-3, low=1e-5, high=0.1, log=True)  # Adam's first step size
    batch_size: int = knob(32, low=4, high=128)  # utterances
    max_epochs: int = knob(40, low=1, high=300)
    early_stopping: bool = knob(False, choices=(False, True))
    patience: int = knob(10, low=1, high=200)  # epochs without improvement
    tol: float = knob(1e-4, low=0.0, high=1.0)  # least improvement that counts


@dataclass(frozen=True)
class OriginalCnnSpec(NeuralSpec):
    """The original network, as its team wrote it down.

    A 256 × 256 × 1 spectrogram, Conv2D 32 (3 × 3, ReLU), max pooling 2 × 2, flatten, dense 64
    (ReLU), softmax; Adam at a constant 0.001, sparse categorical cross-entropy.
    """

    kind: ClassVar[str] = "cnn-original"
    batch_size: int = knob(16, low=4, high=64)  # utterances
    max_epochs: int = knob(10, low=1, high=300)


@dataclass(frozen=True)
class CnnSpec(NeuralSpec):
    """A small network over time and frequency: batch normalisation, pooling instead of flatten."""

    kind: ClassVar[str] = "cnn"
    learning_rate_init: float = knob(3e-3, low=1e-5, high=0.1, log=True)
    max_epochs: int = knob(30, low=1, high=300)
    n_networks: int = knob(1, low=1, high=9)  # learnt from other first weights; they vote
    filters: int = knob(16, low=4, high=64)  # of the first block; doubled in each that follows
    dropout: float = knob(0.2, low=0.0, high=0.8, step=0.05)
    spec_augment: bool = knob(True, choices=(True, False))
    band_shift: float = knob(
        3.0, low=0.0, high=8.0, step=0.5
    )  # bands up or down, at most; other voices
    time_warp: float = knob(
        0.15, low=0.0, high=0.3, step=0.05
    )  # share of the length, at most; another pace
    frame_noise: float = knob(
        0.2, low=0.0, high=1.0, step=0.05
    )  # standard deviations added to the input


@dataclass(frozen=True)
class LstmSpec(NeuralSpec):
    """A recurrent network that reads the frames in their order."""

    kind: ClassVar[str] = "lstm"
    learning_rate_init: float = knob(2e-3, low=1e-5, high=0.1, log=True)
    n_networks: int = knob(1, low=1, high=9)
    units: int = knob(64, low=8, high=256)
    bidirectional: bool = knob(True, choices=(True, False))
    dropout: float = knob(0.3, low=0.0, high=0.8, step=0.05)
    spec_augment: bool = knob(False, choices=(False, True))
    time_warp: float = knob(
        0.0, low=0.0, high=0.3, step=0.05
    )  # share of the length, at most; another pace
    frame_noise: float = knob(0.2, low=0.0, high=1.0, step=0.05)


@dataclass(frozen=True)
class CrnnSpec(NeuralSpec):
    """Convolutions over time, then a recurrent network over what they found: the default."""

    kind: ClassVar[str] = "crnn"
    learning_rate_init: float = knob(2e-3, low=1e-5, high=0.1, log=True)
    n_networks: int = knob(1, low=1, high=9)
    filters: int = knob(64, low=8, high=256)
    units: int = knob(48, low=8, high=256)  # of the recurrent part, in each direction
    dropout: float = knob(0.3, low=0.0, high=0.8, step=0.05)
    spec_augment: bool = knob(True, choices=(True, False))
    band_shift: float = knob(
        3.0, low=0.0, high=8.0, step=0.5
    )  # bands up or down, at most; other voices
    time_warp: float = knob(
        0.15, low=0.0, high=0.3, step=0.05
    )  # share of the length, at most; another pace
    frame_noise: float = knob(0.2, low=0.0, high=1.0, step=0.05)
