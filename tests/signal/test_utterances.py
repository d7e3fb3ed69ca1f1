"""Utterances of a running stream; every time is counted in steps of 32 ms."""

import numpy as np
import pytest

from core.settings import SR, LiveSpec
from core.signal.utterances import SpeechEnded, SpeechStarted, UtteranceDetector
from core.signal.voice_activity import STEP, SpeechStream, speech_probability

SPEC = LiveSpec(hangover=0.32, min_speech=0.16, longest=3.2)


def events(*runs):
    """Events of runs of (steps, probability)."""
    detector = UtteranceDetector(SPEC)
    found = [detector.step(p) for n, p in runs for _ in range(n)]
    return [event for event in found if event is not None], detector


def test_an_utterance_ends_when_the_pause_is_long_enough():
    found, detector = events((10, 0.0), (20, 0.9), (10, 0.0))
    assert found == [SpeechStarted(pytest.approx(0.32)), SpeechEnded(0.32, 30 * STEP, True)]
    assert detector.time == pytest.approx(40 * STEP)
    assert detector.start is None


def test_a_short_pause_stays_inside_an_utterance():
    found, _ = events((20, 0.9), (9, 0.0), (20, 0.9), (10, 0.0))
    assert [type(e) for e in found] == [SpeechStarted, SpeechEnded]
    assert found[1].end == pytest.approx(49 * STEP)


def test_a_voice_that_weakens_goes_on_but_does_not_begin():
    assert events((20, 0.4))[0] == []
    found, _ = events((10, 0.9), (20, 0.4), (10, 0.0))
    assert found[1].end == pytest.approx(30 * STEP)


def test_a_click_is_no_utterance():
    found, _ = events((2, 0.9), (10, 0.0))
    assert found[1].heard is False


def test_who_speaks_on_is_cut_and_begins_again():
    found, _ = events((101, 0.9))
    assert [type(e) for e in found] == [SpeechStarted, SpeechEnded, SpeechStarted]
    assert found[1].end == pytest.approx(3.2)
    assert found[2].start == pytest.approx(3.2)


def test_the_end_of_the_stream_ends_the_utterance():
    _, detector = events((10, 0.9))
    assert detector.finish() == SpeechEnded(0.0, 10 * STEP, True)
    assert detector.finish() is None


@pytest.mark.parametrize("n", [100, 512, 7_000])
def test_a_stream_gives_the_probabilities_of_the_whole_signal(n):
    rng = np.random.default_rng(0)
    y = (0.1 * rng.standard_normal(2 * SR) * np.sin(np.arange(2 * SR) / 900)).astype(np.float32)
    y = y[: len(y) - len(y) % 512]
    stream = SpeechStream()
    found = np.concatenate([stream.feed(y[i : i + n]) for i in range(0, len(y), n)])
    np.testing.assert_allclose(found, speech_probability(y), atol=1e-4)


def test_without_silero_a_stream_goes_by_level(monkeypatch):
    monkeypatch.setattr("core.signal.voice_activity._session", lambda: None)
    rng = np.random.default_rng(0)
    y = 0.001 * rng.standard_normal(3 * SR)
    y[SR : 2 * SR] += 0.2 * np.sin(2 * np.pi * 300 * np.arange(SR) / SR)
    proba = SpeechStream().feed(y)
    spoken = np.arange(len(proba)) * STEP
    assert proba[(spoken > 1.05) & (spoken < 1.9)].min() > 0.5
    assert proba[spoken < 0.9].max() < 0.35
    assert proba[spoken > 2.1].max() < 0.35


def test_breath_behind_a_sentence_is_no_speech_however_sure_the_detector_is():
    detector = UtteranceDetector(SPEC)
    levels = [-20.0] * 20 + [-20.0 - SPEC.fall - 1] * 10
    found = [detector.step(0.9, level) for level in levels]
    assert found[-1] == SpeechEnded(0.0, 20 * STEP, True)
    assert not any(found[1:-1])


def test_who_goes_on_more_quietly_is_still_heard():
    detector = UtteranceDetector(SPEC)
    found = [detector.step(0.9, level) for level in [-20.0] * 20 + [-50.0] * 20]
    assert not any(found[1:])
    assert detector.end == pytest.approx(40 * STEP)
