"""What can be wrong with opening the app to others."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = ["PasswordMissingError", "PasswordTooShortError"]


class PasswordMissingError(MalgyeolError):
    """An app that is to be opened to a network without a password."""

    template = N_("Others on the network could do everything here; a password is needed.")
    advice = N_("Set one: python -m core serve --lan --set-password, or MALGYEOL_PASSWORD.")


class PasswordTooShortError(MalgyeolError):
    """A password that is guessed too soon."""

    template = N_("The password has {found} characters; at least {needed} are needed.")
    advice = N_("Three random words are easy to remember and hard to guess.")

    def __init__(self, found: int, needed: int):
        super().__init__(found=found, needed=needed)
