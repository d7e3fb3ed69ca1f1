"""What can be wrong with a model or with learning one."""

from collections.abc import Sequence
from typing import ClassVar

from core.errors.base import MalgyeolError
from core.i18n import N_
from core.names import FEATURES

__all__ = [
    "LearningMemoryError",
    "ModelError",
    "UnknownModelError",
    "BrokenBundleError",
    "UnsafeModelError",
    "UnusableModelNameError",
    "TrainingDivergedError",
    "NotExplainableError",
]


class ModelError(MalgyeolError):
    """A model that cannot be used."""


class UnknownModelError(ModelError):
    """A model name that is not there."""

    template = N_("There is no model “{model}”.")
    advice = N_("Known are: {known}.")

    def __init__(self, model: str, known: Sequence[str]):
        super().__init__(model=model, known=", ".join(known) or "–")


class BrokenBundleError(ModelError):
    """A model file whose content is not what its manifest promises; `detail` is for the log."""

    template = N_("The model file “{name}” cannot be trusted: {reason}.")
    advice = N_("Nothing of it was loaded. Get it again from where it came.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str, detail: str = ""):
        super().__init__(name=name, reason=reason, detail=detail)


class UnsafeModelError(ModelError):
    """A model file that could run code or holds foreign types; `detail` is for the log."""

    template = N_("The model file “{name}” was refused: {reason}.")
    advice = N_("Only Malgyeol's own bundles (.malgyeol) are opened; pickles never are.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str, detail: str = ""):
        super().__init__(name=name, reason=reason, detail=detail)


class UnusableModelNameError(ModelError):
    """A name that cannot become a model's file name."""

    template = N_("“{found}” cannot be the name of a model.")
    advice = N_("Use up to {limit} letters, digits, spaces, and the signs - _ and dot.")

    def __init__(self, found: str, limit: int):
        super().__init__(found=found, limit=limit)


class TrainingDivergedError(ModelError):
    """A network whose loss or weights ran away."""

    template = N_("The training ran away in epoch {epoch}: its loss is no longer a number.")
    advice = N_("Lower the learning rate, or standardise the features.")

    def __init__(self, epoch: int):
        super().__init__(epoch=epoch)


class NotExplainableError(ModelError):
    """A model of which nobody can say which descriptors spoke for its answer."""

    template = N_("“{model}” does not say which descriptors its answer comes from.")
    advice = N_("Choose a model with standardised features, such as “{instead}”.")
    named: ClassVar = {"instead": FEATURES}
    instead: ClassVar = "functionals"

    def __init__(self, model: str):
        super().__init__(model=model)


class LearningMemoryError(ModelError):
    """A run whose clips would not fit into memory."""

    template = N_(
        "Learning from {n} clips with these settings needs about {needed:.1f} GB of memory;"
        " {free:.1f} GB are free."
    )
    advice = N_("Choose fewer folds, copies or features, or close other programs.")

    def __init__(self, n: int, needed: float, free: float):
        super().__init__(n=n, needed=needed, free=free)
