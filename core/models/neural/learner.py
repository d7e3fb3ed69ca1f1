"""One step of learning, compiled by JAX once for each shape; the only place that imports it.

Conventions
-----------
A state is four dicts of arrays: weights, statistics, and Adam's two moments. Every fold has its
own; the compiled step is shared by all folds and runs of the same shape, and kept on disk for the
next process, traced and compiled.
"""

import dataclasses
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.errors import FrameworkMissingError
from core.models.neural.architecture import Architecture, Layer, architecture
from core.models.neural.blocks import conv_of_one, normed_pool
from core.models.neural.layers import LEAST_VARIANCE, logits
from core.models.neural.programs import compiled
from core.settings import NeuralSpec, OriginalCnnSpec, workspace

__all__ = ["Learner", "State", "learner", "start_state"]

_MOMENTUM = 0.95  # of the statistics, a step
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7  # Adam, as Keras has it
_LONGEST_GRADIENT = 5.0  # a longer one is shortened to this; recurrent networks need it

Arrays = dict[str, Any]


class State(NamedTuple):
    """All that changes while a network learns."""

    weights: Arrays
    statistics: Arrays
    first: Arrays  # moving mean of the gradient
    second: Arrays  # and of its square


class Learner(NamedTuple):
    """The compiled functions of one shape."""

    step: Any  # (state, x, y, w, number, rate, seed) → (state, loss)
    answer: Any  # (weights and statistics, x) → logits


def learner(spec: NeuralSpec, shape: tuple[int, int], n_classes: int, batch_size: int) -> Learner:
    """The compiled functions for a network and a batch size.

    Parameters
    ----------
    spec : NeuralSpec
    shape : (int, int)
        Frames, and values a frame.
    n_classes : int
    batch_size : int

    Returns
    -------
    learner : Learner
        Made once a process; the second time, and in other processes that share the workspace's
        cache, without compiling.

    Raises
    ------
    FrameworkMissingError
        If JAX cannot be loaded.
    """
    return _compiled(_structure(spec), *shape, n_classes, batch_size)


def _structure(spec: NeuralSpec) -> NeuralSpec:
    """The spec without what the compiled code does not depend on."""
    plain = type(spec)()
    kept = {f.name: getattr(plain, f.name) for f in dataclasses.fields(NeuralSpec)}
    free = {
        name: getattr(plain, name)
        for name in ("n_networks", "frame_noise", "spec_augment", "band_shift", "time_warp")
        if hasattr(plain, name)
    }
    return dataclasses.replace(spec, **kept, **free)


@lru_cache(maxsize=1)
def _jax() -> Any:
    try:
        import jax
        import jax.export
    except Exception as error:  # a missing wheel, or a processor that it does not know
        raise FrameworkMissingError(repr(error)) from error
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_compilation_cache_dir", str(_folder()))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    jax.export.register_namedtuple_serialization(State, serialized_name="malgyeol.State")
    return jax


def _folder() -> Path:
    """Where the workspace keeps what was traced and compiled."""
    return workspace().cache / "networks"


@lru_cache(maxsize=16)
def _compiled(
    spec: NeuralSpec, n_frames: int, n_values: int, n_classes: int, batch_size: int
) -> Learner:
    jax = _jax()
    found = architecture(spec, n_frames, n_values, n_classes)
    clip = not isinstance(spec, OriginalCnnSpec)
    shaped = jax.ShapeDtypeStruct

    def zeros(shapes: dict[str, tuple[int, ...]]) -> Arrays:
        return {name: shaped(shape, np.float32) for name, shape in shapes.items()}

    state = State(zeros(found.weights), zeros(found.statistics), *[zeros(found.weights)] * 2)
    x = shaped((batch_size, n_frames, n_values), np.float32)
    y, w = shaped((batch_size,), np.int32), shaped((batch_size,), np.float32)
    number, rate = shaped((), np.int32), shaped((), np.float32)
    held = {**state.weights, **state.statistics}
    decided = repr((spec, n_classes))
    make = partial(compiled, jax, folder=_folder())
    return Learner(
        step=make(
            _step(jax, found, clip),
            (state, x, y, w, number, rate, number),
            key=f"step of {decided}",
            donate=(0,),
        ),
        answer=make(
            lambda held, x: logits(_JaxOps(jax), found, held, x),
            (held, x),
            key=f"answer of {decided}",
        ),
    )


def _step(jax: Any, found: Architecture, clip: bool) -> Any:
    jnp = jax.numpy

    def loss_of(weights: Arrays, statistics: Arrays, x, y, w, key):
        ops = _JaxOps(jax, key)
        raised = jax.nn.log_softmax(logits(ops, found, {**weights, **statistics}, x))
        picked = jnp.take_along_axis(raised, y[:, None], axis=1)[:, 0]
        return -(w * picked).sum() / jnp.maximum(w.sum(), 1e-6), ops.measured

    def step(state: State, x, y, w, number, rate, seed):
        key = jax.random.fold_in(jax.random.key(seed), number)
        (loss, measured), gradient = jax.value_and_grad(loss_of, has_aux=True)(
            state.weights, state.statistics, x, y, w, key
        )
        if clip:
            length = jnp.sqrt(sum((g * g).sum() for g in gradient.values()))
            shorter = jnp.minimum(1.0, _LONGEST_GRADIENT / (length + 1e-12))
            gradient = {name: g * shorter for name, g in gradient.items()}
        statistics = {
            name: _MOMENTUM * old + (1 - _MOMENTUM) * measured[name] if name in measured else old
            for name, old in state.statistics.items()
        }
        return _adam(jnp, state, statistics, gradient, number, rate), loss

    return step


def _adam(jnp: Any, state: State, statistics: Arrays, gradient: Arrays, number, rate) -> State:
    """One step of Adam (Kingma and Ba, 2015)."""
    n = (number + 1).astype(jnp.float32)
    rate = rate * jnp.sqrt(1 - _BETA_2**n) / (1 - _BETA_1**n)
    first = {k: _BETA_1 * state.first[k] + (1 - _BETA_1) * g for k, g in gradient.items()}
    second = {k: _BETA_2 * state.second[k] + (1 - _BETA_2) * g * g for k, g in gradient.items()}
    weights = {
        k: old - rate * first[k] / (jnp.sqrt(second[k]) + _EPSILON)
        for k, old in state.weights.items()
    }
    return State(weights, statistics, first, second)


class _JaxOps:
    """The layers while learning, with a key for dropout; without one, while answering."""

    def __init__(self, jax: Any, key: Any = None):
        self.xp = jax.numpy
        self._jax, self._key = jax, key
        self.block = None if key is None else self._block
        self.measured: Arrays = {}  # means and variances of this batch

    def conv(self, x: Any, kernel: Any, *, same: bool) -> Any:
        axes = "HW"[: kernel.ndim - 2]
        return self._jax.lax.conv_general_dilated(
            x,
            kernel,
            window_strides=(1,) * len(axes),
            padding="SAME" if same else "VALID",
            dimension_numbers=(f"N{axes}C", f"{axes}IO", f"N{axes}C"),
        )

    def over_time(self, gates: Any, recurrent: Any, mask: Any) -> Any:
        jnp, nn = self.xp, self._jax.nn
        units = recurrent.shape[1]

        def cell(state, frame):
            h, c = state
            gate, inside = frame
            now = gate + h @ recurrent
            i, f, o = (nn.sigmoid(now[..., k * units : (k + 1) * units]) for k in range(3))
            fresh = f * c + i * jnp.tanh(now[..., 3 * units :])
            c = jnp.where(inside, fresh, c)
            h = jnp.where(inside, o * jnp.tanh(fresh), h)
            return (h, c), h

        start = jnp.zeros((*gates.shape[:2], units), gates.dtype)
        frames = (jnp.moveaxis(gates, 2, 0), jnp.moveaxis(mask, 2, 0)[..., None])
        _, states = self._jax.lax.scan(cell, (start, start), frames)
        return jnp.moveaxis(states, 0, 2)

    def dropout(self, x: Any, rate: float, number: int) -> Any:
        if self._key is None:
            return x
        key = self._jax.random.fold_in(self._key, number)
        kept = self._jax.random.bernoulli(key, 1 - rate, x.shape)
        return self.xp.where(kept, x / (1 - rate), 0)

    def _block(self, x: Any, mask: Any, weights: Arrays, layers: tuple[Layer, ...]) -> Any:
        conv, norm, _, pool = layers
        kernel = weights[f"{conv.name}.kernel"]
        if kernel.ndim == 4 and kernel.shape[2] == 1:
            x = conv_of_one(self._jax, x, kernel)
        else:
            x = self.conv(x, kernel, same=True)
        scale, offset = weights[f"{norm.name}.scale"], weights[f"{norm.name}.offset"]
        x, mean, var = normed_pool(
            self._jax, x, scale, offset, mask, pool.sizes, least=LEAST_VARIANCE
        )
        bias = self._jax.lax.stop_gradient(weights[f"{conv.name}.bias"])
        self.measured |= {f"{norm.name}.mean": mean + bias, f"{norm.name}.var": var}
        return x


def start_state(found: Architecture, mean: np.ndarray, std: np.ndarray, seed: int) -> State:
    """The state before the first step.

    Parameters
    ----------
    found : Architecture
    mean, std : np.ndarray [shape=(n_values,)]
        Of each value over the sounding frames of the training clips.
    seed : int
        Decides the first weights (Glorot, uniform; orthogonal where states feed back).

    Returns
    -------
    state : State
    """
    rng = np.random.default_rng(seed)
    weights = {name: _first(name, shape, rng) for name, shape in found.weights.items()}
    statistics = {
        name: np.zeros(shape, np.float32) if name.endswith(".mean") else np.ones(shape, np.float32)
        for name, shape in found.statistics.items()
    }
    statistics |= {"input.mean": mean.astype(np.float32), "input.std": std.astype(np.float32)}
    return State(
        weights, statistics, *[{n: np.zeros_like(v) for n, v in weights.items()} for _ in "12"]
    )


def _first(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    what = name.rpartition(".")[2]
    if what == "scale":
        return np.ones(shape, np.float32)
    if what == "offset":
        return np.zeros(shape, np.float32)
    if what == "bias":
        bias = np.zeros(shape, np.float32)
        if len(shape) == 2:  # an LSTM: gates in the order input, forget, output, new
            units = shape[1] // 4
            bias[:, units : 2 * units] = 1.0  # it remembers at first
        return bias
    if what == "recurrent":
        ways, units, _ = shape
        blocks = [[_orthogonal(units, rng) for _ in range(4)] for _ in range(ways)]
        return np.stack([np.hstack(way) for way in blocks]).astype(np.float32)
    *kernel, n_in, n_out = shape
    if name.startswith("lstm"):
        kernel = []  # its first axis are the two ways
        n_out //= 4
    field = int(np.prod(kernel)) if kernel else 1
    limit = np.sqrt(6 / (field * (n_in + n_out)))
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def _orthogonal(n: int, rng: np.random.Generator) -> np.ndarray:
    q, r = np.linalg.qr(rng.standard_normal((n, n)))
    return q * np.sign(np.diag(r))
