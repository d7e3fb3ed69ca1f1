"""Files that nobody means to import: what operating systems leave beside the real ones."""

from core.corpus.clip_names import name_parts

__all__ = ["is_junk"]

_JUNK = frozenset(
    {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "__macosx", "$recycle.bin"}
    | {"system volume information", "lost+found", "@eadir"}
)


def is_junk(name: str) -> bool:
    """Whether a name, or a folder on its way, is hidden or the system's own.

    Parameters
    ----------
    name : str
        Relative path.

    Returns
    -------
    junk : bool

    Examples
    --------
    >>> is_junk("__MACOSX/a/._1_1_N.wav"), is_junk(".DS_Store"), is_junk("a/1_1_N.wav")
    (True, True, False)
    """
    return any(
        part.lower() in _JUNK or (part.startswith((".", "~$")) and part.strip("."))
        for part in name_parts(name)
    )
