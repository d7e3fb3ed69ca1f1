"""Every reason and every way to mend it has its Korean words."""

import ast
from pathlib import Path

import pytest

from core.i18n import captions
from core.stt import google_client

ROOM = Path(google_client.__file__).parent


def marked_messages() -> list[str]:
    """What the sources of the room mark with ``N_``."""
    return [
        node.args[0].value
        for file in sorted(ROOM.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"
    ]


def test_reasons_of_google_are_among_the_marked_messages():
    assert google_client.REASONS[429] in marked_messages()


@pytest.mark.parametrize("message", sorted(set(marked_messages())))
def test_a_message_has_korean_words(message):
    korean = captions("ko")(message)
    assert any("가" <= letter <= "힣" for letter in korean)
    commands = [part for part in message.split() if part.startswith(("MALGYEOL_", "--", "GOOGLE_"))]
    assert all(command.rstrip(".,") in korean for command in commands)
