"""The rooms of docs/architecture.md: imports only point down, and core runs without Streamlit."""

import ast
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parent.parent / "core"

# Floor of each room; a room imports from its own package and from lower floors alone.
FLOORS = {
    "__main__": 7,
    "commands": 6,
    "inference": 5,
    "training": 5,
    "stage": 6,
    "corpus": 4,
    "features": 3,
    "signal": 3,
    "stt": 3,
    "models": 3,
    "audio": 2,
    "whisper": 2,
    "evaluation": 2,
    "plots": 2,
    "gate": 2,
    "cluster": 2,
    "settings": 1,
    "files": 1,
    "emotions": 1,
    "errors": 1,
    "i18n": 1,
    "password": 1,
    "names": 1,
    "mel": 1,
}


def room_of(file: Path) -> str:
    return file.relative_to(CORE).parts[0].removesuffix(".py")


def imported_modules(file: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports inside core are written out in full"
            found += [node.module or ""] + [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def imported_rooms(file: Path) -> set[str]:
    parts = (name.split(".") for name in imported_modules(file))
    return {p[1] for p in parts if p[0] == "core" and len(p) > 1 and p[1] in FLOORS}


FILES = sorted(f for f in CORE.rglob("*.py") if f != CORE / "__init__.py")


def test_every_room_has_a_floor():
    assert {room_of(file) for file in FILES} <= set(FLOORS)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(CORE)))
def test_imports_point_down(file):
    room = room_of(file)
    for other in imported_rooms(file) - {room}:
        down = FLOORS[other] < FLOORS[room]
        ground = FLOORS[other] == FLOORS[room] == 1  # the ground floor is one room in a few files
        assert down or ground, f"{room} (floor {FLOORS[room]}) imports {other} ({FLOORS[other]})"


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(CORE)))
def test_core_never_imports_streamlit_or_pages(file):
    roots = {name.split(".")[0] for name in imported_modules(file)}
    assert not roots & {"streamlit", "pages", "streamlit_app", "tests"}


def test_a_room_that_imports_upwards_is_found(tmp_path):
    file = tmp_path / "sound.py"
    file.write_text("from core.training import run\n")
    assert imported_rooms(file) == {"training"}


def test_top_level_data_and_models_hold_no_python():
    for folder in ("data", "models"):
        assert not list((CORE.parent / folder).rglob("*.py"))
