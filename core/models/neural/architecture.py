"""From the spec of a network to its layers, their weights, and what learning it costs.

Conventions
-----------
Shapes leave out the batch: ``(n_frames, n_values)`` for layers over time, ``(n_frames, n_values,
n_channels)`` for layers over time and frequency, ``(n,)`` behind pooling or flattening.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from core.settings import CnnSpec, CrnnSpec, LstmSpec, NeuralSpec, OriginalCnnSpec

__all__ = ["Architecture", "Cost", "Layer", "architecture", "cost", "n_networks"]

Kind = Literal[
    "channel", "conv", "norm", "relu", "max_pool", "fold", "lstm", "pool_time", "flatten",
    "dropout", "dense",
]  # fmt: skip

N_CNN_BLOCKS = 3
CONV_FRAMES = 5  # frames that a convolution over time looks at

# From processor times of an epoch on one core, rather too much than too little: of the CRNN (271
# clips: 0.5 s), the small CNN (271: 2.5 to 3.0 s) and the original CNN (32 in two batches: 1.3 s,
# 1.6 GB; in eight: 2.95 s).
_MACS_A_SECOND = 1.0e10
_SECONDS_A_WEIGHT = 8.5e-9  # in each step: its gradient, Adam's moments, and itself
_SECONDS_A_NUMBER = 2.2e-9  # of what flows between the layers: large pictures wait for memory
_COMPILE_SECONDS = 8.0
_BASE_BYTES = 600 * 2**20  # Python, NumPy, JAX and its compiler at work


@dataclass(frozen=True)
class Layer:
    """One step of a network; `sizes` means what its kind says."""

    kind: Kind
    name: str = ""  # of its weights
    sizes: tuple[int, ...] = ()  # kernel, pooling; units
    rate: float = 0.0  # of dropout
    both: bool = False  # an LSTM that reads forwards and backwards
    same: bool = True  # a convolution that keeps the length, by zeros around it


@dataclass(frozen=True)
class Architecture:
    """The layers of a network, with the shapes of its weights and of what flows between."""

    layers: tuple[Layer, ...]
    n_frames: int
    n_values: int
    n_classes: int
    masked: bool  # whether padding is told from sound after the input
    weights: dict[str, tuple[int, ...]]  # learnt by descent
    statistics: dict[str, tuple[int, ...]]  # measured while learning
    macs: int  # multiplications and additions to answer one clip
    activations: int  # numbers that one clip leaves behind for the way back

    @property
    def n_weights(self) -> int:
        """Numbers that are learnt."""
        return sum(math.prod(shape) for shape in self.weights.values())


@dataclass(frozen=True)
class Cost:
    """What learning one network takes, as estimated before the start."""

    n_weights: int
    memory: int  # bytes of the process at its peak
    seconds_an_epoch: float  # on one core, all folds together
    compile_seconds: float  # once for each shape; later starts read the result from disk


def n_networks(spec: NeuralSpec) -> int:
    """How many networks of a spec's architecture vote.

    Parameters
    ----------
    spec : NeuralSpec

    Returns
    -------
    n : int
        1 for the original network, which was one.
    """
    return getattr(spec, "n_networks", 1)


@lru_cache(maxsize=64)
def architecture(spec: NeuralSpec, n_frames: int, n_values: int, n_classes: int) -> Architecture:
    """The layers of a spec for an input of one shape.

    Parameters
    ----------
    spec : NeuralSpec
    n_frames, n_values : int
        Of a frame sequence, as ``SequenceSpec.shape`` gives them.
    n_classes : int

    Returns
    -------
    architecture : Architecture

    Raises
    ------
    TypeError
        If the spec is of no kind known here.
    ValueError
        If the input is too small for the layers.
    """
    match spec:
        case OriginalCnnSpec():
            layers = _original_cnn()
        case CnnSpec():
            layers = _cnn(spec)
        case LstmSpec():
            layers = _lstm(spec)
        case CrnnSpec():
            layers = _crnn(spec)
        case _:
            raise TypeError(f"No network is known for {type(spec).__name__}.")
    layers = (*layers, Layer("dense", "answer", (n_classes,)))
    return _measured(layers, n_frames, n_values, n_classes, not isinstance(spec, OriginalCnnSpec))


def _original_cnn() -> tuple[Layer, ...]:
    return (
        Layer("channel"),
        Layer("conv", "conv", (3, 3, 32), same=False),
        Layer("relu"),
        Layer("max_pool", sizes=(2, 2)),
        Layer("flatten"),
        Layer("dense", "dense", (64,)),
        Layer("relu"),
    )


def _cnn(spec: CnnSpec) -> tuple[Layer, ...]:
    layers = [Layer("channel")]
    for block in range(N_CNN_BLOCKS):
        layers += [
            Layer("conv", f"conv{block + 1}", (3, 3, spec.filters * 2**block)),
            Layer("norm", f"norm{block + 1}"),
            Layer("relu"),
            Layer("max_pool", sizes=(2, 2)),
        ]
    return (*layers, Layer("fold"), Layer("pool_time"), Layer("dropout", rate=spec.dropout))


def _lstm(spec: LstmSpec) -> tuple[Layer, ...]:
    return (
        Layer("lstm", "lstm", (spec.units,), both=spec.bidirectional),
        Layer("pool_time"),
        Layer("dropout", rate=spec.dropout),
    )


def _crnn(spec: CrnnSpec) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for block in range(2):
        layers += [
            Layer("conv", f"conv{block + 1}", (CONV_FRAMES, spec.filters)),
            Layer("norm", f"norm{block + 1}"),
            Layer("relu"),
            Layer("max_pool", sizes=(2,)),
        ]
    return (
        *layers,
        Layer("dropout", rate=spec.dropout),
        Layer("lstm", "lstm", (spec.units,), both=True),
        Layer("pool_time"),
        Layer("dropout", rate=spec.dropout),
    )


def _measured(
    layers: tuple[Layer, ...], n_frames: int, n_values: int, n_classes: int, masked: bool
) -> Architecture:
    """Follow the shape through the layers, and note what each of them holds and computes."""
    shape: tuple[int, ...] = (n_frames, n_values)
    weights: dict[str, tuple[int, ...]] = {}
    statistics: dict[str, tuple[int, ...]] = {"input.mean": (n_values,), "input.std": (n_values,)}
    macs, activations = 0, math.prod(shape)
    for layer in layers:
        held = _weights(layer, shape)
        shape = _shape_behind(layer, shape)
        if min(shape) < 1:
            raise ValueError(f"{n_frames} × {n_values} is too small for {layer.kind}.")
        weights |= held
        if layer.kind == "norm":
            statistics |= {f"{layer.name}.mean": shape[-1:], f"{layer.name}.var": shape[-1:]}
        positions = math.prod(shape[:-1])  # 1 for a vector
        macs += positions * sum(math.prod(s) for s in held.values() if len(s) > 1)
        activations += _left_behind(layer, shape)
    return Architecture(
        layers, n_frames, n_values, n_classes, masked, weights, statistics, macs, activations
    )


def _weights(layer: Layer, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    n_in = shape[-1]
    match layer.kind:
        case "conv" | "dense":
            *kernel, n_out = layer.sizes
            found = {"kernel": (*kernel, n_in, n_out), "bias": (n_out,)}
        case "norm":
            found = {"scale": (n_in,), "offset": (n_in,)}
        case "lstm":
            (units,), ways = layer.sizes, 2 if layer.both else 1
            found = {
                "kernel": (ways, n_in, 4 * units),
                "recurrent": (ways, units, 4 * units),
                "bias": (ways, 4 * units),
            }
        case _:
            found = {}
    return {f"{layer.name}.{what}": size for what, size in found.items()}


def _shape_behind(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    match layer.kind:
        case "channel":
            return (*shape, 1)
        case "conv":
            *kernel, n_out = layer.sizes
            lost = [0 if layer.same else size - 1 for size in kernel]
            return (*(n - less for n, less in zip(shape, lost, strict=False)), n_out)
        case "max_pool":
            pooled = (n // size for n, size in zip(shape, layer.sizes, strict=False))
            return (*pooled, *shape[len(layer.sizes) :])
        case "fold":  # frequencies and channels become the values of a frame
            return (shape[0], math.prod(shape[1:]))
        case "lstm":
            return (shape[0], layer.sizes[0] * (2 if layer.both else 1))
        case "pool_time":
            return (2 * shape[-1],)
        case "flatten":
            return (math.prod(shape),)
        case "dense":
            return layer.sizes
    return shape


def _left_behind(layer: Layer, shape: tuple[int, ...]) -> int:
    """Numbers kept for the gradient; an LSTM keeps its gates and states."""
    return math.prod(shape) * (6 if layer.kind == "lstm" else 1)


def cost(
    found: Architecture,
    *,
    n_clips: int,
    batch_size: int,
    n_folds: int = 1,
    together: int | None = None,
    n_votes: int = 1,
) -> Cost:
    """What learning a network takes, before anything is started.

    Parameters
    ----------
    found : Architecture
    n_clips : int
        In the training part of a fold, augmented copies included.
    batch_size : int
    n_folds : int
    together : int, optional
        Folds that learn side by side, each with weights and clips of its own; all by default.
    n_votes : int
        Networks that learn in each fold; see `n_networks`.

    Returns
    -------
    cost : Cost
        Estimates: seconds of one core for an epoch of all folds; memory of the whole process at
        its peak.
    """
    number, together = 4, n_folds if together is None else together  # bytes of a float32
    # Adam's two moments beside the weights in each fold; gradient and copies while a step is made
    state = number * found.n_weights * (3 * together * n_votes + 4)
    passing = number * batch_size * found.activations * 2
    clips = number * n_clips * found.n_frames * found.n_values * (together + 2)
    macs = found.macs * 3 * n_clips * n_folds  # there, and twice as much back
    moved = found.n_weights * math.ceil(n_clips / batch_size) * n_folds
    flowing = found.activations * n_clips * n_folds
    seconds = macs / _MACS_A_SECOND + moved * _SECONDS_A_WEIGHT + flowing * _SECONDS_A_NUMBER
    return Cost(
        n_weights=found.n_weights * n_votes,
        memory=int(_BASE_BYTES + state + passing + clips),
        seconds_an_epoch=n_votes * seconds,
        compile_seconds=_COMPILE_SECONDS,
    )
