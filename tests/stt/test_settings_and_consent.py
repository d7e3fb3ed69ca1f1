"""Choices, keys and consents of a workspace: kept, checked, and never used when others can look."""

import json
import os
import stat

import pytest

from core.errors import BrokenSettingsError, ConsentMissingError, KnobError, OpenSecretsError
from core.settings import (
    SpeechChoices,
    google_settings,
    read_secrets,
    read_speech_choices,
    save_secrets,
    save_speech_choices,
    whisper_settings,
    workspace,
)
from core.stt import agree, best_engine, consent_of, consented, engines, transcribe, withdraw

pytestmark = pytest.mark.usefixtures("workspace_home")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


def test_without_a_file_the_defaults_hold():
    assert read_speech_choices() == SpeechChoices()
    assert read_secrets() == {}
    assert google_settings().location == "asia-northeast1"


def test_choices_are_kept_and_used():
    save_speech_choices(
        SpeechChoices(
            engine="google",
            language="auto",
            google_project="our-project",
            google_location="eu",
            google_model="chirp_2",
            whisper_model="small",
        )
    )
    found = google_settings()
    assert (found.project, found.location, found.model) == ("our-project", "eu", "chirp_2")
    assert read_speech_choices().engine == "google"
    assert whisper_settings().model == "small"


def test_the_environment_comes_first(monkeypatch):
    save_speech_choices(SpeechChoices(google_location="eu", whisper_model="small"))
    monkeypatch.setenv("MALGYEOL_GOOGLE_LOCATION", "us")
    monkeypatch.setenv("MALGYEOL_WHISPER", "tiny")
    assert google_settings().location == "us"
    assert whisper_settings().model == "tiny"


@pytest.mark.parametrize("wrong", [{"engine": "siri"}, {"language": "fr"}])
def test_what_there_is_not_cannot_be_chosen(wrong):
    with pytest.raises(KnobError):
        SpeechChoices(**wrong)


@pytest.mark.parametrize("content", ["{", "[]", '{"choices": {"engine": "siri"}}'])
def test_a_damaged_file_is_told_and_breaks_nothing(content):
    workspace().root.mkdir(parents=True)
    (workspace().root / "speech.json").write_text(content)
    with pytest.raises(BrokenSettingsError):
        read_speech_choices()
    assert {engine.status().state for engine in engines().values()} == {"broken"}


@needs_posix
def test_keys_are_written_for_their_owner_alone():
    path = save_secrets({"google_api_key": "k-123"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert google_settings().api_key == "k-123"
    assert "k-123" not in repr(google_settings())


@needs_posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644])
def test_keys_that_others_can_reach_are_refused_with_advice(mode):
    path = save_secrets({"google_api_key": "k-123"})
    path.chmod(mode)
    with pytest.raises(OpenSecretsError, match=f"permissions {mode:o}.*chmod 600"):
        read_secrets()
    status = engines()["google"].status()
    assert (status.state, status.detail) == ("broken", str(path))
    assert "chmod 600" in status.fix


@needs_posix
def test_a_key_file_in_the_secrets_signs_in_and_names_the_project():
    key = {"type": "service_account", "project_id": "of-the-key", "private_key": "p-456"}
    save_secrets({"google_credentials": key})
    status = engines()["google"].status()
    assert status.state == "ready"
    assert "of-the-key" in status.detail
    assert "p-456" not in repr(google_settings()) + repr(status)


def configured(location="eu"):
    save_secrets({"google_api_key": "k"})
    save_speech_choices(SpeechChoices(google_project="p", google_location=location))


def test_consent_is_kept_until_it_is_taken_back():
    configured()
    assert consented() == frozenset()
    given = agree("google", by="민지")
    assert given.destination == "eu-speech.googleapis.com"
    assert consented() == {"google"}
    assert consent_of("google").by == "민지"
    assert withdraw("google")
    assert consented() == frozenset()
    assert not withdraw("google")


def test_another_destination_asks_anew():
    configured()
    agree("google")
    configured(location="us")
    assert consent_of("google") is None
    assert consented() == frozenset()


def test_choices_and_consents_do_not_overwrite_each_other():
    configured()
    agree("google")
    save_speech_choices(SpeechChoices(google_project="p", google_location="eu", language="de"))
    assert consented() == {"google"}
    document = json.loads((workspace().root / "speech.json").read_text())
    assert set(document) == {"choices", "consents"}


def test_without_consent_google_is_never_asked():
    configured()
    with pytest.raises(ConsentMissingError):
        best_engine(choice="google", consented=consented())
    with pytest.raises(ConsentMissingError):
        transcribe([], choice="google", consented=consented())


def test_nobody_can_agree_for_an_engine_that_there_is_not():
    with pytest.raises(KnobError):
        agree("siri")
