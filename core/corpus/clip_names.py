"""What a clip's file name is made of: path parts, stem and extension, always in NFC.

Conventions
-----------
A *name* is the path of a clip relative to what was imported. macOS stores Hangul decomposed (NFD),
Windows writes backslashes; both are put right here, before anything reads a name.
"""

import unicodedata

__all__ = ["AUDIO_EXTENSIONS", "clip_stem", "is_audio_name", "name_parts", "nfc_path"]

# What `core.audio.decode` reads, by the endings that such files usually carry.
AUDIO_EXTENSIONS: frozenset[str] = frozenset(
    {"wav", "wave", "w64", "rf64", "aif", "aiff", "aifc", "flac", "mp3", "ogg", "oga", "opus"}
    | {"m4a", "mp4", "aac", "webm", "weba", "amr", "3gp", "3gpp"}
)


def nfc_path(name: str) -> str:
    r"""The name in NFC with forward slashes; nothing else is changed.

    Parameters
    ----------
    name : str
        File name or relative path, with either slash.

    Returns
    -------
    name : str

    Examples
    --------
    >>> nfc_path(r"clips\1_1_N.wav")
    'clips/1_1_N.wav'
    """
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def name_parts(name: str) -> tuple[str, ...]:
    r"""The folders and the file of a name, without empty parts and ``.``.

    Invisible characters (control, zero-width and direction marks) are left out: two speakers must
    not differ by something that nobody can see.

    Parameters
    ----------
    name : str
        File name or relative path, with either slash.

    Returns
    -------
    parts : tuple of str
        In NFC, stripped of surrounding blanks.

    Examples
    --------
    >>> name_parts(r"a\b/./1_1_N.wav")
    ('a', 'b', '1_1_N.wav')
    """
    visible = nfc_path(name)
    if not visible.isprintable():  # asked first because it is fast, and nearly always true
        visible = "".join(c for c in visible if unicodedata.category(c) not in {"Cc", "Cf"})
    parts = (part.strip() for part in visible.split("/"))
    return tuple(part for part in parts if part not in {"", "."})


def clip_stem(name: str) -> str:
    """The file's own name without folders and without a sound file's extension.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    stem : str
        Empty when there is no name. An ending that is no sound file's stays.

    Examples
    --------
    >>> clip_stem("day1/10_6_A.WAV"), clip_stem("notes.txt")
    ('10_6_A', 'notes.txt')
    """
    parts = name_parts(name)
    if not parts:
        return ""
    stem, dot, extension = parts[-1].rpartition(".")
    return stem.strip() if dot and extension.lower() in AUDIO_EXTENSIONS else parts[-1]


def is_audio_name(name: str) -> bool:
    """Whether a name ends as sound files do.

    Parameters
    ----------
    name : str
        File name or relative path.

    Returns
    -------
    is_audio : bool
        A hint only; the content decides in `core.audio.decode`.
    """
    parts = name_parts(name)
    return (
        bool(parts)
        and parts[-1].rpartition(".")[2].lower() in AUDIO_EXTENSIONS
        and "." in parts[-1]
    )
