"""A network as bytes and back: numbers in safetensors, its layers from its spec alone.

What the file says of its shapes is believed only where the architecture, worked out here from
the manifest's spec, says the same; a file can name no code and no layer.
"""

from typing import Any

import numpy as np

from core.errors import BrokenBundleError, MalgyeolError
from core.i18n import N_
from core.models.neural.architecture import n_networks
from core.models.neural.network import NeuralNetwork
from core.models.rows import size_fault
from core.settings import FeatureSpec, NeuralSpec, SequenceSpec, spec_from_json, spec_to_json

__all__ = ["dump_network", "load_network", "network_facts", "network_fault"]

_MOST_FRAMES = 2_000
_MOST_VALUES = 1_024
_MOST_CLASSES = 64
_UNREADABLE = N_("its model cannot be read")


def network_facts(estimator: Any) -> dict[str, Any]:
    """What the manifest says of a network beside its weights.

    Parameters
    ----------
    estimator : object

    Returns
    -------
    facts : dict
        Empty for everything that is no network.
    """
    if not isinstance(estimator, NeuralNetwork):
        return {}
    return {
        "network": {
            "spec": spec_to_json(estimator.spec),
            "shape": list(estimator.shape),
            "n_classes": len(estimator.classes_),
        }
    }


def dump_network(network: NeuralNetwork) -> bytes:
    """The weights of a network in the safetensors format.

    Parameters
    ----------
    network : NeuralNetwork

    Returns
    -------
    data : bytes
    """
    from safetensors.numpy import save

    return save({n: np.ascontiguousarray(w, np.float32) for n, w in network.weights.items()})


def load_network(data: bytes, manifest: dict[str, Any], *, name: str) -> NeuralNetwork:
    """The network of `dump_network`, if it is the one that the manifest describes.

    Parameters
    ----------
    data : bytes
    manifest : dict
    name : str
        The bundle's file name, for messages.

    Returns
    -------
    network : NeuralNetwork

    Raises
    ------
    BrokenBundleError
        If the bytes cannot be read, or hold other names, shapes or kinds of numbers than the
        network has, or numbers that are not finite.
    """
    from safetensors.numpy import load

    try:
        said = manifest["network"]
        spec, shape = spec_from_json(dict(said["spec"])), tuple(int(n) for n in said["shape"])
        n_classes = int(said["n_classes"])
        if not isinstance(spec, NeuralSpec) or len(shape) != 2:
            raise ValueError(f"{spec} for {shape} is no network")
        inside = 1 <= shape[0] <= _MOST_FRAMES and 1 <= shape[1] <= _MOST_VALUES
        if not inside or not 2 <= n_classes <= _MOST_CLASSES:
            raise ValueError(f"{shape} frames and {n_classes} classes")
        network = NeuralNetwork(spec, (shape[0], shape[1]), n_classes, {})
        network.weights = load(data)
        fault = _weights_fault(network)
    except (MalgyeolError, Exception) as error:  # whatever a crafted file makes the readers raise
        raise BrokenBundleError(name, _UNREADABLE, repr(error)) from error
    if fault is not None:
        raise BrokenBundleError(name, _UNREADABLE, fault)
    return network


def _weights_fault(network: NeuralNetwork) -> str | None:
    found, weights, n = network.architecture, network.weights, n_networks(network.spec)
    voters = (n,) if n > 1 else ()
    expected = {name: (*voters, *s) for name, s in {**found.weights, **found.statistics}.items()}
    if set(weights) != set(expected):
        return f"weights {sorted(set(weights) ^ set(expected))[:5]} are missing or too many"
    for name, shape in expected.items():
        held = weights[name]
        if held.dtype != np.float32 or held.shape != shape:
            return f"{name} is {held.dtype} {held.shape} instead of float32 {shape}"
        if not np.isfinite(held).all():
            return f"{name} is not finite"
    spread = [weights[n] for n in expected if n.endswith((".var", ".std"))]
    if any((values < 0).any() for values in spread) or (weights["input.std"] == 0).any():
        return "a spread is not above zero"
    return None


def network_fault(
    network: NeuralNetwork, features: FeatureSpec, *, n_features: int, n_classes: int
) -> str | None:
    """What makes a network unfit for its bundle, or None.

    Parameters
    ----------
    network : NeuralNetwork
        As `load_network` gives it.
    features : FeatureSpec
        What the bundle measures of a clip.
    n_features : int
        Numbers in a row of features.
    n_classes : int
        Classes of the label scheme.

    Returns
    -------
    fault : str or None
        In English, for the log.
    """
    if not isinstance(features, SequenceSpec) or features.shape != network.shape:
        return f"a network for {network.shape} frames on {features.kind}"
    found = network.n_features_in_, len(network.classes_)
    return size_fault(*found, n_features=n_features, n_classes=n_classes)
