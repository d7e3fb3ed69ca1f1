"""Many trees that vote, kept as plain arrays.

The trees are grown by scikit-learn. What is kept of them are six arrays, so that a bundle holds
no tree of scikit-learn's: those are read by native code that trusts every number, and a forest
of them is some six hundred objects in one file.
"""

from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from core.models.probabilistic import ProbabilisticClassifier

__all__ = ["FlatForest", "forest_fault"]

LEAF = -1  # the children of a leaf


class FlatForest(ProbabilisticClassifier):
    """A random forest or extra trees; the probability is the mean over the trees.

    Parameters
    ----------
    n_trees : int
    method : str
        ``"extra trees"`` draws borders at random, ``"random forest"`` draws clips.
    max_depth : int
        Questions from root to leaf at most; 0 means without limit.
    min_samples_leaf : int
        Clips in a leaf at least.
    class_weight : str or None
        ``"balanced"`` lets every class weigh the same.
    random_state : int
    """

    def __init__(
        self,
        n_trees: int = 200,
        method: str = "extra trees",
        max_depth: int = 0,
        min_samples_leaf: int = 1,
        class_weight: str | None = None,
        random_state: int = 0,
    ):
        self.n_trees = n_trees
        self.method = method
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "FlatForest":
        """Grow the trees.

        Parameters
        ----------
        X : array [shape=(n, n_features)]
        y : array of int [shape=(n,)]
            Class indices.

        Returns
        -------
        self : FlatForest
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        grown = self._scikit_learn().fit(X, y)
        self.classes_ = grown.classes_
        trees = [tree.tree_ for tree in grown.estimators_]
        self.roots_ = np.cumsum([0, *(t.node_count for t in trees[:-1])]).astype(np.int32)
        pairs = list(zip(self.roots_, trees, strict=True))
        self.left_ = np.concatenate([_shifted(t.children_left, root) for root, t in pairs])
        self.right_ = np.concatenate([_shifted(t.children_right, root) for root, t in pairs])
        self.feature_ = np.concatenate([t.feature for t in trees]).astype(np.int32)
        self.border_ = np.concatenate([t.threshold for t in trees])
        shares = np.concatenate([t.value[:, 0, :] for t in trees])
        self.shares_ = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
        return self

    def _proba(self, X: np.ndarray) -> np.ndarray:
        values = X.astype(np.float32)  # what the trees were grown on
        proba = np.zeros((len(values), len(self.classes_)))
        for root in self.roots_:
            proba += self.shares_[self._leaves(values, root)]
        return proba / proba.sum(axis=1, keepdims=True)

    def _leaves(self, X: np.ndarray, root: int) -> np.ndarray:
        """The leaf of one tree that each row comes to, (n,); all rows go down in step."""
        node = np.full(len(X), root)
        inside = np.flatnonzero(self.left_[node] != LEAF)
        while inside.size:
            here = node[inside]
            goes_left = X[inside, self.feature_[here]] <= self.border_[here]
            node[inside] = np.where(goes_left, self.left_[here], self.right_[here])
            inside = inside[self.left_[node[inside]] != LEAF]
        return node

    def _scikit_learn(self) -> Any:
        from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

        kinds = {"extra trees": ExtraTreesClassifier, "random forest": RandomForestClassifier}
        return kinds[self.method](
            n_estimators=self.n_trees,
            max_depth=self.max_depth or None,
            min_samples_leaf=self.min_samples_leaf,
            class_weight=self.class_weight,
            random_state=self.random_state,
        )


def _shifted(children: np.ndarray, root: int) -> np.ndarray:
    return np.where(children == LEAF, LEAF, children + root).astype(np.int32)


def forest_fault(forest: FlatForest, *, n_features: int, n_classes: int) -> str | None:
    """What makes the arrays of a forest no forest, or None.

    Children must lie behind their parent: then every way down ends.

    Parameters
    ----------
    forest : FlatForest
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
