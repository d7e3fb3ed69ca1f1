from threading import Event

import pytest

from pages.parts.background import Task

PATIENCE = 60.0  # s; a bound on hanging


def finished(task: Task) -> Task:
    task._thread.join(PATIENCE)
    assert task.over
    return task


def test_a_task_ends_with_its_result():
    assert finished(Task(lambda task: 42)).result == 42


def test_a_task_tells_how_far_it_is():
    held, seen = Event(), Event()

    def work(task):
        task.go_on(3, 4)
        seen.set()
        held.wait(PATIENCE)

    task = Task(work)
    assert seen.wait(PATIENCE)
    assert (task.done, task.total, task.over) == (3, 4, False)
    assert task.seconds_left() == pytest.approx(task.seconds_gone() / 3, rel=0.5)
    held.set()
    finished(task)


def test_a_stopped_task_is_told_at_its_next_report():
    begun, told = Event(), []

    def work(task):
        begun.wait(PATIENCE)
        told.append(task.go_on(1, 2))

    task = Task(work)
    task.stop()
    begun.set()
    finished(task)
    assert told == [False]


def test_an_error_is_kept_for_the_page(workspace_home):
    def work(task):
        raise ValueError("no")

    task = finished(Task(work))
    assert isinstance(task.error, ValueError) and task.result is None
