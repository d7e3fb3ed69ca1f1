"""Google's own client against the stand-in: what goes out, what comes back, what goes wrong."""

import contextlib
import dataclasses
import threading

import grpc
import numpy as np
import pytest

from core.errors import (
    ConsentMissingError,
    EngineFailedError,
    EngineUnavailableError,
    KnobError,
)
from core.settings import google_settings
from core.stt import StreamedText, Word
from core.stt import google as google_module
from core.stt.google import GoogleEngine
from core.stt.splitting import linear16
from tests.conftest import sine
from tests.stt.stand_in import Heard, Slow, StandIn

SR = 16_000


@pytest.fixture
def configured(monkeypatch):
    monkeypatch.setenv("MALGYEOL_GOOGLE_PROJECT", "our-project")
    monkeypatch.setenv("MALGYEOL_GOOGLE_API_KEY", "secret")


@pytest.fixture
def stand_in(configured):
    """Start a stand-in with these replies; gives it and an engine that talks to it."""
    with contextlib.ExitStack() as stack:

        def start(*replies, **changes):
            server = stack.enter_context(StandIn(*replies))

            def settings():
                return dataclasses.replace(google_settings(), **changes)

            return server, GoogleEngine(settings=settings, connect=server.connect)

        yield start


def test_the_request_names_recognizer_model_language_and_encoding(stand_in):
    server, engine = stand_in(Heard("안녕하세요"))
    y = sine(duration=1.0)
    engine.transcribe(y, language="ko", consent=True)
    (call,) = server.received
    assert call.recognizer == "projects/our-project/locations/asia-northeast1/recognizers/_"
    assert call.metadata["x-goog-request-params"].startswith("recognizer=projects")
    assert list(call.config.language_codes) == ["ko-KR"]
    assert call.config.model == "chirp_3"
    decoding = call.config.explicit_decoding_config
    assert (decoding.encoding.name, decoding.sample_rate_hertz) == ("LINEAR16", 16_000)
    assert decoding.audio_channel_count == 1
    assert call.config.features.enable_automatic_punctuation
    assert call.messages == (linear16(y),)


@pytest.mark.parametrize(
    ("model", "offsets", "confidence"),
    [("chirp_3", False, False), ("chirp_2", True, False), ("long", True, True)],
)
def test_a_model_is_asked_only_for_what_it_can_give(stand_in, model, offsets, confidence):
    server, engine = stand_in(model=model)
    engine.transcribe(sine(), consent=True)
    features = server.received[0].config.features
    assert features.enable_word_time_offsets is offsets
    assert features.enable_word_confidence is confidence


@pytest.mark.parametrize(
    ("language", "model", "codes"),
    [
        ("en", "chirp_3", ["en-US"]),
        ("de", "chirp_3", ["de-DE"]),
        ("auto", "chirp_3", ["auto"]),
        ("auto", "long", ["ko-KR", "en-US", "de-DE"]),
    ],
)
def test_languages_become_codes(stand_in, language, model, codes):
    server, engine = stand_in(model=model)
    engine.transcribe(sine(), language=language, consent=True)
    assert list(server.received[0].config.language_codes) == codes


def test_an_unknown_language_is_refused_before_anything_is_sent(stand_in):
    server, engine = stand_in()
    with pytest.raises(KnobError, match="language"):
        engine.transcribe(sine(), language="fr", consent=True)
    assert server.received == []


def test_text_times_and_confidence_come_back_as_plain_python_values(stand_in):
    words = (("안녕", 0.25, 0.5, 0.75), ("하세요", 0.5, 1.0, 0.5))
    _, engine = stand_in(Heard(" 안녕 하세요.", 1.25, 0.875, words), model="long")
    transcript = engine.transcribe(sine(duration=2.0), language="auto", consent=True)
    (segment,) = transcript.segments
    assert (transcript.text, transcript.engine, transcript.model) == (
        "안녕 하세요.",
        "google",
        "long",
    )
    assert transcript.language == "ko"
    assert not transcript.no_speech
    assert segment.words == (Word("안녕", 0.25, 0.5, 0.75), Word("하세요", 0.5, 1.0, 0.5))
    assert (segment.start, segment.end, segment.confidence) == (0.25, 1.0, 0.875)


def test_a_confidence_that_is_not_given_is_none_and_never_zero(stand_in):
    _, engine = stand_in(Heard("네", 1.0, 0.0, (("네", 0.0, 0.5, 0.0),)), model="long")
    (segment,) = engine.transcribe(sine(), consent=True).segments
    assert segment.confidence is None
    assert segment.words[0].confidence is None


def test_the_confidence_of_a_chirp_is_not_passed_on(stand_in):
    _, engine = stand_in(Heard("네", 1.0, 0.9), model="chirp_2")
    assert engine.transcribe(sine(), consent=True).segments[0].confidence is None


def test_results_without_words_follow_each_other_in_time(stand_in):
    _, engine = stand_in([Heard("하나", 0.75), Heard("둘", 2.5)])
    segments = engine.transcribe(sine(duration=2.0), consent=True).segments
    assert [(s.start, s.end) for s in segments] == [(0.0, 0.75), (0.75, 2.0)]
    assert [s.words for s in segments] == [(), ()]


def test_a_long_signal_is_sent_in_pieces_below_the_limit_with_its_times_kept(stand_in):
    server, engine = stand_in(Heard("앞", 3.0), Heard("뒤", 3.0))
    y = sine(duration=70.0)
    y[45 * SR : 46 * SR] = 0.0
    transcript = engine.transcribe(y, consent=True)
    assert transcript.text == "앞 뒤"
    sizes = [len(call.messages[0]) for call in server.received]
    assert sum(sizes) == 2 * len(y)
    assert max(sizes) <= 55 * SR * 2 < 10_000_000
    first, second = transcript.segments
    assert first.end == 3.0
    assert 48.0 <= second.end <= 49.0


def test_a_silent_signal_is_no_speech_and_is_not_sent(stand_in):
    server, engine = stand_in()
    transcript = engine.transcribe(np.zeros(SR, np.float32), consent=True)
    assert (transcript.text, transcript.no_speech) == ("", True)
    assert server.received == []


def test_nothing_understood_is_not_called_silence(stand_in):
    _, engine = stand_in([])
    transcript = engine.transcribe(sine(), consent=True)
    assert (transcript.text, transcript.no_speech) == ("", False)


@pytest.mark.parametrize("consent", [False, None, "yes"])
def test_no_byte_leaves_without_consent(stand_in, consent):
    server, engine = stand_in()
    with pytest.raises(ConsentMissingError, match="Google Cloud Speech"):
        engine.transcribe(sine(), consent=consent)
    with pytest.raises(ConsentMissingError):
        engine.stream([sine()], consent=consent)
    assert server.received == []
    assert server.bytes_received == 0


def test_without_consent_not_even_a_client_is_built(configured):
    built = []
    engine = GoogleEngine(connect=built.append)
    with pytest.raises(ConsentMissingError):
        engine.transcribe(sine())
    assert built == []


def test_the_client_is_built_once_for_many_threads(stand_in, configured):
    server, _ = stand_in()
    built = []

    def connect(settings):
        built.append(settings)
        return server.connect()

    engine = GoogleEngine(connect=connect)
    threads = [
        threading.Thread(target=engine.transcribe, args=(sine(),), kwargs={"consent": True})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.received) == 4
    assert len(built) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, "did not accept the request"),
        (grpc.StatusCode.UNAUTHENTICATED, "does not know this key"),
        (grpc.StatusCode.PERMISSION_DENIED, "refused the key or the project"),
        (grpc.StatusCode.NOT_FOUND, "does not know this project"),
        (grpc.StatusCode.INTERNAL, "a failure of its own"),
    ],
)
def test_a_refusal_is_told_plainly_and_not_tried_again(stand_in, code, said):
    server, engine = stand_in(code)
    with pytest.raises(EngineFailedError, match=said):
        engine.transcribe(sine(), consent=True)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "quota"),
        (grpc.StatusCode.UNAVAILABLE, "could not be reached"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "too long"),
    ],
)
def test_a_passing_trouble_is_tried_three_times(stand_in, code, said, quick_retries):
    server, engine = stand_in(code)
    with pytest.raises(EngineFailedError, match=said):
        engine.transcribe(sine(), consent=True)
    assert len(server.received) == 3


def test_an_answer_after_a_passing_trouble_is_taken(stand_in, quick_retries):
    codes = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
    server, engine = stand_in(*codes, Heard("괜찮아요"))
    assert engine.transcribe(sine(), consent=True).text == "괜찮아요"
    assert len(server.received) == 3


def test_an_answer_that_takes_too_long_is_given_up(stand_in):
    _, engine = stand_in(Slow(5.0), timeout=0.3)
    with pytest.raises(EngineFailedError, match="too long"):
        engine.transcribe(sine(), consent=True)


def test_a_deadline_that_ends_between_two_attempts_still_tells_the_cause(stand_in):
    _, engine = stand_in(grpc.StatusCode.RESOURCE_EXHAUSTED, timeout=0.05)
    with pytest.raises(EngineFailedError, match=r"quota|too long"):
        engine.transcribe(sine(), consent=True)


def test_a_dead_server_could_not_be_reached(stand_in, quick_retries):
    server, engine = stand_in()
    server.__exit__()
    with pytest.raises(EngineFailedError, match="could not be reached"):
        engine.transcribe(sine(), consent=True)


@pytest.fixture
def quick_retries(monkeypatch):
    monkeypatch.setattr("core.stt.google_client.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("core.stt.google_client.LONGEST_PAUSE", 0.01)


def test_a_stream_sends_the_config_alone_and_then_half_seconds(stand_in):
    server, engine = stand_in(Heard("안녕하세요", 1.5))
    y = sine(duration=1.7)
    chunks = (y[i : i + 1_000] for i in range(0, len(y), 1_000))
    texts = list(engine.stream(chunks, consent=True))
    assert texts == [StreamedText("안녕", False, 1.5), StreamedText("안녕하세요", True, 1.5)]
    (call,) = server.received
    assert call.method == "StreamingRecognize"
    assert list(call.config.language_codes) == ["ko-KR"]
    assert [len(m) for m in call.messages] == [16_000, 16_000, 16_000, 6_400]
    assert b"".join(call.messages) == linear16(y)


def test_a_stream_over_the_limit_goes_on_in_a_new_one(stand_in, monkeypatch):
    monkeypatch.setattr(google_module, "STREAM_DURATION", 2.0)
    server, engine = stand_in(Heard("하나", 1.0), Heard("둘", 1.0), Heard("셋", 0.5))
    y = sine(duration=4.75)
    finals = [t for t in engine.stream([y], consent=True) if t.final]
    assert [(t.text, t.end) for t in finals] == [("하나", 1.0), ("둘", 3.0), ("셋", 4.5)]
    assert [len(call.messages) for call in server.received] == [4, 4, 2]
    assert b"".join(m for call in server.received for m in call.messages) == linear16(y)


def test_an_empty_stream_sends_nothing(stand_in):
    server, engine = stand_in()
    assert list(engine.stream([], consent=True)) == []
    assert server.received == []


def test_a_stream_that_is_refused_tells_why(stand_in):
    _, engine = stand_in(grpc.StatusCode.PERMISSION_DENIED)
    with pytest.raises(EngineFailedError, match="refused the key"):
        list(engine.stream([sine()], consent=True))


def test_an_engine_that_is_not_set_up_says_what_to_set():
    with pytest.raises(EngineUnavailableError, match="MALGYEOL_GOOGLE_PROJECT"):
        GoogleEngine().transcribe(sine(), consent=True)
