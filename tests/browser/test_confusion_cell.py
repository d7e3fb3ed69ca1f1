"""A cell of a run's confusion, clicked: its clips are heard, one is put right, and taken back."""

import pytest

from tests.browser.conftest import settled
from tests.browser.test_dataset import PLAYING, catalog, clip, row, wait_for
from tests.training.keeping import keep_answers, run_and_keep

__all__ = ["catalog"]

pytestmark = [pytest.mark.browser]

CLASSES = 4
RUN = "browser-weak"


@pytest.fixture
def page(open_at, catalog):
    if catalog.runs.run(RUN) is None:
        run_and_keep(catalog, "browser-strong")
        wrong = [u.id for u in catalog.utterances("tones", sentences=["1"])]
        keep_answers(catalog, RUN, "browser-strong", wrong)
    return open_at(f"/experiments?run={RUN}", language="en", width=1440)


def test_a_clip_of_a_cell_is_heard_put_right_and_taken_back(page, catalog):
    report = catalog.runs.run(RUN).report
    meant, heard = 0, 1  # what `keep_answers` takes clips of the first emotion for
    plot = page.locator('[class*="st-key-result-confusion"] .nsewdrag').first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    across, down = (heard + 0.5) / CLASSES, (meant + 0.5) / CLASSES
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.locator("tbody .file").first.wait_for()
    settled(page)
    name = page.locator("tbody .file").first.inner_text().removesuffix(".wav")
    was, wanted = report["emotions"][meant], report["emotions"][heard]
    assert clip(catalog, name).emotion == was
    row(page, name).click()
    page.wait_for_function(PLAYING)
    page.locator('[class*="st-key-dataset-label"] button').nth(heard).click()
    wait_for(page, lambda: clip(catalog, name).emotion == wanted)
    page.get_by_text("have changed since this run").wait_for()
    settled(page)
    page.locator(".st-key-dataset-undo button").first.click()
    wait_for(page, lambda: clip(catalog, name).emotion == was)
    page.get_by_text("have changed since this run").wait_for(state="detached")
