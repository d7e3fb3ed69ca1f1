"""Whether Google is set up, who signs in, and the production path over TLS, in fresh processes."""

import json
import socket
import threading

import pytest

from core.settings import google_settings
from core.stt.google import GoogleEngine
from core.stt.google_client import endpoint, project_of
from tests.stt.stand_in import API_KEY, Heard, StandIn, self_signed

SAY = """
import numpy as np
from core.stt.google import GoogleEngine
y = (0.5 * np.sin(np.arange(16_000) * 0.2)).astype(np.float32)
try:
    print(GoogleEngine().transcribe(y, consent=True).text)
except Exception as error:
    print(type(error).__name__, error)
"""


def status():
    return GoogleEngine().status()


def write_json(file, content):
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_nothing_set_means_not_configured_and_says_what_to_set():
    found = status()
    assert found.state == "not-configured"
    assert "MALGYEOL_GOOGLE_API_KEY" in found.fix


def test_a_key_without_a_project_is_not_enough(monkeypatch):
    monkeypatch.setenv("MALGYEOL_GOOGLE_API_KEY", "secret")
    assert status().reason == "no Google project is set"
    monkeypatch.setenv("MALGYEOL_GOOGLE_PROJECT", "ours")
    assert status().state == "ready"


def test_a_ready_status_shows_model_place_and_project_but_no_key(monkeypatch):
    monkeypatch.setenv("MALGYEOL_GOOGLE_API_KEY", " secret-key\n")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "ours")
    assert status().detail == "chirp_3 · asia-northeast1 · ours"
    assert google_settings().api_key == "secret-key"
    assert "secret-key" not in repr(google_settings())


def test_the_project_of_a_key_file_is_used(monkeypatch, tmp_path):
    content = {"type": "service_account", "project_id": "from-file"}
    file = write_json(tmp_path / "key.json", content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
    assert status().state == "ready"
    assert project_of(google_settings()) == "from-file"


def test_a_gcloud_sign_in_is_found(monkeypatch, tmp_path):
    content = {"type": "authorized_user", "quota_project_id": "pays"}
    write_json(tmp_path / "application_default_credentials.json", content)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    assert status().state == "ready"
    assert project_of(google_settings()) == "pays"


@pytest.mark.parametrize("content", [None, "", "no json", "[]", "{}"])
def test_a_credentials_file_that_is_none_is_broken(monkeypatch, tmp_path, content):
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    monkeypatch.setenv("MALGYEOL_GOOGLE_PROJECT", "ours")
    assert (status().state, status().detail) == ("broken", "key.json")


@pytest.mark.parametrize("timeout", ["soon", "0", "nan", "-3", "inf"])
def test_a_timeout_that_is_none_is_told_and_does_not_crash(monkeypatch, timeout):
    monkeypatch.setenv("MALGYEOL_GOOGLE_TIMEOUT", timeout)
    assert status().state == "broken"
    assert "MALGYEOL_GOOGLE_TIMEOUT" in status().detail


def test_a_machine_at_google_needs_the_switch(monkeypatch):
    monkeypatch.setenv("MALGYEOL_GOOGLE_PROJECT", "ours")
    assert status().state == "not-configured"
    monkeypatch.setenv("MALGYEOL_ON_GCP", "1")
    assert status().state == "ready"


def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr("core.stt.google_client.find_spec", lambda name: None)
    assert status().state == "not-configured"
    assert "pip install" in status().fix


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("", "asia-northeast1-speech.googleapis.com"),
        ("us", "us-speech.googleapis.com"),
        ("global", "speech.googleapis.com"),
    ],
)
def test_the_host_follows_the_location(monkeypatch, location, host):
    monkeypatch.setenv("MALGYEOL_GOOGLE_LOCATION", location)
    assert endpoint(google_settings()) == host


def test_the_status_imports_nothing_of_google(in_new_process):
    code = """
import sys
from core.stt import engines, overall_status
print(engines()["google"].status().state, overall_status(consented={"google"}).state)
print(sorted(m for m in sys.modules if m.startswith(("google.auth", "google.cloud.", "grpc"))))
"""
    key = {"MALGYEOL_GOOGLE_API_KEY": "k", "MALGYEOL_GOOGLE_PROJECT": "p"}
    assert in_new_process(code, **key).splitlines() == ["ready ready", "[]"]


def test_an_api_key_travels_over_tls_on_the_production_path(in_new_process, tmp_path):
    with StandIn(Heard("안녕하세요"), certificate=self_signed(tmp_path)) as server:
        assert in_new_process(SAY, **server.environment()) == "안녕하세요"
    (call,) = server.received
    assert call.metadata["x-goog-api-key"] == API_KEY
    assert call.recognizer == "projects/stand-in/locations/asia-northeast1/recognizers/_"
    assert len(call.messages[0]) == 32_000


def test_a_service_account_signs_in_over_tls(in_new_process, tmp_path):
    file = write_json(tmp_path / "key.json", service_account())
    with StandIn(Heard("괜찮아요"), certificate=self_signed(tmp_path)) as server:
        variables = server.environment() | {"GOOGLE_APPLICATION_CREDENTIALS": file}
        del variables["MALGYEOL_GOOGLE_API_KEY"], variables["MALGYEOL_GOOGLE_PROJECT"]
        assert in_new_process(SAY, **variables) == "괜찮아요"
    (call,) = server.received
    assert call.metadata["authorization"].startswith("Bearer ")
    assert call.recognizer.startswith("projects/from-key-file/")


def test_a_certificate_that_is_not_trusted_ends_the_call_before_the_voice(in_new_process, tmp_path):
    with StandIn(certificate=self_signed(tmp_path)) as server:
        variables = server.environment()
        del variables["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]
        assert "could not be reached" in in_new_process(SAY, **variables)
    assert server.received == []


def test_a_key_file_of_no_use_is_a_failed_sign_in(in_new_process, tmp_path):
    content = {"type": "service_account", "project_id": "p", "private_key": "no key"}
    file = write_json(tmp_path / "key.json", content)
    said = in_new_process(SAY, GOOGLE_APPLICATION_CREDENTIALS=file)
    assert said.startswith("EngineFailedError")
    assert "sign-in" in said


def test_without_credentials_the_metadata_server_is_never_asked(in_new_process, black_hole):
    said = in_new_process(SAY, timeout=30.0, **black_hole.environment)
    assert said.startswith("EngineUnavailableError")
    assert black_hole.accepted == 0


def test_a_metadata_server_that_never_answers_ends_at_the_timeout(
    in_new_process, black_hole, tmp_path
):
    with StandIn(certificate=self_signed(tmp_path)) as server:
        variables = server.environment() | black_hole.environment
        del variables["MALGYEOL_GOOGLE_API_KEY"]
        variables |= {"MALGYEOL_ON_GCP": "1", "MALGYEOL_GOOGLE_TIMEOUT": "2"}
        said = in_new_process(SAY, timeout=30.0, **variables)
    assert said.startswith("EngineFailedError")
    assert black_hole.accepted > 0
    assert server.received == []


class BlackHole:
    """Accepts connections and never answers, as a network that swallows a request does."""

    def __init__(self):
        self.accepted = 0
        self._kept = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def environment(self):
        place = f"127.0.0.1:{self.port}"
        return {"GCE_METADATA_IP": place, "GCE_METADATA_HOST": place}

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._kept.append(connection)
            self.accepted += 1

    def close(self):
        self._socket.close()
        for connection in self._kept:
            connection.close()


@pytest.fixture
def black_hole():
    hole = BlackHole()
    yield hole
    hole.close()


def service_account():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": "from-key-file",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": "tester@from-key-file.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
