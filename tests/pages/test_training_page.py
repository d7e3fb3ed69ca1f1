"""The training page: what a model builder does there, one test a task."""

import time

import pytest
from filelock import FileLock

from core.corpus import Catalog, import_path
from core.models import default_model, list_models
from core.settings import MODEL_SPECS, LogregSpec, knob_names, spec_to_json
from core.settings.features import OriginalSpec
from core.training.setup import new_experiment
from core.training.worker import LOCK_FILE
from tests.corpora import write_tones
from tests.pages.test_frame import shown
from tests.training.test_worker import stop_worker

pytestmark = [pytest.mark.slow]
PATIENCE = 90.0  # s; a bound on hanging
QUICK = {"features": OriginalSpec(), "model": LogregSpec()}


@pytest.fixture
def catalog(workspace_home, tmp_path, monkeypatch):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    write_tones(tmp_path / "tones")
    with Catalog() as opened:
        import_path(opened, tmp_path / "tones", corpus="tones", convention="original")
        yield opened
        stop_worker(opened)


@pytest.fixture
def page(catalog, open_page):
    at = open_page("training")
    at.selectbox(key="training.corpus").set_value("tones").run()
    at.pills(key="training.features").set_value(["functionals"]).run()  # with weights or without
    return at


def said(at):
    return " ".join(caption.value for caption in at.caption)


def wait_for(at, text):
    began = time.monotonic()
    while text not in shown(at):
        assert time.monotonic() - began < PATIENCE, f"no “{text}” after {PATIENCE:.0f} s"
        time.sleep(0.3)
        at.run()
    assert not at.exception
    return at


def test_every_knob_of_the_model_has_a_control(page):
    sliders = {s.key for s in page.slider} | {s.key for s in page.select_slider}
    for knob in ("alpha", "learning_rate_init", "batch_size", "max_epochs", "patience", "tol"):
        assert f"training.mlp.functionals.{knob}" in sliders
    page.segmented_control(key="training.model").set_value("svm").run()
    assert {s.key for s in page.select_slider} >= {
        "training.svm.functionals.C",
        "training.svm.functionals.gamma",
    }


def test_train_shows_a_score_with_interval_protocol_and_chance_and_saves_a_model(page):
    page.pills(key="training.features").set_value(["original"]).run()
    page.segmented_control(key="training.model").set_value("logreg").run()
    page.select_slider(key="training.logreg.original.C").set_value(10.0).run()
    page.button(key="training.start").click().run()
    assert page.query_params["job"]
    wait_for(page, "on held-out clips: unseen speakers, 4 folds. 95 % interval")
    assert "0.25" in shown(page)
    assert "Known voice" in shown(page) and "No clear gap" in said(page)
    began = time.monotonic()
    while not page.get("text_input") and time.monotonic() - began < PATIENCE:
        time.sleep(0.3)
        page.run()
    name = next(t for t in page.text_input if t.key.startswith("training.name."))
    name.set_value("my first").run()
    page.button(key="training.save").click().run()
    wait_for(page, "Saved as “my first”")
    assert [m.name for m in list_models() if not m.shipped] == ["my first"]
    assert default_model().stem == "my first"


def test_a_run_is_found_again_by_its_address(page, open_page):
    page.pills(key="training.features").set_value(["original"]).run()
    page.segmented_control(key="training.model").set_value("logreg").run()
    page.button(key="training.start").click().run()
    job = page.session_state["training.job"]
    assert page.query_params["job"] in (job, [job])
    again = open_page("training", job=job)
    wait_for(again, "on held-out clips")
    title = "**Logistic regression · Original"
    assert any(text.value.startswith(title) for text in again.markdown)
    del page.query_params["job"]  # as a link of the menu does
    page.run()
    assert page.query_params["job"] in (job, [job])


def test_a_run_whose_worker_is_gone_says_so_once_and_is_started_again(page, catalog, open_page):
    page.pills(key="training.features").set_value(["original"]).run()
    page.segmented_control(key="training.model").set_value("logreg").run()
    stop_worker(catalog)
    job = catalog.jobs.queue_job(spec_to_json(new_experiment(catalog, "tones", **QUICK)))
    assert catalog.jobs.claim_next_job().id == job
    assert catalog.jobs.mark_stale_jobs_lost(max_age=0) == [job]
    lost = open_page("training", job=job)
    assert shown(lost).count("untouched") == 1
    lost.button(key="training.again").click().run()
    assert lost.session_state["training.job"] != job
    wait_for(lost, "on held-out clips")


def test_who_asks_for_the_run_of_another_is_told_whose_it_is(page, catalog, open_page):
    stop_worker(catalog)
    with FileLock(catalog.place.root / LOCK_FILE):  # no worker: the run stays in the queue
        begun = begin_quick_run(page, name="지우")
        assert "Stop ends it" not in said(page)
        other = open_page("training")
        assert begin_quick_run(other) == begun
        assert "The same is already under way: 지우 started it" in said(other)
        assert "Stop ends it for everybody who watches." in said(other)
        looking_on = open_page("training", job=begun)
        assert "지우 started this" in said(looking_on)
        other.button(key="training.stop").click().run()
        assert catalog.jobs.job(begun).state == "cancelled"
        page.run()
        assert "Nothing was saved" in shown(page)
        page.button(key="training.again").click().run()
        assert page.session_state["training.job"] != begun
        assert "Stop ends it" not in said(page)
        catalog.jobs.request_cancel(page.session_state["training.job"])


def begin_quick_run(at, name=""):
    at.selectbox(key="training.corpus").set_value("tones").run()
    at.pills(key="training.features").set_value(["original"]).run()
    at.segmented_control(key="training.model").set_value("logreg").run()
    if name:
        next(field for field in at.text_input if field.label == "Your name").set_value(name).run()
    at.button(key="training.start").click().run()
    return at.session_state["training.job"]


def test_a_name_that_cannot_be_a_model_is_refused_with_advice(page):
    page.pills(key="training.features").set_value(["original"]).run()
    page.segmented_control(key="training.model").set_value("logreg").run()
    page.button(key="training.start").click().run()
    wait_for(page, "on held-out clips")
    began = time.monotonic()
    while not page.get("text_input") and time.monotonic() - began < PATIENCE:
        time.sleep(0.3)
        page.run()
    name = next(t for t in page.text_input if t.key.startswith("training.name."))
    name.set_value("../evil").run()
    page.button(key="training.save").click().run()
    assert "cannot be the name of a model" in shown(page)
    assert not [m for m in list_models() if not m.shipped]


def test_one_emotion_is_too_few_and_that_is_said_before_any_waiting(page):
    page.pills(key="training.emotions.tones").set_value(["sad"]).run()
    assert "At least two emotions are needed" in shown(page)
    assert page.button(key="training.start").disabled


def test_all_four_splits_can_be_chosen_where_the_clips_bear_them(page):
    split = page.segmented_control(key="training.split.tones")
    assert split.options == ["New voice", "Known voice", "New sentence", "Both new"]
    assert not [p for p in page.pills if p.key == "training.locked.tones"]
    split.set_value("sentence").run()
    page.toggle(key="training.leave_one.sentence").set_value(True).run()
    assert page.slider(key="training.folds").disabled
    assert not page.button(key="training.start").disabled


def test_splits_that_the_clips_cannot_bear_are_greyed_out_with_what_to_record(
    catalog, tmp_path, open_page
):
    write_tones(tmp_path / "alone", n_speakers=1, n_sentences=5)
    import_path(catalog, tmp_path / "alone", corpus="alone", convention="original")
    page = open_page("training")
    page.selectbox(key="training.corpus").set_value("alone").run()
    assert page.segmented_control(key="training.split.alone").options == [
        "Known voice",
        "New sentence",
    ]
    locked = page.pills(key="training.locked.alone")
    assert locked.disabled and locked.options == ["New voice", "Both new"]
    assert "The split “New voice” needs 2 different speakers" in said(page)
    assert "Record another one" in said(page)


def test_features_with_settings_of_their_own_show_them(page):
    page.pills(key="training.features").set_value(["mfcc"]).run()
    page.slider(key="training.features.mfcc.n_mfcc").set_value(13).run()
    assert not page.toggle(key="training.features.mfcc.deltas").disabled
    page.pills(key="training.features").set_value(["logmel"]).run()
    assert "How loud each band" in said(page)
    assert page.slider(key="training.features.logmel.n_mels").value == 64


@pytest.mark.parametrize("kind", ["forest", "vote"])
def test_every_knob_of_a_forest_and_a_vote_has_a_control(page, kind):
    page.segmented_control(key="training.model").set_value(kind).run()
    drawn = {w.key for w in (*page.slider, *page.select_slider, *page.selectbox, *page.toggle)}
    for name in knob_names(MODEL_SPECS[kind]()):
        assert f"training.{kind}.functionals.{name}" in drawn
