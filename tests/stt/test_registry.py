"""Which engine answers, with small engines of our own in place of the real ones."""

import numpy as np
import pytest

from core.errors import (
    ConsentMissingError,
    EngineFailedError,
    EngineUnavailableError,
    KnobError,
)
from core.stt import (
    EngineStatus,
    Replaced,
    Transcript,
    best_engine,
    engines,
    overall_status,
    registry,
    transcribe,
)
from core.stt.engine import ready

Y = np.zeros(16_000, np.float32)
GOOGLE = frozenset({"google"})
NOT_SET_UP = EngineStatus("not-configured", "nothing is set", "Set it.")


class Engine:
    waiting = 0

    def __init__(self, name, status, sends_voice_away=False, error=None):
        self.name = self.title = name
        self.sends_voice_away = sends_voice_away
        self.state, self.error = status, error
        self.asked = []

    def status(self):
        return self.state

    def transcribe(self, y, *, language="ko", consent=False):
        self.asked.append(consent)
        if self.error:
            raise self.error
        return Transcript("네", (), self.name, "m", language, 0.0)


@pytest.fixture
def house(monkeypatch):
    """Put a cloud and a local engine in place of the real ones."""

    def put(google=None, whisper=None, error=None, whisper_error=None):
        found = {
            "google": Engine("google", google or ready("g"), True, error),
            "whisper": Engine("whisper", whisper or ready("w"), False, whisper_error),
        }
        monkeypatch.setattr(registry, "_ENGINES", found)
        return found

    return put


def test_the_engines_are_google_and_whisper_and_only_google_sends_the_voice_away():
    assert {n: e.sends_voice_away for n, e in engines().items()} == {
        "google": True,
        "whisper": False,
    }
    assert engines()["whisper"] is engines()["whisper"]


def test_google_comes_first_only_when_set_up_and_consented(house):
    house()
    assert best_engine(consented=GOOGLE).name == "google"
    assert best_engine(consented=frozenset()).name == "whisper"
    house(google=NOT_SET_UP)
    assert best_engine(consented=GOOGLE).name == "whisper"


def test_without_any_engine_there_is_none_and_a_way_to_mend_it(house):
    house(google=NOT_SET_UP, whisper=NOT_SET_UP)
    assert best_engine(consented=GOOGLE) is None
    assert overall_status(consented=GOOGLE) == NOT_SET_UP
    with pytest.raises(EngineUnavailableError, match="Set it"):
        transcribe(Y, consented=GOOGLE)


def test_a_chosen_engine_is_never_replaced(house):
    found = house(google=NOT_SET_UP)
    with pytest.raises(EngineUnavailableError, match="google"):
        best_engine(consented=GOOGLE, choice="google")
    with pytest.raises(EngineUnavailableError, match="google"):
        transcribe(Y, consented=GOOGLE, choice="google")
    assert overall_status(consented=GOOGLE, choice="google") == NOT_SET_UP
    assert found["whisper"].asked == []


def test_a_chosen_engine_that_fails_is_not_followed_by_another(house):
    found = house(error=EngineFailedError("google", "too slow"))
    with pytest.raises(EngineFailedError, match="too slow"):
        transcribe(Y, consented=GOOGLE, choice="google")
    assert found["whisper"].asked == []


def test_a_chosen_whisper_is_asked_although_google_is_ready(house):
    found = house()
    assert transcribe(Y, consented=GOOGLE, choice="whisper").engine == "whisper"
    assert found["google"].asked == []


def test_a_chosen_cloud_engine_without_consent_is_refused(house):
    found = house()
    with pytest.raises(ConsentMissingError):
        transcribe(Y, choice="google")
    with pytest.raises(ConsentMissingError):
        best_engine(choice="google")
    assert overall_status(choice="google").state == "not-configured"
    assert overall_status(choice="google", consented=GOOGLE).state == "ready"
    assert found["google"].asked == []


def test_without_consent_the_cloud_engine_is_not_asked(house):
    found = house()
    transcript = transcribe(Y)
    assert (transcript.engine, transcript.replaced) == ("whisper", None)
    assert found["google"].asked == []


def test_consent_reaches_the_engine_that_it_was_given_for(house):
    found = house()
    transcribe(Y, consented=GOOGLE)
    assert found["google"].asked == [True]


def test_where_nobody_chose_a_failure_is_followed_by_the_next_and_told(house):
    house(error=EngineFailedError("google", "too slow"))
    transcript = transcribe(Y, consented=GOOGLE)
    assert transcript.engine == "whisper"
    assert transcript.replaced == Replaced("google", "too slow")


def test_where_every_engine_fails_the_last_failure_is_told(house):
    house(
        error=EngineFailedError("google", "too slow"),
        whisper_error=EngineFailedError("whisper", "too old"),
    )
    with pytest.raises(EngineFailedError, match="too old"):
        transcribe(Y, consented=GOOGLE)


def test_an_engine_that_does_not_exist_is_refused(house):
    house()
    with pytest.raises(KnobError, match="vosk"):
        best_engine(choice="vosk")
    with pytest.raises(KnobError, match="vosk"):
        transcribe(Y, choice="vosk")
    with pytest.raises(KnobError, match="vosk"):
        overall_status(choice="vosk")
