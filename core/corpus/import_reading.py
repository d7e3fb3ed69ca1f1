"""Reading the files of an import: several at a time, stored where asked, taken back on failure."""

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from core.corpus.catalog import Catalog
from core.corpus.import_records import HeardFile
from core.corpus.recordings import discard_unlisted
from core.corpus.records import Recording
from core.corpus.sources import SourceFile
from core.corpus.storage import recording_of
from core.errors import CatalogError, ChangedFileError, MalgyeolError

__all__ = ["Progress", "Reader"]

Progress = Callable[[int, int, float | None], None]  # done, total, seconds left

_BATCH = 16  # files between two progress reports
Wanted = tuple[SourceFile, Recording | None]  # a file, and what a preview found in it


class Reader:
    """Listens to files; a context manager that takes back what it stored when the import fails.

    Parameters
    ----------
    catalog : Catalog
    store : bool
        Whether to keep the original bytes in the catalog's store.
    ours : bool
        Whether the files come with the program: then they are decoded without a process apart.
    """

    def __init__(self, catalog: Catalog, *, store: bool, ours: bool = False):
        self._catalog, self._store, self._ours = catalog, store, ours
        self._stored: list[Recording] = []

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and self._stored:
            with contextlib.suppress(CatalogError):  # the first error is the one to hear of
                discard_unlisted(self._catalog.database, self._catalog.store, self._stored)

    def read(self, wanted: Sequence[Wanted], progress: Progress | None) -> list[HeardFile]:
        """The recording of each file, or what is wrong with it.

        Parameters
        ----------
        wanted : sequence of (SourceFile, Recording or None)
            With the recording that a preview found; a file that is another one by now is refused.
        progress : callable, optional
            Called with files done, files in all, and seconds left (None at first). An exception
            of it ends the reading.

        Returns
        -------
        heard : list of HeardFile
            In the order of ``wanted``.

        Raises
        ------
        CatalogError
            If the workspace cannot be written.
        """
        began = time.monotonic()
        done: list[HeardFile] = []
        tell = progress or (lambda *_: None)
        tell(0, len(wanted), None)
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # waits for all, also on an error
            for start in range(0, len(wanted), _BATCH):
                done += threads.map(self._read_file, wanted[start : start + _BATCH])
                left = (time.monotonic() - began) / len(done) * (len(wanted) - len(done))
                tell(len(done), len(wanted), left)
        return done

    def _read_file(self, wanted: Wanted) -> HeardFile:
        file, expected = wanted
        try:
            return HeardFile(file.name, self._read_recording(file, expected))
        except CatalogError:
            raise  # the workspace's fault, not the file's
        except MalgyeolError as refusal:
            return HeardFile(file.name, error=refusal)

    def _read_recording(self, file: SourceFile, expected: Recording | None) -> Recording:
        """The recording of a file: known by its content, or decoded; then put into the store."""
        from core.audio import content_digest

        data = file.read()
        content = content_digest(data)
        if expected is not None and content != expected.content:
            raise ChangedFileError(file.name)
        recording = expected or self._catalog.recording(content) or self._decoded(file.name, data)
        if self._store:
            self._put(recording, data)
        return recording

    def _decoded(self, name: str, data: bytes) -> Recording:
        return _recording(name, data, ours=self._ours)

    def _put(self, recording: Recording, data: bytes) -> None:
        """Store the bytes; those of a known recording too, in case that its file was lost."""
        try:
            new = self._catalog.store.put(recording.content, recording.extension, data)
        except BaseException:
            self._stored.append(recording)  # it may be there in spite of the error
            raise
        if new:
            self._stored.append(recording)


def _recording(name: str, data: bytes, *, ours: bool) -> Recording:
    from core.audio import decode, decode_apart

    sound = decode(data, name=name) if ours else decode_apart(data, name=name)
    return recording_of(sound, data)
