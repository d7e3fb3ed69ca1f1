"""Trees kept as plain arrays: how they answer, and what makes them no trees."""

from typing import Any, Protocol

import numpy as np

__all__ = ["LEAF", "Trees", "forest_fault", "trees_proba"]

LEAF = -1  # the children of a leaf


class Trees(Protocol):
    """The arrays of a forest: its nodes one tree after the other, children by their index."""

    roots_: np.ndarray  # (n_trees,) int32
    left_: np.ndarray  # (n_nodes,) int32, LEAF where a way ends
    right_: np.ndarray  # (n_nodes,) int32
    feature_: np.ndarray  # (n_nodes,) int32
    border_: np.ndarray  # (n_nodes,) float64; at most this goes left
    shares_: np.ndarray  # (n_nodes, n_classes) float32


def trees_proba(trees: Trees, X: np.ndarray) -> np.ndarray:
    """The mean over the trees of the shares of the classes in a row's leaf.

    Parameters
    ----------
    trees : Trees
        Without a `forest_fault`.
    X : np.ndarray [shape=(n, n_features)]

    Returns
    -------
    proba : np.ndarray [shape=(n, n_classes)]
    """
    values = X.astype(np.float32)  # what the trees were grown on
    proba = np.zeros((len(values), trees.shares_.shape[1]))
    for root in trees.roots_:
        proba += trees.shares_[_leaves(trees, values, root)]
    return proba / proba.sum(axis=1, keepdims=True)


def _leaves(trees: Trees, X: np.ndarray, root: int) -> np.ndarray:
    """The leaf of one tree that each row comes to, (n,); all rows go down in step."""
    node = np.full(len(X), root)
    inside = np.flatnonzero(trees.left_[node] != LEAF)
    while inside.size:
        here = node[inside]
        goes_left = X[inside, trees.feature_[here]] <= trees.border_[here]
        node[inside] = np.where(goes_left, trees.left_[here], trees.right_[here])
        inside = inside[trees.left_[node[inside]] != LEAF]
    return node


def forest_fault(forest: Trees, *, n_features: int, n_classes: int) -> str | None:
    """What makes the arrays of a forest no forest, or None.

    Children must lie behind their parent: then every way down ends.

    Parameters
    ----------
    forest : Trees
    n_features, n_classes : int

    Returns
    -------
    fault : str or None
        In English, for the log.
    """
    n_nodes = len(forest.left_)
    expected: dict[str, tuple[str, tuple[int, ...]]] = {
        "left_": ("int32", (n_nodes,)),
        "right_": ("int32", (n_nodes,)),
        "feature_": ("int32", (n_nodes,)),
        "border_": ("float64", (n_nodes,)),
        "shares_": ("float32", (n_nodes, n_classes)),
        "roots_": ("int32", (len(forest.roots_),)),
    }
    for name, (dtype, shape) in expected.items():
        found = getattr(forest, name)
        if str(found.dtype) != dtype or found.shape != shape:
            return f"{name} is {found.dtype} {found.shape} instead of {dtype} {shape}"
    if not len(forest.roots_) or not _within(forest.roots_, 0, n_nodes):
        return "its trees begin outside its nodes"
    inner = np.flatnonzero(forest.left_ != LEAF)
    for name in ("left_", "right_"):
        if not _within(getattr(forest, name)[inner], inner + 1, n_nodes):
            return f"{name} leads back, or outside its nodes"
    if not _within(forest.feature_[inner], 0, n_features):
        return "it asks for features that there are not"
    shares = forest.shares_
    if not (shares >= 0).all() or not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
        return "its leaves do not hold probabilities"
    return None


def _within(numbers: np.ndarray, low: Any, end: int) -> bool:
    return bool(((numbers >= low) & (numbers < end)).all())
