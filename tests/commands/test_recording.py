"""``segment``, ``correct`` and ``withdraw``, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from core.commands import app
from core.corpus import Catalog
from tests.corpus.test_recording import loud_is_speech, said  # noqa: F401 - a fixture

run = CliRunner()


@pytest.fixture
def take(tmp_path, workspace_home, loud_is_speech):  # noqa: F811
    file = tmp_path / "long.wav"
    file.write_bytes(said(0.8, 1.0, 0.7))
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("1 안녕하세요\n2 괜찮아요\n", encoding="utf-8")
    return file, sheet


def segment(file, sheet, *more: str) -> dict:
    words = ["segment", str(file), "--sheet", str(sheet), "--corpus", "ours", "--speaker", "4"]
    done = run.invoke(app, [*words, "--emotions", "sad,happy", "--json", *more])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_take_is_cut_corrected_and_withdrawn_from_the_command_line(take):
    looked = segment(*take, "--dry-run")
    assert looked["import"] is None
    told = segment(*take)
    assert [c["name"] for c in told["clips"]] == ["1_4_S.wav", "1_4_J.wav", "2_4_S.wav"]
    assert (told["found"], told["prompts"]) == (3, 4)

    done = run.invoke(
        app, ["correct", "--corpus", "ours", "--chain", "trim,loudness=-23", "--json"]
    )
    assert json.loads(done.stdout)["chain"] == "trim=0.1,loudness=-23"
    assert json.loads(done.stdout)["clips"] == 3
    with Catalog() as catalog:
        assert len({u.correction for u in catalog.utterances("ours")} - {""}) == 1
    back = run.invoke(app, ["correct", "--corpus", "ours", "--chain", ""])
    assert "클립 3개를 녹음한 그대로 되돌렸어요" in back.stderr
    with Catalog() as catalog:
        assert {u.correction for u in catalog.utterances("ours")} == {""}

    listed = json.loads(run.invoke(app, ["withdraw", "--speaker", "4", "--json"]).stdout)
    assert (listed["withdrawn"], len(listed["clips"])) == (False, 3)
    gone = run.invoke(app, ["withdraw", "--speaker", "4", "--yes", "--json"])
    assert json.loads(gone.stdout)["withdrawn"] is True
    with Catalog() as catalog:
        assert "ours" not in {c.name for c in catalog.corpora()}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["correct", "--corpus", "ours", "--chain", "autotune"], "CorrectionTextError"),
        (["correct", "--corpus", "nowhere", "--chain", "dc"], "UnknownCorpusError"),
        (["withdraw", "--speaker", "nobody"], "UnknownSpeakerError"),
        (["segment", "gone.wav", "--corpus", "a", "--speaker", "1"], "UnreadableFileError"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_kind(workspace_home, words, kind):
    done = run.invoke(app, [*words, "--json"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["kind"] == kind
