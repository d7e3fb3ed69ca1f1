"""What can keep features from being measured."""

from typing import ClassVar

from core.errors.base import MalgyeolError
from core.i18n import N_
from core.names import FEATURES

__all__ = ["FeaturesUnavailableError"]


class FeaturesUnavailableError(MalgyeolError):
    """A feature set that needs something which is not on this machine."""

    template = N_("The features “{features}” cannot be measured here: {reason}.")
    advice = N_("{fix} Or choose other features, such as “{instead}”.")
    translated = ("reason", "fix")
    named: ClassVar = {"features": FEATURES, "instead": FEATURES}
    instead: ClassVar = "functionals"

    def __init__(self, features: str, reason: str, fix: str):
        super().__init__(features=features, reason=reason, fix=fix)
