"""What learning computes in one pass, against the plain layers that it stands for."""

import numpy as np
import pytest

from core.models.neural.architecture import architecture
from core.models.neural.blocks import conv_of_one, normed_pool
from core.models.neural.layers import LEAST_VARIANCE
from core.settings import CnnSpec, CrnnSpec, LstmSpec

jax = pytest.importorskip("jax")
jnp = jax.numpy


def plain(x, scale, offset, mask, sizes):
    """Normalise by the batch, then ReLU, then the maximum of each window that holds sound.

    Not to be compiled: where XLA fuses, it computes what is normalised once more for the way back,
    in another rounding; no neighbour may then equal the highest, whose gradient is lost. (With its
    fusion switched off it is not.) Blocks compare the values before any arithmetic.
    """
    over = mask.reshape(*mask.shape, *[1] * (x.ndim - 2))
    n = jnp.broadcast_to(over, x.shape).sum() / x.shape[-1]
    axes = tuple(range(x.ndim - 1))
    mean = (x * over).sum(axes) / n
    var = ((x - mean) ** 2 * over).sum(axes) / n
    y = jnp.maximum((x - mean) / jnp.sqrt(var + LEAST_VARIANCE) * scale + offset, 0)
    y = jnp.where(over, y, 0)  # nothing lies below zero here
    for axis, size in enumerate(sizes, start=1):
        y = jnp.moveaxis(y, axis, -1)
        y = y[..., : y.shape[-1] // size * size]
        y = jnp.moveaxis(y.reshape(*y.shape[:-1], -1, size).max(-1), -1, axis)
    return y, mean, var


@pytest.mark.parametrize(
    ("shape", "sizes"), [((12, 8, 6), (2, 2)), ((13, 7, 5), (2, 2)), ((11, 9), (2,))]
)
def test_a_block_and_its_gradient_are_those_of_the_plain_layers(shape, sizes):
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (4, *shape)).astype(np.float32)
    x[:, 2:6] = 1.5  # a gap: neighbours that are all the highest share the gradient
    mask = np.arange(shape[0]) < np.array([[shape[0]], [5], [8], [1]])
    scale, offset = rng.standard_normal((2, shape[-1])).astype(np.float32)
    scale[0], offset[:2] = -1.2, 2.0  # the lowest of a window is the highest then
    wanted = rng.standard_normal(plain(x, scale, offset, mask, sizes)[0].shape)

    def pulled(block):
        def total(x, scale, offset):
            pooled, *moments = block(x, scale, offset)
            return (pooled * wanted).sum(), (pooled, *moments)

        return jax.grad(total, argnums=(0, 1, 2), has_aux=True)

    one = pulled(lambda *v: normed_pool(jax, *v, mask, sizes, least=LEAST_VARIANCE))
    one = jax.jit(one)(x, scale, offset)  # as it learns
    many = pulled(lambda *v: plain(*v, mask, sizes))(x, scale, offset)
    for found, expected in zip(jax.tree.leaves(one), jax.tree.leaves(many), strict=True):
        assert np.allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert not np.asarray(one[0][0])[1, 5:].any()  # padding


def test_a_convolution_of_one_channel_is_that_of_the_library():
    rng = np.random.default_rng(0)
    x, kernel = rng.standard_normal((3, 7, 9, 1)), rng.standard_normal((3, 3, 1, 4))

    def theirs(x, kernel):
        return jax.lax.conv_general_dilated(
            x,
            kernel,
            (1, 1),
            "SAME",
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )

    def ours(x, kernel):
        return conv_of_one(jax, x, kernel)

    x, kernel = x.astype(np.float32), kernel.astype(np.float32)
    assert np.allclose(ours(x, kernel), theirs(x, kernel), atol=1e-5)
    of_ours, of_theirs = (
        jax.grad(lambda k, conv=conv: (conv(x, k) ** 2).sum())(kernel) for conv in (ours, theirs)
    )
    assert np.allclose(of_ours, of_theirs, rtol=1e-4)


@pytest.mark.parametrize(("spec", "n"), [(CnnSpec(), 3), (CrnnSpec(), 2), (LstmSpec(), 0)])
def test_batches_are_normalised_in_blocks_alone(spec, n):
    layers = architecture(spec, 64, 64, 4).layers
    kinds = [layer.kind for layer in layers]
    assert kinds.count("norm") == n
    for place, kind in enumerate(kinds):
        if kind == "norm":
            assert kinds[place - 1 : place + 3] == ["conv", "norm", "relu", "max_pool"]
            assert layers[place - 1].same
