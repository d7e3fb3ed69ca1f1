"""What can keep a model from getting to know a guest's voice."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = ["GuestError", "NoGuestModelError", "OtherModelsGuestError", "TooFewGuestClipsError"]


class GuestError(MalgyeolError):
    """A guest whose voice cannot be met; the plain model answers as before."""


class NoGuestModelError(GuestError):
    """A model that learnt nothing of voices set against themselves."""

    template = N_("The model “{model}” cannot get to know a voice.")
    advice = N_(
        "Choose the shipped model, or train one on voices that were each recorded in several"
        " emotions, held out by voice."
    )

    def __init__(self, model: str):
        super().__init__(model=model)


class TooFewGuestClipsError(GuestError):
    """Too few usable clips of a guest."""

    template = N_("{found} clips with a voice in them are too few to get to know it.")
    advice = N_("{needed} are needed; 8 in mixed emotions help most. Speak up and try again.")

    def __init__(self, found: int, needed: int):
        super().__init__(found=found, needed=needed)


class OtherModelsGuestError(GuestError):
    """A voice that another model got to know."""

    template = N_("The voice was met by the model “{voice_model}”, not by “{model}”.")
    advice = N_("Get to know the voice again with this model; the clips may be the same.")

    def __init__(self, voice_model: str, model: str):
        super().__init__(voice_model=voice_model, model=model)
