"""Sound in and out: the only room that opens sound files.

Whatever a file holds, the rest of the house sees a `Sound`: mono float32 at 16 kHz with its
origin and its quality flags, or one child of `core.errors.AudioError` that says what is wrong.
"""

from core.audio.decode import decode, decode_raw
from core.audio.decoders import DECODERS, DecoderPool, decode_apart
from core.audio.encode import encode_wav
from core.audio.live import LiveInput, frame_samples
from core.audio.resample import resample
from core.audio.sound import FLAGS, RawSound, Sound, content_digest, nfc_name

__all__ = [
    "DECODERS",
    "FLAGS",
    "DecoderPool",
    "LiveInput",
    "RawSound",
    "Sound",
    "content_digest",
    "decode",
    "decode_apart",
    "decode_raw",
    "encode_wav",
    "frame_samples",
    "nfc_name",
    "resample",
]
