"""Work that takes longer than a page may: a thread with progress, an estimate and a stop."""

import time
from collections.abc import Callable, Hashable
from threading import Event, Lock, Thread
from typing import Any

import streamlit as st

from pages.parts.error_boundary import log_error
from pages.parts.frame import Frame, guarded
from pages.parts.lasting import lasting

__all__ = ["Task", "draw_progress", "find_task", "start_task"]

POLL = 0.5  # s between two looks at a running task
KEPT = 12  # tasks whose results stay in memory


class Task:
    """Something under way in a thread of its own; it never touches a page.

    Parameters
    ----------
    work : callable
        Called with the task; what it returns becomes `result`. It calls `go_on` now and then.
    """

    def __init__(self, work: "Callable[[Task], Any]"):
        self.done, self.total, self.began = 0, 0, time.monotonic()
        self.result: Any = None
        self.error: Exception | None = None
        self.partial: list[Any] = []  # what is there already, if the work puts it here
        self.stopped = self.over = False
        self._ended = Event()
        self._work = work
        self._thread = Thread(target=self._run, daemon=True, name="background")
        self._thread.start()

    def go_on(self, done: int, total: int) -> bool:
        """Note how far it is; False when it is to stop."""
        self.done, self.total = done, total
        return not self.stopped

    def stop(self) -> None:
        """Ask it to stop."""
        self.stopped = True

    def wait(self, timeout: float) -> bool:
        """Wait until it is over, at most ``timeout`` seconds; whether it is."""
        return self._ended.wait(timeout)

    def seconds_gone(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def seconds_left(self) -> float | None:
        """An estimate by the pace so far; None while there is none."""
        if not self.done:
            return None
        return self.seconds_gone() / self.done * (self.total - self.done)

    def _run(self) -> None:
        try:
            self.result = self._work(self)
        except Exception as error:
            log_error(error)
            self.error = error
        self.over = True
        self._ended.set()


@st.cache_resource(show_spinner=False)
def _tasks() -> tuple[dict[Hashable, Task], Lock]:
    return {}, Lock()


def find_task(key: Hashable) -> Task | None:
    """A task that was started in any session and is not forgotten yet.

    Parameters
    ----------
    key : hashable

    Returns
    -------
    task : Task or None
    """
    return _tasks()[0].get(key)


def start_task(key: Hashable, work: Callable[[Task], Any], *, keep: bool = False) -> Task:
    """Start a task, unless the same one is under way.

    Parameters
    ----------
    key : hashable
        The same work has the same key.
    work : callable
        See `Task`.
    keep : bool
        Whether one that is over stands for itself and is not started again.

    Returns
    -------
    task : Task
    """
    tasks, lock = _tasks()
    with lock:
        task = tasks.get(key)
        if task is None or (task.over and not keep):
            tasks.pop(key, None)
            task = tasks[key] = Task(work)
        for old in [k for k, t in tasks.items() if t.over][: max(0, len(tasks) - KEPT)]:
            del tasks[old]
        return task


def draw_progress(
    page: Frame, task: Task, text: str, *, key: str, on_stop: Callable[[], None] | None = None
) -> None:
    """Draw how far a task is, until it is over; then the page runs again.

    Parameters
    ----------
    page : Frame
    task : Task
    text : str
        What is being done, translated.
    key : str
        Of the stop button.
    on_stop : callable, optional
        Called when it is pressed, for work that cannot be interrupted to be left behind.
    """
    st.fragment(guarded(_progress), run_every=POLL)(page, task, text, key, on_stop)


def _progress(
    page: Frame, task: Task, text: str, key: str, on_stop: Callable[[], None] | None
) -> None:
    if task.over or task.stopped:
        st.rerun()
    _ = page._
    left = task.seconds_left()
    if task.total:
        text += " · " + _("{done} of {total}").format(done=task.done, total=task.total)
    if left is None:
        text += " · " + _("{seconds:.0f} s so far").format(seconds=task.seconds_gone())
    else:
        text += " · " + _("about {lasting} left").format(lasting=lasting(max(1.0, left), _))
    bar, button = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(task.done / task.total if task.total else 0.0, text=text)
    button.button(
        _("Stop"), key=key, on_click=guarded(_stop), args=(task, on_stop), width="stretch"
    )


def _stop(task: Task, on_stop: Callable[[], None] | None) -> None:
    task.stop()
    if on_stop is not None:
        on_stop()
