"""How many, in words."""

from core.i18n import Translate

__all__ = ["clip_count"]


def clip_count(n: int, _: Translate) -> str:
    """A number of clips.

    Parameters
    ----------
    n : int
    _ : callable
        Translation.

    Returns
    -------
    text : str
        Such as ``"1 clip"`` or ``"1,200 clips"``.
    """
    return _("1 clip") if n == 1 else _("{n} clips").format(n=f"{n:,}")
