"""A timeline to take along: subtitles coloured by emotion (SRT, VTT), a table (CSV), JSON.

Conventions
-----------
Every text that comes from a recogniser or a file name is escaped for where it goes: it can close
no tag, begin no cue and start no formula. A segment below the model's threshold has no colour and
a question mark behind its emotion.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from core.emotions import EMOTIONS, emotion
from core.inference.timeline import HeardSegment, Timeline

__all__ = ["timeline_csv", "timeline_json", "timeline_srt", "timeline_vtt"]

VERSION = 1  # of the JSON document
SHORTEST = 0.001  # s a cue lasts; one that lasts nothing is not shown by players
_SPACE = re.compile(r"\s+")


def timeline_srt(timeline: Timeline, captions: Mapping[str, str]) -> str:
    """SubRip subtitles, each in the colour of its emotion.

    Parameters
    ----------
    timeline : Timeline
    captions : mapping of str to str
        The name of each emotion in the reader's language, by its id.

    Returns
    -------
    srt : str
        Lines end in CRLF, as the format's players expect.
    """
    cues = []
    for number, segment in enumerate(timeline.segments, 1):
        start, end = _times(segment, ",")
        said = _cue(segment, captions).replace("<", "‹").replace(">", "›")  # it has no escape
        if segment.prediction.sure:
            said = f'<font color="{emotion(segment.prediction.emotion).color}">{said}</font>'
        cues.append(f"{number}\r\n{start} --> {end}\r\n{said}\r\n")
    return "\r\n".join(cues)


def timeline_vtt(timeline: Timeline, captions: Mapping[str, str]) -> str:
    """WebVTT subtitles, with a class a cue and a style for each emotion.

    Parameters
    ----------
    timeline, captions
        As for `timeline_srt`.

    Returns
    -------
    vtt : str
    """
    used = {segment.prediction.emotion for segment in timeline.segments}
    styles = [f"::cue(.{e.id}) {{ color: {e.color}; }}" for e in EMOTIONS if e.id in used]
    head = "WEBVTT\n"
    if styles:
        head += "\nSTYLE\n" + "\n".join(styles) + "\n"
    cues = []
    for number, segment in enumerate(timeline.segments, 1):
        start, end = _times(segment, ".")
        said = _cue(segment, captions).replace("&", "&amp;")
        said = said.replace("<", "&lt;").replace(">", "&gt;")
        kind = segment.prediction.emotion if segment.prediction.sure else "unsure"
        cues.append(f"{number}\n{start} --> {end}\n<c.{kind}>{said}</c>\n")
    return "\n".join([head, *cues])


def timeline_csv(timeline: Timeline) -> bytes:
    """A table for a spreadsheet, one row a segment.

    Parameters
    ----------
    timeline : Timeline

    Returns
    -------
    csv : bytes
        UTF-8 with its mark; no cell is ever computed, whatever a recogniser wrote.
    """
    scheme = list(timeline.segments[0].prediction.proba) if timeline.segments else []
    header = ["file", "start", "end", "emotion", "confidence", "sure"]
    header += [f"proba_{e}" for e in scheme]
    header += ["text", "engine", "low_confidence", "words_error"]
    rows = []
    for segment in timeline.segments:
        heard, words = segment.prediction, segment.transcript
        row: list[object] = [timeline.name, f"{segment.start:.3f}", f"{segment.end:.3f}"]
        row += [heard.emotion, f"{heard.confidence:.4f}", str(heard.sure).lower()]
        row += [f"{heard.proba[e]:.4f}" for e in scheme]
        row += [segment.text, words and f"{words.engine} {words.model}"]
        row += [None if words is None else str(words.low_confidence).lower()]
        row += [str(segment.words_error) if segment.words_error else None]
        rows.append(row)
    from core.corpus.csv_text import csv_bytes  # the catalog comes with it

    return csv_bytes(header, rows)


def timeline_json(timeline: Timeline) -> str:
    """The whole timeline as one JSON document.

    Parameters
    ----------
    timeline : Timeline

    Returns
    -------
    document : str
        Times in s; ``text`` is null where nobody wrote the words.
    """
    document = {
        "version": VERSION,
        "file": timeline.name,
        "content": timeline.content,
        "duration": round(timeline.duration, 3),
        "model": timeline.model,
        "segments": [segment_fields(segment) for segment in timeline.segments],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def segment_fields(segment: HeardSegment) -> dict[str, Any]:
    """A segment as JSON values; times of words count from the start of the sound.

    Parameters
    ----------
    segment : HeardSegment

    Returns
    -------
    fields : dict
    """
    heard, words = segment.prediction, segment.transcript
    fields: dict[str, Any] = {
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "emotion": heard.emotion,
        "confidence": heard.confidence,
        "sure": heard.sure,
        "proba": heard.proba,
        "text": None if words is None else words.text,
    }
    if words is not None:
        fields |= {
            "engine": f"{words.engine} {words.model}",
            "language": words.language,
            "no_speech": words.no_speech,
            "low_confidence": words.low_confidence,
            "words": [
                {
                    "text": word.text,
                    "start": round(segment.start + word.start, 3),
                    "end": round(segment.start + word.end, 3),
                }
                for part in words.segments
                for word in part.words
            ],
        }
    if segment.words_error is not None:
        fields["words_error"] = str(segment.words_error)
    return fields


def _cue(segment: HeardSegment, captions: Mapping[str, str]) -> str:
    """Emotion and words on one line; a blank line would end the cue."""
    doubt = "" if segment.prediction.sure else "?"
    said = f"[{captions[segment.prediction.emotion]}{doubt}] {segment.text}"
    return _SPACE.sub(" ", said).strip()


def _times(segment: HeardSegment, point: str) -> tuple[str, str]:
    start = max(0.0, segment.start)
    return _clock(start, point), _clock(max(segment.end, start + SHORTEST), point)


def _clock(time: float, point: str) -> str:
    """``01:02:03.004`` of a time in s."""
    milliseconds = round(time * 1000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"
