"""One way from bytes to prediction."""

import dataclasses
import io

import numpy as np
import pytest
import soundfile as sf

from core.audio import decode
from core.features import voice_stats
from core.inference import classify, classify_many
from tests.corpora import SR, tone
from tests.inference.builders import bundle


def wav(y):
    file = io.BytesIO()
    sf.write(file, y, SR, format="WAV")
    return file.getvalue()


def test_a_clip_becomes_an_emotion_with_its_probabilities():
    prediction = classify(decode(wav(tone(25, seed=0)), name="low.wav"), bundle())
    assert prediction.name == "low.wav"
    assert prediction.emotion == "angry"
    assert prediction.proba == pytest.approx({"sad": 0.2, "angry": 0.8})
    assert prediction.confidence == pytest.approx(0.8)
    assert prediction.duration == pytest.approx(0.5)
    assert prediction.sure


def test_below_the_threshold_the_answer_is_not_sure():
    prediction = classify(decode(wav(tone(2000, seed=0)), name="high.wav"), bundle())
    assert prediction.emotion == "sad"
    assert prediction.confidence == pytest.approx(0.6)
    assert not prediction.sure


def test_many_clips_answer_as_each_alone():
    sounds = [decode(wav(tone(f, seed=i)), name="x") for i, f in enumerate((25, 2000, 27))]
    together = classify_many(sounds, bundle())
    assert together == [classify(sound, bundle()) for sound in sounds]
    assert classify_many([], bundle()) == []


def test_an_unknown_voice_is_set_against_all_training_voices():
    sound = decode(wav(tone(25, seed=0)), name="x")
    far_above = voice_stats(np.random.default_rng(0).normal(10.0, 1.0, (50, 128)))
    normalised = dataclasses.replace(bundle(), speaker_norm=far_above)
    assert classify(sound, normalised).emotion == "sad"  # about 9 below the mean of all voices
