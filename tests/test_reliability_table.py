"""docs/reliability.md: all 25 requirements stand there, and what is said to check them is there."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
DOCUMENT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
CELLS = [re.split(r"(?<!\\)\|", line) for line in DOCUMENT.splitlines() if line.startswith("| ")]
ROWS = {int(cells[1]): cells[3] for cells in CELLS if cells[1].strip().isdigit()}
NAMED = re.compile(r"`([^`]+)`")
FILE = re.compile(r"((?:[\w]+/)*\w+\.py)(?:::(\S+))?(?: --.*)?")


def names_in(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]


def checks_in(text: str) -> list[tuple[str | None, str]]:
    """What a row names: a file of tests and a part of a test's name, or a bench without a file."""
    found: list[tuple[str | None, str]] = []
    file = None
    for name in NAMED.findall(text):
        if named := FILE.fullmatch(name):
            file = named[1]
            found.append((file, named[2] or ""))
        elif "…" in name:
            found.append((file, name))
        elif name.startswith("bench."):
            found.append((None, name))
    return found


CHECKS = [(number, *check) for number, text in sorted(ROWS.items()) for check in checks_in(text)]


def test_all_25_requirements_are_there_and_each_names_what_checks_it():
    assert sorted(ROWS) == list(range(1, 26))
    assert {number for number, *_ in CHECKS} == set(ROWS)
    assert len(CHECKS) > 50


@pytest.mark.parametrize(("number", "file", "name"), CHECKS)
def test_what_checks_a_requirement_is_there(number, file, name):
    if file is None and name.startswith("bench."):
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file()
        return
    assert file, f"{name} is named without a file"
    assert (TESTS / file).is_file()
    parts = [part for part in name.split("…") if part]
    found = [t for t in names_in(TESTS / file) if all(part in t for part in parts)]
    assert found or not parts, f"no test of {file} is called {name}"
