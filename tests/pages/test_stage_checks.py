"""The check before a show: each part broken in turn, with what to do; the others stay green."""

import pytest

from core.models import default_model, load_bundle
from core.stt import EngineStatus
from pages.parts.stage import checks


@pytest.fixture(scope="module")
def model():
    path = default_model()
    return load_bundle(path, name=path.stem)


@pytest.fixture
def all_well(monkeypatch):
    ready = EngineStatus("ready", "ready", "", detail="Whisper · base")
    monkeypatch.setattr(checks, "overall_status", lambda **_: ready)
    monkeypatch.setattr(checks, "lan_address", lambda: "192.0.2.7")


def states(model, consented=frozenset()) -> dict[str, str]:
    rows = checks.server_checks(model, consented, lambda message: message)
    return {name: state for name, state, _, _ in rows}


def advice(model, name: str, consented=frozenset()) -> str:
    rows = checks.server_checks(model, consented, lambda message: message)
    return next(row[3] for row in rows if row[0] == name)


def test_where_everything_is_there_every_check_is_good(all_well, model, monkeypatch):
    monkeypatch.setattr(checks, "WARM", 60.0)  # a busy machine is not what this is about
    assert states(model) == {"model": "good", "words": "good", "network": "good"}


def test_without_a_model_there_is_no_show(all_well):
    assert states(None)["model"] == "wrong"
    assert "Train one" in advice(None, "model")


def test_a_slow_model_is_a_caution(all_well, model, monkeypatch):
    monkeypatch.setattr(checks, "WARM", 0.0)
    assert states(model)["model"] == "caution"


def test_without_an_engine_the_emotion_goes_on_alone(all_well, model, monkeypatch):
    missing = EngineStatus("not-configured", reason="Not installed", fix="Install it.")
    monkeypatch.setattr(checks, "overall_status", lambda **_: missing)
    assert states(model)["words"] == "caution"
    assert advice(model, "words") == "The show goes on with the emotion alone. Install it."


def test_without_a_network_only_phones_are_missing(all_well, model, monkeypatch):
    monkeypatch.setattr(checks, "lan_address", lambda: None)
    assert states(model)["network"] == "caution"
    assert "raise hands" in advice(model, "network")


def test_without_a_network_the_engine_here_writes_for_the_cloud(all_well, model, monkeypatch):
    monkeypatch.setattr(checks, "lan_address", lambda: None)
    assert "on this machine" in advice(model, "network", frozenset({"google"}))
