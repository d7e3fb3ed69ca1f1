"""One transcription at a time; the line is in sight and never stands still."""

import threading

import numpy as np
import pytest

from core.errors import EngineFailedError
from core.stt import writing as writing_room
from core.stt.writing import Line, patience, start_writing
from tests.inference.builders import FAILED, Script

CLIP = np.zeros(1600, dtype=np.float32)


@pytest.fixture
def line():
    return Line()


def write(clip, engine, line):
    return start_writing(clip, CLIP, engine, line=line)


def test_words_come_with_the_id_of_their_clip(line):
    one = write("a", Script("하나"), line)
    two = write("b", Script("둘"), line)
    assert one.wait(60) and two.wait(60)
    assert (one.clip, one.transcript.text) == ("a", "하나")
    assert (two.clip, two.transcript.text) == ("b", "둘")
    assert one.state == two.state == "done"


def test_one_is_written_at_a_time_and_the_others_see_their_place(line):
    gate, engine = threading.Event(), None
    engine = Script("말", gate=gate)
    writings = [write(str(i), engine, line) for i in range(3)]
    for _ in range(600):
        if writings[0].state == "writing":
            break
        threading.Event().wait(0.1)
    assert [w.state for w in writings] == ["writing", "waiting", "waiting"]
    assert [w.position for w in writings] == [0, 1, 2]
    writings[1].stop()
    assert [w.position for w in writings] == [0, 0, 1]
    gate.set()
    assert writings[2].wait(60)
    assert [w.state for w in writings] == ["done", "stopped", "done"]
    assert len(engine.heard) == 2


def test_an_answer_that_comes_after_a_stop_is_thrown_away(line):
    gate = threading.Event()
    under_way = write("a", Script("늦은 말", gate=gate), line)
    under_way.stop()
    gate.set()
    after = write("b", Script("다음"), line)
    assert after.wait(60)
    assert under_way.state == "stopped"
    assert under_way.transcript is None


def test_a_failure_is_kept_with_its_reason(line):
    failed = write("a", Script(FAILED), line)
    assert failed.wait(60)
    assert (failed.state, failed.error, failed.transcript) == ("failed", FAILED, None)


def test_an_engine_that_breaks_gives_an_error_and_frees_the_line(line):
    broken = write("a", Script(ZeroDivisionError()), line)
    after = write("b", Script("다음"), line)
    assert after.wait(60)
    assert isinstance(broken.error, EngineFailedError)
    assert after.transcript.text == "다음"


def test_an_engine_that_never_answers_is_given_up_and_the_next_is_written(line, monkeypatch):
    monkeypatch.setattr(writing_room, "AT_LEAST", 0.1)
    gate = threading.Event()
    stuck = write("a", Script("nie", gate=gate), line)
    assert stuck.wait(60)
    assert stuck.state == "failed"
    assert "did not answer in time" in str(stuck.error)
    monkeypatch.setattr(writing_room, "AT_LEAST", 60.0)
    after = write("b", Script("다음"), line)
    assert after.wait(60)
    assert after.transcript.text == "다음"
    gate.set()


def test_patience_grows_with_the_clip():
    assert patience(0.0) == 120.0
    assert patience(10.0) == 320.0
