"""Packaged weights: found without importing them, joined, and refused when they are wrong."""

import hashlib
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.errors import EngineFailedError, EngineUnavailableError
from core.stt.whisper import WhisperEngine
from core.whisper import weights
from core.whisper.weights import PackagedFile, WrongWeightsError, join_packaged, joined_folder

CONTENT = {"model.bin": b"first half, second half", "config.json": b"{}", "tokenizer.json": b"[]"}
REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements-whisper.txt"


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two small packages in the manner of the real ones; gives the folder of their files."""
    site = tmp_path / "site"
    for number in (1, 2):
        info = site / f"tiny_weights_part{number}-1.0.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: tiny-weights-part{number}\nVersion: 1.0.0\n")
        (site / f"tiny_weights_part{number}").mkdir()
        code = site / f"tiny_weights_part{number}" / "__init__.py"
        code.write_text("raise RuntimeError('weights were imported as code')")
    part_1, part_2 = (
        ("tiny-weights-part1", "tiny_weights_part1/"),
        (
            "tiny-weights-part2",
            "tiny_weights_part2/",
        ),
    )
    (site / part_1[1] / "model.bin.part1").write_bytes(CONTENT["model.bin"][:11])
    (site / part_2[1] / "model.bin.part2").write_bytes(CONTENT["model.bin"][11:])
    for name in ("config.json", "tokenizer.json"):
        (site / part_1[1] / name).write_bytes(CONTENT[name])
    parts = {
        "model.bin": (
            (part_1[0], part_1[1] + "model.bin.part1"),
            (part_2[0], part_2[1] + "model.bin.part2"),
        ),
        "config.json": ((part_1[0], part_1[1] + "config.json"),),
        "tokenizer.json": ((part_1[0], part_1[1] + "tokenizer.json"),),
    }
    wanted = tuple(
        PackagedFile(name, len(data), hashlib.sha256(data).hexdigest(), parts[name])
        for name, data in CONTENT.items()
    )
    monkeypatch.setattr(weights, "PACKAGED", wanted)
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.fixture
def no_packages(monkeypatch):
    gone = tuple(
        PackagedFile(w.name, w.size, w.sha256, (("no-such-weights", w.name),))
        for w in weights.PACKAGED
    )
    monkeypatch.setattr(weights, "PACKAGED", gone)


def test_parts_are_joined_in_order_and_never_imported(packages, tmp_path):
    folder = join_packaged(tmp_path / "cache")
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == CONTENT
    assert not any(name.startswith("tiny_weights") for name in sys.modules)


def test_wrong_weights_are_refused_and_not_kept(packages, tmp_path):
    (packages / "tiny_weights_part2" / "model.bin.part2").write_bytes(b"Second half!")
    with pytest.raises(WrongWeightsError, match=r"model\.bin"):
        join_packaged(tmp_path / "cache")
    assert list(joined_folder(tmp_path / "cache").iterdir()) == []


def test_a_joined_file_that_was_changed_is_joined_anew(packages, tmp_path):
    folder = join_packaged(tmp_path / "cache")
    (folder / "model.bin").write_bytes(b"something else entirely")
    assert (join_packaged(tmp_path / "cache") / "model.bin").read_bytes() == CONTENT["model.bin"]


def test_a_joined_model_outlives_its_packages(packages, tmp_path, request):
    folder = join_packaged(tmp_path / "cache")
    request.getfixturevalue("no_packages")
    assert join_packaged(tmp_path / "cache") == folder
    (folder / "model.bin").write_bytes(b"something else entirely")
    with pytest.raises(WrongWeightsError):
        join_packaged(tmp_path / "cache")


def test_missing_packages_are_not_configured_with_the_line_that_installs_them(
    no_packages, workspace_home
):
    status = WhisperEngine().status()
    assert status.state == "not-configured"
    assert "pip install --no-deps --require-hashes -r requirements-whisper.txt" in status.fix


def test_a_missing_library_is_not_configured(monkeypatch, workspace_home):
    monkeypatch.setattr("core.stt.whisper.find_spec", lambda name: None)
    assert WhisperEngine().status().reason == "the package faster-whisper is not installed"


def test_weights_of_the_wrong_size_are_broken_at_once(packages, workspace_home):
    assert WhisperEngine().status().state == "ready"
    (packages / "tiny_weights_part2" / "model.bin.part2").write_bytes(b"short")
    assert (WhisperEngine().status().state, WhisperEngine().status().detail) == (
        "broken",
        "model.bin",
    )


def test_weights_of_the_wrong_digest_are_never_loaded(packages, workspace_home, monkeypatch):
    monkeypatch.setattr("faster_whisper.WhisperModel", lambda *_, **__: pytest.fail("loaded"))
    (packages / "tiny_weights_part2" / "model.bin.part2").write_bytes(b"Second half!")
    engine = WhisperEngine()
    with pytest.raises(EngineUnavailableError, match="not the ones expected"):
        engine.prepare()
    assert engine.status().state == "broken"
    with pytest.raises(EngineUnavailableError, match="not the ones expected"):
        engine.prepare()


def test_an_engine_notices_that_its_weights_were_mended(packages, workspace_home):
    part = packages / "tiny_weights_part2" / "model.bin.part2"
    whole = part.read_bytes()
    part.write_bytes(b"Second half!")
    engine = WhisperEngine()
    with pytest.raises(EngineUnavailableError):
        engine.prepare()
    part.write_bytes(whole)
    os.utime(part, (1, 1))
    assert engine.status().state == "ready"


def test_a_model_that_cannot_be_loaded_is_broken(packages, workspace_home):
    engine = WhisperEngine()
    with pytest.raises(EngineUnavailableError, match="could not be loaded"):
        engine.prepare()
    assert engine.status().state == "broken"


def test_a_folder_without_a_whole_model_is_broken(monkeypatch, tmp_path, workspace_home):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.bin").touch()
    monkeypatch.setenv("MALGYEOL_WHISPER", str(tmp_path / "mine"))
    status = WhisperEngine().status()
    assert (status.state, status.detail) == ("broken", "mine: config.json, tokenizer.json")


def test_a_folder_with_a_whole_model_is_ready(monkeypatch, tmp_path, workspace_home):
    for name in weights.MODEL_FILES:
        (tmp_path / name).touch()
    monkeypatch.setenv("MALGYEOL_WHISPER", str(tmp_path))
    assert WhisperEngine().status().state == "ready"


def test_a_model_name_is_not_downloaded_by_itself(monkeypatch, workspace_home, in_new_process):
    code = """
import numpy as np, socket
def no_network(*_): raise SystemExit("the network was asked")
socket.socket.connect = no_network
socket.getaddrinfo = no_network
from core.stt import transcribe
try:
    transcribe(np.zeros(16_000, np.float32))
except Exception as error:
    print(error)
"""
    said = in_new_process(code, MALGYEOL_WHISPER="small", MALGYEOL_HOME=str(workspace_home))
    assert "has not been downloaded" in said


@pytest.mark.parametrize("name", [None, "no/such/name", "../up", "."])
def test_only_a_model_name_can_be_downloaded(monkeypatch, workspace_home, name):
    if name:
        monkeypatch.setenv("MALGYEOL_WHISPER", name)
    with pytest.raises(EngineUnavailableError, match="no model name"):
        WhisperEngine().download()


def test_a_name_that_whisper_does_not_know_is_told(monkeypatch, workspace_home):
    monkeypatch.setenv("MALGYEOL_WHISPER", "enormous")
    with pytest.raises(EngineUnavailableError, match="no model of this name"):
        WhisperEngine().download()


def test_a_download_that_fails_leaves_nothing(monkeypatch, workspace_home):
    def broken_off(repository, *, local_dir, allow_patterns):
        (Path(local_dir) / "model.bin").write_bytes(b"half")
        raise ConnectionError("the network went away")

    monkeypatch.setattr("huggingface_hub.snapshot_download", broken_off)
    monkeypatch.setenv("MALGYEOL_WHISPER", "small")
    engine = WhisperEngine()
    with pytest.raises(EngineFailedError, match="could not be downloaded"):
        engine.download()
    assert engine.status().state == "not-configured"
    assert list((workspace_home / "cache" / "whisper").iterdir()) == []


def test_every_weight_package_is_pinned_by_its_hash():
    text = re.sub(r"#.*|\\\n", "", REQUIREMENTS.read_text())
    pins = [line.split() for line in text.splitlines() if "==" in line]
    assert {pin[0].split("==")[0] for pin in pins} == {
        package for wanted in weights.PACKAGED for package, _ in wanted.parts
    }
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", pin[1]) for pin in pins)
    assert {"--require-hashes", "--only-binary :all:"} <= set(text.splitlines())


def test_a_model_is_fetched_whole_from_the_hub_at_a_users_word(workspace_home, in_new_process):
    code = """
from core.stt import engines
engine = engines()["whisper"]
print(engine.status().state)
print(*sorted(f.name for f in engine.download().iterdir() if f.is_file()))
print(engine.status().state, engine.status().detail)
"""
    with Hub({**CONTENT, "vocabulary.txt": b"a\nb\n", "README.md": b"not asked for"}) as hub:
        variables = {"HF_ENDPOINT": hub.address, "HF_HUB_DISABLE_XET": "1"}
        variables |= {"MALGYEOL_HOME": str(workspace_home), "MALGYEOL_WHISPER": "tiny/whisper"}
        said = in_new_process(code, **variables).splitlines()
    names = "config.json model.bin tokenizer.json vocabulary.txt"
    assert said == ["not-configured", names, "ready tiny/whisper"]


class Hub:
    """As much of the model hub as a download needs, on this machine."""

    COMMIT = "0123456789abcdef0123456789abcdef01234567"

    def __init__(self, files: dict[str, bytes]):
        hub = self
        self.files = files

        class Request(BaseHTTPRequestHandler):
            def do_GET(self):
                body = hub.answer(self.path.split("?")[0])
                self.send_response(404 if body is None else 200)
                self.send_header("X-Repo-Commit", hub.COMMIT)
                self.send_header("ETag", f'"{hashlib.sha1(body or b"").hexdigest()}"')
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body or b"")

            do_HEAD = do_GET  # noqa: N815 - the server's own name

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str) -> bytes | None:
        if path.startswith("/api/models/tiny/whisper/revision/"):
            names = [{"rfilename": name} for name in self.files]
            about = {"_id": "1", "id": "tiny/whisper", "sha": self.COMMIT, "siblings": names}
            return json.dumps(about).encode()
        if path.startswith("/api/models/tiny/whisper/tree/"):
            tree = [
                {"type": "file", "path": name, "size": len(data), "oid": self.COMMIT}
                for name, data in self.files.items()
            ]
            return json.dumps(tree).encode()
        if path.startswith("/tiny/whisper/resolve/"):
            return self.files.get(path.rsplit("/", 1)[1])
        return None

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
