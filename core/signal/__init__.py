"""What a signal says of itself: quality measures, flags, fingerprints, where speech is."""

from core.signal.alignment import copy_overlap, overlap
from core.signal.correction import chain_of_text, correct, text_of_chain
from core.signal.fingerprints import Pair, Prints, fingerprint, similarity
from core.signal.levels import Activity
from core.signal.pairing import similar_pairs
from core.signal.quality import FLAGS, MEASURES, ClipMeasures, clip_flags, measure_clip
from core.signal.segmentation import Segment, speech_segments
from core.signal.voice_activity import speech_probability

__all__ = [
    "FLAGS",
    "MEASURES",
    "Activity",
    "ClipMeasures",
    "Pair",
    "Prints",
    "Segment",
    "chain_of_text",
    "clip_flags",
    "copy_overlap",
    "correct",
    "fingerprint",
    "measure_clip",
    "overlap",
    "similar_pairs",
    "similarity",
    "speech_probability",
    "speech_segments",
    "text_of_chain",
]
