"""The probabilities of a fitted estimator as an ONNX graph, operator by operator.

Each function adds what one kind of estimator computes and returns the name of its result. All of
it is single precision, as ONNX runtimes compute; the borders of trees are rounded down to it, so
that a single-precision feature falls on the same side as it does in the forest itself.
"""

from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from core.models.forest import FlatForest
from core.models.fusion import Fusion
from core.models.plain.answering import LEAST_PROBA, pair_weights
from core.models.plain.trees import LEAF
from core.models.svm import PairwiseSvm
from core.models.vote import SoftVote

__all__ = ["onnx_model"]

OPSET, OPSET_ML, IR_VERSION = 17, 3, 8  # of 2022: what runtimes in use read
ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid", "identity": "Identity"}


def onnx_model(estimator: Any, n_features: int) -> ModelProto:
    """A fitted estimator as an ONNX model.

    Parameters
    ----------
    estimator : sklearn.pipeline.Pipeline
    n_features : int

    Returns
    -------
    model : onnx.ModelProto
        Input ``features`` (n, n_features) float32, outputs ``label`` (n,) int64, the index of the
        class, and ``probabilities`` (n, n_classes) float32.

    Raises
    ------
    TypeError
        If a part of it has no form here.
    """
    graph = _Graph()
    proba = _proba(graph, estimator, "features")
    graph.add("Identity", proba, output="probabilities")
    graph.add("ArgMax", proba, output="label", axis=1, keepdims=0)
    floats, integers = TensorProto.FLOAT, TensorProto.INT64
    n_classes = len(estimator.classes_)
    made = helper.make_graph(
        graph.nodes,
        "malgyeol",
        [helper.make_tensor_value_info("features", floats, [None, n_features])],
        [
            helper.make_tensor_value_info("label", integers, [None]),
            helper.make_tensor_value_info("probabilities", floats, [None, n_classes]),
        ],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", OPSET_ML)]
    return helper.make_model(
        made, opset_imports=opsets, ir_version=IR_VERSION, producer_name="malgyeol"
    )


class _Graph:
    """Nodes and constants so far; a value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def put(self, values: Any, dtype: Any = np.float32) -> str:
        """A constant."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def add(
        self, operator: str, *inputs: str, output: str = "", domain: str = "", **settings: Any
    ) -> str:
        """A node with one output."""
        name = output or f"v{len(self.nodes)}"
        node = helper.make_node(operator, list(inputs), [name], domain=domain, **settings)
        self.nodes.append(node)
        return name

    def columns(self, x: str, start: int, end: int) -> str:
        """Some neighbouring columns."""
        bounds = [self.put([n], np.int64) for n in (start, end, 1)]
        return self.add("Slice", x, *bounds)

    def linear(self, x: str, weights: np.ndarray, offset: np.ndarray) -> str:
        """A linear function; weights (n_features, n_outputs)."""
        return self.add("Gemm", x, self.put(weights), self.put(offset))

    def softmax(self, x: str, n_outputs: int) -> str:
        """Probabilities; one output alone is that of the second of two classes."""
        if n_outputs == 1:
            x = self.linear(x, np.array([[0.0, 1.0]]), np.zeros(2))
        return self.add("Softmax", x, axis=1)


def _proba(graph: _Graph, estimator: Any, x: str) -> str:
    match estimator:
        case Pipeline():
            for _name, step in estimator.steps[:-1]:
                x = _scaled(graph, step, x)
            return _proba(graph, estimator.steps[-1][1], x)
        case LogisticRegression():
            coef = estimator.coef_
            return graph.softmax(graph.linear(x, coef.T, estimator.intercept_), len(coef))
        case MLPClassifier():
            return _perceptron(graph, estimator, x)
        case FlatForest():
            return _forest(graph, estimator, x)
        case PairwiseSvm():
            return _proba(graph, estimator.link_, _margins(graph, estimator.machines_, x))
        case SoftVote():
            return _mean(graph, [_proba(graph, e, x) for e in (estimator.logreg_, estimator.svm_)])
        case Fusion():
            return _fusion(graph, estimator, x)
    raise TypeError(type(estimator).__name__)


def _scaled(graph: _Graph, scaler: Any, x: str) -> str:
    if not isinstance(scaler, StandardScaler):
        raise TypeError(type(scaler).__name__)
    return graph.add("Div", graph.add("Sub", x, graph.put(scaler.mean_)), graph.put(scaler.scale_))


def _mean(graph: _Graph, answers: list[str]) -> str:
    return graph.add("Mean", *answers)


def _perceptron(graph: _Graph, network: Any, x: str) -> str:
    layers = list(zip(network.coefs_, network.intercepts_, strict=True))
    for weights, offset in layers[:-1]:
        x = graph.add(ACTIVATIONS[network.activation], graph.linear(x, weights, offset))
    weights, offset = layers[-1]
    return graph.softmax(graph.linear(x, weights, offset), len(offset))


def _margins(graph: _Graph, machines: SVC, x: str) -> str:
    """Signed distances to the border of each pair of classes, (n, n_pairs)."""
    vectors = np.asarray(machines.support_vectors_)
    kernel = graph.add("MatMul", x, graph.put(vectors.T))
    if machines.kernel == "rbf":  # exp(-gamma |x - v|²), the square written out
        squares = graph.add("ReduceSumSquare", x, axes=[1], keepdims=1)
        lengths = graph.put((vectors**2).sum(axis=1))
        inner = graph.add("Mul", kernel, graph.put(-2.0))
        apart = graph.add("Add", graph.add("Add", squares, lengths), inner)
        kernel = graph.add("Exp", graph.add("Mul", apart, graph.put(-machines._gamma)))
    return graph.linear(
        kernel,
        pair_weights(np.asarray(machines.dual_coef_), machines.n_support_),
        machines.intercept_,
    )


def _forest(graph: _Graph, forest: FlatForest, x: str) -> str:
    nodes = np.arange(len(forest.left_))
    tree = np.searchsorted(forest.roots_, nodes, side="right") - 1
    root, leaf = np.asarray(forest.roots_)[tree], forest.left_ == LEAF
    border = forest.border_.astype(np.float32)
    border = np.where(border > forest.border_, np.nextafter(border, np.float32(-np.inf)), border)
    n_classes = len(forest.classes_)
    leaves, classes = np.repeat(nodes[leaf], n_classes), np.tile(range(n_classes), leaf.sum())
    shares = forest.shares_[leaf].ravel() / len(forest.roots_)
    return graph.add(
        "TreeEnsembleRegressor",
        x,
        domain="ai.onnx.ml",
        n_targets=n_classes,
        nodes_treeids=tree.tolist(),
        nodes_nodeids=(nodes - root).tolist(),
        nodes_modes=["LEAF" if end else "BRANCH_LEQ" for end in leaf],
        nodes_featureids=np.where(leaf, 0, forest.feature_).tolist(),
        nodes_values=np.where(leaf, 0.0, border).astype(float).tolist(),
        nodes_truenodeids=np.where(leaf, 0, forest.left_ - root).tolist(),
        nodes_falsenodeids=np.where(leaf, 0, forest.right_ - root).tolist(),
        target_treeids=tree[leaves].tolist(),
        target_nodeids=(leaves - root[leaves]).tolist(),
        target_ids=classes.tolist(),
        target_weights=shares.astype(float).tolist(),
    )


def _fusion(graph: _Graph, fusion: Fusion, x: str) -> str:
    ends = np.cumsum(fusion.widths)
    answers = []
    for member, end, width in zip(fusion.members, ends, fusion.widths, strict=True):
        answer = _proba(graph, member, graph.columns(x, int(end - width), int(end)))
        kept = np.searchsorted(member.classes_, fusion.classes_)
        answers.append(graph.add("Gather", answer, graph.put(kept, np.int64), axis=1))
    if fusion.link is None:
        return _mean(graph, answers)
    least = graph.put(LEAST_PROBA)
    evidence = [graph.add("Log", graph.add("Max", answer, least)) for answer in answers]
    return _proba(graph, fusion.link, graph.add("Concat", *evidence, axis=1))
