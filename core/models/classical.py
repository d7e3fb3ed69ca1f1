"""From the spec of a model to the scikit-learn pipeline that learns it.

Conventions
-----------
`X` is ``(n, n_features)`` float, `y` holds class indices of the label scheme. Every pipeline
ends in a classifier with `predict_proba`; its columns follow ``classes_``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.settings import ClassicalSpec, ForestSpec, LogregSpec, MlpSpec, SvmSpec, VoteSpec

__all__ = ["balanced_weights", "build", "epoch_trainer", "fit"]


def build(spec: ClassicalSpec, *, class_weight: bool, seed: int) -> Any:
    """The pipeline of a spec, not yet fitted.

    Parameters
    ----------
    spec : ClassicalSpec
    class_weight : bool
        Whether rare classes weigh as much as frequent ones. An MLP takes weights only while it
        learns, from `EpochTrainer`.
    seed : int
        Decides everything random.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
        A scaler if the spec wants one, then the classifier, named by the spec's kind.

    Raises
    ------
    TypeError
        If the spec is of no kind known here.
    """
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = _classifier(spec, "balanced" if class_weight else None, seed)
    scaler = [("scaler", StandardScaler())] if getattr(spec, "standardise", False) else []
    return Pipeline([*scaler, (spec.kind, classifier)])


def _classifier(spec: ClassicalSpec, class_weight: str | None, seed: int) -> Any:
    match spec:
        case SvmSpec():
            from core.models.svm import PairwiseSvm

            return PairwiseSvm(spec.C, spec.kernel, spec.gamma or "scale", class_weight)
        case LogregSpec():
            from sklearn.linear_model import LogisticRegression

            return LogisticRegression(
                C=spec.C, max_iter=spec.max_iter, class_weight=class_weight, random_state=seed
            )
        case VoteSpec():
            from core.models.vote import SoftVote

            members = (
                LogregSpec(C=spec.C_logreg),
                SvmSpec(kernel=spec.kernel, C=spec.C_svm, gamma=spec.gamma),
            )
            return SoftVote(*(_classifier(member, class_weight, seed) for member in members))
        case ForestSpec():
            from core.models.forest import FlatForest

            return FlatForest(
                n_trees=spec.n_trees,
                method=spec.method,
                max_depth=spec.max_depth,
                min_samples_leaf=spec.min_samples_leaf,
                class_weight=class_weight,
                random_state=seed,
            )
        case MlpSpec():
            return _perceptron(spec, seed)
    raise TypeError(f"No model is known for {type(spec).__name__}.")


def _perceptron(spec: MlpSpec, seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        hidden_layer_sizes=spec.hidden_layer_sizes,
        activation=spec.activation,
        alpha=spec.alpha,
        learning_rate_init=spec.learning_rate_init,
        batch_size=spec.batch_size,
        max_iter=spec.max_epochs,
        early_stopping=spec.early_stopping,
        n_iter_no_change=spec.patience,
        tol=spec.tol,
        solver=spec.solver,
        momentum=spec.momentum,
        beta_1=spec.beta_1,
        random_state=seed,
    )


def fit(
    spec: ClassicalSpec,
    X: np.ndarray,
    y: np.ndarray,
    *,
    n_classes: int,
    class_weight: bool,
    seed: int,
    groups: Sequence | np.ndarray | None = None,
    widths: Sequence[int] = (),
    fuse: str = "mean",
) -> Any:
    """The fitted pipeline of a spec, whichever way its kind learns.

    Parameters
    ----------
    spec : ClassicalSpec
    X : np.ndarray [shape=(n, n_features)]
    y : np.ndarray of int [shape=(n,)]
        Class indices.
    n_classes : int
        Classes of the label scheme.
    class_weight : bool
        Whether rare classes weigh as much as frequent ones.
    seed : int
    groups : sequence, optional [shape=(n,)]
        Speakers, kept apart wherever a part is held out inside the training set.
    widths : sequence of int
        Columns of each feature set, where there are several: then each is learnt for itself.
    fuse : str
        How the answers of several are joined: ``"mean"``, or ``"stack"``, where a regression
        learns from folds inside the training set how much each counts.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline

    Raises
    ------
    TrainingDivergedError
        If the weights of an MLP run away.
    """
    if isinstance(spec, MlpSpec):
        trainer = epoch_trainer(
            spec,
            X,
            y,
            n_classes=n_classes,
            class_weight=class_weight,
            seed=seed,
            groups=groups,
            widths=widths,
            fuse=fuse,
        )
        while not trainer.done:
            trainer.step()
        return trainer.estimator
    if len(widths) > 1:
        from core.models.fusion_fit import fit_fused

        return fit_fused(
            spec,
            X,
            y,
            widths=widths,
            fuse=fuse,
            n_classes=n_classes,
            class_weight=class_weight,
            seed=seed,
            groups=groups,
        )
    pipeline = build(spec, class_weight=class_weight, seed=seed)
    takes_groups = isinstance(spec, SvmSpec | VoteSpec)
    extra = {f"{spec.kind}__groups": groups} if takes_groups else {}
    return pipeline.fit(np.asarray(X, dtype=np.float64), y, **extra)


def epoch_trainer(
    spec: MlpSpec,
    X: np.ndarray,
    y: np.ndarray,
    *,
    n_classes: int,
    class_weight: bool,
    seed: int,
    groups: Sequence | np.ndarray | None = None,
    held_back: np.ndarray | None = None,
    widths: Sequence[int] = (),
    fuse: str = "mean",
) -> Any:
    """What trains an MLP, or an MLP for each of several feature sets, epoch by epoch.

    Parameters
    ----------
    spec, X, y, n_classes, class_weight, seed, groups, widths, fuse
        As in `fit`.
    held_back : np.ndarray of bool, optional [shape=(n,)]
        Rows to stop by and not to learn from.

    Returns
    -------
    trainer : EpochTrainer or FusedTrainer
        Both have ``step()``, ``done``, ``epoch`` and ``estimator``.
    """
    shared: dict[str, Any] = {
        "n_classes": n_classes,
        "class_weight": class_weight,
        "seed": seed,
        "groups": groups,
        "held_back": held_back,
    }
    if len(widths) > 1:
        from core.models.fusion_fit import FusedTrainer

        return FusedTrainer(spec, X, y, widths=widths, fuse=fuse, **shared)
    from core.models.mlp import EpochTrainer

    return EpochTrainer(spec, X, y, **shared)


def balanced_weights(y: np.ndarray) -> np.ndarray:
    """A weight for each utterance, so that every class weighs the same.

    Parameters
    ----------
    y : np.ndarray of int [shape=(n,)]
        Class indices.

    Returns
    -------
    weights : np.ndarray [shape=(n,)]
        Their mean is 1.

    Examples
    --------
    >>> balanced_weights(np.array([0, 0, 0, 1])).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    counts = np.bincount(y)
    return len(y) / ((counts > 0).sum() * counts[y])
