"""Speech to text: engines that write down what was said, and which one to ask.

Conventions
-----------
Every engine takes the signal of `core.audio` (mono float32 at 16 kHz) and gives a `Transcript`;
times are seconds from the start of that signal. A language is one of `LANGUAGES`. An engine that
sends the voice away from this machine does so only with ``consent=True``. Importing this package
imports neither engine: that happens at the first use.
"""

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
from core.stt.registry import best_engine, engines, overall_status, transcribe

__all__ = [
    "LANGUAGES",
    "EngineStatus",
    "Replaced",
    "StreamedText",
    "SttEngine",
    "TextSegment",
    "Transcript",
    "Word",
    "best_engine",
    "engines",
    "overall_status",
    "transcribe",
]
