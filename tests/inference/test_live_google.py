"""A live stream whose words come from Google's protocol: real gRPC, over TLS, with its errors."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import grpc
import numpy as np
import pytest

from core.errors import ConsentMissingError
from core.inference import Answered, Asked, LiveStream, WordsCame
from core.settings import google_settings
from core.stt.google import GoogleEngine
from tests.inference.builders import bundle
from tests.inference.test_stream import SPEC, Loudness, fed, of, silence, speech, words_of
from tests.stt.stand_in import API_KEY, Heard, Slow, StandIn, self_signed

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def configured(workspace_home, monkeypatch):
    monkeypatch.setenv("MALGYEOL_GOOGLE_PROJECT", "our-project")
    monkeypatch.setenv("MALGYEOL_GOOGLE_API_KEY", "secret")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)


def live_with(server, *, consent=True, timeout=20.0):
    def settings():
        return dataclasses.replace(google_settings(), timeout=timeout)

    engine = GoogleEngine(settings=settings, connect=server.connect)
    words = Asked(engine, "ko", consent)
    return LiveStream(bundle(), words=words, spec=SPEC, detector=Loudness())


def spoken(live):
    """Words of three utterances; the next is spoken once the words of the one before are there."""
    found, answers = [], 0
    for _ in range(3):
        events = fed(live, np.concatenate([silence(0.32), speech(0.96), silence(0.64)]))
        answers += len(of(Answered, events))
        found += of(WordsCame, events)
        found += words_of(live, answers - len(found))
    assert answers == 3
    return found


def test_every_utterance_is_a_stream_of_its_own_without_the_silence():
    with StandIn(Heard("안녕하세요", 0.9)) as server:
        found = spoken(live_with(server))
    assert [w.transcript.text for w in found] == ["안녕하세요"] * 3
    assert {w.transcript.engine for w in found} == {"google"}
    assert [call.method for call in server.received] == ["StreamingRecognize"] * 3
    sent = server.bytes_received / 2 / 16_000
    assert 3 * 0.96 < sent < 3 * (0.96 + SPEC.pad + SPEC.hangover + 0.1)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "quota"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "too long"),
        (grpc.StatusCode.UNAVAILABLE, "could not be reached"),
        (grpc.StatusCode.UNAUTHENTICATED, "does not know this key"),
        (grpc.StatusCode.PERMISSION_DENIED, "refused the key"),
    ],
)
def test_a_refusal_costs_its_own_words_and_says_why(code, said):
    with StandIn(Heard("하나"), code, Heard("셋")) as server:
        first, second, third = spoken(live_with(server))
    assert [first.transcript.text, third.transcript.text] == ["하나", "셋"]
    assert said in str(second.error)
    assert second.transcript is None


def test_an_answer_that_never_comes_ends_at_its_limit():
    with StandIn(Heard("하나"), Slow(6.0), Heard("셋")) as server:
        live = live_with(server, timeout=1.0)
        live._words._longest = 2.0
        found = spoken(live)
    assert [w.transcript is None for w in found] == [False, True, False]
    assert "too long" in str(found[1].error)


def test_a_server_that_is_gone_costs_no_emotion():
    server = StandIn(Heard("하나"))
    with server:
        live = live_with(server)
        live._words._words.engine.prepare()
    found = spoken(live)
    assert found
    assert all("could not be reached" in str(w.error) for w in found)


def test_without_consent_no_byte_leaves():
    with StandIn(Heard("하나")) as server:
        found = spoken(live_with(server, consent=False))
    assert found
    assert all(isinstance(w.error, ConsentMissingError) for w in found)
    assert server.received == []


OVER_TLS = """
import json
from core.inference import Asked, LiveStream
from core.stt import engines
from tests.inference.builders import bundle
from tests.inference.test_stream import SPEC, Loudness
from tests.inference.test_live_google import spoken
live = LiveStream(bundle(), words=Asked(engines()["google"], "ko", True), spec=SPEC,
                  detector=Loudness())
print(json.dumps([[w.transcript and w.transcript.text, w.error and str(w.error)]
                  for w in spoken(live)]))
"""


def test_the_production_path_over_tls_with_its_errors(tmp_path, workspace_home):
    replies = (Heard("안녕하세요"), grpc.StatusCode.RESOURCE_EXHAUSTED, Heard("또 봐요"))
    with StandIn(*replies, certificate=self_signed(tmp_path)) as server:
        environment = os.environ | server.environment() | {"no_grpc_proxy": "*"}
        result = subprocess.run(
            [sys.executable, "-c", OVER_TLS],
            cwd=REPOSITORY,
            env=environment | {"CLOUDSDK_CONFIG": str(tmp_path / "none")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert [text for text, _ in found] == ["안녕하세요", None, "또 봐요"]
    assert "quota" in found[1][1]
    assert {call.metadata["x-goog-api-key"] for call in server.received} == {API_KEY}
