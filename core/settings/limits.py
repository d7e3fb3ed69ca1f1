"""What files may be, and from where on a clip or a corpus is spoken of."""

from dataclasses import dataclass
from typing import ClassVar

from core.settings.knobs import Spec

__all__ = [
    "SR",
    "DecodeLimits",
    "LONG_TAKE",
    "ArchiveLimits",
    "QualityThresholds",
]


SR = 16_000  # Hz, the rate of every signal after `core.audio`


@dataclass(frozen=True)
class DecodeLimits(Spec):
    """What a sound file may be; each limit is checked before anything is decoded."""

    kind: ClassVar[str] = "decode"
    max_bytes: int = 25 * 2**20
    max_duration: float = 60.0  # s
    min_duration: float = 0.3  # s
    min_sr: int = 4_000  # Hz
    max_sr: int = 192_000  # Hz
    max_channels: int = 8
    max_peak: float = 64.0  # full scale; beyond it the file is not sound
    min_decoded_share: float = 0.95  # of the declared duration; below it the file is damaged


# A take to be cut, a talk to be heard: half an hour of 48 kHz stereo in 16 bits is 346 MB.
LONG_TAKE = DecodeLimits(max_bytes=400 * 2**20, max_duration=1_800.0)


@dataclass(frozen=True)
class ArchiveLimits:
    """What an uploaded zip may be; sizes are checked before and while it is unpacked."""

    max_bytes: int = 200 * 2**20  # of the zip itself
    max_entry_bytes: int = 25 * 2**20  # of one unpacked file
    max_total_bytes: int = 2**30  # of all unpacked files together
    max_entries: int = 5_000
    max_ratio: float = 200.0  # unpacked to packed size...
    ratio_from_bytes: int = 10 * 2**20  # ...of files above this size: silence packs well, too
    max_depth: int = 5  # folders above a file


@dataclass(frozen=True)
class QualityThresholds(Spec):
    """From where on a clip or a corpus is spoken of; every threshold of quality, in one place."""

    kind: ClassVar[str] = "quality"
    # a clip
    clipped_share: float = 0.0005  # of the samples, on flat tops
    noisy_snr: float = 20.0  # dB, below it
    nothing_snr: float = 3.0  # dB, below it there is only background
    silent_level: float = -60.0  # dBFS of the loud part, below it
    quiet_level: float = -40.0  # dBFS of the loud part, below it
    dc: float = 0.02  # of full scale
    short_speech: float = 0.3  # s of sound, below it
    long_edge: float = 1.0  # s of silence before or behind the sound
    cut_depth: float = 12.0  # dB; sound at the very edge that is less than this below the loud part
    narrow_band: float = 4_500.0  # Hz, below it
    # where sound begins and ends
    sound_depth: float = 30.0  # dB below the loud part
    pause: float = 0.3  # s that end an utterance
    shortest_sound: float = 0.05  # s, else it is a click
    # a corpus
    near_duplicate: float = 0.85  # cosine of two fingerprints; then the waveforms are compared
    same_waveform: float = 0.45  # correlation at the best shift; other takes stay below 0.3
    doubt_share: float = 0.25  # of the clips are worth a review, at most
    doubt_skill: float = 0.1  # from chance (0) to perfect (1), that a judge of labels needs
    other_voice: float = 0.5  # probability of another speaker
    voice_skill: float = 0.5  # the same for a judge of voices
    confounded: float = 0.1  # accuracy from the speaker alone, above what is expected
    unbalanced: float = 1.5  # biggest class to smallest
    shortcut: float = 0.05  # UAR above chance
    significance: float = 0.01
    min_clips: int = 4  # of a class or voice, to judge it
