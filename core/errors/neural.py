"""What can be wrong with a network before it learns."""

from collections.abc import Sequence
from typing import ClassVar

from core.errors.corpora import CorpusError
from core.errors.models import ModelError
from core.i18n import N_
from core.names import ALL_FEATURES, MODELS

__all__ = ["MisfitError", "NetworkMemoryError", "FrameworkMissingError", "SequenceNormError"]


class MisfitError(ModelError):
    """A model on features that it cannot read."""

    template = N_("The model “{model}” cannot read the features “{features}”.")
    advice = N_("It reads: {fitting}.")
    named: ClassVar = {"model": MODELS, "features": ALL_FEATURES, "fitting": ALL_FEATURES}

    def __init__(self, model: str, features: str, fitting: Sequence[str]):
        super().__init__(model=model, features=features, fitting=list(fitting))


class NetworkMemoryError(ModelError):
    """A network that would need more memory than is free."""

    template = N_(
        "Learning “{model}” with these settings needs about {needed:.1f} GB of memory;"
        " {free:.1f} GB are free."
    )
    advice = N_("Choose a smaller batch or a smaller network, or close other programs.")
    named: ClassVar = {"model": MODELS}

    def __init__(self, model: str, needed: float, free: float):
        super().__init__(model=model, needed=needed, free=free)


class FrameworkMissingError(ModelError):
    """The library that networks learn with is not there; `detail` is for the log."""

    template = N_("Networks learn with JAX, and it cannot be loaded on this machine.")
    advice = N_("Run “pip install -r requirements.txt” again; all other models work without it.")

    def __init__(self, detail: str = ""):
        super().__init__(detail=detail)


class SequenceNormError(CorpusError):
    """Speaker normalisation asked for with frame sequences."""

    template = N_("Normalising each voice works with one vector a clip, not with “{features}”.")
    advice = N_("Turn it off, or choose other features, such as “{instead}”.")
    named: ClassVar = {"features": ALL_FEATURES, "instead": ALL_FEATURES}
    instead: ClassVar = "functionals"

    def __init__(self, features: str):
        super().__init__(features=features)
