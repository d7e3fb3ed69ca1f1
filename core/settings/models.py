"""The models of one feature vector per clip, and their knobs."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import Spec, knob

__all__ = [
    "ModelSpec",
    "ClassicalSpec",
    "MlpSpec",
    "ORIGINAL_MLP",
    "SvmSpec",
    "LogregSpec",
    "ForestSpec",
    "VoteSpec",
]


@dataclass(frozen=True)
class ModelSpec(Spec):
    """Base of the model specs; `kind` names the model on the command line."""


@dataclass(frozen=True)
class ClassicalSpec(ModelSpec):
    """Base of the specs of scikit-learn models on one feature vector per clip."""


@dataclass(frozen=True)
class MlpSpec(ClassicalSpec):
    """A multilayer perceptron, trained epoch by epoch."""

    kind: ClassVar[str] = "mlp"
    hidden_layer_sizes: tuple[int, ...] = knob((128, 128), low=1, high=1024)
    activation: str = knob("relu", choices=("relu", "tanh", "logistic", "identity"))
    alpha: float = knob(1.0, low=0.0, high=100.0, log=True)  # L2 penalty
    learning_rate_init: float = knob(1e-3, low=1e-5, high=1.0, log=True)
    batch_size: int = knob(200, low=1, high=1024)  # utterances; never more than there are
    max_epochs: int = knob(200, low=1, high=2000)
    early_stopping: bool = knob(False, choices=(False, True))
    patience: int = knob(10, low=1, high=200)  # epochs without improvement
    tol: float = knob(1e-4, low=0.0, high=1.0)  # least improvement that counts
    standardise: bool = knob(True, choices=(True, False))
    solver: str = knob("adam", choices=("adam", "sgd"))
    momentum: float = knob(0.9, choices=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99))  # of sgd
    # Of adam: how long it remembers which way it went.
    beta_1: float = knob(0.9, choices=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99))


# The original's classifier: scikit-learn's defaults of its day, no standardisation, 1000 epochs
# at most. Stops when the training loss stands still, as scikit-learn does.
ORIGINAL_MLP = MlpSpec(alpha=1e-4, max_epochs=1000, standardise=False)


@dataclass(frozen=True)
class SvmSpec(ClassicalSpec):
    """A support vector machine."""

    kind: ClassVar[str] = "svm"
    kernel: str = knob("rbf", choices=("rbf", "linear"))
    C: float = knob(10.0, low=1e-4, high=1e4, log=True)
    gamma: float = knob(0.0, low=0.0, high=10.0)  # 0 means 1 / (n_features * variance)
    standardise: bool = knob(True, choices=(True, False))


@dataclass(frozen=True)
class LogregSpec(ClassicalSpec):
    """Multinomial logistic regression."""

    kind: ClassVar[str] = "logreg"
    C: float = knob(0.01, low=1e-5, high=1e3, log=True)
    max_iter: int = knob(1000, low=10, high=10_000)
    standardise: bool = knob(True, choices=(True, False))


@dataclass(frozen=True)
class ForestSpec(ClassicalSpec):
    """Many decision trees that vote."""

    kind: ClassVar[str] = "forest"
    method: str = knob("extra trees", choices=("extra trees", "random forest"))
    n_trees: int = knob(200, low=10, high=500)
    max_depth: int = knob(0, low=0, high=50)  # questions to a leaf; 0 means without limit
    min_samples_leaf: int = knob(1, low=1, high=50)  # utterances


@dataclass(frozen=True)
class VoteSpec(ClassicalSpec):
    """The mean of what a logistic regression and a support vector machine hold probable."""

    kind: ClassVar[str] = "vote"
    C_logreg: float = knob(0.01, low=1e-5, high=1e3, log=True)
    C_svm: float = knob(10.0, low=1e-4, high=1e4, log=True)
    kernel: str = knob("rbf", choices=("rbf", "linear"))
    gamma: float = knob(0.0, low=0.0, high=10.0)  # 0 means 1 / (n_features * variance)
    standardise: bool = knob(True, choices=(True, False))
