"""The training page: what a model builder does there, one test a task."""

import time

import pytest

from core.corpus import Catalog, import_path
from core.models import default_model, list_models
from tests.corpora import write_tones
from tests.pages.test_frame import shown
from tests.training.test_worker import stop_worker

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("worker")]
PATIENCE = 90.0  # s; a bound on hanging


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
    return at


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
    page.segmented_control(key="training.features").set_value("original").run()
    page.segmented_control(key="training.model").set_value("logreg").run()
    page.select_slider(key="training.logreg.original.C").set_value(10.0).run()
    page.button(key="training.start").click().run()
    assert page.query_params["job"]
    wait_for(page, "on held-out clips: unseen speakers, 4 folds. 95 % interval")
    assert "25%" in shown(page)
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
    page.segmented_control(key="training.features").set_value("original").run()
    page.segmented_control(key="training.model").set_value("logreg").run()
    page.button(key="training.start").click().run()
    job = page.session_state["training.job"]
    assert page.query_params["job"] in (job, [job])
    again = open_page("training", job=job)
    wait_for(again, "on held-out clips")


def test_a_name_that_cannot_be_a_model_is_refused_with_advice(page):
    page.segmented_control(key="training.features").set_value("original").run()
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
