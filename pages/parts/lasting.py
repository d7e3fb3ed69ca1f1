"""How long something takes, in words: tenths where it is short, minutes where it is long."""

from core.i18n import Translate

__all__ = ["lasting"]

_A_WHILE = 100  # s; from here on minutes say more


def lasting(seconds: float, _: Translate) -> str:
    """A length of time in the reader's words.

    Parameters
    ----------
    seconds : float
    _ : callable
        Translation.

    Returns
    -------
    text : str
        Such as ``"0.4 s"``, ``"36 s"`` or ``"24 min"``.
    """
    if seconds < 1:
        return _("{n:.1f} s").format(n=seconds)
    if seconds < _A_WHILE:
        return _("{n:.0f} s").format(n=seconds)
    return _("{n:.0f} min").format(n=seconds / 60)
