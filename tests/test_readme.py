"""The README names what is there: files, pictures, settings and commands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", TEXTS, ids=lambda f: f.name)
def test_every_link_leads_somewhere(text):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text.read_text(encoding="utf-8"))
    assert [link for link in links if not (text.parent / link).exists()] == []


@pytest.mark.parametrize("text", TEXTS, ids=lambda f: f.name)
def test_every_anchor_is_a_heading(text):
    for link, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text.read_text(encoding="utf-8")):
        target = (text.parent / link) if link else text
        heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_setting_is_listed():
    sources = [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    used = {
        name
        for file in sources
        for name in re.findall(r'["`](MALGYEOL_[A-Z_]+)["`]', file.read_text(encoding="utf-8"))
    }
    listed = set(re.findall(r"`(MALGYEOL_[A-Z_]+)`", README))
    listed |= {f"MALGYEOL_GOOGLE_{part}" for part in ("LOCATION", "MODEL", "TIMEOUT")}
    assert used - listed == set()


def test_every_command_is_there():
    import typer

    from core.commands import app

    known = set(typer.main.get_command(app).commands)
    named = set(re.findall(r"python -m core ([a-z]+)", README))
    assert named <= known
    whole = re.search(r"`python -m core (import [^`]+)`", README)[1]
    assert set(re.split(r"[\s|]+", whole)) == known


def spoken_calls() -> list[tuple[str, str, str]]:
    """Text, command and what follows it, of every call of the command line in every text."""
    return [
        (text.name, command, rest.split("#")[0].split("|")[0])
        for text in TEXTS
        for command, rest in re.findall(
            r"python -m core ([a-z]+)([^`\n]*)", text.read_text(encoding="utf-8")
        )
    ]


def options_of(command) -> set[str]:
    """Its options, and those of the commands below it."""
    below = [options_of(c) for c in getattr(command, "commands", {}).values()]
    own = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    return own.union({"--help"}, *below)


def test_every_call_in_a_text_has_its_command_and_its_options():
    import typer

    from core.commands import app

    commands = typer.main.get_command(app).commands
    calls = spoken_calls()
    assert len(calls) > 40
    for text, command, rest in calls:
        assert command in commands, text
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest))
        assert options <= options_of(commands[command]), (text, command)


@pytest.mark.parametrize("text", TEXTS, ids=lambda f: f.name)
def test_every_bench_and_script_in_a_text_is_there_with_its_options(text):
    said = text.read_text(encoding="utf-8")
    for module, rest in re.findall(r"python -m ((?:bench|docs)(?:\.\w+)*)([^`\n]*)", said):
        path = ROOT.joinpath(*module.split("."))
        file = path.with_suffix(".py") if not path.is_dir() else path / "__main__.py"
        source = file.read_text(encoding="utf-8")
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest.split("#")[0]):
            assert f'"{option}"' in source, (module, option)


@pytest.mark.parametrize("text", TEXTS, ids=lambda f: f.name)
def test_every_file_that_a_text_names_is_there(text):
    said = text.read_text(encoding="utf-8")
    named = re.findall(r"`((?:core|pages|bench|tests|docs|models|data/demo)/[\w./-]+)`", said)
    places = (ROOT, ROOT / "tests")  # the page on reliability names its tests from there
    assert [n for n in named if not any((place / n).exists() for place in places)] == []
