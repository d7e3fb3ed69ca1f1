"""A clip's way from bytes to the emotion that is heard in it.

Conventions
-----------
`classify` takes a clip as one utterance. `hear` takes a sound of any length and gives a `Timeline`
of segments, emotion and words on the same ones. `LiveStream` takes sound as it comes and answers at
the end of each utterance. Words never delay or fail an emotion.
"""

from core.inference.classify import Prediction, classify, classify_many
from core.inference.guest import MIN_CLIPS, GuestVoice, calibrate, guest_problem
from core.inference.hear import Asked, Heard, hear, speech_spans
from core.inference.languages import LanguageWarning, language_warning, spoken_language
from core.inference.near import NearClip, NearClips, SameSentence, nearest_clips, same_sentence
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
from core.inference.why import GROUPS, Influence, Why, why
from core.inference.words_and_voice import WordsAndVoice, words_and_voice

__all__ = [
    "MIN_CLIPS",
    "Answered",
    "Asked",
    "BarMoved",
    "GROUPS",
    "GuestVoice",
    "Heard",
    "HeardSegment",
    "Influence",
    "LanguageWarning",
    "LiveState",
    "LiveStream",
    "NearClip",
    "NearClips",
    "Prediction",
    "SameSentence",
    "Spoke",
    "Timeline",
    "Why",
    "WordsAndVoice",
    "WordsCame",
    "calibrate",
    "classify",
    "classify_many",
    "guest_problem",
    "hear",
    "language_warning",
    "nearest_clips",
    "same_sentence",
    "speech_spans",
    "spoken_language",
    "timeline_csv",
    "timeline_json",
    "timeline_srt",
    "timeline_vtt",
    "why",
    "words_and_voice",
]
