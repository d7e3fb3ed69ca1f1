"""The experiments page: what a model builder does there, one test a task."""

import json
import shutil

import pytest

from core.corpus import Catalog, import_path
from core.models import default_model
from core.settings import LogregSpec, MlpSpec, SplitSpec
from pages.parts.experiment_comparison import difference_html
from tests.corpora import write_tones
from tests.pages.test_frame import shown
from tests.training.keeping import keep_answers, run_and_keep

OUT = SplitSpec("speaker", 0)


@pytest.fixture(scope="module")
def kept_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiments")
    write_tones(folder / "tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(folder / "home"))
        with Catalog() as catalog:
            import_path(catalog, folder / "tones", corpus="tones", convention="original")
            run_and_keep(catalog, "strong", LogregSpec(C=10.0), split=OUT, bundle=True)
            wrong = [u.id for u in catalog.utterances("tones", sentences=["1"])]
            keep_answers(catalog, "weak", "strong", wrong)
            quick = MlpSpec(hidden_layer_sizes=(8,), max_epochs=3)
            run_and_keep(catalog, "epochs", quick, split=OUT)
            run_and_keep(catalog, "random", split=SplitSpec("random", 4), seed=3)
    return folder / "home"


@pytest.fixture
def catalog(kept_home, workspace_home, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    monkeypatch.setattr("core.training.jobs.ensure_worker", lambda place: None)
    shutil.copytree(kept_home, workspace_home)
    with Catalog() as opened:
        yield opened


@pytest.fixture
def choose(open_page):
    """Open the page with runs chosen, as a link to them does."""

    def choose_(*runs):
        at = open_page("experiments")
        at.query_params["run"] = list(runs)
        at.run()
        assert not at.exception
        return at

    return choose_


def chart(at, key):
    return next(c for c in at.get("plotly_chart") if key in c.proto.id)


def table(at):
    return next(d.value for d in at.dataframe if "uar" in d.value.columns)


def test_without_runs_the_way_to_training_is_shown(workspace_home, monkeypatch, open_page):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    at = open_page("experiments")
    assert "No run yet" in shown(at)
    assert not at.dataframe


def test_every_run_stands_in_the_table_with_score_interval_and_protocol(catalog, open_page):
    at = open_page("experiments")
    rows = table(at)
    logistic = "Logistic regression"
    assert list(rows["model"]) == [logistic, "MLP", logistic, logistic]
    assert list(rows["uar"])[-1] == 1.0
    assert "leave one speaker out, 4 folds" in rows["protocol"].iloc[-1]
    assert rows["who"].iloc[-1] == "command line"


def test_one_run_is_looked_at_with_its_score_its_curve_and_its_settings(catalog, choose):
    at = choose("epochs")
    assert "on held-out clips: unseen speakers" in shown(at)
    assert '"max_epochs":3' in at.json[0].value.replace(" ", "")
    assert len(at.get("plotly_chart")) == 3
    at = choose("strong")
    assert len(at.get("plotly_chart")) == 2  # it learnt in one go: no curve


def test_two_runs_get_a_verdict_in_words_with_its_interval(catalog, choose):
    at = choose("strong", "weak")
    assert "<b>Worse</b>" in shown(at)
    assert "UAR \N{MINUS SIGN}0.333, 95 % interval" in shown(at)
    assert at.button(key="experiments.only_old").label.endswith("16 clips")
    assert at.button(key="experiments.only_new").disabled


def test_runs_over_other_folds_say_so_and_one_click_makes_them_comparable(catalog, choose):
    at = choose("strong", "random")
    assert "in different folds" in shown(at)
    at.button(key="experiments.align").click().run()
    (job,) = catalog.jobs.jobs()
    assert job.spec["split"]["mode"] == "speaker"
    assert job.spec["seed"] == 0
    assert "Runs under way: 1 (" in shown(at)


def test_of_two_kinds_of_models_each_tells_its_own_settings(catalog, choose):
    at = choose("strong", "epochs")
    told = next(c.value for c in at.caption if "Each kind has settings of its own" in c.value)
    older, newer = told.replace("\\", "").splitlines()[-2:]
    assert older.startswith("- Older · Logistic regression: ") and " 10" in older
    assert newer.startswith("- Newer · MLP: ") and " 8" in newer


def test_a_star_and_notes_are_kept(catalog, choose):
    at = choose("weak")
    at.toggle(key="experiments.star.weak").set_value(True).run()
    at.text_input(key="experiments.notes.weak").set_value("too weak").run()
    assert (catalog.runs.run("weak").star, catalog.runs.run("weak").notes) == (True, "too weak")
    assert list(table(at)["star"]).count("★") == 1


def test_a_deleted_run_comes_back(catalog, choose):
    at = choose("weak")
    at.button(key="experiments.delete").click().run()
    assert len(table(at)) == 3 and catalog.runs.run("weak") is None
    at.button(key="experiments.undo").click().run()
    assert len(table(at)) == 4


def test_a_run_is_asked_for_again_with_the_very_same_settings(catalog, choose):
    at = choose("strong")
    at.button(key="experiments.rerun").click().run()
    (job,) = catalog.jobs.jobs()
    assert job.spec == catalog.runs.run("strong").spec


def test_a_run_whose_clips_have_changed_says_why_it_cannot_be_repeated(catalog, choose):
    at = choose("strong")
    catalog.set_status([catalog.utterances("tones", limit=1)[0].id], "disabled", by="test")
    at.button(key="experiments.rerun").click().run()
    assert "has changed since this run was set up" in shown(at)
    assert catalog.jobs.jobs() == []


def test_a_run_says_when_its_clips_have_moved_on_since(catalog, choose):
    moved = "Clips or labels have changed since this run"
    assert moved not in shown(choose("strong"))
    clip = catalog.utterances("tones", limit=1)[0]
    other = next(e for e in ("sad", "angry") if e != clip.emotion)
    catalog.relabel([clip.id], emotion=other, by="test")
    assert moved in shown(choose("strong"))
    catalog.undo(by="test")
    assert moved not in shown(choose("strong"))


def test_a_promoted_run_answers_from_now_on(catalog, choose):
    at = choose("strong")
    at.text_input(key="experiments.name.strong").set_value("the strong one").run()
    at.button(key="experiments.promote").click().run()
    assert "Saved as “the strong one”" in shown(at)
    assert default_model().stem == "the strong one"


def test_a_run_without_its_files_still_shows_its_score_and_says_what_is_gone(catalog, choose):
    shutil.rmtree(catalog.place.runs / "weak")
    at = choose("weak")
    assert "The answers of the run weak cannot be read" in shown(at)
    assert "on held-out clips" in shown(at)


def test_runs_that_came_to_nothing_are_listed_with_the_reason(catalog, open_page):
    job_id = catalog.jobs.queue_job(catalog.runs.run("strong").spec)
    catalog.jobs.claim_next_job()
    error = {"class": "JobError", "values": {"job": job_id, "reason": "it is not known here"}}
    catalog.jobs.finish_job(job_id, "failed", error=error)
    at = open_page("experiments")
    assert "Ended without a result: 1" in [e.label for e in at.expander]


def test_the_drawn_interval_has_zero_in_its_middle_and_escapes_words():
    html = difference_html("<b>", "x", 0.05, (-0.1, 0.2), "red")
    assert "&lt;b&gt;" in html
    assert 'mg-score-chance" style="left:50.0%"' in html
    # reach 0.22: the band begins at (-0.1 / 0.22 + 1) / 2 and is 0.3 / 0.44 wide
    assert 'mg-score-band" style="left:27.3%;width:68.2%"' in html


def test_whoever_asks_for_a_run_again_stands_beside_it(catalog, choose):
    at = choose("strong")
    at.session_state["dataset.who"] = "Mina"
    at.button(key="experiments.rerun").click().run()
    assert [job.owner for job in catalog.jobs.jobs()] == ["Mina"]


def test_curves_of_three_runs_lie_over_one_another(catalog, choose):
    again = MlpSpec(hidden_layer_sizes=(4,), max_epochs=2)
    run_and_keep(catalog, "shorter", again, split=OUT)
    at = choose("epochs", "shorter", "strong")
    traces = json.loads(chart(at, "experiments.overlay").proto.spec)["data"]
    assert [trace["name"][:3] for trace in traces] == ["MLP", "MLP"]  # the third has no epochs


def test_of_runs_without_epochs_no_curves_are_promised(catalog, choose):
    at = choose("strong", "weak", "random")
    assert "no curves to overlay" in " ".join(caption.value for caption in at.caption)


def test_the_training_page_names_the_best_model_here_and_one_click_chooses_it(catalog, open_page):
    at = open_page("training")
    at.selectbox(key="training.corpus").set_value("tones").run()
    assert at.segmented_control(key="training.model").value == "mlp"
    said = " ".join(caption.value for caption in at.caption)
    assert "Best on these clips so far: Logistic regression · Original (128), UAR 1.00" in said
    at.button(key="training.best").click().run()
    assert at.segmented_control(key="training.model").value == "logreg"
    assert at.pills(key="training.features").value == ["original"]
    assert "training.best" not in {button.key for button in at.button}
