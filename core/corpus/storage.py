"""Original bytes on disk: whole or not there at all, under names made from their content.

Conventions
-----------
A file appears by ``os.replace`` after its bytes are on disk, in ``audio/ab/ab12….wav`` with the
SHA-256 of its content; the catalog's row is written afterwards. So a crash leaves at most a
temporary file or a file without a row, and `core.corpus.sweep` puts both right.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.corpus.records import Recording
from core.files import write_atomically

if TYPE_CHECKING:
    from core.audio import Sound

__all__ = ["AudioStore", "extension_of_format", "recording_of"]


def extension_of_format(sound_format: str) -> str:
    """The file extension for a format as `core.audio` names it; nothing a user wrote is in it.

    Parameters
    ----------
    sound_format : str
        For example ``"WAV/PCM_16"``.

    Returns
    -------
    extension : str

    Examples
    --------
    >>> extension_of_format("M4A/AAC")
    'm4a'
    """
    kind = re.sub(r"[^a-z0-9]", "", sound_format.split("/")[0].lower())[:8]
    return kind or "bin"


def recording_of(sound: "Sound", data: bytes) -> Recording:
    """The record of some bytes and what they decode to.

    Parameters
    ----------
    sound : Sound
    data : bytes

    Returns
    -------
    recording : Recording
    """
    return Recording(
        content=sound.content,
        extension=extension_of_format(sound.format),
        size=len(data),
        duration=sound.duration,
        source_sr=sound.source_sr,
        source_channels=sound.source_channels,
        format=sound.format,
        flags=sound.flags,
    )


class AudioStore:
    """The folder of original recordings.

    Parameters
    ----------
    folder : Path
        Made on first use.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, content: str, extension: str) -> Path:
        """Where a content lies, whether it is there or not.

        Parameters
        ----------
        content : str
            SHA-256 in hexadecimal.
        extension : str

        Returns
        -------
        path : Path
        """
        return self.folder / content[:2] / f"{content}.{extension}"

    def put(self, content: str, extension: str, data: bytes) -> bool:
        """Keep some bytes under their content.

        Parameters
        ----------
        content : str
            SHA-256 of ``data``.
        extension : str
        data : bytes

        Returns
        -------
        new : bool
            False when they were there already.

        Raises
        ------
        DiskFullError
            If there is no room left.
        """
        path = self.path(content, extension)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size == len(data):
                os.utime(path)  # young again, so that no sweep takes it before its row is there
                return False
        write_atomically(path, data)
        return True

    def files(self) -> Iterator[os.DirEntry[str]]:
        """Every file of the store, temporary ones included.

        Yields
        ------
        entry : os.DirEntry
        """
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as shelves:
            folders = [shelf.path for shelf in shelves if shelf.is_dir(follow_symlinks=False)]
        for folder in sorted(folders):
            with os.scandir(folder) as entries:
                yield from (entry for entry in entries if entry.is_file(follow_symlinks=False))
