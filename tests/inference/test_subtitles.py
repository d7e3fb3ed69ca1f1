"""Subtitles, tables and JSON of a timeline."""

import csv
import io
import json

from core.emotions import emotion
from core.inference import timeline_csv, timeline_json, timeline_srt, timeline_vtt
from core.inference.timeline import HeardSegment
from tests.inference.builders import FAILED, prediction, segment, timeline

CAPTIONS = {"angry": "화남", "sad": "슬픔"}


def test_srt_is_coloured_by_emotion():
    srt = timeline_srt(timeline(segment(0.5, 61.25, "이게 뭐야")), CAPTIONS)
    color = emotion("angry").color
    assert srt == (
        f'1\r\n00:00:00,500 --> 00:01:01,250\r\n<font color="{color}">[화남] 이게 뭐야</font>\r\n'
    )


def test_vtt_has_a_class_a_cue_and_a_style_for_each_emotion_in_it():
    vtt = timeline_vtt(
        timeline(segment(0, 1, "하나"), segment(3600, 3601.5, "둘", emotion="sad")), CAPTIONS
    )
    assert vtt.startswith("WEBVTT\n\nSTYLE\n")
    assert f"::cue(.sad) {{ color: {emotion('sad').color}; }}\n" in vtt
    assert "happy" not in vtt
    assert "\n1\n00:00:00.000 --> 00:00:01.000\n<c.angry>[화남] 하나</c>\n\n2\n" in vtt
    assert vtt.endswith("01:00:00.000 --> 01:00:01.500\n<c.sad>[슬픔] 둘</c>\n")


def test_an_unsure_segment_has_no_colour_and_a_question_mark():
    unsure = timeline(segment(0, 1, "음", sure=False, confidence=0.55))
    assert "font" not in timeline_srt(unsure, CAPTIONS)
    assert "[화남?] 음" in timeline_srt(unsure, CAPTIONS)
    assert "<c.unsure>" in timeline_vtt(unsure, CAPTIONS)


def test_words_can_close_no_tag_and_begin_no_cue():
    wicked = timeline(segment(0, 1, "a</c>\n\n2\n00:00 --> 00:01 <b>&"))
    vtt, srt = timeline_vtt(wicked, CAPTIONS), timeline_srt(wicked, CAPTIONS)
    assert vtt.count("-->") == srt.count("-->") == 1
    assert vtt.count("</c>") == 1
    assert "&lt;b&gt;&amp;" in vtt
    assert srt.count("<") == 2  # our own tag, opened and closed
    assert len(vtt.split("\n\n")) == 3


def test_a_segment_without_words_shows_its_emotion():
    assert "[화남]</c>" in timeline_vtt(timeline(segment(0, 1)), CAPTIONS)


def test_a_segment_that_lasts_nothing_lasts_a_millisecond():
    assert "00:00:01.000 --> 00:00:01.001" in timeline_vtt(timeline(segment(1, 1)), CAPTIONS)


def test_an_empty_timeline_is_a_valid_file_of_each_kind():
    assert timeline_srt(timeline(), CAPTIONS) == ""
    assert timeline_vtt(timeline(), CAPTIONS) == "WEBVTT\n"
    assert json.loads(timeline_json(timeline()))["segments"] == []
    assert timeline_csv(timeline()).startswith(b"\xef\xbb\xbffile,")


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_no_cell_of_the_table_is_computed():
    (row,) = rows(timeline_csv(timeline(segment(0, 1.5, "=cmd|' /C calc'!A0"))))
    assert row["text"] == "'=cmd|' /C calc'!A0"
    assert (row["start"], row["end"], row["confidence"]) == ("0.000", "1.500", "0.8000")
    assert (row["proba_angry"], row["proba_sad"]) == ("0.8000", "0.2000")
    assert row["sure"] == "true"


def test_why_there_are_no_words_goes_along():
    failed = HeardSegment(0, 1, prediction(), words_error=FAILED)
    assert "quota" in rows(timeline_csv(timeline(failed)))[0]["words_error"]
    (fields,) = json.loads(timeline_json(timeline(failed)))["segments"]
    assert fields["text"] is None
    assert "quota" in fields["words_error"]


def test_json_holds_everything_and_names_its_sound():
    document = json.loads(timeline_json(timeline(segment(0, 1, "하나"))))
    assert document["content"] == "a" * 64
    assert document["duration"] == 60.0
    (only,) = document["segments"]
    assert only["proba"] == {"angry": 0.8, "sad": 1 - 0.8}
    assert (only["text"], only["engine"], only["no_speech"]) == ("하나", "script one", False)
