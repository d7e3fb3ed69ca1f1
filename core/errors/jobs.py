"""What can happen to a run."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "JobError",
]


class JobError(MalgyeolError):
    """A training run that ended without a result."""

    template = N_("The run {job} ended without a result: {reason}.")
    advice = N_("Models saved before are untouched. Start it again.")
    translated = ("reason",)

    def __init__(self, job: str, reason: str):
        super().__init__(job=job, reason=reason)
