"""Many trees that vote, kept as plain arrays.

The trees are grown by scikit-learn. What is kept of them are six arrays, so that a bundle holds
no tree of scikit-learn's: those are read by native code that trusts every number, and a forest
of them is some six hundred objects in one file.
"""

from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from core.models.plain.trees import LEAF, trees_proba
from core.models.probabilistic import ProbabilisticClassifier

__all__ = ["FlatForest"]


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
        return trees_proba(self, X)

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
