"""The training page's newer tasks: three parts, a run by itself, a search, a listening test."""

import time

import pytest

from core.settings import LogregSpec, OriginalSpec, SearchSpec
from core.training.jobs import submit
from core.training.setup import new_experiment
from tests.pages.test_training_page import PATIENCE, catalog, page, said, wait_for

__all__ = ["catalog", "page"]  # fixtures
pytestmark = [pytest.mark.slow]


def quick(page):
    page.segmented_control(key="training.model").set_value("logreg").run()
    page.pills(key="training.features").set_value(["original"]).run()
    return page


def test_a_run_in_three_parts_says_that_the_test_was_opened_once(page):
    quick(page).toggle(key="training.three_way").set_value(True).run()
    assert page.slider(key="training.test_share").value == 0.2
    page.button(key="training.start").click().run()
    wait_for(page, "one test part of 20\u00a0% opened once")


def test_a_moved_setting_starts_a_run_by_itself_once_it_has_come_to_rest(page):
    quick(page).toggle(key="training.auto").set_value(True).run()
    assert "once the clips are measured" in said(page)
    began = time.monotonic()
    while "training.job" not in page.session_state:
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.3)
        page.run()
    first = page.session_state["training.job"]
    page.run()
    assert page.session_state["training.job"] == first  # nothing was moved since


def test_a_search_shows_its_trials_and_the_score_of_clips_that_no_trial_saw(catalog, open_page):
    base = new_experiment(catalog, "tones", features=OriginalSpec(), model=LogregSpec())
    spec = SearchSpec(base, ("C",), seconds=600.0, max_trials=1)
    page = open_page("training", job=submit(catalog, spec))
    wait_for(page, "on held-out clips")
    assert "searching and then learning" in said(page)
    assert page.button(key="training.search.use").label == "Train with these settings"
