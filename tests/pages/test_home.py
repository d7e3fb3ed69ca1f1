from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.corpus import CorpusInfo
from core.models import ModelEntry
from pages.parts import home_view
from pages.parts.frame import Frame
from pages.parts.readiness import Readiness

APP = str(Path(__file__).resolve().parent.parent.parent / "streamlit_app.py")
PAGE = Frame(name="home", language="en", theme="light", _=lambda message: message)
CORPUS = CorpusInfo(
    name="team",
    title="<i>Team</i>",
    language="ko",
    licence="own",
    citation="",
    synthesised=False,
    note="",
    n_utterances=1313,
    n_speakers=8,
    n_sentences=10,
    duration=600.0,
    emotions={"sad": 600, "angry": 713},
)
MANIFEST = {
    "corpus": {"title": "EmoDB", "language": "de", "synthesised": False},
    "metrics": {"uar": 0.71, "uar_interval": [0.59, 0.81], "chance": 0.25, "train_uar": 0.99},
    "protocol": {"en": "unseen speakers, 5 folds", "ko": "처음 듣는 목소리, 폴드 5개"},
}


def model(**changes) -> ModelEntry:
    values = {
        "name": "first",
        "path": Path("first.malgyeol"),
        "shipped": False,
        "manifest": MANIFEST,
    }
    return ModelEntry(**{**values, **changes})


@pytest.mark.parametrize(
    ("ready", "page"),
    [
        (Readiness(), "dataset"),
        (Readiness(corpora=(CORPUS,)), "training"),
        (Readiness(corpora=(CORPUS,), models=(model(),), active=model()), "inference"),
    ],
)
def test_the_next_step_is_what_is_missing(ready, page):
    assert home_view.next_step(ready)[0] == page


def test_home_opens_in_an_empty_workspace_and_says_what_to_do(workspace_home):
    at = AppTest.from_file(APP, default_timeout=120).run()
    assert not at.exception
    assert at.get("page_link")


def test_a_corpus_shows_its_counts_and_its_title_letter_by_letter():
    html = home_view._corpus_html(PAGE, CORPUS, PAGE.emotion_captions())
    assert "1,313 clips · 8 voices · 10 sentences · 10 min" in html
    assert "&lt;i&gt;Team&lt;/i&gt;" in html
    assert "flex:600" in html and "Angry 713" in html
    assert "mg-tag" not in html


def test_a_model_shows_held_out_score_interval_protocol_and_chance_but_no_training_score():
    html = home_view._model_html(PAGE, model(), answers=True)
    said = "UAR 0.71 (95 %: 0.59 to 0.81), unseen speakers, 5 folds; chance 0.25"
    assert said in html
    assert "answers now" in html and "0.99" not in html and "99" not in html


def test_a_model_of_another_language_says_so():
    assert "German" in home_view._model_html(PAGE, model(), answers=False)


def test_a_model_of_synthesised_speech_says_so():
    corpus = {**MANIFEST["corpus"], "synthesised": True, "language": "ko"}
    html = home_view._model_html(
        PAGE, model(manifest={**MANIFEST, "corpus": corpus}), answers=False
    )
    assert "synthesised" in html and "German" not in html


def test_a_model_without_a_score_says_so():
    html = home_view._model_html(PAGE, model(manifest={}), answers=False)
    assert "no held-out score is known" in html


def test_the_tour_is_seen_once_a_workspace(workspace_home):
    at = AppTest.from_file(APP, default_timeout=120).run()
    at.button(key="home.tour.next").click().run()
    at.button(key="home.tour.skip").click().run()
    assert not [b for b in at.button if b.key.startswith("home.tour")]
    again = AppTest.from_file(APP, default_timeout=120).run()
    assert not [b for b in again.button if b.key.startswith("home.tour")]


def test_the_demo_goes_with_one_click_and_comes_back_with_one(workspace_home):
    at = AppTest.from_file(APP, default_timeout=120).run()
    at.button(key="home.demo.away").click().run()
    assert not [b for b in at.button if b.key == "home.demo.away"]
    at.button(key="home.demo.back").click().run()
    assert at.button(key="home.demo.away")
    assert not at.exception


def test_the_minute_begins_with_two_emotions_or_more(workspace_home, open_page):
    at = open_page("home")
    pills = at.button_group(key="home.minute.emotions")
    pills.set_value(["sad"]).run()
    assert at.button(key="home.minute.begin").disabled
    at.button_group(key="home.minute.emotions").set_value(["sad", "angry"]).run()
    at.button(key="home.minute.begin").click().run()
    assert any("6번 중 1번째" in html.proto.body for html in at.get("html"))
    at.button(key="home.minute.stop").click().run()
    assert at.button(key="home.minute.begin")
