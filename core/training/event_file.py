"""The event file of a run, read while it is still being written.

A page looks twice a second at a file that only grows. What was read once is kept, so that a look
costs what was added since, whatever the length of the run and the number of those who watch.
"""

import json
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from core.training.events import Event, event_from_json

__all__ = ["EVENTS_FILE", "read_events"]

EVENTS_FILE = "events.jsonl"  # in the folder of a run
KEPT = 16  # files whose events stay in memory


class _Tail:
    """How far a file was read, and what stood there."""

    def __init__(self) -> None:
        self.offset = 0  # bytes
        self.beginning = b""  # of the first line: another run in its place begins otherwise
        self.events: list[Event] = []
        self.lock = Lock()

    def read(self, file: Path) -> tuple[Event, ...]:
        with self.lock:
            try:
                with file.open("rb") as stream:
                    self._read(stream)
            except FileNotFoundError:
                self._forget()
            return tuple(self.events)

    def _read(self, stream) -> None:
        size = stream.seek(0, 2)
        stream.seek(0)
        if size < self.offset or stream.read(len(self.beginning)) != self.beginning:
            self._forget()
        stream.seek(self.offset)
        whole, newline, _ = stream.read().rpartition(b"\n")  # the last line may be half written
        if not newline:
            return
        if not self.offset:
            self.beginning = whole[:200]
        self.offset += len(whole) + 1
        self.events += [event_from_json(json.loads(line)) for line in whole.split(b"\n")]

    def _forget(self) -> None:
        self.offset, self.beginning, self.events = 0, b"", []


_tails: OrderedDict[Path, _Tail] = OrderedDict()
_tails_lock = Lock()


def read_events(file: Path) -> tuple[Event, ...]:
    """The events that stand in a file by now.

    Parameters
    ----------
    file : Path
        May not exist yet, may be written to, may have been begun anew.

    Returns
    -------
    events : tuple of Event
        A last line that is not yet whole is left for the next time.
    """
    with _tails_lock:
        tail = _tails.setdefault(file, _Tail())
        _tails.move_to_end(file)
        while len(_tails) > KEPT:
            _tails.popitem(last=False)
    return tail.read(file)
