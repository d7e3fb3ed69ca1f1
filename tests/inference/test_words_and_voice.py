"""Words against voice: a verdict only where both are clear."""

import pytest

from core.emotions import EMOTION_IDS
from core.inference import language_warning, words_and_voice
from core.inference.classify import Prediction
from core.inference.languages import spoken_language
from core.inference.words_and_voice import VALENCE
from tests.inference.builders import bundle, transcript


def voice(**proba):
    best = max(proba, key=proba.get)
    return Prediction("a", best, proba, 1.0, (), "m", True)


GLAD = voice(sad=0.05, neutral=0.1, happy=0.8, angry=0.05)
SORRY = voice(sad=0.4, neutral=0.2, happy=0.0, angry=0.4)  # surely one of two
PLAIN = voice(sad=0.1, neutral=0.7, happy=0.1, angry=0.1)


@pytest.mark.parametrize(
    ("text", "heard", "verdict"),
    [
        ("정말 행복해", GLAD, "agreement"),
        ("정말 행복해", SORRY, "contradiction"),
        ("진짜 짜증 나", SORRY, "agreement"),
        ("진짜 짜증 나", GLAD, "contradiction"),
        ("기분이 안 좋아", GLAD, "contradiction"),
        ("안녕하세요", GLAD, "none"),
        ("정말 행복해", PLAIN, "none"),
        ("", GLAD, "none"),
    ],
)
def test_words_and_voice_agree_contradict_or_cannot_be_judged(text, heard, verdict):
    compared = words_and_voice(transcript(text), heard)
    assert compared.verdict == verdict
    assert bool(compared.reason) == (verdict == "none")


def test_the_words_that_decided_come_first():
    compared = words_and_voice(transcript("미안하지만 정말 행복하고 사랑해"), GLAD)
    assert compared.words[0].text in ("행복하고", "사랑해")
    assert compared.words[-1].text == "미안하지만"


def test_doubtful_words_decide_nothing():
    compared = words_and_voice(transcript("정말 행복해", low=True), SORRY)
    assert compared.verdict == "none"
    assert "not understood" in compared.reason


def test_without_a_transcript_there_is_no_verdict():
    assert words_and_voice(None, GLAD).verdict == "none"


def test_every_emotion_has_a_valence():
    assert set(VALENCE) == set(EMOTION_IDS)


def spoken(text, language="ko"):
    import dataclasses

    return dataclasses.replace(transcript(text), language=language)


def test_the_script_tells_korean_whatever_the_engine_was_told():
    assert spoken_language(spoken("안녕하세요", "de")) == "ko"
    assert spoken_language(spoken("Guten Tag", "de")) == "de"
    assert spoken_language(spoken("hello there", "ko")) is None  # not Korean; no one knows what
    assert spoken_language(spoken("오케이 OK", "ko")) == "ko"
    assert spoken_language(spoken("아", "ko")) is None


def german():
    import dataclasses

    return dataclasses.replace(bundle(), manifest={"corpus": {"language": "de"}})


def test_a_model_that_learnt_german_warns_of_korean():
    warning = language_warning(german(), spoken("안녕하세요"))
    assert (warning.model, warning.spoken) == ("de", "ko")
    assert language_warning(german(), spoken("Guten Tag", "de")) is None


def test_what_is_not_known_gives_no_warning():
    assert language_warning(bundle(), spoken("안녕하세요")) is None
    assert language_warning(german(), None) is None
