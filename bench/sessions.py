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
from websockets.asyncio.client import ClientConnection, connect

__all__ = ["Process", "Seen", "Visitor"]

FINISHED = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}
PATIENCE = 120.0  # s; a bound on hanging
MAX_MESSAGE = 256 * 2**20  # bytes


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
        self._seen, self._page, self._buttons = seen, "", []
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
        return await self._run(BackMsg())

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
