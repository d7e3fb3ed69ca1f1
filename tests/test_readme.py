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
