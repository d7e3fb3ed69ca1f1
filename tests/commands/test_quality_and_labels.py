"""``quality``, ``relabel`` and ``disable`` as a script uses them."""

import numpy as np
import pytest
import soundfile as sf

from core.corpus import Catalog
from core.corpus.finding import FINDING_IDS
from tests.commands.running import run, run_json
from tests.signal.signals import SR, noise, silence, voice


@pytest.fixture
def team(workspace_home, tmp_path, monkeypatch):
    """Two voices in two emotions, one clip of them silent, one a softer copy."""
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    monkeypatch.setattr("core.corpus.demo.demo_folder", lambda: tmp_path / "no demo")
    folder = tmp_path / "team"
    folder.mkdir()
    for seed, name in enumerate(("1_1_S", "1_1_A", "1_2_S", "1_2_A")):
        y = np.concatenate([silence(0.2), voice(1.2, seed=seed), silence(0.2)])
        sf.write(folder / f"{name}.wav", y + noise(1.6, rms=1e-4, seed=seed), SR)
    sf.write(folder / "2_1_S.wav", silence(1.0), SR)
    y, _ = sf.read(folder / "1_1_A.wav")
    sf.write(folder / "2_1_A.wav", 0.5 * y, SR)
    run("import", folder, "--corpus", "team", "--convention", "original")
    return folder


def emotions():
    with Catalog() as catalog:
        return {u.name: u.emotion for u in catalog.utterances("team", status=None)}


def active():
    with Catalog() as catalog:
        return [u.name for u in catalog.utterances("team")]


def test_quality_gives_rows_of_clips_and_findings(team):
    code, document = run_json("quality", "--corpus", "team")
    assert code == 0
    assert [row["file"] for row in document["clips"]] == sorted(f.name for f in team.iterdir())
    row = next(row for row in document["clips"] if row["file"] == "2_1_S.wav")
    assert (row["duration"], row["flags"]) == (1.0, ["silent"])
    found = {f["id"]: f for f in document["findings"]}
    assert set(found) <= set(FINDING_IDS)
    assert found["silent"]["clips"] == ["2_1_S.wav"]
    assert found["near-duplicate"]["clips"] == ["1_1_A.wav", "2_1_A.wav"]
    for finding in document["findings"]:
        assert set(finding) >= {"id", "severity", "message", "advice", "clips", "measure"}
        assert "{" not in finding["message"] + finding["advice"]


def test_quality_tells_a_person_what_to_do(team):
    result = run("quality", "--corpus", "team")
    assert result.stdout == ""
    assert "[silent] No voice in 1 of 6 clips. Leave them out" in result.stderr


def test_quality_of_an_unknown_corpus_is_a_mistake_of_the_user(team):
    code, document = run_json("quality", "--corpus", "nobody")
    assert (code, document["kind"]) == (2, "UnknownCorpusError")


def test_a_label_is_corrected_and_taken_back(team):
    code, document = run_json("relabel", "--corpus", "team", "1_1_S.wav", "--emotion", "happy")
    assert (code, document["clips"]) == (0, ["1_1_S.wav"])
    assert emotions()["1_1_S.wav"] == "happy"
    assert run("relabel", "--corpus", "team", "--undo").exit_code == 0
    assert emotions()["1_1_S.wav"] == "sad"


def test_an_empty_label_clears_it(team):
    run("relabel", "--corpus", "team", "1_1_S.wav", "--emotion", "")
    assert emotions()["1_1_S.wav"] is None


def test_the_same_label_again_changes_nothing(team):
    code, document = run_json("relabel", "--corpus", "team", "1_1_S.wav", "--emotion", "sad")
    assert (code, document["change"]) == (0, None)


def test_disable_and_take_in_again(team):
    assert run("disable", "--corpus", "team", "2_1_S.wav", "2_1_A.wav").exit_code == 0
    assert active() == ["1_1_A.wav", "1_1_S.wav", "1_2_A.wav", "1_2_S.wav"]
    run("disable", "--corpus", "team", "2_1_A.wav", "--undo")
    assert "2_1_A.wav" in active()
    run("disable", "--corpus", "team", "--undo")
    assert "2_1_A.wav" not in active()


def test_a_disabled_clip_is_not_examined(team):
    run("disable", "--corpus", "team", "2_1_S.wav")
    _, document = run_json("quality", "--corpus", "team")
    assert "silent" not in {f["id"] for f in document["findings"]}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("relabel", "nobody.wav", "--emotion", "sad"), "UnknownClipError"),
        (("relabel", "1_1_S.wav", "--emotion", "mellow"), "UnknownEmotionError"),
        (("relabel", "1_1_S.wav"), "NothingAskedError"),
        (("relabel", "--emotion", "sad"), "NothingAskedError"),
        (("relabel", "1_1_S.wav", "--undo"), "UndoNamesError"),
        (("disable",), "NothingAskedError"),
        (("disable", "nobody.wav"), "UnknownClipError"),
    ],
)
def test_what_cannot_be_done_is_said(team, words, kind):
    code, document = run_json(words[0], "--corpus", "team", *words[1:])
    assert (code, document["kind"]) == (2, kind)
    assert emotions()["1_1_S.wav"] == "sad"
