"""What can be wrong with a sound file."""

from core.errors.base import MalgyeolError
from core.i18n import N_

__all__ = [
    "AudioError",
    "EmptyAudioError",
    "FileTooLargeError",
    "NotAudioError",
    "UnsupportedRateError",
    "TooManyChannelsError",
    "SignalTooLongError",
    "SignalTooShortError",
    "DamagedAudioError",
    "UndecodableAudioError",
    "NonFiniteSignalError",
    "SignalOutOfRangeError",
    "UnreadableFileError",
    "DecoderDiedError",
    "DecoderTimeoutError",
]


class AudioError(MalgyeolError):
    """A sound file that cannot be used; `name` is the file's own name, as the user knows it."""

    name: str


class EmptyAudioError(AudioError):
    """A file of no bytes, or a sound of no samples."""

    template = N_("“{name}” is empty (0 bytes or no sound in it).")
    advice = N_("Record or export it once more.")

    def __init__(self, name: str):
        super().__init__(name=name)


class FileTooLargeError(AudioError):
    """A file above the size limit; sizes in bytes."""

    template = N_("“{name}” has {size_mb:.1f} MB; up to {limit_mb:.0f} MB can be read.")
    advice = N_("Cut it into shorter pieces or save it as FLAC.")

    def __init__(self, name: str, size: int, limit: int):
        super().__init__(
            name=name, size=size, limit=limit, size_mb=size / 2**20, limit_mb=limit / 2**20
        )


class NotAudioError(AudioError):
    """Content that is no known sound format; `kind` says what it looks like."""

    template = N_("“{name}” is not a sound file: its content looks like {kind}.")
    advice = N_("WAV, FLAC, MP3, OGG, M4A, WebM and AMR can be read.")
    translated = ("kind",)

    def __init__(self, name: str, kind: str):
        super().__init__(name=name, kind=kind)


class UnsupportedRateError(AudioError):
    """A sampling rate outside the limits; rates in Hz."""

    template = N_("“{name}” has a sampling rate of {sr} Hz; {low} to {high} Hz can be read.")
    advice = N_("Export it again at 16,000 Hz or 48,000 Hz.")

    def __init__(self, name: str, sr: int, low: int, high: int):
        super().__init__(name=name, sr=sr, low=low, high=high)


class TooManyChannelsError(AudioError):
    """More channels than the limit."""

    template = N_("“{name}” has {channels} channels; up to {limit} can be read.")
    advice = N_("Mix it down to mono or stereo first.")

    def __init__(self, name: str, channels: int, limit: int):
        super().__init__(name=name, channels=channels, limit=limit)


class SignalTooLongError(AudioError):
    """A sound longer than the limit; `duration` and `limit` in seconds."""

    template = N_("“{name}” lasts {duration:.1f} s; up to {limit:.0f} s can be used here.")
    advice = N_("Cut it into single sentences first.")

    def __init__(self, name: str, duration: float, limit: float):
        super().__init__(name=name, duration=duration, limit=limit)


class SignalTooShortError(AudioError):
    """A sound shorter than the minimum; `duration` and `minimum` in seconds."""

    template = N_("“{name}” lasts {duration:.2f} s; {minimum:.2f} s or more needed.")
    advice = N_("Record one whole word or sentence.")

    def __init__(self, name: str, duration: float, minimum: float):
        super().__init__(name=name, duration=duration, minimum=minimum)


class DamagedAudioError(AudioError):
    """A file of which only a part can be decoded; durations in seconds."""

    template = N_("“{name}” is damaged: {decoded:.2f} s of {declared:.2f} s could be read.")
    advice = N_("Copy it again from its source.")

    def __init__(self, name: str, decoded: float, declared: float):
        super().__init__(name=name, decoded=decoded, declared=declared)


class UndecodableAudioError(AudioError):
    """A file that begins like a sound format and then cannot be decoded at all."""

    template = N_("“{name}” begins like {format}, but no sound can be read from it.")
    advice = N_("If it plays elsewhere, export it there as WAV; if not, copy it again.")

    def __init__(self, name: str, format: str):
        super().__init__(name=name, format=format)


class NonFiniteSignalError(AudioError):
    """Samples that are NaN or infinite."""

    template = N_("“{name}” holds {count} samples that are not numbers (NaN or infinite).")
    advice = N_("Export it again as 16-bit PCM.")

    def __init__(self, name: str, count: int):
        super().__init__(name=name, count=count)


class SignalOutOfRangeError(AudioError):
    """Samples far outside [-1, 1]; `peak` and `limit` in full scale."""

    template = N_("“{name}” peaks at {peak:.3g} times full scale; up to {limit:.0f} is accepted.")
    advice = N_("Normalise it and export it again as 16-bit PCM.")

    def __init__(self, name: str, peak: float, limit: float):
        super().__init__(name=name, peak=peak, limit=limit)


class UnreadableFileError(AudioError):
    """A file that is not there or may not be opened."""

    template = N_("“{name}” cannot be opened: {reason}.")
    advice = N_("Check that it exists and that you may read it.")
    translated = ("reason",)

    def __init__(self, name: str, reason: str):
        super().__init__(name=name, reason=reason)


class DecoderTimeoutError(AudioError):
    """A file that decoding did not come to an end with; `seconds` is the limit."""

    template = N_("Decoding “{name}” did not end within {seconds:.0f} s and was stopped.")
    advice = N_("Export it as WAV and try again.")

    def __init__(self, name: str, seconds: float):
        super().__init__(name=name, seconds=seconds)


class DecoderDiedError(AudioError):
    """A file that brought the decoding process down, or needed more memory than it may have."""

    template = N_("“{name}” brought the decoder down; nothing else was touched.")
    advice = N_("Export it as WAV and try again.")

    def __init__(self, name: str):
        super().__init__(name=name)
