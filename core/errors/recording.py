"""What can be wrong when voices are recorded, cut, corrected and withdrawn."""

from collections.abc import Sequence

from core.errors.audio import AudioError
from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "CorrectionTextError",
    "CutOverlapError",
    "NoSpeechFoundError",
    "NotEnoughPromptsError",
    "RecordingError",
    "SheetError",
    "TrainingUnderWayError",
    "UnknownCorrectionError",
    "UnknownSpeakerError",
]


class RecordingError(MalgyeolError):
    """Something about a take, a sheet of prompts or a correction."""


class CorrectionTextError(RecordingError):
    """A chain of corrections that cannot be read."""

    template = N_("“{found}” is no step of a correction.")
    advice = N_("Write steps with commas between, such as trim,loudness=-23; known are: {known}.")

    def __init__(self, found: str, known: Sequence[str]):
        super().__init__(found=found, known=", ".join(known))


class UnknownCorrectionError(AudioError):
    """A clip whose chain of corrections is not in the catalog."""

    template = N_("The correction {digest} of this clip is not known in this workspace.")
    advice = N_("Take the correction back; the original is untouched.")

    def __init__(self, digest: str):
        super().__init__(digest=digest)


class SheetError(RecordingError):
    """A sheet of prompts that cannot be used."""

    template = N_("The sheet cannot be used: {reason}.")
    advice = N_("Write one sentence a line, such as “1 안녕하세요”, up to {limit} of them.")
    translated = ("reason",)

    def __init__(self, reason: str, limit: int):
        super().__init__(reason=reason, limit=limit)


class NoSpeechFoundError(RecordingError):
    """A take in which nobody speaks; duration in seconds."""

    template = N_("“{name}” lasts {duration:.1f} s, and nobody speaks in it.")
    advice = N_("Check the microphone, and record it once more.")

    def __init__(self, name: str, duration: float):
        super().__init__(name=name, duration=duration)


class NotEnoughPromptsError(RecordingError):
    """More segments than prompts to name them by, or none with a prompt."""

    template = N_("{n} of {total} segments have no prompt.")
    advice = N_("Give each one a prompt, or delete what is not to be kept.")

    def __init__(self, n: int, total: int):
        super().__init__(n=n, total=total)


class CutOverlapError(RecordingError):
    """Segments that overlap or have no length; times in seconds."""

    template = N_("The segment from {start:.2f} to {end:.2f} s cannot be used.")
    advice = N_("A segment lasts 0.1 s or more, lies within the take and touches no other.")

    def __init__(self, start: float, end: float):
        super().__init__(start=start, end=end)


class UnknownSpeakerError(RecordingError):
    """A speaker of whom nothing is in the workspace."""

    template = N_("No clip and no consent of a speaker “{speaker}” is here.")
    advice = N_("Speakers here: {known}.")

    def __init__(self, speaker: str, known: Sequence[str]):
        super().__init__(speaker=speaker, known=", ".join(known) or "–")


class TrainingUnderWayError(RecordingError):
    """A withdrawal while a model is learning from the voice."""

    template = N_("A training with the voice “{speaker}” is running.")
    advice = N_("Stop it on the training page, then withdraw the voice.")

    def __init__(self, speaker: str):
        super().__init__(speaker=speaker)
