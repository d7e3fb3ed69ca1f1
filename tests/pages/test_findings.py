"""The check on the data page: examine, read what was found, open its clips."""

import shutil
import time

import numpy as np
import pytest
import soundfile as sf

from core.corpus import Catalog, import_path
from core.settings import demo_folder
from tests.corpora import SR, write_tones
from tests.pages.test_frame import shown

pytestmark = pytest.mark.slow
PATIENCE = 90.0  # s; a bound on hanging


@pytest.fixture
def page(workspace_home, tmp_path, monkeypatch, open_page):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    folder = tmp_path / "voices"
    folder.mkdir()
    for clip in (demo_folder() / "audio").glob("[12]_[1-4]_*.flac"):
        shutil.copy(clip, folder)
    sf.write(folder / "9_1_N.wav", np.zeros(SR, np.float32), SR)
    with Catalog() as catalog:
        import_path(catalog, folder, corpus="voices", convention="original")
    at = open_page("dataset")
    at.selectbox(key="dataset.corpus").set_value("voices").run()
    at.segmented_control(key="dataset.view").set_value("findings").run()
    return at


def examined(at):
    at.button(key="dataset.examine").click().run()
    began = time.monotonic()
    while "Findings: " not in " ".join(c.value for c in at.caption):
        assert time.monotonic() - began < PATIENCE, "the examination does not end"
        time.sleep(0.3)
        at.run()
    assert not at.exception
    return at


def test_before_it_is_examined_a_corpus_says_what_an_examination_does(page):
    assert "Not examined yet" in shown(page)


def test_a_silent_clip_is_found_named_with_advice_and_opened_by_a_click(page):
    at = examined(page)
    silent = next(b for b in at.button if b.key.startswith("dataset.finding.silent"))
    assert silent.label == "1 clip"
    silent.click().run()
    assert not at.exception
    desk = at.session_state["dataset.desk"]
    with Catalog() as catalog:
        names = [catalog.utterance(i).name for i in desk.listing.ids]
    assert names == ["9_1_N.wav"]
    assert at.session_state["dataset.view"] == "clips"


def test_a_listing_keeps_the_order_in_which_it_came_until_it_is_put_away(workspace_home, tmp_path):
    from pages.parts.desk import Desk

    write_tones(tmp_path / "tones", n_speakers=1)
    with Catalog() as catalog:
        import_path(catalog, tmp_path / "tones", corpus="tones", convention="original")
        ids = [u.id for u in catalog.utterances("tones")]
        desk = Desk("tones")
        desk.list_clips(ids[::-1][:5], "worst first", source="finding")
        assert [c.id for c in desk.clips(catalog, {})] == ids[::-1][:5]
        desk.put_listing_away()
        assert [c.id for c in desk.clips(catalog, {})] == ids
