"""A clip's way from bytes to the emotion that is heard in it.

Conventions
-----------
`classify` takes a clip as one utterance. `hear` takes a sound of any length and gives a `Timeline`
of segments, emotion and words on the same ones. `LiveStream` takes sound as it comes and answers at
the end of each utterance. Words never delay or fail an emotion.
"""

from core.inference.classify import Prediction, classify, classify_many
from core.inference.hear import Asked, Heard, hear, speech_spans
from core.inference.stream import (
    Answered,
    BarMoved,
    LiveState,
    LiveStream,
    Spoke,
    WordsCame,
)
from core.inference.subtitles import (
    timeline_csv,
    timeline_json,
    timeline_srt,
    timeline_vtt,
)
from core.inference.timeline import HeardSegment, Timeline

__all__ = [
    "Answered",
    "Asked",
    "BarMoved",
    "Heard",
    "HeardSegment",
    "LiveState",
    "LiveStream",
    "Prediction",
    "Spoke",
    "Timeline",
    "WordsCame",
    "classify",
    "classify_many",
    "hear",
    "speech_spans",
    "timeline_csv",
    "timeline_json",
    "timeline_srt",
    "timeline_vtt",
]
