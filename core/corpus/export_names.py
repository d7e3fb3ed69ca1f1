"""What an exported clip is called: a name that reads back to exactly its labels, or a plain number.

Conventions
-----------
``{sentence}_{speaker}_{emotion}`` as the original team named its files, with ``-2`` behind it for
a second take. Where such a name would say something else than the catalog does (a part is not
known, a voice's name holds ``_``) or is no file name everywhere, the clip is ``clip-{id}``, and
only the manifest says what is known of it.
"""

import re
import unicodedata
from collections.abc import Iterable

from core.corpus.conventions import original
from core.corpus.records import Utterance
from core.emotions import emotion

__all__ = ["export_names"]

MAX_BYTES = 200  # of a stem; file systems allow 255 for the whole name
# Letters, digits and the few signs that are harmless on every system, in every shell and zip.
_HARMLESS = re.compile(r"[\w .,()+~!'가-힣-]*")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def export_names(clips: Iterable[tuple[Utterance, str]]) -> dict[int, str]:
    """A file name for each clip, no two alike even where case does not count.

    Parameters
    ----------
    clips : iterable of (Utterance, str)
        With the extension of the file that is written.

    Returns
    -------
    names : dict of int to str
        By the utterance's id.
    """
    taken: set[str] = set()
    names = {}
    for clip, extension in clips:
        name = _original_name(clip, extension, taken) or f"clip-{clip.id}.{extension}"
        taken.add(_key(name))
        names[clip.id] = name
    return names


def _original_name(clip: Utterance, extension: str, taken: set[str]) -> str | None:
    """The name in the original naming, of the first take that is free; None where it would lie."""
    if clip.sentence is None or clip.speaker is None or clip.emotion is None:
        return None
    stem = f"{clip.sentence}_{clip.speaker}_{emotion(clip.emotion).code}"
    take = max(clip.take, 1)
    while True:
        name = stem + (f"-{take}" if take > 1 else "") + f".{extension}"
        if _key(name) not in taken:
            return name if _says(name, clip) else None
        take += 1


def _says(name: str, clip: Utterance) -> bool:
    """Whether a name is one everywhere, and reads back to the clip's labels."""
    stem = name.rpartition(".")[0]
    if len(name.encode()) > MAX_BYTES or not _HARMLESS.fullmatch(stem):
        return False
    if stem != stem.strip(" .-'~") or _RESERVED.fullmatch(stem):
        return False
    parsed = original.parse_name(name)
    labels = (clip.sentence, clip.speaker, clip.emotion)
    return parsed is not None and (parsed.sentence, parsed.speaker, parsed.emotion) == labels


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
