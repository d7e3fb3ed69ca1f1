"""An event file is read while it grows, and nothing of it twice."""

import json

from core.training import event_file
from core.training.event_file import read_events
from core.training.events import FeaturesRead, event_to_json


def line(done: int) -> str:
    return json.dumps(event_to_json(FeaturesRead(done, 9, None))) + "\n"


def test_a_file_that_is_not_there_yet_has_no_events(tmp_path):
    assert read_events(tmp_path / "events.jsonl") == ()


def test_what_was_added_is_seen_and_a_half_written_line_is_left_for_later(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text(line(1))
    assert [e.done for e in read_events(file)] == [1]
    with file.open("a") as stream:
        stream.write(line(2) + line(3)[:20])
    assert [e.done for e in read_events(file)] == [1, 2]
    with file.open("a") as stream:
        stream.write(line(3)[20:])
    assert [e.done for e in read_events(file)] == [1, 2, 3]


def test_only_new_lines_are_parsed(tmp_path, monkeypatch):
    file, parsed = tmp_path / "events.jsonl", []
    parse = event_file.event_from_json
    monkeypatch.setattr(event_file, "event_from_json", lambda d: parsed.append(d) or parse(d))
    file.write_text("".join(line(i) for i in range(50)))
    read_events(file)
    with file.open("a") as stream:
        stream.write(line(50))
    assert len(read_events(file)) == 51
    assert len(parsed) == 51


def test_a_file_that_was_begun_anew_is_read_anew(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text(line(1) + line(2))
    read_events(file)
    file.write_text(line(7) + line(8) + line(9))
    assert [e.done for e in read_events(file)] == [7, 8, 9]
    file.unlink()
    assert read_events(file) == ()
