"""Networks: learnt with JAX, answering with NumPy alone.

Conventions
-----------
A network is its spec, the shape of its input and a dict of named weights; `architecture` turns
the first two into layers, `layers` computes them. JAX is imported when something is learnt
(`learner`), never to answer, so that a network is as quick to load as any other model and its
file is plain numbers.
"""

from core.models.neural.architecture import Architecture, Cost, architecture, cost, n_networks
from core.models.neural.network import NeuralNetwork

__all__ = ["Architecture", "Cost", "NeuralNetwork", "architecture", "cost", "n_networks"]
