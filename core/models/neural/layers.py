"""The layers of a network, computed; the same lines serve NumPy and JAX.

Conventions
-----------
Arrays carry the batch first: ``(n, n_frames, n_values)`` or, over time and frequency,
``(n, n_frames, n_values, n_channels)``. `mask` is ``(n, n_frames)``: which frames are sound. What
lies under the padding is zero before each convolution and never reaches a mean, a maximum or a
state. What differs between the two libraries (convolution, the loop over time, dropout) is in
`Ops`.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

import numpy as np

from core.models.neural.architecture import Architecture, Layer

__all__ = ["LEAST_VARIANCE", "LOWEST", "Ops", "logits", "over", "softmax", "windows_with_sound"]

LEAST_VARIANCE = 1e-3
LOWEST = -1e30  # below any activation, and finite
_BLOCK = ("conv", "norm", "relu", "max_pool")  # what is computed as one while learning


class Ops(Protocol):
    """What NumPy and JAX do each in their own way."""

    xp: Any  # the array module

    def conv(self, x: Any, kernel: Any, *, same: bool) -> Any:
        """A convolution over the axes between batch and channels."""

    def over_time(self, gates: Any, recurrent: Any, mask: Any) -> Any:
        """The hidden states of an LSTM, (ways, n, n_frames, units), from its input gates."""

    def dropout(self, x: Any, rate: float, number: int) -> Any:
        """Some values set to zero while learning, the others made up for it."""

    @property
    def block(self) -> Callable[[Any, Any, dict[str, Any], tuple[Layer, ...]], Any] | None:
        """While learning, convolution, normalisation by this batch, ReLU and pooling as one."""


def logits(ops: Ops, found: Architecture, weights: dict[str, Any], x: Any) -> Any:
    """What the network holds of each class, before the softmax.

    Parameters
    ----------
    ops : Ops
    found : Architecture
    weights : dict of str to array
        Learnt ones and statistics together.
    x : array [shape=(n, n_frames, n_values)], float32
        Frames of zeros are padding.

    Returns
    -------
    logits : array [shape=(n, n_classes)]
    """
    xp = ops.xp
    mask = (x != 0).any(axis=-1)
    x = (x - weights["input.mean"]) / weights["input.std"] * mask[..., None]
    inside = mask if found.masked else xp.ones_like(mask)
    number, kinds = 0, tuple(layer.kind for layer in found.layers)
    while number < len(kinds):
        if ops.block is not None and kinds[number : number + len(_BLOCK)] == _BLOCK:
            x, inside = _block(ops, found.layers[number : number + len(_BLOCK)], weights, x, inside)
            number += len(_BLOCK)
            continue
        layer = found.layers[number]
        x, inside = _LAYERS[layer.kind](ops, layer, weights, x, inside, number)
        number += 1
    return x


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities, in double precision.

    Parameters
    ----------
    logits : np.ndarray [shape=(n, n_classes)]

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)], float64
    """
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def over(mask: Any, x: Any) -> Any:
    """The mask with as many axes as `x`."""
    return mask.reshape(mask.shape + (1,) * (x.ndim - 2))


def _block(ops, layers, weights, x, mask):
    """A convolution that keeps the length, without its bias, and what follows.

    The mean of the batch takes the bias off again.
    """
    pool = layers[-1]
    x = ops.block(x * over(mask, x), mask, weights, layers)
    return x, windows_with_sound(mask, pool.sizes[0])


def windows_with_sound(mask: Any, size: int) -> Any:
    """Which windows of some frames hold sound."""
    n = mask.shape[1] // size
    return mask[:, : n * size].reshape(-1, n, size).any(axis=2)


def _channel(ops, layer, weights, x, mask, number):
    return x[..., None], mask


def _conv(ops, layer: Layer, weights, x, mask, number):
    y = ops.conv(x * over(mask, x), weights[f"{layer.name}.kernel"], same=layer.same)
    y = y + weights[f"{layer.name}.bias"]
    return y, mask if layer.same else mask[:, : y.shape[1]]


def _norm(ops, layer: Layer, weights, x, mask, number):
    mean, var = weights[f"{layer.name}.mean"], weights[f"{layer.name}.var"]
    scale = weights[f"{layer.name}.scale"] / ops.xp.sqrt(var + LEAST_VARIANCE)
    return (x - mean) * scale + weights[f"{layer.name}.offset"], mask


def _relu(ops, layer, weights, x, mask, number):
    return ops.xp.maximum(x, 0), mask


def _max_pool(ops, layer: Layer, weights, x, mask, number):
    xp = ops.xp
    x = xp.where(over(mask, x), x, LOWEST)
    for axis, size in enumerate(layer.sizes, start=1):
        end = x.shape[axis] // size * size
        # neighbours against each other: their gradient takes half of what a maximum's does
        x = reduce(
            xp.maximum, [x[(slice(None),) * axis + (slice(k, end, size),)] for k in range(size)]
        )
    mask = windows_with_sound(mask, layer.sizes[0])
    return xp.where(over(mask, x), x, 0), mask


def _fold(ops, layer, weights, x, mask, number):
    return x.reshape(x.shape[0], x.shape[1], -1), mask


def _lstm(ops, layer: Layer, weights, x, mask, number):
    xp = ops.xp
    kernel, bias = weights[f"{layer.name}.kernel"], weights[f"{layer.name}.bias"]
    ways = [(x, mask), (x[:, ::-1], mask[:, ::-1])][: 2 if layer.both else 1]
    gates = xp.stack([read @ kernel[way] + bias[way] for way, (read, _) in enumerate(ways)])
    inside = xp.stack([m for _, m in ways])
    states = ops.over_time(gates, weights[f"{layer.name}.recurrent"], inside)
    if not layer.both:
        return states[0], mask
    return xp.concatenate([states[0], states[1][:, ::-1]], axis=-1), mask


def _pool_time(ops, layer, weights, x, mask, number):
    xp, sounds = ops.xp, over(mask, x)
    count = xp.maximum(sounds.sum(axis=1), 1).astype(x.dtype)
    mean = (x * sounds).sum(axis=1) / count
    highest = xp.where(sounds, x, LOWEST).max(axis=1)
    highest = xp.where(sounds.any(axis=1), highest, 0)
    return xp.concatenate([mean, highest], axis=-1), mask


def _flatten(ops, layer, weights, x, mask, number):
    return x.reshape(x.shape[0], -1), mask


def _dropout(ops, layer: Layer, weights, x, mask, number):
    return (ops.dropout(x, layer.rate, number) if layer.rate else x), mask


def _dense(ops, layer: Layer, weights, x, mask, number):
    return x @ weights[f"{layer.name}.kernel"] + weights[f"{layer.name}.bias"], mask


_LAYERS = {
    "channel": _channel,
    "conv": _conv,
    "norm": _norm,
    "relu": _relu,
    "max_pool": _max_pool,
    "fold": _fold,
    "lstm": _lstm,
    "pool_time": _pool_time,
    "flatten": _flatten,
    "dropout": _dropout,
    "dense": _dense,
}
