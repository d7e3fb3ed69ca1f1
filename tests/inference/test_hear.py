"""A long sound heard: emotions first, words beside them, each segment for itself."""

import itertools
import sys
import threading

import numpy as np
import pytest

from core.inference import Asked, classify, hear, speech_spans
from core.settings import SR
from core.signal.segmentation import Segment
from core.stt.writing import start_writing
from tests.inference.builders import FAILED, Script, bundle, hum, sound

PAUSE = np.zeros(SR, dtype=np.float32)
SPANS = ((0.0, 1.0), (2.0, 3.0), (4.0, 5.0))
TAKE = sound(np.concatenate([hum(1, 25), PAUSE, hum(1, 2000), PAUSE, hum(1, 27)]), "take.wav")


def test_a_short_sound_is_one_utterance():
    assert speech_spans(sound(hum(3))) == ((0.0, 3.0),)


def test_nobody_speaks_in_silence_and_noise():
    silence = np.zeros(20 * SR, dtype=np.float32)
    noise = 0.01 * np.random.default_rng(0).standard_normal(20 * SR)
    assert speech_spans(sound(silence)) == ()
    assert speech_spans(sound(noise)) == ()


def test_a_sound_without_speech_is_done_at_once():
    heard = list(hear(sound(np.zeros(20 * SR)), bundle(), words=Asked(Script("?"))))
    assert [h.stage for h in heard] == ["speech", "done"]
    assert heard[-1].timeline.segments == ()


def test_every_segment_answers_as_if_it_were_a_clip_of_its_own():
    last = list(hear(TAKE, bundle(), spans=SPANS))[-1]
    assert last.stage == "done"
    assert [(s.start, s.end) for s in last.timeline.segments] == list(SPANS)
    for (start, end), segment in zip(SPANS, last.timeline.segments, strict=True):
        alone = classify(sound(TAKE.y[round(start * SR) : round(end * SR)], "take.wav"), bundle())
        assert segment.prediction == alone
    assert last.timeline.content == TAKE.content
    assert last.timeline.speech == pytest.approx(3.0)


def test_emotions_do_not_wait_for_the_words():
    gate = threading.Event()
    engine = Script("하나", "둘", "셋", gate=gate)
    events = hear(TAKE, bundle(), spans=SPANS, words=Asked(engine))
    assert [next(events).stage, next(events).stage] == ["speech", "emotions"]
    waiting = next(events)
    assert (waiting.stage, waiting.done) == ("words", 0)
    assert len(waiting.timeline.segments) == 3
    gate.set()
    last = list(events)[-1]
    assert [s.text for s in last.timeline.segments] == ["하나", "둘", "셋"]
    assert last.timeline.text == "하나\n둘\n셋"


def test_words_are_written_from_the_very_samples_of_the_segment():
    engine = Script("하나")
    list(hear(TAKE, bundle(), spans=SPANS, words=Asked(engine)))
    for (start, end), y in zip(SPANS, engine.heard, strict=True):
        np.testing.assert_array_equal(y, TAKE.y[round(start * SR) : round(end * SR)])


def test_a_long_sound_leaves_room_in_the_line_for_others():
    gate = threading.Event()
    engine = Script(*"abcdefgh", gate=gate)
    spans = [(i / 2, i / 2 + 0.5) for i in range(8)]
    events = hear(TAKE, bundle(), spans=spans, words=Asked(engine))
    assert [next(events).stage, next(events).stage] == ["speech", "emotions"]
    other = start_writing("other", TAKE.y, Script("저요"))
    assert other.position <= 2
    gate.set()
    assert other.wait(60)
    last = list(events)[-1]
    assert [s.text for s in last.timeline.segments] == list("abcdefgh")


def test_an_engine_that_fails_in_the_middle_costs_its_own_words_alone():
    last = list(hear(TAKE, bundle(), spans=SPANS, words=Asked(Script("하나", FAILED, "셋"))))[-1]
    first, second, third = last.timeline.segments
    assert (first.text, third.text) == ("하나", "셋")
    assert second.transcript is None
    assert second.words_error is FAILED
    assert second.prediction.emotion in ("sad", "angry")


def test_an_engine_that_breaks_costs_no_emotion():
    last = list(hear(TAKE, bundle(), spans=SPANS, words=Asked(Script(RuntimeError("oh")))))[-1]
    assert len(last.timeline.segments) == 3
    assert all(s.words_error is not None for s in last.timeline.segments)


def test_whoever_stops_asking_stops_the_words_too():
    gate = threading.Event()
    engine = Script("하나", gate=gate)
    events = hear(TAKE, bundle(), spans=SPANS, words=Asked(engine))
    next(events)
    events.close()
    gate.set()
    follow = list(hear(TAKE, bundle(), spans=SPANS[:1], words=Asked(Script("뒤"))))[-1]
    assert follow.timeline.segments[0].text == "뒤"
    assert len(engine.heard) <= 1  # only the one that was under way


def test_a_time_finds_its_segment():
    last = list(hear(TAKE, bundle(), spans=SPANS))[-1].timeline
    assert [last.at(t) for t in (0.5, 1.5, 2.0, 4.999, 5.0)] == [0, None, 1, 2, None]


def test_a_stretch_of_speech_without_a_pause_is_cut_where_it_is_quiet(monkeypatch):
    y = hum(40)
    y[12 * SR : 13 * SR] *= 0.01
    room = sys.modules["core.inference.hear"]
    monkeypatch.setattr(room, "speech_segments", lambda y: (Segment(1.0, 39.0),))
    spans = speech_spans(sound(y))
    assert spans[0][0] == 1.0
    assert 12.0 <= spans[0][1] <= 13.0
    assert spans[-1][1] == pytest.approx(39.0)
    assert max(end - start for start, end in spans) <= 15.0
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
