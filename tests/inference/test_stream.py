"""A live stream: its clock is the samples, so every time here is exact."""

import itertools
import threading
import time

import numpy as np
import pytest

from core.errors import WordsSkippedError
from core.features import RollingSpectrogram, log_mel_spectrogram
from core.inference import Answered, Asked, BarMoved, LiveStream, Spoke, WordsCame
from core.settings import SR, LiveSpec
from core.stt import StreamedText
from tests.inference.builders import FAILED, Script, bundle, hum

SPEC = LiveSpec(hangover=0.384, pad=0.128, hop=0.512, least=0.512, window=1.024)
STEP = 512 / SR


class Loudness:
    """A detector with a known answer: whatever is louder than -40 dBFS is speech."""

    def __init__(self):
        self.held = np.zeros(0, np.float32)

    def feed(self, y):
        y = np.concatenate([self.held, y])
        whole = len(y) // 512 * 512
        self.held = y[whole:]
        frames = y[:whole].reshape(-1, 512)
        return (np.sqrt(np.mean(frames**2, axis=1)) > 0.01).astype(float)


def stream(words=None, **settings):
    return LiveStream(bundle(), words=words, spec=SPEC, detector=Loudness(), **settings)


def speech(duration, frequency=25.0):
    """Of whole steps, so that its borders are the detector's."""
    return hum(round(duration / STEP) * STEP, frequency)


def silence(duration):
    return np.zeros(round(duration / STEP) * 512, dtype=np.float32)


def fed(live, y, n=320):
    return [event for i in range(0, len(y), n) for event in live.feed(y[i : i + n])]


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_an_utterance_is_answered_at_the_end_of_speech():
    live = stream()
    y = np.concatenate([silence(0.96), speech(1.6), silence(0.96)])
    events = fed(live, y)
    assert of(Spoke, events) == [Spoke(pytest.approx(0.96))]
    (answer,) = of(Answered, events)
    assert answer.segment.start == pytest.approx(0.96 - SPEC.pad)
    assert answer.segment.end == pytest.approx(2.56 + SPEC.pad)
    assert answer.time == pytest.approx(2.56 + SPEC.hangover)
    assert live.state.timeline.segments == (answer.segment,)


def test_the_answer_is_that_of_the_same_samples_as_a_clip():
    from core.inference import classify
    from tests.inference.builders import sound

    live = stream()
    y = np.concatenate([silence(0.96), speech(1.6), silence(0.96)])
    (answer,) = of(Answered, fed(live, y))
    cut = y[round(answer.segment.start * SR) : round(answer.segment.end * SR)]
    alone = classify(sound(cut, name="live"), bundle())
    assert answer.segment.prediction == alone


@pytest.mark.parametrize("n", [160, 1_000, 100_000])
def test_blocks_of_any_length_give_the_same(n):
    y = np.concatenate([silence(0.5), speech(1.6), silence(0.6), speech(2.0, 2000), silence(0.6)])
    one, other = stream(), stream()
    expected, found = fed(one, y, 320), fed(other, y, n)
    assert of(BarMoved, found) == of(BarMoved, expected)
    assert [e.time for e in of(Answered, found)] == [e.time for e in of(Answered, expected)]
    assert len(of(Answered, found)) == 2


def test_the_bar_moves_every_hop_while_somebody_speaks_and_is_gone_after():
    live = stream()
    events = fed(live, np.concatenate([silence(0.32), speech(1.6)]))
    assert [e.time for e in of(BarMoved, events)] == pytest.approx([0.832, 1.344, 1.856])
    assert live.state.speaking
    assert live.state.proba == of(BarMoved, events)[-1].proba
    fed(live, silence(0.64))
    assert (live.state.speaking, live.state.proba, live.state.emotion) == (False, None, None)


def counted(live, monkeypatch):
    """How often, and for how long a sound, a stream's model is asked."""
    asked, classify = [], live._classify
    monkeypatch.setattr(
        live, "_classify", lambda y, *rest: asked.append(len(y)) or classify(y, *rest)
    )
    return asked


def test_the_answer_is_ready_before_the_pause_has_lasted_and_is_not_asked_for_twice(monkeypatch):
    live = stream(bar=False)
    asked = counted(live, monkeypatch)
    fed(live, np.concatenate([speech(1.6), silence(SPEC.hangover - 2 * STEP)]))
    assert live.state.speaking
    assert len(asked) == 1
    (answer,) = of(Answered, fed(live, silence(2 * STEP)))
    assert len(asked) == 1
    assert answer.segment.end == pytest.approx(1.6 + SPEC.pad)


def test_who_speaks_on_after_a_pause_is_answered_over_all_of_it(monkeypatch):
    live = stream(bar=False)
    asked = counted(live, monkeypatch)
    y = np.concatenate([speech(1.6), silence(SPEC.hangover - STEP), speech(1.6), silence(0.96)])
    (answer,) = of(Answered, fed(live, y))
    assert answer.segment.end == pytest.approx(len(y) / SR - 0.96 + SPEC.pad, abs=1e-3)
    assert asked[-1] == round((answer.segment.end - answer.segment.start) * SR)


def test_the_bar_rests_in_a_pause():
    live = stream()
    events = fed(live, np.concatenate([speech(1.28), silence(SPEC.hangover - STEP)]))
    assert max(e.time for e in of(BarMoved, events)) <= 1.28


def test_without_a_bar_only_the_answer_is_asked_for():
    live = stream(bar=False)
    events = fed(live, np.concatenate([speech(2.0), silence(0.64)]))
    assert not of(BarMoved, events)
    assert len(of(Answered, events)) == 1


def test_a_model_whose_features_are_dear_has_no_bar_unless_asked_for(monkeypatch):
    import dataclasses

    from core.settings.features import WhisperSpec

    dear = dataclasses.replace(bundle(), features=WhisperSpec())
    assert LiveStream(dear, detector=Loudness())._bar is False
    assert LiveStream(dear, detector=Loudness(), bar=True)._bar is True
    assert LiveStream(bundle(), detector=Loudness())._bar is True


def test_the_bar_changes_its_mind_only_by_a_margin():
    live = stream()
    events = fed(live, np.concatenate([speech(1.0), speech(6.0, 2000)]))
    bars = of(BarMoved, events)
    assert bars[0].emotion == "angry"
    assert bars[-1].emotion == "sad"
    changes = [b for a, b in itertools.pairwise(bars) if a.emotion != b.emotion]
    assert len(changes) == 1
    assert changes[0].proba["sad"] >= changes[0].proba["angry"] + SPEC.margin


def test_a_click_is_no_utterance():
    live = stream()
    events = fed(live, np.concatenate([silence(0.32), speech(0.064), silence(0.96)]))
    assert not of(Answered, events)
    assert live.state.timeline.segments == ()


def test_the_end_of_the_stream_answers_who_still_speaks():
    live = stream()
    fed(live, speech(1.6))
    (answer,) = of(Answered, live.finish())
    assert answer.segment.end == pytest.approx(1.6)
    assert live.finish() == []


def test_level_and_spectrogram_roll_on():
    live = stream()
    fed(live, silence(1.0))
    assert live.state.level == -100.0
    t = np.arange(12 * SR) / SR
    y = np.sin(2 * np.pi * 1000 * t).astype(np.float32)
    fed(live, y)
    assert live.state.level == pytest.approx(-3.01, abs=0.05)
    S_db, times = live.spectrogram.columns()
    assert S_db.shape[1] == len(times) == 625  # 10 s of 16 ms
    assert times[-1] == pytest.approx(live.time, abs=0.05)


def test_the_rolling_spectrogram_is_that_of_the_whole():
    y = hum(3)
    rolling = RollingSpectrogram(60)
    for i in range(0, len(y), 700):
        rolling.feed(y[i : i + 700])
    S_db, times = rolling.columns()
    whole, whole_times, freqs = log_mel_spectrogram(y)
    np.testing.assert_allclose(S_db, whole[:, : S_db.shape[1]], atol=1e-3)
    np.testing.assert_allclose(times, whole_times[: len(times)])
    np.testing.assert_allclose(rolling.freqs, freqs)
    assert whole.shape[1] - S_db.shape[1] <= 3  # those that reach beyond the end


TALK = np.concatenate([silence(0.32), *[speech(0.96), silence(0.64)] * 3])


def words_of(live, n):
    """Wait for the words of n utterances."""
    found = []
    for _ in range(600):
        if len(found) >= n:
            break
        time.sleep(0.1)
        found += of(WordsCame, live.poll())
    return found


def test_words_come_when_they_are_ready_each_to_its_utterance():
    live = stream(Asked(Script("하나", "둘", "셋")))
    found = of(WordsCame, fed(live, TALK))
    found += words_of(live, 3 - len(found))
    assert [(w.index, w.transcript.text) for w in found] == [(0, "하나"), (1, "둘"), (2, "셋")]
    assert live.state.timeline.text == "하나\n둘\n셋"
    assert live.state.waiting == 0


def test_an_engine_that_fails_costs_no_answer():
    live = stream(Asked(Script(FAILED)))
    events = fed(live, TALK)
    assert len(of(Answered, events)) == 3
    found = of(WordsCame, events) + words_of(live, 3 - len(of(WordsCame, events)))
    assert [w.error for w in found] == [FAILED] * 3


def test_the_line_is_bounded_and_what_is_left_out_is_counted_and_said():
    gate = threading.Event()
    spec = LiveSpec(hangover=0.384, pad=0.128, max_waiting=1)
    engine = Script("하나", gate=gate)
    live = LiveStream(bundle(), words=Asked(engine), spec=spec, detector=Loudness())
    events = fed(live, TALK)
    assert (live.state.waiting, live.state.dropped) == (1, 2)
    skipped = of(WordsCame, events)
    assert [w.index for w in skipped] == [1, 2]
    assert all(isinstance(w.error, WordsSkippedError) for w in skipped)
    gate.set()
    assert words_of(live, 1)[0].transcript.text == "하나"


class HearsAlong(Script):
    """An engine that takes streams: interim words after each second, then its line."""

    def stream(self, chunks, *, language="ko", consent=False, longest=290.0):
        line, n = self.lines[min(len(self.heard), len(self.lines) - 1)], 0
        self.heard.append([])
        for chunk in chunks:
            self.heard[-1].append(chunk)
            n += len(chunk)
            if not isinstance(line, Exception):
                yield StreamedText(line[:1], False, n / SR)
        if isinstance(line, Exception):
            raise line
        yield StreamedText(line, True, n / SR)


def test_an_engine_that_hears_along_gets_each_utterance_and_no_silence():
    engine = HearsAlong("하나", "둘")
    live = stream(Asked(engine))
    found = of(WordsCame, fed(live, TALK[: round(1.9 * SR)]))
    found += words_of(live, 1 - len(found))
    assert found[0].transcript.text == "하나"
    sent = sum(len(chunk) for chunk in engine.heard[0]) / SR
    assert 0.96 + SPEC.pad <= sent <= 0.96 + SPEC.pad + SPEC.hangover + 0.05


def test_words_show_while_somebody_speaks():
    live = stream(Asked(HearsAlong("하나")))
    fed(live, speech(1.6))
    for _ in range(600):
        if live.state.interim:
            break
        time.sleep(0.1)
    assert live.state.interim == "하"
    live.close()


def test_a_stream_that_is_refused_costs_its_own_words_alone():
    live = stream(Asked(HearsAlong(FAILED)))
    events = fed(live, TALK)
    assert len(of(Answered, events)) == 3
    found = of(WordsCame, events) + words_of(live, 3 - len(of(WordsCame, events)))
    assert [w.error for w in found] == [FAILED] * 3


def test_an_engine_that_hears_along_and_never_answers_is_given_up(monkeypatch):
    from core.inference import live_words

    monkeypatch.setattr(live_words, "ANSWER_WITHIN", 0.0)

    class Mute(HearsAlong):
        def stream(self, chunks, **_):
            threading.Event().wait(5)
            yield from ()

    live = stream(Asked(Mute("")))
    found = of(WordsCame, fed(live, TALK))
    found += words_of(live, 1 - len(found))
    assert "did not answer in time" in str(found[0].error)
