"""Names as they are shown, and the rules of the room."""

import ast
import doctest
import hashlib
import importlib
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from core.audio import FLAGS, content_digest, decode, nfc_name
from tests.odd_bytes import sndfile

# Makes the shipped demo corpus; reads nothing but its own synthesiser's output.
CORPUS_MAKER = "demo_synthesis.py"
FILM_MAKER = "film.py"  # writes pictures, opens nothing
CORE = Path(__file__).resolve().parents[2] / "core"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("1_1_N.wav", "1_1_N.wav"),
        (unicodedata.normalize("NFD", "안녕하세요_화자1_기쁨.wav"), "안녕하세요_화자1_기쁨.wav"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\evil.wav", "evil.wav"),
        ("folder/", "folder"),
        ("a\0b\n.wav", "ab.wav"),
        ("harmless\u202evaw.exe", "harmlessvaw.exe"),  # would be shown as harmlessexe.wav
        ("🙂.wav", "🙂.wav"),
        ("", "sound"),
        ("///", "sound"),
    ],
)
def test_a_name_is_composed_and_without_folders_or_invisible_marks(given, shown):
    assert nfc_name(given) == shown
    assert nfc_name(shown) == shown


def test_the_digest_is_the_one_of_the_original_bytes():
    data = sndfile()
    assert content_digest(data) == hashlib.sha256(data).hexdigest()
    assert decode(data).content == content_digest(data)


def test_every_flag_has_a_caption_in_korean():
    from core.i18n import captions

    korean = captions("ko")
    assert len(FLAGS) == 7
    for caption in FLAGS.values():
        assert korean(caption) != caption


def test_importing_the_room_loads_no_decoder():
    code = "import sys, core.audio; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "numpy" in loaded
    assert not loaded & {"soundfile", "av", "soxr", "librosa", "scipy", "babel"}


def used_names(tree: ast.AST) -> set[str]:
    """Modules imported and dotted names used, e.g. ``librosa.load``."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute):
            names.add(ast.unparse(node))
    return names


def test_nothing_in_core_opens_sound_with_librosa_or_audioread():
    sources = sorted(CORE.rglob("*.py"))
    assert len(sources) > 10
    for source in sources:
        names = used_names(ast.parse(source.read_text(encoding="utf-8")))
        forbidden = {n for n in names if n in {"librosa.load", "librosa.stream"}}
        forbidden |= {n for n in names if n.split(".")[0] == "audioread"}
        assert not forbidden, source


def test_only_this_room_knows_the_decoders():
    for source in sorted(CORE.rglob("*.py")):
        if source.parent.name == "audio" or source.name in {CORPUS_MAKER, FILM_MAKER}:
            continue
        names = used_names(ast.parse(source.read_text(encoding="utf-8")))
        assert not {n for n in names if n.split(".")[0] in {"soundfile", "av"}}, source


@pytest.mark.parametrize("module", ["sound", "resample", "encode", "sniff"])
def test_the_examples_in_the_docstrings_hold(module):
    room = importlib.import_module(f"core.audio.{module}")
    done = doctest.testmod(room, extraglobs={"np": importlib.import_module("numpy")})
    assert done.attempted > 0
    assert done.failed == 0
