"""A writer to be killed: stores clip after clip and says which ones are safe."""

import os
from multiprocessing.connection import Connection

from core.corpus import Catalog
from core.corpus.records import NewUtterance
from core.settings import Workspace
from tests.corpus.builders import FACTS, recording

LINE = 65  # bytes of a confirmation: a content and a line break


def write_for_ever(place: Workspace, size: int, safe: Connection) -> None:
    """Add clips of ``size`` random bytes; each line on ``safe`` is one that was confirmed."""
    with Catalog(place) as catalog:
        while True:
            data = os.urandom(size)
            clip = recording(data)
            catalog.store.put(clip.content, clip.extension, data)
            catalog.add("kill", FACTS, [NewUtterance(clip, f"{clip.content[:8]}.wav")])
            os.write(safe.fileno(), f"{clip.content}\n".encode())  # in one piece or not at all
