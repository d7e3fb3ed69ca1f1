"""Words and features of a clip cost one pass of the encoder, and its words are as good."""

import numpy as np
import pytest

from core.audio import decode
from core.features import extract
from core.settings import WhisperSpec
from core.stt.one_pass import fits_one_window
from core.stt.whisper import WhisperEngine
from core.whisper import packaged_problem, shared_model

SR = 16_000


@pytest.fixture(scope="module")
def passes(tmp_path_factory):
    """How often the encoder of the real model runs, as a list that grows."""
    if packaged_problem() is not None:
        pytest.skip("the weight packages of requirements-whisper.txt are not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(tmp_path_factory.mktemp("one-pass")))
        patch.delenv("MALGYEOL_WHISPER", raising=False)
        ear, writing, counted = shared_model().ear(), shared_model().get(), []
        encode, encode_long = ear.encode, writing.encode

        def counting(y):
            counted.append(len(y) / SR)
            return encode(y)

        def counting_long(features):
            counted.append(features.shape[-1] / 100)
            return encode_long(features)

        patch.setattr(ear, "encode", counting)
        patch.setattr(writing, "encode", counting_long)
        yield counted


@pytest.mark.parametrize("first", ["words", "features"])
def test_the_encoder_runs_once_for_words_and_features(passes, clips, first):
    y = decode(clips / "mp3_in_wav_3.wav").y.copy()
    y[:100] += 1e-4 * (first == "words")  # two clips that nobody heard before
    steps = {
        "words": lambda: WhisperEngine().transcribe(y, language="ko"),
        "features": lambda: extract(y, WhisperSpec()),
    }
    passes.clear()
    done = {name: steps[name]() for name in sorted(steps, key=lambda name: name != first)}
    assert passes == [10.0]
    assert "안녕하" in done["words"].text
    assert np.isfinite(done["features"]).all()


def test_its_segments_and_words_lie_within_the_clip(passes, clips):
    sound = decode(clips / "mp3_in_wav_3.wav")
    transcript = WhisperEngine().transcribe(sound.y, language="auto")
    assert transcript.language == "ko"
    (segment,) = transcript.segments
    assert 0.0 <= segment.start < segment.end <= sound.duration
    assert segment.words
    assert all(0.0 <= w.start <= w.end <= sound.duration for w in segment.words)


def test_a_long_clip_is_transcribed_in_long_windows(passes, clips):
    y = decode(clips / "korean_22050.wav").y[: 12 * SR]
    passes.clear()
    assert WhisperEngine().transcribe(y, language="ko").text
    assert set(passes) == {30.0}


@pytest.mark.parametrize(
    ("seconds", "speech", "fits"),
    [(0.0, 0.0, False), (0.1, 0.1, True), (9.5, 9.0, True), (9.6, 9.6, False), (4.0, 1.9, False)],
)
def test_what_fits_is_mostly_speech_with_silence_at_the_end(seconds, speech, fits):
    assert fits_one_window(np.zeros(round(seconds * SR), np.float32), speech) is fits
