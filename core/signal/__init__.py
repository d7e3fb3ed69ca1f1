"""What a signal says of itself: quality measures, flags, fingerprints."""

from core.signal.alignment import copy_overlap, overlap
from core.signal.fingerprints import Pair, Prints, fingerprint, similar_pairs, similarity
from core.signal.levels import Activity
from core.signal.quality import FLAGS, MEASURES, ClipMeasures, clip_flags, measure_clip

__all__ = [
    "FLAGS",
    "MEASURES",
    "Activity",
    "ClipMeasures",
    "Pair",
    "Prints",
    "clip_flags",
    "copy_overlap",
    "fingerprint",
    "measure_clip",
    "overlap",
    "similar_pairs",
    "similarity",
]
