"""``predict``, ``stream``, ``stt`` and ``speech``: many files, resumed, and never one for all."""

import io
import json

import numpy as np
import pytest
import soundfile as sf
from joblib.externals.loky import get_reusable_executor

from core.commands.answers import file_names, lines_done
from core.settings import SpeechChoices, read_secrets, save_speech_choices
from core.stt import registry
from tests.commands import running
from tests.corpora import SR, tone
from tests.inference.builders import FAILED, Script, hum
from tests.odd_files import ODD_FILES, make_all


def run(*words, stdin=None):
    if words[0] == "predict" and "--model" not in words:  # whatever weights this machine has
        words = (*words, "--model", "emodb-four-light")
    return running.run(*words, stdin=stdin)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def english(workspace_home, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")


@pytest.fixture
def clips(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    for i in range(5):
        sf.write(folder / f"{i}.wav", tone(200.0 + 100 * i, seed=i), SR)
    (folder / "notes.txt").write_text("not a sound, and not named like one")
    return folder


@pytest.fixture
def engine(monkeypatch):
    """A speech engine that is the only one there."""

    def only(script):
        monkeypatch.setattr(registry, "_ENGINES", {"script": script})
        return script

    return only


def test_a_folder_is_searched_for_sounds(clips):
    document = json.loads(run("predict", clips, "--json").stdout)
    assert [row["file"] for row in document] == [str(clips / f"{i}.wav") for i in range(5)]
    assert all(abs(sum(row["proba"].values()) - 1) < 1e-9 for row in document)


def test_names_come_on_standard_input_and_answers_leave_as_lines(clips):
    names = f"{clips / '0.wav'}\n{clips / 'gone.wav'}\n"
    result = run("predict", "-", stdin=names)
    rows = lines(result.stdout)
    assert [row["file"] for row in rows] == names.splitlines()
    assert "emotion" in rows[0]
    assert "gone.wav" in rows[1]["error"]
    assert result.exit_code == 0


def test_an_interrupted_run_goes_on_where_it_stopped(clips, tmp_path):
    out = tmp_path / "answers.jsonl"
    assert run("predict", clips / "0.wav", clips / "1.wav", "--out", out).exit_code == 0
    with out.open("a") as file:
        file.write('{"file": "torn in the mid')
    assert run("predict", clips, "--out", out).exit_code == 0
    rows = lines(out.read_text())
    assert [row["file"] for row in rows] == [str(clips / f"{i}.wav") for i in range(5)]
    again = run("predict", clips, "--out", out)
    assert again.exit_code == 0
    assert "5 files were answered before" in again.stderr
    assert len(lines(out.read_text())) == 5


def test_lines_of_another_model_are_not_taken_for_done(tmp_path):
    out = tmp_path / "answers.jsonl"
    out.write_text('{"file": "a.wav", "model": "old"}\n{"file": "b.wav", "error": "empty"}\nx\n')
    assert lines_done(out, "new") == {"b.wav"}
    assert lines_done(out, "old") == {"a.wav", "b.wav"}
    assert lines_done(tmp_path / "none", "new") == set()


def test_names_are_never_held_all_at_once():
    def endless():
        yield from (f"{i}.wav\n" for i in range(10**9))

    names = file_names(["first.wav", "-"], endless())
    assert [next(names) for _ in range(3)] == ["first.wav", "0.wav", "1.wav"]


def test_workers_answer_as_one_process_does(clips):
    get_reusable_executor().shutdown()  # those of an earlier test would answer in its language
    for i in range(5, 60):
        sf.write(clips / f"{i}.wav", tone(200.0 + 20 * i, seed=i, duration=0.4), SR)
    (clips / "41.wav").write_bytes(b"")
    alone = json.loads(run("predict", clips, "--jobs", "1", "--json").stdout)
    together = json.loads(run("predict", clips, "--jobs", "2", "--json").stdout)
    assert [row["file"] for row in together] == [row["file"] for row in alone]
    for one, other in zip(alone, together, strict=True):
        assert one.get("error") == other.get("error")
        if "proba" in one:
            assert one["proba"] == pytest.approx(other["proba"], abs=1e-9)


def test_each_odd_file_has_its_answer_or_its_reason(tmp_path):
    make_all(tmp_path)
    out = tmp_path / "answers.jsonl"
    names = "\n".join(str(tmp_path / odd.name) for odd in ODD_FILES)
    assert run("predict", "-", "--out", out, "--jobs", "1", stdin=names).exit_code == 0
    rows = lines(out.read_text())
    assert len(rows) == len(ODD_FILES) == 72
    for odd, row in zip(ODD_FILES, rows, strict=True):
        assert ("emotion" in row) != ("error" in row), odd.name
        assert ("error" in row) == (odd.refusal is not None), odd.name
        assert "Traceback" not in row.get("error", "")


def test_words_beside_the_emotion(clips, engine):
    engine(Script("안녕"))
    (row,) = json.loads(run("predict", clips / "0.wav", "--text", "--json").stdout)
    assert (row["text"], row["engine"], row["low_confidence"]) == ("안녕", "script one", False)
    assert "emotion" in row


def test_an_engine_that_fails_costs_no_emotion(clips, engine):
    engine(Script("안녕", FAILED, "또"))
    rows = json.loads(run("predict", clips, "--text", "--json").stdout)
    assert [row.get("text") for row in rows] == ["안녕", None, "또", "또", "또"]
    assert "quota" in rows[1]["text_error"]
    assert all("emotion" in row for row in rows)


def test_no_engine_is_said_and_the_emotion_stands(clips, monkeypatch):
    monkeypatch.setattr(registry, "_ENGINES", {})
    (row,) = json.loads(run("predict", clips / "0.wav", "--text", "--json").stdout)
    assert "No speech engine is ready" in row["text_error"]
    assert "emotion" in row


def test_an_engine_chosen_by_name_is_never_replaced(clips):
    result = run("predict", clips / "0.wav", "--engine", "google", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["kind"] == "EngineUnavailableError"
    assert run("predict", clips / "0.wav", "--engine", "siri").exit_code == 2


@pytest.fixture
def talk(tmp_path):
    """Two buzzes that the detector is told to be speech."""
    pause = np.zeros(SR, dtype=np.float32)
    y = np.concatenate([pause, hum(3, 120), pause, pause, hum(3, 240), pause])
    sf.write(tmp_path / "talk.wav", y, SR)
    return tmp_path / "talk.wav"


@pytest.fixture
def heard_speech(monkeypatch):
    import sys

    from core.signal.segmentation import Segment

    room = sys.modules["core.inference.hear"]
    found = (Segment(1.0, 4.0), Segment(6.0, 9.0))
    monkeypatch.setattr(room, "speech_segments", lambda y: found)


def test_segments_of_a_long_sound_with_their_words(talk, heard_speech, engine):
    engine(Script("하나", "둘"))
    (row,) = json.loads(run("predict", talk, "--segments", "--text", "--json").stdout)
    assert [(s["start"], s["end"], s["text"]) for s in row["segments"]] == [
        (1.0, 4.0, "하나"),
        (6.0, 9.0, "둘"),
    ]


def test_a_long_sound_without_segments_says_how_to_take_it(tmp_path):
    sf.write(tmp_path / "long.wav", np.zeros(61 * SR, dtype=np.int16), SR)
    (row,) = json.loads(run("predict", tmp_path / "long.wav", "--json").stdout)
    assert "--segments" in row["error"]


def test_no_model_is_a_user_error(clips, monkeypatch):
    from core.models import registry as models

    monkeypatch.setattr(models, "shipped_models", lambda: clips / "none")
    assert run("predict", clips / "0.wav", "--json").exit_code == 2


def test_a_broken_model_is_a_user_error(clips, tmp_path):
    (tmp_path / "broken.malgyeol").write_bytes(b"PK\x03\x04 no bundle")
    result = run("predict", clips / "0.wav", "--model", tmp_path / "broken.malgyeol", "--json")
    assert result.exit_code == 2
    assert "broken.malgyeol" in json.loads(result.stdout)["error"]


def test_a_file_streams_through_as_a_microphone_would_bring_it(talk, monkeypatch):
    from core.inference import stream as live
    from tests.inference.test_stream import Loudness

    monkeypatch.setattr(live, "SpeechStream", Loudness)
    events = lines(run("stream", talk, "--fast", "--json").stdout)
    answers = [e for e in events if e["event"] == "Answered"]
    assert [e["index"] for e in answers] == [0, 1]
    assert answers[0]["start"] == pytest.approx(1.0, abs=0.2)
    assert answers[0]["end"] == pytest.approx(4.0, abs=0.2)
    assert answers[0]["time"] - 4.0 < 0.6
    assert {"Spoke", "BarMoved"} <= {e["event"] for e in events}


def test_stt_writes_down_each_file(clips, engine):
    engine(Script("안녕하세요", FAILED))
    result = run("stt", clips / "0.wav", clips / "1.wav", clips / "gone.wav", "--json")
    first, second, third = json.loads(result.stdout)
    assert first["text"] == first["segments"][0]["text"] == "안녕하세요"
    assert "quota" in second["error"]
    assert "gone.wav" in third["error"]
    assert result.exit_code == 0


def test_speech_shows_and_changes_how_words_are_written():
    code = run("speech", "--set", "engine=whisper", "--set", "language=de", "--json")
    states = json.loads(code.stdout)
    assert (states["choices"]["engine"], states["choices"]["language"]) == ("whisper", "de")
    assert {e["name"] for e in states["engines"]} == {"google", "whisper"}
    assert run("speech", "--set", "engine=siri").exit_code == 2
    assert run("speech", "--set", "colour=red").exit_code == 2


def test_a_key_is_kept_and_never_shown():
    result = run("speech", "--key", "--json", stdin="k-secret-1\n")
    assert read_secrets() == {"google_api_key": "k-secret-1"}
    assert "k-secret-1" not in result.stdout + result.stderr


def test_consent_is_given_and_taken_back(monkeypatch):
    save_speech_choices(SpeechChoices(google_project="p", google_location="eu"))
    given = json.loads(run("speech", "--agree", "google", "--json").stdout)
    google = next(e for e in given["engines"] if e["name"] == "google")
    assert google["consent"] == "eu-speech.googleapis.com"
    back = json.loads(run("speech", "--withdraw", "google", "--json").stdout)
    assert next(e for e in back["engines"] if e["name"] == "google")["consent"] is None


def test_stdin_lines_may_end_as_they_do_on_windows():
    assert list(file_names(["-"], io.StringIO("a b.wav\r\n\nc.wav"))) == ["a b.wav", "c.wav"]
