"""The shipped demo corpus is whole, balanced, readable and what its description says."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.corpus.demo_acting import EMOTION_CODES, SENTENCES, SPOKEN_AS, VOICES, manner_of_take
from core.corpus.demo_synthesis import clip_name, synthesise_clip
from core.emotions import emotion_of_code
from core.settings import demo_folder

NAME = re.compile(r"(?P<sentence>[1-9]|10)_(?P<speaker>[1-8])_(?P<emotion>[NJSA])\.flac")
CLIPS = sorted((demo_folder() / "audio").iterdir())


@pytest.fixture(scope="module")
def signals() -> dict[str, np.ndarray]:
    return {clip.name: soundfile.read(clip)[0] for clip in CLIPS}


@pytest.fixture(scope="module")
def description() -> dict:
    return json.loads((demo_folder() / "corpus.json").read_text(encoding="utf-8"))


def rms_dbfs(y: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(y**2) + 1e-12))


def test_there_are_ten_sentences_by_eight_voices_in_four_emotions():
    assert len(CLIPS) == 10 * 8 * 4
    assert {clip.name for clip in CLIPS} == {
        clip_name(voice, sentence, emotion)
        for voice in VOICES
        for sentence in SENTENCES
        for emotion in "NJSA"
    }


def test_every_name_follows_the_original_naming_and_the_counts_are_balanced():
    parsed = [NAME.fullmatch(clip.name) for clip in CLIPS]
    assert all(parsed), [c.name for c, p in zip(CLIPS, parsed, strict=True) if not p]
    assert Counter(p["emotion"] for p in parsed) == dict.fromkeys("NJSA", 80)
    assert Counter(p["speaker"] for p in parsed) == dict.fromkeys("12345678", 40)
    assert Counter(p["sentence"] for p in parsed) == dict.fromkeys(SENTENCES, 32)


def test_every_clip_is_16_khz_mono_of_0_3_to_6_s():
    for clip in CLIPS:
        info = soundfile.info(clip)
        assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16"), clip.name
        assert 0.3 <= info.duration <= 6.0, clip.name


def test_no_clip_is_clipped_or_silent_and_levels_are_those_of_speech(signals):
    for name, y in signals.items():
        assert np.abs(y).max() < 0.9, name
        assert -30 < rms_dbfs(y) < -16, name
        assert abs(y.mean()) < 1e-3, name


def test_every_clip_begins_and_ends_softly_in_a_quiet_room(signals):
    for name, y in signals.items():
        assert max(abs(y[0]), abs(y[-1])) < 1e-3, name
        assert rms_dbfs(y[: int(0.05 * 16_000)]) < -50, name


def test_no_two_clips_are_the_same(signals):
    assert len({y.tobytes() for y in signals.values()}) == len(signals)


def test_the_whole_corpus_is_at_most_12_mb():
    files = [file for file in demo_folder().rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 12_000_000


def test_the_description_says_synthesised_and_names_every_sentence_and_voice(description):
    assert description["synthesised"] is True
    assert description["language"] == "ko"
    assert description["licence"] == "CC0 1.0"
    assert description["sentences"] == SENTENCES
    assert description["sentences"]["1"] == "안녕하세요"
    assert description["sentences"]["2"] == "괜찮아요"
    assert list(description["speakers"]) == [voice.id for voice in VOICES]
    assert description["emotions"] == list(EMOTION_CODES)
    assert all(emotion_of_code(code) is not None for code in EMOTION_CODES)


def test_the_readme_names_every_sentence_and_says_synthesised_in_both_languages():
    text = (demo_folder() / "README.md").read_text(encoding="utf-8")
    assert all(sentence in text for sentence in SENTENCES.values())
    assert "합성" in text
    assert "Synthesised" in text
    assert "CC0" in text


def test_only_known_sentences_are_respelled_for_the_synthesiser():
    assert set(SPOKEN_AS) <= set(SENTENCES)


def test_a_manner_follows_from_the_seed_and_differs_between_voices():
    again = manner_of_take(0, 1, "J", seed=0)
    assert again == manner_of_take(0, 1, "J", seed=0)
    assert again != manner_of_take(0, 1, "J", seed=1)
    assert again != manner_of_take(1, 1, "J", seed=0)


def test_over_all_voices_joy_is_spoken_higher_and_sadness_slower_and_breathier_than_plain():
    def mean(emotion: str, field: str) -> float:
        takes = [manner_of_take(v, s, emotion, seed=0) for v in range(8) for s in range(1, 11)]
        return float(np.mean([getattr(take, field) for take in takes]))

    assert mean("J", "level") > mean("N", "level") + 3
    assert mean("S", "rate") < mean("N", "rate") - 0.1
    assert mean("S", "breath") > mean("N", "breath") + 8
    assert mean("A", "tilt") > mean("J", "tilt") > mean("N", "tilt") > mean("S", "tilt")


def test_some_sad_takes_are_no_slower_than_some_plain_ones():
    sad = [manner_of_take(v, s, "S", seed=0).rate for v in range(8) for s in range(1, 11)]
    plain = [manner_of_take(v, s, "N", seed=0).rate for v in range(8) for s in range(1, 11)]
    assert max(sad) > min(plain)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize(("voice", "sentence", "emotion"), [(0, "1", "J"), (7, "9", "S")])
def test_making_a_clip_again_gives_the_same_sound(voice, sentence, emotion):
    shipped, _ = soundfile.read(
        demo_folder() / "audio" / clip_name(VOICES[voice], sentence, emotion)
    )
    again = synthesise_clip(VOICES[voice], sentence, emotion, seed=0)
    assert len(again) == len(shipped)
    # FLAC stores 16 bits: half a step of rounding, and a little for another numpy's arithmetic.
    assert np.abs(again - shipped).max() < 4 / 32_768


def test_the_folder_holds_nothing_but_clips_and_their_description():
    beside = {path.name for path in Path(demo_folder()).iterdir()}
    assert beside == {"audio", "corpus.json", "README.md"}
