"""Finished runs stay as they were; what people say of them may change."""

import pytest

from core.corpus import Catalog


@pytest.fixture
def runs(workspace_home):
    with Catalog() as catalog:
        yield catalog.runs


def test_a_run_comes_out_as_it_went_in(runs):
    runs.add(
        "r1", spec={"corpus": "team", "seed": 0}, report={"uar": 0.5, "protocol_ko": "새 목소리"}
    )
    run = runs.run("r1")
    assert (run.corpus, run.spec, run.report) == (
        "team", {"corpus": "team", "seed": 0}, {"uar": 0.5, "protocol_ko": "새 목소리"},
    )  # fmt: skip
    assert (run.name, run.notes, run.star) == ("", "", False)
    assert runs.run("r2") is None


def test_the_newest_run_comes_first_and_a_corpus_has_its_own(runs):
    for number, corpus in enumerate(("team", "demo", "team")):
        runs.add(f"r{number}", spec={"corpus": corpus}, report={})
    assert [r.id for r in runs.runs()] == ["r2", "r1", "r0"]
    assert [r.id for r in runs.runs("team")] == ["r2", "r0"]


def test_what_is_not_said_about_a_run_stays(runs):
    runs.add("r1", spec={"corpus": "team"}, report={})
    runs.annotate("r1", notes="좋음", star=True)
    runs.annotate("r1", name="첫 번째")
    run = runs.run("r1")
    assert (run.name, run.notes, run.star) == ("첫 번째", "좋음", True)


def test_a_model_is_known_by_the_digest_of_its_file(runs):
    runs.add("r1", spec={"corpus": "team"}, report={})
    runs.add_model("mine", "ab" * 32, run_id="r1")
    runs.add_model("mine", "cd" * 32)
    assert runs.model("mine").sha256 == "cd" * 32
    assert runs.model("other") is None


def test_a_run_put_away_is_in_no_list_and_comes_back_as_it_was(runs):
    for name in ("r1", "r2"):
        runs.add(name, spec={"corpus": "team"}, report={"uar": 0.5})
    runs.annotate("r1", notes="좋음")
    runs.remove("r1")
    assert runs.run("r1") is None
    assert [r.id for r in runs.runs()] == [r.id for r in runs.runs("team")] == ["r2"]
    runs.restore("r1")
    assert runs.run("r1").notes == "좋음"
    assert [r.id for r in runs.runs()] == ["r2", "r1"]
