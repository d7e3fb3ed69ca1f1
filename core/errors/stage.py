"""What can be wrong with a show and with what a room is asked."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "NoRoundError",
    "ShowFileError",
    "StageError",
    "VotePlaceError",
]


class StageError(MalgyeolError):
    """Something about a show that cannot be as it was asked for."""


class ShowFileError(StageError):
    """A file that is not a show."""

    template = N_("{name} is not a show: {reason}.")
    advice = N_("Open a file that was saved on the stage page; the show in hand stays as it is.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str):
        super().__init__(name=name, reason=reason)


class VotePlaceError(StageError):
    """No port to take votes on."""

    template = N_("Votes cannot be taken at port {port}.")
    advice = N_("Close what uses it, or go on with hands: press the number of what the room says.")

    def __init__(self, port: int):
        super().__init__(port=port)


class NoRoundError(StageError):
    """Somebody asks for a round while none is open, or another presenter has it."""

    template = N_("The phones are in another presenter's hands.")
    advice = N_("Press V once more to take them over; the votes of the round so far are lost then.")
