"""People at their browsers, without the browsers: Streamlit's own protocol over WebSocket.

A `Visitor` opens the app, goes from page to page and clicks; each action ends when the server says
that the script has finished, which is when a browser stops showing that it runs.
"""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

__all__ = ["KINDS", "Process", "Seen", "Visitor"]

FINISHED = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}
PATIENCE = 120.0  # s; a bound on hanging
MAX_MESSAGE = 256 * 2**20  # bytes
CHOICES = ("button_group", "radio")  # widgets that a visitor can use
KINDS = ("catalog", "workspace", "sockets", "pipes", "other")  # of open files


@dataclass
class Seen:
    """What all visitors saw."""

    seconds: list[float] = field(default_factory=list)  # of reruns
    opened: list[float] = field(default_factory=list)  # s of first pages
    errors: list[str] = field(default_factory=list)
    bytes: int = 0


class Visitor:
    """One session.

    Parameters
    ----------
    url : str
        ``http://127.0.0.1:8501``; only addresses of this machine.
    seen : Seen
    """

    def __init__(self, url: str, seen: Seen):
        assert url.startswith("http://127.0.0.1:"), "a load test stays on this machine"
        self._stream = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._seen, self._page = seen, ""
        self._offered: dict[str, tuple[str, list[str]]] = {}  # id: kind of widget, its options
        self._states: dict[str, WidgetState] = {}  # sent along with every run of this page
        self._socket: ClientConnection | None = None

    async def open(self, page: str = "") -> None:
        """Connect and see the first page through."""
        self._socket = await connect(
            self._stream, subprotocols=["streamlit"], max_size=MAX_MESSAGE, open_timeout=PATIENCE
        )
        self._seen.opened.append(await self.go(page))

    async def go(self, page: str) -> float:
        """Go to a page; seconds until it is drawn."""
        self._page = page
        self._offered.clear()
        self._states.clear()
        return await self._run(BackMsg())

    async def choose(self, key: str, number: int) -> None:
        """Take an option of a choice on the page, by the key of its widget."""
        ids = [i for i in self._offered if i.endswith(f"-{key}")]
        if not ids:
            self._seen.errors.append(f"{self._page}: no widget {key}")
            return
        kind, options = self._offered[ids[0]]
        state, chosen = WidgetState(id=ids[0]), options[number % len(options)]
        if kind == "radio":
            state.string_value = chosen
        else:
            state.string_array_value.data.append(chosen)
        self._states[state.id] = state
        self._seen.seconds.append(await self._run(BackMsg()))

    async def click(self) -> None:
        """Run the page again, as any widget makes it run."""
        self._seen.seconds.append(await self._run(BackMsg()))

    async def turn_to(self, page: str) -> None:
        """A click in the menu."""
        self._seen.seconds.append(await self.go(page))

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    async def _run(self, message: BackMsg) -> float:
        assert self._socket is not None
        message.rerun_script.page_name = self._page
        message.rerun_script.query_string = ""
        message.rerun_script.widget_states.widgets.extend(self._states.values())
        began = time.perf_counter()
        try:
            await self._socket.send(message.SerializeToString())
            await asyncio.wait_for(self._until_finished(), PATIENCE)
        except Exception as error:
            self._seen.errors.append(f"{self._page or 'home'}: {type(error).__name__} {error}")
        return time.perf_counter() - began

    async def _until_finished(self) -> None:
        assert self._socket is not None
        async for raw in self._socket:
            self._seen.bytes += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._look(message)
            elif kind == "script_finished" and message.script_finished in FINISHED:
                return

    def _look(self, message: ForwardMsg) -> None:
        """Notice what no visitor should see."""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind in CHOICES:
            widget = getattr(element, kind)
            said = [o if isinstance(o, str) else o.content for o in widget.options]
            self._offered[widget.id] = kind, said
        if kind == "exception":
            self._seen.errors.append(f"{self._page}: {element.exception.message[:200]}")
        if kind == "html" and 'class="mg-note mg-note-wrong"' in element.html.body:
            self._seen.errors.append(f"{self._page}: {element.html.body[:200]}")


class Process:
    """What the system tells of a running process; Linux alone."""

    def __init__(self, pid: int):
        self._folder = Path(f"/proc/{pid}")

    def figures(self) -> dict[str, float]:
        """Memory in MB, processor seconds, open files, threads."""
        status = dict(
            line.split(":", 1) for line in (self._folder / "status").read_text().splitlines()
        )
        stat = (self._folder / "stat").read_text().rsplit(")", 1)[1].split()
        return {
            "rss_mb": int(status["VmRSS"].split()[0]) / 1024,
            "cpu": (int(stat[11]) + int(stat[12])) / 100,
            "files": len(list((self._folder / "fd").iterdir())),
            "threads": int(status["Threads"]),
        }

    def open_files(self) -> dict[str, int]:
        """How many of each of `KINDS` it has open."""
        counted = dict.fromkeys(KINDS, 0)
        for file in (self._folder / "fd").iterdir():
            try:
                counted[_kind(file.readlink())] += 1
            except OSError:  # closed meanwhile
                continue
        return counted


def _kind(opened: Path) -> str:
    name = opened.name
    if name.startswith("catalog.db"):
        return "catalog"
    if name.startswith("socket:"):
        return "sockets"
    if name.startswith("pipe:"):
        return "pipes"
    return "workspace" if "home" in opened.parts else "other"
