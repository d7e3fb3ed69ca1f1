"""Two writers, killed at any moment: what they called safe is there, and only whole clips are.

``--kill-rounds 200`` runs the full count.
"""

import multiprocessing
import os
import random
import time

import pytest

from core.corpus import Catalog
from core.files import TEMPORARY
from core.settings import workspace
from tests.corpus.writer import LINE, write_for_ever

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows cannot fork a warm process"),
]


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.corpus.writer"])
    return context


class Writer:
    """A process that writes until it is killed, and what it has confirmed."""

    def __init__(self, processes, size: int):
        self._reader, writer = processes.Pipe(duplex=False)
        self._process = processes.Process(
            target=write_for_ever, args=(workspace(), size, writer), daemon=True
        )
        self._process.start()
        writer.close()
        self.safe: list[str] = []

    def wait_for_one(self) -> None:
        self._hear(os.read(self._reader.fileno(), LINE))

    def kill(self) -> None:
        self._process.kill()

    def hear_the_rest(self) -> None:
        self._process.join()
        while said := os.read(self._reader.fileno(), LINE * 1_000):
            self._hear(said)
        self._reader.close()

    def _hear(self, said: bytes) -> None:
        assert said, "the writer ended by itself"
        assert len(said) % LINE == 0
        self.safe += said.decode().split()


def test_nothing_that_was_called_safe_is_lost_when_writers_are_killed(
    workspace_home, processes, kill_rounds
):
    chance, safe = random.Random(0), []
    with Catalog() as catalog:
        for _ in range(kill_rounds):
            writers = [Writer(processes, 4_000), Writer(processes, 60_000)]
            for writer in writers:
                writer.wait_for_one()
            time.sleep(chance.uniform(0.0, 0.12))  # the moment of the kill is what is tried here
            for writer in writers:
                writer.kill()
            for writer in writers:
                writer.hear_the_rest()
                safe += writer.safe
            assert catalog.database.row("PRAGMA integrity_check")[0] == "ok"
        assert len(set(safe)) == len(safe) >= 2 * kill_rounds
        catalog.sweep(min_age=-1)  # everybody is dead: nothing can be under way
        clips = {u.content: u for u in catalog.utterances("kill")}
        assert set(safe) <= set(clips)
        for clip in clips.values():
            assert catalog.read_bytes(clip)  # compares with the content it is known by
        files = [entry.name for entry in catalog.store.files()]
        assert sorted(files) == sorted(f"{content}.wav" for content in clips)
        assert not list(catalog.place.root.rglob(f"{TEMPORARY}*"))
        again = catalog.sweep(min_age=-1)
        assert (again.temporary, again.quarantined, again.missing) == (0, (), ())
