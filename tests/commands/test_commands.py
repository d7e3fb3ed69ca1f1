"""The command line: one JSON document on standard output, exit code 2 for what a user can mend."""

import json
import shutil

import numpy as np
import pytest
import soundfile as sf

from core.corpus import Catalog
from core.settings import default_language, workspace
from core.training.history import read_run
from core.training.replay import make_replay
from tests.commands.running import run, run_json
from tests.corpora import SR, TONES, tone, write_tones


@pytest.fixture
def tones(workspace_home, tmp_path, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    write_tones(tmp_path / "tones")
    return tmp_path / "tones"


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory):
    """A workspace with one trained model, made once; and what the command said."""
    folder = tmp_path_factory.mktemp("trained")
    write_tones(folder / "tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(folder / "home"))
        patch.setenv("MALGYEOL_LANGUAGE", "en")
        assert run("import", folder / "tones", "--corpus", "tones").exit_code == 0
        learn = ("--features", "original", "--model", "logreg", "--set", "C=10", "--folds", "loso")
        code, document = run_json("train", "--corpus", "tones", *learn, "--save", "first")
    assert code == 0
    return folder / "home", document


@pytest.fixture
def trained(trained_home, tones, workspace_home):
    home, document = trained_home
    shutil.copytree(home, workspace_home)
    return document


def test_import_tells_what_became_of_every_file(tones):
    (tones / "notes.wav").write_bytes(b"this is no sound")
    (tones / "what.wav").write_bytes((tones / "1_1_N.wav").read_bytes())
    code, document = run_json("import", tones, "--corpus", "tones", "--convention", "original")
    assert code == 0
    assert (document["corpus"], document["imported"]) == ("tones", 48)
    told = {row["file"] for row in document["refused"] + document["skipped"]}
    assert told == {"notes.wav", "what.wav"}
    assert run_json("import", tones, "--corpus", "tones")[1]["duplicates"] == 48


def test_a_dry_run_keeps_nothing(tones):
    assert run_json("import", tones, "--corpus", "tones", "--dry-run")[1]["imported"] == 48
    names = [info["name"] for info in run_json("corpora")[1]]
    assert "tones" not in names


def test_train_reports_what_a_score_needs_to_be_read(trained):
    assert set(trained) == {
        "uar",
        "uar_interval",
        "accuracy",
        "chance",
        "emotions",
        "confusion",
        "known_voice",
        "per_speaker",
        "protocol",
        "protocol_ko",
        "validation_uar",
        "spec",
        "n",
        "run",
        "model",
        "seconds",
    }
    assert trained["uar"] == 1.0
    assert trained["chance"] == 0.25
    assert trained["emotions"] == ["sad", "neutral", "happy", "angry"]
    all_right = {"uar": 1.0, "interval": trained["uar_interval"], "n_folds": 4}  # as new voices
    assert trained["known_voice"] == all_right
    assert trained["model"] == "first"
    assert "leave one speaker out, 4 folds" in trained["protocol"]
    assert [s["speaker"] for s in trained["per_speaker"]] == ["1", "2", "3", "4"]


def test_predict_answers_every_file_and_a_bad_one_has_its_error(trained, tmp_path):
    good, bad = tmp_path / "good.wav", tmp_path / "bad.wav"
    sf.write(good, tone(TONES["J"] * 1.05, seed=99), SR)
    bad.write_bytes(b"")
    code, rows = run_json("predict", "--model", "first", good, bad, tmp_path / "gone.wav")
    assert code == 0
    assert rows[0]["emotion"] == "happy"
    assert sum(rows[0]["proba"].values()) == pytest.approx(1.0)
    assert rows[0]["confidence"] == max(rows[0]["proba"].values())
    assert rows[0]["duration"] == pytest.approx(0.5)
    assert "empty" in rows[1]["error"]
    assert "gone.wav" in rows[2]["error"]
    assert [row["file"] for row in rows] == [str(good), str(bad), str(tmp_path / "gone.wav")]


def test_predict_without_one_usable_file_is_a_user_error(trained, tmp_path):
    code, rows = run_json("predict", "--model", "first", tmp_path / "gone.wav")
    assert code == 2
    assert "error" in rows[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "--corpus", "nowhere"), "no corpus “nowhere”"),
        (("train", "--corpus", "tones", "--set", "alpha=-1"), "alpha"),
        (("train", "--corpus", "tones", "--set", "beta=1"), "no setting “beta”"),
        (("train", "--corpus", "tones", "--set", "alpha"), "KEY=VALUE"),
        (("train", "--corpus", "tones", "--model", "oracle"), "mlp | svm | logreg | forest | vote"),
        (("train", "--corpus", "tones", "--features", "magic"), "original | logmel | mfcc"),
        (("train", "--corpus", "tones", "--folds", "many"), "N | loso"),
        (("train", "--corpus", "tones", "--emotions", "sad,furious"), "furious"),
        (("train", "--corpus", "tones", "--features", "mfcc", "--fuse", "stack"), "“mfcc” is one"),
        (("train", "--corpus", "tones", "--test-share", "0.3"), "nothing without --three-way"),
        (("train", "--corpus", "tones", "--three-way", "--test-share", "0.9"), "0.05…0.5"),
        (("predict", "--model", "nobody", "x.wav"), "no model “nobody”"),
    ],
)
def test_what_a_user_can_mend_is_said_and_exits_with_2(tones, words, said):
    run("import", tones, "--corpus", "tones")
    code, document = run_json(*words)
    assert code == 2
    assert said in document["error"]


def test_a_setting_goes_to_the_features_or_to_the_model_whichever_has_it(tones):
    run("import", tones, "--corpus", "tones")
    words = "train --corpus tones --features mfcc --model logreg --set n_mfcc=13 --set C=1"
    spec = spec_of(words)
    assert (spec["features"]["n_mfcc"], spec["model"]["C"]) == (13, 1.0)


def test_class_weights_can_be_left_out_and_every_split_asked_for(tones):
    run("import", tones, "--corpus", "tones")
    words = "train --corpus tones --features original --model logreg --no-class-weight"
    spec = spec_of(f"{words} --split sentence --folds loso")
    assert spec["class_weight"] is False
    split = spec["split"]
    assert (split["mode"], split["n_folds"], split["three_way"]) == ("sentence", 0, False)
    spec = spec_of("train --corpus tones --features original --model vote --split random")
    assert (spec["class_weight"], spec["split"]["mode"]) == (True, "random")


def spec_of(words):
    """What a run of a command was made of, from its report."""
    code, document = run_json(*words.split())
    assert code == 0
    report = json.loads((workspace().runs / document["run"] / "report.json").read_text())
    return report["spec"]


def test_only_some_emotions_can_be_trained(trained):
    code, document = run_json(
        "train",
        "--corpus",
        "tones",
        "--features",
        "original",
        "--model",
        "logreg",
        "--emotions",
        "angry,sad",
    )
    assert code == 0
    assert document["emotions"] == ["sad", "angry"]
    assert np.array(document["confusion"]).shape == (2, 2)


def test_doctor_looks_at_engines_models_workspace_and_browser(trained):
    code, document = run_json("doctor")
    assert code == 0
    subjects = {finding["subject"] for finding in document["findings"]}
    assert {"engine", "model", "workspace", "browser"} <= subjects
    models = {f["name"]: f["state"] for f in document["findings"] if f["subject"] == "model"}
    assert models["first"] == "ready"
    for finding in document["findings"]:
        assert finding["state"] in {"ready", "missing"}
        if finding["state"] == "missing":
            assert finding["fix"] or finding["detail"]


def test_messages_follow_the_language(tones, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "ko")
    assert default_language() == "ko"
    assert "말뭉치" in run_json("train", "--corpus", "nowhere")[1]["error"]


def test_the_shares_of_three_parts_are_told_and_the_run_can_be_told_again(tones):
    run("import", tones, "--corpus", "tones")
    words = "train --corpus tones --features original --model mlp --set max_epochs=2 --three-way"
    shares = "--split random --test-share 0.25 --validation-share 0.3"
    code, document = run_json(*words.split(), *shares.split())
    assert code == 0
    split = document["spec"]["split"]
    assert (split["test_share"], split["validation_share"]) == (0.25, 0.3)
    code, document = run_json(*words.split()[:-1], "--folds", "2", "--split", "random")
    with Catalog() as catalog:
        replay = make_replay(read_run(catalog, document["run"]))
    assert replay.n_epochs == 2
    assert len(replay.utterances) == document["n"]
