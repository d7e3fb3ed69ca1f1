"""What a step of learning spends its time on, written so that the processor reads memory once.

A convolution, batch normalisation, ReLU and pooling are four passes over the largest arrays there
are, and as many back. The highest of some neighbours stays the highest when all are scaled and
moved (the lowest, where the scale is below zero), so pooling may come first: what follows works on
a quarter of the numbers, and the way back is one pass. The values are those of the plain layers to
rounding; `tests/models/test_neural_blocks.py` holds it.

Conventions
-----------
As in `layers`: the batch first, channels last, `mask` is ``(n, n_frames)``.
"""

from functools import reduce
from itertools import product
from typing import Any, NamedTuple

from core.models.neural.layers import LOWEST, over, windows_with_sound

__all__ = ["conv_of_one", "normed_pool"]


class _Kept(NamedTuple):
    """What the way back needs."""

    x: Any  # before normalisation
    highest: Any  # of each window, on the sign of its channel's scale
    ties: Any  # neighbours that share it
    pooled: Any
    mean: Any
    spread: Any  # 1 over the standard deviation
    count: Any
    scale: Any
    mask: Any


def normed_pool(
    jax: Any, x: Any, scale: Any, offset: Any, mask: Any, sizes: tuple[int, ...], least: float
) -> tuple[Any, Any, Any]:
    """Batch normalisation, ReLU and max pooling, with their gradient.

    Parameters
    ----------
    jax : module
    x : array [shape=(n, n_frames, ..., n_channels)]
        What a convolution gives; its bias is of no effect here, since the mean is taken off.
    scale, offset : array [shape=(n_channels,)]
    mask : array of bool [shape=(n, n_frames)]
        Frames that count and are pooled.
    sizes : tuple of int
        Of a window along each axis behind the batch.
    least : float
        Added to the variance.

    Returns
    -------
    pooled : array [shape=(n, n_frames // sizes[0], ..., n_channels)]
        Zero where no frame of the window counts.
    mean, var : array [shape=(n_channels,)]
        Of this batch; no gradient flows through them.
    """
    jnp = jax.numpy

    def there(x, scale, offset, mask):
        mean, var, count = _moments(jnp, x, mask)
        spread = 1 / jnp.sqrt(var + least)
        seen = jnp.where(over(mask, x), x * _sign(jnp, scale), LOWEST)
        neighbours = _neighbours(seen, sizes)
        highest = reduce(jnp.maximum, neighbours)
        ties = sum((one == highest).astype(x.dtype) for one in neighbours)
        normed = (highest * _sign(jnp, scale) - mean) * spread
        pooled = jnp.maximum(scale * normed + offset, 0)
        pooled = jnp.where(over(windows_with_sound(mask, sizes[0]), pooled), pooled, 0)
        return (pooled, mean, var), _Kept(
            x, highest, ties, pooled, mean, spread, count, scale, mask
        )

    def back(kept: _Kept, gradients):
        x, sign = kept.x, _sign(jnp, kept.scale)
        g = jnp.where(kept.pooled > 0, gradients[0], 0)
        normed = (kept.highest * sign - kept.mean) * kept.spread
        of_offset, of_scale = _total(g), _total(g * normed)
        steep = kept.scale * kept.spread
        # each value moves the mean and the spread of its channel; the highest also its window
        slope = steep * of_scale / kept.count * kept.spread
        level = steep * of_offset / kept.count - slope * kept.mean
        split, high, share = _split(x, sizes), kept.highest, g / kept.ties * steep
        picked = jnp.where(split * sign == _wide(high, sizes), _wide(share, sizes), 0)
        picked = _unsplit(jnp, picked, x)
        of_x = jnp.where(over(kept.mask, x), picked - (level + slope * x), 0)
        return of_x, of_scale, of_offset, None

    run = jax.custom_vjp(lambda *given: there(*given)[0])
    run.defvjp(there, back)
    pooled, mean, var = run(x, scale, offset, mask)
    return pooled, jax.lax.stop_gradient(mean), jax.lax.stop_gradient(var)


def _moments(jnp: Any, x: Any, mask: Any) -> tuple[Any, Any, Any]:
    """Mean and variance of each channel over the frames that count, and how many values those are.

    A frame is summed up first and then weighed, which is quicker than to weigh each value.
    """
    n_values = x[0, 0, ..., 0].size
    count = jnp.maximum(mask.sum() * n_values, 1).astype(x.dtype)
    inner = tuple(range(2, x.ndim - 1))
    weigh = mask[..., None].astype(x.dtype)
    mean = (x.sum(inner) * weigh).sum((0, 1)) / count
    var = (((x - mean) ** 2).sum(inner) * weigh).sum((0, 1)) / count
    return mean, var, count


def _total(x: Any) -> Any:
    """The sum of each channel, frame by frame first."""
    return x.sum(tuple(range(2, x.ndim - 1))).sum((0, 1))


def _sign(jnp: Any, scale: Any) -> Any:
    return jnp.where(scale >= 0, 1.0, -1.0).astype(scale.dtype)


def _split(x: Any, sizes: tuple[int, ...]) -> Any:
    """Each pooled axis as two, windows and places in a window; what fills no window is left out."""
    n, *axes, channels = x.shape
    inside = (slice(None), *(slice(0, a // s * s) for a, s in _pairs(axes, sizes)))
    shape = [part for a, s in _pairs(axes, sizes) for part in (a // s, s)]
    return x[inside].reshape(n, *shape, *axes[len(sizes) :], channels)


def _unsplit(jnp: Any, split: Any, x: Any) -> Any:
    """Back to the shape of `x`, with zeros for what fills no window."""
    n_pooled = (split.ndim - x.ndim) * 2
    sizes = [split.shape[1 + k] * split.shape[2 + k] for k in range(0, n_pooled, 2)]
    whole = split.reshape(x.shape[0], *sizes, *split.shape[1 + n_pooled :])
    missing = [(0, there - here) for there, here in zip(x.shape, whole.shape, strict=True)]
    return jnp.pad(whole, missing) if any(after for _, after in missing) else whole


def _neighbours(x: Any, sizes: tuple[int, ...]) -> list[Any]:
    """The values at each place of the windows."""
    split = _split(x, sizes)
    places = product(*(range(size) for size in sizes))
    return [split[(slice(None), *(i for k in place for i in (slice(None), k)))] for place in places]


def _wide(pooled: Any, sizes: tuple[int, ...]) -> Any:
    """Windows against the places in them, as `_split` has them."""
    return pooled[(slice(None), *(i for _ in sizes for i in (slice(None), None)))]


def _pairs(axes: list[int], sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(axes, sizes, strict=False))


def conv_of_one(jax: Any, x: Any, kernel: Any) -> Any:
    """A convolution of one channel, as a sum of the picture moved about; `x` gets no gradient.

    Zeros around the picture keep its size. Ahead of layers that are computed one by one it would
    be slower than the library's: the sum would be made anew in each of them.

    Parameters
    ----------
    jax : module
    x : array [shape=(n, height, width, 1)]
    kernel : array [shape=(rows, columns, 1, n_channels)]

    Returns
    -------
    x : array [shape=(n, height, width, n_channels)]
    """
    jnp = jax.numpy
    rows, columns, _, n_out = kernel.shape

    def moved(x):
        height, width = x.shape[1:3]
        around = [(size // 2, size - 1 - size // 2) for size in (rows, columns)]
        x = jnp.pad(x, ((0, 0), *around, (0, 0)))
        places = product(range(rows), range(columns))
        return [x[:, i : i + height, j : j + width] for i, j in places]

    def there(x, kernel):
        flat = kernel.reshape(-1, n_out)
        return reduce(jnp.add, [one * flat[i] for i, one in enumerate(moved(x))]), x

    def back(x, gradient):
        seen = jnp.stack([one[..., 0] for one in moved(x)]).reshape(rows * columns, -1)
        return None, (seen @ gradient.reshape(-1, n_out)).reshape(kernel.shape)

    run = jax.custom_vjp(lambda x, kernel: there(x, kernel)[0])
    run.defvjp(there, back)
    return run(x, kernel)
