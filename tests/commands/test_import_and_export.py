"""`import` with every kind of naming, `imports`, and `export`, from the command line."""

import pytest

from core.corpus import conventions
from tests.commands.running import run_json
from tests.corpus.sounds import write_clips

EXAMPLES = {
    "emodb": "03a01Fa.wav",
    "ravdess": "03-01-05-01-02-01-12.wav",
    "crema_d": "1001_DFA_ANG_XX.wav",
    "tess": "OAF_back_angry.wav",
    "savee": "DC_a01.wav",
    "urdu": "SM1_F10_A010.wav",
    "hi_kia": "F5_scene_1_a.wav",
    "original": "10_6_A.wav",
    "folder": "화남/clip.wav",
}


@pytest.fixture(autouse=True)
def english(workspace_home, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")


@pytest.fixture
def clips(tmp_path):
    return write_clips(tmp_path / "in", "a.wav", "b.wav", "c.wav")


def test_every_convention_has_its_example_here():
    assert set(EXAMPLES) == {convention.id for convention in conventions.CONVENTIONS}


@pytest.mark.parametrize("convention", EXAMPLES)
def test_every_convention_can_be_asked_for_by_its_id(tmp_path, convention):
    place = write_clips(tmp_path / "in", EXAMPLES[convention])
    code, document = run_json("import", place, "--corpus", "team", "--convention", convention)
    assert (code, document["convention"], document["imported"]) == (0, convention, 1)
    assert document["skipped"] == document["refused"] == []


def test_a_table_is_read_with_its_columns_mapped_and_its_labels_explained(clips, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("wav_file,who,feeling\na,kim,joy\nb,lee,grumpy\nc,lee,odd\n")
    code, document = run_json(
        "import", clips, "--corpus", "team", "--manifest", table,
        "--map", "file=wav_file", "--map", "speaker=who", "--map", "emotion=feeling",
        "--label", "grumpy=angry",
    )  # fmt: skip
    assert (code, document["convention"], document["imported"]) == (0, "manifest", 2)
    (left_out,) = document["skipped"]
    assert left_out["file"] == "c.wav"
    assert "“odd”" in left_out["reason"]
    (info,) = [info for info in run_json("corpora")[1] if info["name"] == "team"]
    assert info["emotions"] == {"happy": 1, "angry": 1}


def test_a_rule_of_ones_own_reads_names(tmp_path):
    place = write_clips(tmp_path / "in", "kim-sad-1.wav", "lee-angry-2.wav")
    rule = r"^(?P<speaker>\w+)-(?P<emotion>\w+)-(?P<sentence>\d+)$"
    code, document = run_json("import", place, "--corpus", "team", "--rule", rule)
    assert (code, document["convention"], document["imported"]) == (0, "rule", 2)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (["--rule", "(?P<mood>.+)"], ("NamingRuleError",)),
        (["--rule", "(("], ("NamingRuleError",)),
        (["--manifest", "nowhere.csv"], ("UnreadableFileError",)),
        (["--map", "file"], ("KnobError",)),
        (["--map", "file=a"], ("KnobError",)),
        (["--label", "x=nothing"], ("UnknownEmotionError",)),
        (["--convention", "klingon"], ("UnknownConventionError",)),
        (["--convention", "manifest"], ("ManifestError",)),
        (["--convention", "audformat"], ("AudformatError", "AudformatMissingError")),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_comes_in(clips, words, kinds):
    code, document = run_json("import", clips, "--corpus", "team", *words)
    assert (code, document["kind"] in kinds) == (2, True)
    assert "team" not in [info["name"] for info in run_json("corpora")[1]]


def test_an_import_is_listed_taken_back_and_brought_back(tmp_path):
    place = write_clips(tmp_path / "in", "1_1_N.wav", "1_1_A.wav")
    number = run_json("import", place, "--corpus", "team")[1]["import"]
    (record,) = run_json("imports", "--corpus", "team")[1]
    assert (record["import"], record["clips"], record["taken_back"]) == (number, 2, False)
    (record,) = run_json("imports", "--corpus", "team", "--undo", number)[1]
    assert record["taken_back"]
    assert "team" not in [info["name"] for info in run_json("corpora")[1]]
    (record,) = run_json("imports", "--corpus", "team", "--restore", number)[1]
    assert not record["taken_back"]


def test_an_export_can_be_imported_again(tmp_path):
    place = write_clips(tmp_path / "in", "1_1_N.wav", "1_1_A.wav")
    run_json("import", place, "--corpus", "team")
    code, document = run_json("export", "--corpus", "team", "--to", tmp_path / "out")
    assert (code, document["clips"], document["refused"]) == (0, 2, [])
    assert sorted(document["files"]) == ["audio/1_1_A.wav", "audio/1_1_N.wav"]
    assert run_json("import", tmp_path / "out", "--corpus", "again")[1]["imported"] == 2


@pytest.mark.parametrize(("corpus", "kind"), [("nobody", "UnknownCorpusError")])
def test_an_export_that_cannot_be_says_why(tmp_path, corpus, kind):
    code, document = run_json("export", "--corpus", corpus, "--to", tmp_path / "out")
    assert (code, document["kind"]) == (2, kind)


def test_an_export_never_writes_over_anything(tmp_path):
    run_json("import", write_clips(tmp_path / "in", "1_1_N.wav"), "--corpus", "team")
    code, document = run_json("export", "--corpus", "team", "--to", tmp_path / "in")
    assert (code, document["kind"]) == (2, "ExportPlaceError")
