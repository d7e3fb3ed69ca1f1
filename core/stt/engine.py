"""What a speech engine is asked and what it answers.

Conventions
-----------
``confidence`` is a probability in [0, 1] that the engine itself stands behind, or None; a value
that the engine leaves out is never shown as zero. ``reason`` and ``fix`` are gettext message ids.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from core.errors import KnobError
from core.i18n import N_

__all__ = [
    "LANGUAGES",
    "EngineStatus",
    "Replaced",
    "StreamedText",
    "SttEngine",
    "TextSegment",
    "Transcript",
    "Word",
    "check_language",
    "ready",
]

LANGUAGES: tuple[str, ...] = ("ko", "en", "de", "auto")


@dataclass(frozen=True)
class Word:
    """One word and when it was said (s)."""

    text: str
    start: float
    end: float
    confidence: float | None = None


@dataclass(frozen=True)
class TextSegment:
    """A stretch of text and when it was said (s); `words` is empty where the engine has none."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None
    low_confidence: bool = False  # likely wrong; show it as doubtful


@dataclass(frozen=True)
class Replaced:
    """The engine that should have answered and why it did not (message id)."""

    engine: str
    reason: str


@dataclass(frozen=True)
class Transcript:
    """What an engine understood.

    `no_speech` says that nobody spoke; an empty `text` without it says that somebody did, but
    nothing could be understood.
    """

    text: str
    segments: tuple[TextSegment, ...]
    engine: str
    model: str
    language: str  # of `LANGUAGES`; "auto" where the engine did not say what it heard
    elapsed: float  # s, from the call to the text, a wait for one's turn included
    no_speech: bool = False
    replaced: Replaced | None = None  # set where another engine had to step in

    @property
    def low_confidence(self) -> bool:
        """Whether any part of the text is doubtful."""
        return any(segment.low_confidence for segment in self.segments)


@dataclass(frozen=True)
class StreamedText:
    """Text of a running stream; one that is not `final` is replaced by the next."""

    text: str
    final: bool
    end: float  # s since the start of the stream
    confidence: float | None = None


@dataclass(frozen=True)
class EngineStatus:
    """Whether an engine can be asked, and what to do if not."""

    state: Literal["ready", "not-configured", "broken"]
    reason: str  # message id
    fix: str  # message id
    detail: str = ""  # as it is: a model, a file, a setting; never a secret


def ready(detail: str) -> EngineStatus:
    """The status of an engine that can be asked, ``detail`` saying which model it uses."""
    return EngineStatus("ready", N_("ready"), N_("Nothing to do."), detail)


class SttEngine(Protocol):
    """A speech engine; several threads may use the same one."""

    name: str
    title: str
    sends_voice_away: bool

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn, the running one not counted."""
        ...

    def status(self) -> EngineStatus:
        """Whether it can be asked; cheap, and never over the network."""
        ...

    def prepare(self) -> None:
        """Load what the first call would otherwise wait for; sends no voice."""
        ...

    def transcribe(
        self, y: np.ndarray, *, language: str = "ko", consent: bool = False
    ) -> Transcript:
        """What is said in a mono signal at 16 kHz, float32 [shape=(n_samples,)].

        An engine that sends the voice away raises `core.errors.ConsentMissingError`, before any
        byte leaves, unless ``consent`` is True; an engine on this machine ignores it.
        """
        ...


def check_language(language: str) -> None:
    """Refuse a language that the engines are not set up for.

    Parameters
    ----------
    language : str

    Raises
    ------
    KnobError
        If it is none of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise KnobError("language", language, " | ".join(LANGUAGES))
