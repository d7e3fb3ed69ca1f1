"""Speech to text: engines that write down what was said, and which one to ask.

Conventions
-----------
Every engine takes the signal of `core.audio` (mono float32 at 16 kHz) and gives a `Transcript`;
times are seconds from the start of that signal. A language is one of `LANGUAGES`. An engine that
sends the voice away from this machine does so only with ``consent=True``. Importing this package
imports neither engine: that happens at the first use.
"""

from core.stt.consent import agree, consent_of, consented, destination_of, withdraw
from core.stt.engine import (
    LANGUAGES,
    EngineStatus,
    Replaced,
    StreamedText,
    SttEngine,
    TextSegment,
    Transcript,
    Word,
)
from core.stt.polarity import Polarity, PolarWord, text_polarity
from core.stt.registry import best_engine, engines, overall_status, transcribe
from core.stt.writing import Writing, start_writing

__all__ = [
    "LANGUAGES",
    "EngineStatus",
    "PolarWord",
    "Polarity",
    "Replaced",
    "StreamedText",
    "SttEngine",
    "TextSegment",
    "Transcript",
    "Word",
    "Writing",
    "agree",
    "best_engine",
    "consent_of",
    "consented",
    "destination_of",
    "engines",
    "overall_status",
    "start_writing",
    "text_polarity",
    "transcribe",
    "withdraw",
]
