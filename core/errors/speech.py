"""What can keep the words from being written."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "SttError",
    "EngineUnavailableError",
    "EngineFailedError",
    "ConsentMissingError",
    "WordsSkippedError",
    "OpenSecretsError",
    "BrokenSettingsError",
]


class SttError(MalgyeolError):
    """Speech to text that gives no text; the emotion is never touched by it."""


class EngineUnavailableError(SttError):
    """An engine that is not set up."""

    template = N_("The speech engine “{engine}” is not ready: {reason}.")
    advice = N_("{fix}")
    translated = ("reason", "fix")

    def __init__(self, engine: str, reason: str, fix: str):
        super().__init__(engine=engine, reason=reason, fix=fix)


class EngineFailedError(SttError):
    """An engine that was ready and failed on this clip."""

    template = N_("The speech engine “{engine}” failed: {reason}.")
    advice = N_("The emotion is not affected. Try again or choose another engine.")
    translated = ("reason",)

    def __init__(self, engine: str, reason: str):
        super().__init__(engine=engine, reason=reason)


class ConsentMissingError(SttError):
    """A cloud engine asked to hear a voice without consent."""

    template = N_("“{engine}” would send the voice away from this machine.")
    advice = N_("Agree to it first, or choose the engine on this machine.")

    def __init__(self, engine: str):
        super().__init__(engine=engine)


class WordsSkippedError(SttError):
    """An utterance of a live stream whose words were left out, for others still wait."""

    template = N_("The words were left out: {limit} utterances are already waiting for theirs.")
    advice = N_("The emotion stands. Speak with longer pauses, or use a faster engine.")

    def __init__(self, limit: int):
        super().__init__(limit=limit)


class OpenSecretsError(SttError):
    """A file of keys that others may read; nothing of it is used."""

    template = N_("The keys in “{path}” can be read by others (permissions {mode}).")
    advice = N_("Nothing of them was used. Close the file first: chmod 600 “{path}”")

    def __init__(self, path: str, mode: str):
        super().__init__(path=path, mode=mode)


class BrokenSettingsError(SttError):
    """A file of settings that cannot be read."""

    template = N_("The settings in “{name}” of the workspace cannot be read.")
    advice = N_("Correct the file, or move it away to begin with the defaults.")

    def __init__(self, name: str):
        super().__init__(name=name)
