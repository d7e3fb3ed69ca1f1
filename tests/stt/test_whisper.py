"""Whisper: how its answers are read, its queue, and the real model where it is installed."""

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from core.audio import decode
from core.errors import EngineFailedError, KnobError
from core.stt import whisper as whisper_module
from core.stt.engine import ready
from core.stt.whisper import WhisperEngine
from core.whisper import weights
from tests.conftest import sine

SR = 16_000


def segment(text, *, start=0.5, end=1.5, avg_logprob=-0.2, compression_ratio=1.0, words=()):
    """A segment as faster-whisper gives it, NumPy numbers included."""
    return SimpleNamespace(
        text=text,
        start=np.float64(start),
        end=np.float64(end),
        avg_logprob=np.float64(avg_logprob),
        compression_ratio=compression_ratio,
        words=[
            SimpleNamespace(word=w, start=np.float64(a), end=np.float64(b), probability=p)
            for w, a, b, p in words
        ],
    )


@pytest.fixture
def engine_with(monkeypatch, workspace_home):
    """An engine whose model answers with these segments, on a signal that is all speech."""

    def make(*segments, languages=(("ko", 0.9),), error=None):
        asked = []

        def transcribe(y, **options):
            asked.append(options)
            if error:
                raise error
            return iter(segments), SimpleNamespace()

        def detect_language(y, **_):
            return languages[0][0], languages[0][1], list(languages)

        model = SimpleNamespace(transcribe=transcribe, detect_language=detect_language)
        monkeypatch.setattr(whisper_module, "_load", lambda settings: model)
        monkeypatch.setattr(whisper_module, "_packaged_status", lambda: ready("base"))
        monkeypatch.setattr(whisper_module, "_speech_duration", lambda y: len(y) / SR)
        monkeypatch.setattr(whisper_module, "fits_one_window", lambda y, speech: False)
        return WhisperEngine(), asked

    return make


def test_segments_and_words_come_back_as_plain_python_values(engine_with):
    engine, _ = engine_with(
        segment(" 안녕 하세요", words=[(" 안녕", 0.5, 1.0, 0.75), (" 하세요", 1.0, 1.5, 0.5)]),
        segment(" 네", start=2.0, end=2.5, avg_logprob=-0.75),
    )
    transcript = engine.transcribe(sine(duration=3.0))
    assert transcript.text == "안녕 하세요 네"
    assert (transcript.engine, transcript.model, transcript.language) == ("whisper", "base", "ko")
    first, second = transcript.segments
    assert [(w.text, w.start, w.end, w.confidence) for w in first.words] == [
        ("안녕", 0.5, 1.0, 0.75),
        ("하세요", 1.0, 1.5, 0.5),
    ]
    assert {type(v) for v in (first.start, first.end, first.confidence, first.words[0].start)} == {
        float
    }
    assert first.confidence == pytest.approx(0.8187, abs=1e-4)  # e to the power of -0.2
    assert (first.low_confidence, second.low_confidence) == (False, True)
    assert transcript.low_confidence


def test_a_text_that_runs_in_circles_is_dropped(engine_with):
    engine, _ = engine_with(
        segment("영상이 영상이 영상이", compression_ratio=32.7),
        segment("네", compression_ratio=2.4),
    )
    assert engine.transcribe(sine()).text == "네"


def test_speech_that_is_not_understood_is_not_called_silence(engine_with):
    engine, _ = engine_with(segment("영상이", compression_ratio=32.7))
    transcript = engine.transcribe(sine())
    assert (transcript.text, transcript.no_speech) == ("", False)


def test_the_settings_that_were_measured_are_used(engine_with):
    engine, asked = engine_with(segment("네"))
    engine.transcribe(sine(duration=2.0), language="de")
    expected = {
        "language": "de",
        "beam_size": 5,
        "temperature": 0.0,
        "condition_on_previous_text": False,
        "vad_filter": True,
        "word_timestamps": True,
        "max_new_tokens": 90,  # 40 + 25 a second
    }
    assert asked == [expected]


def test_auto_chooses_the_likeliest_of_our_languages(engine_with):
    engine, asked = engine_with(segment("네"), languages=(("ja", 0.5), ("en", 0.2), ("ko", 0.3)))
    assert engine.transcribe(sine(), language="auto").language == "ko"
    assert asked[0]["language"] == "ko"


def test_an_unknown_language_is_refused(engine_with):
    engine, _ = engine_with(segment("네"))
    with pytest.raises(KnobError, match="language"):
        engine.transcribe(sine(), language="fr")


def test_a_model_that_fails_gives_an_error_and_the_next_clip_its_turn(engine_with):
    engine, _ = engine_with(error=RuntimeError("out of memory"))
    for _ in range(2):
        with pytest.raises(EngineFailedError, match="failed on this clip"):
            engine.transcribe(sine())
    assert engine.waiting == 0


def test_clips_wait_in_line_for_one_model_that_is_loaded_once(monkeypatch, engine_with):
    engine, _ = engine_with()
    loaded, running, at_once, go_on = [], [], [], threading.Event()
    monkeypatch.setattr(whisper_module, "_load", loaded.append)

    def understood(model, y, language, settings):
        running.append(1)
        go_on.wait(10.0)
        at_once.append(len(running))
        running.pop()
        return language, (), 1.0

    monkeypatch.setattr(whisper_module, "_understood", understood)
    threads = [threading.Thread(target=engine.transcribe, args=(sine(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60.0
    while (engine.waiting, len(running)) != (2, 1) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (engine.waiting, len(running)) == (2, 1)
    go_on.set()
    for thread in threads:
        thread.join()
    assert engine.waiting == 0
    assert at_once == [1, 1, 1]
    assert len(loaded) == 1


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The real packaged model in a workspace of its own; one for all tests of this module."""
    if weights.packaged_files() is None:
        pytest.skip("the weight packages of requirements-whisper.txt are not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(tmp_path_factory.mktemp("whisper")))
        patch.delenv("MALGYEOL_WHISPER", raising=False)
        engine = WhisperEngine()
        assert engine.status().state == "ready"
        engine.prepare()
        yield engine


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "auto"])
def test_a_real_greeting_is_understood(real, clips, language):
    sound = decode(clips / "mp3_in_wav_3.wav")
    transcript = real.transcribe(sound.y, language=language)
    assert "안녕하세" in transcript.text or "안녕하십니까" in transcript.text
    assert (transcript.language, transcript.model) == ("ko", "base")
    assert not transcript.low_confidence
    (segment,) = transcript.segments
    assert 0.0 <= segment.start < segment.end <= sound.duration
    assert all(0.0 <= word.confidence <= 1.0 for word in segment.words)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "auto"])
def test_silence_and_noise_are_no_speech(real, language):
    noise = np.random.default_rng(0).normal(0.0, 0.1, 3 * SR).astype(np.float32)
    for y in (np.zeros(3 * SR, np.float32), noise, np.zeros(0, np.float32)):
        transcript = real.transcribe(y, language=language)
        assert (transcript.text, transcript.segments, transcript.no_speech) == ("", (), True)


@pytest.mark.slow
def test_a_tone_gives_no_text(real):
    assert real.transcribe(sine(220.0, duration=3.0)).text == ""
