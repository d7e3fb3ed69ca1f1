"""Twelve takes of one voice: a corpus, a score that says how little it is, and a model."""

import io

import numpy as np
import pytest
import soundfile as sf

from core.audio import decode
from core.corpus import Catalog
from core.emotions import FOUR_EMOTIONS
from core.errors import MalgyeolError
from core.inference import classify, classify_many
from core.models import load_bundle
from core.training.one_minute import CORPUS, TAKES, OwnTake, learn_own_voice
from tests.corpora import SR, TONES, tone

CODES = {"sad": "S", "neutral": "N", "happy": "J", "angry": "A"}


def own_takes(emotions=FOUR_EMOTIONS) -> list[OwnTake]:
    takes = []
    for sentence in range(1, TAKES + 1):
        for emotion in emotions:
            file = io.BytesIO()
            y = tone(TONES[CODES[emotion]] * (1 + 0.05 * sentence), seed=len(takes))
            sf.write(file, y, SR, format="WAV")
            takes.append(OwnTake(file.getvalue(), emotion, str(sentence), f"문장 {sentence}"))
    return takes


@pytest.fixture
def catalog(workspace_home):
    with Catalog() as opened:
        yield opened


def test_three_takes_of_each_emotion_make_a_model_that_knows_them(catalog):
    learnt = learn_own_voice(catalog, own_takes(), language="ko")
    model = load_bundle(learnt.model)
    sounds = [decode(take.data, name="a.wav") for take in own_takes()]
    assert [p.emotion for p in classify_many(sounds, model)] == [t.emotion for t in own_takes()]


def test_its_score_is_held_out_and_its_interval_is_wide(catalog):
    report = learn_own_voice(catalog, own_takes(), language="ko").report
    assert report["n"] == 12
    assert report["n_folds"] == TAKES
    low, high = report["uar_interval"]
    assert high - low > 0.3


def test_its_answers_are_never_surer_than_twelve_takes_can_show(catalog):
    model = load_bundle(learn_own_voice(catalog, own_takes(), language="ko").model)
    said = [classify(decode(t.data, name="a.wav"), model) for t in own_takes()]
    assert max(p.confidence for p in said) <= 13 / 14 + 1e-9


def test_its_run_is_like_any_other(catalog):
    learnt = learn_own_voice(catalog, own_takes(("sad", "angry")), language="ko")
    assert catalog.runs.run(learnt.run_id).report["emotions"] == ["sad", "angry"]
    assert catalog.sentence_texts(CORPUS)["2"] == "문장 2"


def test_another_minute_puts_the_first_out_of_sight_and_loses_nothing(catalog):
    learn_own_voice(catalog, own_takes(), language="ko")
    learn_own_voice(catalog, own_takes(("sad", "angry")), language="ko")
    assert catalog.corpus(CORPUS).n_utterances == 6
    catalog.remove_corpus(CORPUS)
    assert catalog.restore_corpus(catalog.tombstone(CORPUS))


def test_one_take_said_again_and_again_is_refused_with_its_reason(catalog):
    same = own_takes(("sad",))[0]
    takes = [OwnTake(same.data, e, str(s), "") for s in (1, 2, 3) for e in ("sad", "angry")]
    with pytest.raises(MalgyeolError):
        learn_own_voice(catalog, takes, language="ko")


def test_silence_is_not_a_voice(catalog):
    file = io.BytesIO()
    sf.write(file, np.zeros(SR), SR, format="WAV")
    takes = [OwnTake(file.getvalue(), e, str(s), "") for s in (1, 2, 3) for e in ("sad", "angry")]
    with pytest.raises(MalgyeolError):
        learn_own_voice(catalog, takes, language="ko")
