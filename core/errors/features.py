"""What can keep features from being measured."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = ["FeaturesUnavailableError"]


class FeaturesUnavailableError(MalgyeolError):
    """A feature set that needs something which is not on this machine."""

    template = N_("The features “{features}” cannot be measured here: {reason}.")
    advice = N_("{fix} Or choose other features, such as functionals.")
    translated = ("reason", "fix")

    def __init__(self, features: str, reason: str, fix: str):
        super().__init__(features=features, reason=reason, fix=fix)
