"""What is worth knowing about a corpus: one record a finding, with what to do and which clips."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.emotions import emotion
from core.i18n import Translate

__all__ = ["FINDING_IDS", "Finding", "Severity"]

Severity = Literal["high", "medium", "low"]

FINDING_IDS: tuple[str, ...] = (
    "exact-duplicate",
    "near-duplicate",
    "clipped",
    "noisy",
    "silent",
    "too-short",
    "truncated",
    "label-doubt",
    "wrong-speaker",
    "confounded-speaker",
    "unbalanced",
    "shortcut",
    "mixed-format",
)


@dataclass(frozen=True)
class Finding:
    """Something about a corpus that somebody should look at."""

    id: str  # one of `FINDING_IDS`
    severity: Severity
    message: str  # message id, with places for `values`
    advice: str  # message id, with places for `values`
    clips: tuple[int, ...] = ()  # ids of utterances, the worst first
    measure: Mapping[str, float] = field(default_factory=dict)  # figures behind it
    values: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[tuple[int, ...], ...] = ()  # ids that belong together

    def describe(self, translate: Translate) -> tuple[str, str]:
        """What was found, and what to do, in the language of ``translate``.

        Values named ``emotion…`` are emotion ids, those named ``what…`` message ids; both are
        translated, one by one where they are lists; ``gaps`` are pairs of a voice and the
        emotions that it lacks.

        Parameters
        ----------
        translate : callable
            From message id to caption.

        Returns
        -------
        message, advice : str
        """
        shown = {name: _shown(name, value, translate) for name, value in self.values.items()}
        return translate(self.message).format(**shown), translate(self.advice).format(**shown)


def _shown(name: str, value: Any, translate: Translate) -> Any:
    if name == "gaps":  # pairs of a voice and the emotions that it lacks
        lacks = (f"{voice} ({_shown('emotion', e, translate)})" for voice, e in value)
        return "; ".join(lacks)
    if isinstance(value, list | tuple):
        return ", ".join(str(_shown(name, item, translate)) for item in value)
    if name.startswith("emotion"):
        return translate(emotion(value).caption)
    return translate(value) if name.startswith("what") else value
