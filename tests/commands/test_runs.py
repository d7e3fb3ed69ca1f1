"""``runs``, ``compare`` and ``models``: what was trained, what is better, what is handed on."""

import shutil

import pytest

from core.corpus import Catalog, import_path
from core.models import default_model
from core.settings import FusionSpec, LogmelSpec, LogregSpec, OriginalSpec, SplitSpec
from tests.commands.running import run, run_json
from tests.corpora import write_tones
from tests.training.keeping import keep_answers, run_and_keep


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory):
    """Three runs over the same folds, the first with a bundle, and one over other folds."""
    folder = tmp_path_factory.mktemp("runs")
    write_tones(folder / "tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(folder / "home"))
        with Catalog() as catalog:
            import_path(catalog, folder / "tones", corpus="tones", convention="original")
            out = SplitSpec("speaker", 0)
            run_and_keep(catalog, "first", LogregSpec(C=10.0), split=out, bundle=True)
            run_and_keep(catalog, "again", LogregSpec(C=9.0), split=out)
            wrong = [u.id for u in catalog.utterances("tones", sentences=["1"])]
            keep_answers(catalog, "weak", "first", wrong)  # a third of each voice and emotion
            run_and_keep(catalog, "other", split=SplitSpec("random", 4))
    return folder / "home"


@pytest.fixture
def trained(trained_home, workspace_home, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    shutil.copytree(trained_home, workspace_home)


def test_runs_lists_them_newest_first_with_score_protocol_and_settings(trained):
    code, rows = run_json("runs")
    assert code == 0
    assert [row["run"] for row in rows] == ["other", "weak", "again", "first"]
    first = rows[-1]
    assert (first["corpus"], first["uar"], first["chance"], first["n"]) == ("tones", 1.0, 0.25, 48)
    assert first["spec"]["model"]["C"] == 10.0
    assert "leave one speaker out, 4 folds" in first["protocol"]
    assert "first · tones · original → logreg · UAR 1.000" in run("runs").stderr


def test_runs_names_the_features_and_says_the_protocol_in_the_language(trained, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "ko")
    with Catalog() as catalog:
        run_and_keep(catalog, "fused", features=FusionSpec((OriginalSpec(), LogmelSpec())))
    (line,) = (line for line in run("runs").stderr.splitlines() if line.startswith("fused"))
    assert " · original+logmel → logreg · " in line
    assert "처음 듣는 목소리" in line


def test_runs_of_a_corpus_and_of_one_that_is_not_there(trained):
    assert len(run_json("runs", "--corpus", "tones")[1]) == 4
    code, document = run_json("runs", "--corpus", "nowhere")
    assert code == 2
    assert "no corpus “nowhere”" in document["error"]


def test_compare_says_worse_better_and_no_difference(trained):
    code, worse = run_json("compare", "first", "weak")
    assert (code, worse["verdict"]) == (0, "worse")
    assert worse["difference"] == pytest.approx(-1 / 3)
    assert worse["interval"][1] < 0
    assert (worse["only_old"], worse["only_new"]) == (16, 0)
    assert run_json("compare", "weak", "first")[1]["verdict"] == "better"
    same = run_json("compare", "first", "again")[1]
    assert same["verdict"] == "no-difference"
    assert same["settings"] == [{"name": "model.C", "old": 10.0, "new": 9.0}]
    assert "No difference: UAR +0.000" in run("compare", "first", "again").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "first", "nobody"), "no run “nobody”"),
        (("compare", "first", "other"), "in different folds"),
        (("models", "show", "nobody"), "no model “nobody”"),
        (("models", "promote", "nobody"), "no model “nobody”"),
        (("models", "promote", "first", "--name", "../evil"), "cannot be the name of a model"),
        (("models", "promote", "weak"), "cannot be trusted"),
        (("models", "import", "gone.malgyeol"), "gone.malgyeol"),
    ],
)
def test_what_a_user_can_mend_is_said_and_exits_with_2(trained, words, said):
    code, document = run_json(*words)
    assert code == 2
    assert said in document["error"]


def test_the_model_of_a_run_is_promoted_exported_and_imported_again(trained, tmp_path):
    assert run_json("models", "promote", "first", "--name", "mine")[1]["model"] == "mine"
    assert default_model().stem == "mine"
    rows = {row["name"]: row for row in run_json("models", "list")[1]}
    assert rows["mine"]["active"] and not rows["mine"]["shipped"]
    assert rows["mine"]["uar"] == 1.0
    assert [name for name, row in rows.items() if row["active"]] == ["mine"]

    file = tmp_path / "handed.malgyeol"
    assert run_json("models", "export", "mine", file) == (0, {"model": "mine", "file": str(file)})
    assert run_json("models", "import", file, "--name", "yours")[1]["model"] == "yours"
    assert run_json("models", "show", "yours")[1]["snapshot"]
    assert "Model passport" in run("models", "show", "yours").stdout
    assert default_model().stem == "mine"
    run("models", "promote", "yours")
    assert default_model().stem == "yours"


def test_a_file_that_is_no_model_is_refused_and_nothing_is_kept(trained, tmp_path):
    bad = tmp_path / "bad.malgyeol"
    bad.write_bytes(b"PK\x03\x04 nothing")
    before = run_json("models", "list")[1]
    code, document = run_json("models", "import", bad)
    assert code == 2
    assert document["kind"] in {"UnsafeModelError", "BrokenBundleError"}
    assert run_json("models", "list")[1] == before
