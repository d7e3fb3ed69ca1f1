"""What the flags of a clip mean, in plain words."""

from collections.abc import Iterable

from core.i18n import N_, Translate

__all__ = ["flag_captions"]

FLAG_CAPTIONS = {
    "truncated": N_("the file ends early"),
    "narrow-band": N_("telephone bandwidth"),
    "antiphase": N_("the two channels cancel each other; the first is used"),
    "clipped": N_("clipped: too loud when recorded"),
    "dc": N_("shifted off zero"),
    "silent": N_("silence"),
    "over-full-scale": N_("louder than full scale"),
}


def flag_captions(flags: Iterable[str], translate: Translate) -> dict[str, str]:
    """Captions of flags; one without words of its own is shown as it is.

    Parameters
    ----------
    flags : iterable of str
    translate : callable

    Returns
    -------
    captions : dict of str to str
        By flag, in the order given.
    """
    _ = translate
    return {flag: _(FLAG_CAPTIONS.get(flag, flag)) for flag in flags}
