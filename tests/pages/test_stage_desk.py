"""Takes are answered one by one, whatever becomes of each of them."""

import threading

import numpy as np
import pytest

from core.audio import Sound
from core.errors import EngineFailedError, SignalTooShortError
from core.inference import Prediction
from core.stt import Transcript
from pages.parts.stage.captions import answer_words
from pages.parts.stage.desk import KEPT, SENT, Desk, told

PATIENCE = 60.0  # s; a bound on hanging
WORDS = answer_words(lambda message: message)


def sound() -> Sound:
    return Sound(np.zeros(16_000, np.float32), "a.wav", 1.0, 16_000, 1, "WAV", "c", ())


def happy(heard: Sound, *, sure: bool = True) -> Prediction:
    proba = {"sad": 0.18, "happy": 0.82}
    return Prediction(heard.name, "happy", proba, 1.0, (), "m", sure)


def written(heard: Sound) -> Transcript:
    return Transcript(
        text=" 안녕하세요 ", segments=(), engine="whisper", model="base", language="ko", elapsed=0.1
    )


@pytest.fixture
def desk_of():
    desks = []

    def make(classify=happy, transcribe=written):
        desks.append(Desk(classify, transcribe, lambda error: "ABC123"))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


def heard(desk: Desk, id: str, give=sound):
    answer = desk.take(id, give)
    answer.heard.result(timeout=PATIENCE)
    return answer


def finished(desk: Desk, answer):
    desk._writing.submit(lambda: None).result(timeout=PATIENCE)
    return told(answer, WORDS)


def test_an_answer_has_its_emotion_and_its_words(desk_of):
    desk = desk_of()
    document = finished(desk, heard(desk, "t1"))
    assert document["state"] == "done"
    assert document["said"] == "Sounds happy ·\u00a082\u00a0%"
    assert document["proba"] == [["sad", 0.18], ["happy", 0.82]]
    assert (document["words_state"], document["words"]) == ("done", "안녕하세요")


def test_an_unsure_answer_says_so_and_what_is_closest(desk_of):
    document = told(heard(desk_of(lambda s: happy(s, sure=False)), "t1"), WORDS)
    assert document["said"] == "I'm not sure"
    assert document["note"] == "Closest: Sounds happy ·\u00a082\u00a0%"


def test_without_an_engine_the_emotion_stands_alone(desk_of):
    document = told(heard(desk_of(transcribe=None), "t1"), WORDS)
    assert (document["state"], document["words_state"]) == ("done", "none")


def test_an_engine_that_fails_says_why_and_the_emotion_stays(desk_of):
    def fails(heard: Sound):
        raise EngineFailedError("Whisper", "no memory")

    desk = desk_of(transcribe=fails)
    document = finished(desk, heard(desk, "t1"))
    assert document["state"] == "done"
    assert document["words_state"] == "failed"
    assert "no memory" in document["words_error"]


def test_a_take_that_cannot_be_heard_says_why_and_the_next_is_answered(desk_of):
    def short():
        raise SignalTooShortError("a.wav", 0.1, 0.3)

    desk = desk_of()
    assert "0.10 s" in told(heard(desk, "t1", short), WORDS)["error"]
    assert told(heard(desk, "t2"), WORDS)["state"] == "done"


def test_an_unexpected_failure_has_a_number(desk_of):
    desk = desk_of(lambda s: 1 / 0)
    assert "ABC123" in told(heard(desk, "t1"), WORDS)["error"]


def test_a_take_that_is_sent_twice_is_heard_once(desk_of):
    times = []
    desk = desk_of(lambda s: times.append(s) or happy(s))
    assert heard(desk, "t1") is heard(desk, "t1")
    assert len(times) == 1


def test_slow_words_keep_no_take_waiting(desk_of):
    go_on = threading.Event()

    def slow(sound: Sound):
        go_on.wait(PATIENCE)
        return written(sound)

    desk = desk_of(transcribe=slow)
    documents = [told(heard(desk, f"t{i}"), WORDS) for i in range(5)]
    assert {d["state"] for d in documents} == {"done"}
    assert {d["words_state"] for d in documents} == {"waiting"}
    go_on.set()


def test_only_the_latest_answers_are_kept_and_sent(desk_of):
    desk = desk_of()
    for i in range(KEPT + 20):
        heard(desk, f"t{i}")
    assert len(desk.answers) == KEPT
    assert [a.id for a in desk.latest()] == [f"t{KEPT + 19 - i}" for i in reversed(range(SENT))]
