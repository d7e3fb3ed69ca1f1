"""Which convention a heap of names follows, also when several could read it."""

import random

import pytest

from core.corpus import conventions

EXAMPLES = {
    "original": ["1_1_N.wav", "10_6_A.wav", "good_morning_kim_J.wav"],
    "emodb": ["03a01Fa.wav", "08b10Td.wav"],
    "ravdess": ["Actor_12/03-01-06-01-02-01-12.wav", "Actor_01/03-01-01-01-01-01-01.wav"],
    "crema_d": ["1001_DFA_ANG_XX.wav", "1002_IEO_SAD_HI.wav"],
    "tess": ["OAF_angry/OAF_back_angry.wav", "YAF_happy/YAF_dog_happy.wav"],
    "savee": ["DC/a01.wav", "JE/su15.wav"],
    "urdu": ["Angry/SM1_F10_A010.wav", "Sad/SF10_F1_S01.wav"],
    "hi_kia": ["F5_1_2_a.wav", "M1_2_1_n.wav"],
    "folder": ["happy/1.wav", "sad/2.wav"],
}
JUNK = ["README.md", "cover.jpg", "labels.csv", ".DS_Store", "notes.txt", "Thumbs.db"] * 10


def detected(names) -> str | None:
    found = conventions.detect(names)
    return found and found.id


def test_there_is_an_example_of_each_convention():
    assert set(EXAMPLES) == {c.id for c in conventions.CONVENTIONS}


@pytest.mark.parametrize(("convention", "names"), EXAMPLES.items())
def test_a_convention_is_recognised(convention, names):
    assert detected(names) == convention


@pytest.mark.parametrize(("convention", "names"), EXAMPLES.items())
def test_files_that_are_no_sound_do_not_count(convention, names):
    assert detected(JUNK + names) == convention


@pytest.mark.parametrize(("convention", "names"), EXAMPLES.items())
def test_some_sounds_with_other_names_do_no_harm(convention, names):
    other = [f"recording {i}.wav" for i in range(9)]
    assert detected((names * 10)[:20] + other) == convention


def test_the_order_of_the_names_does_not_matter():
    names = EXAMPLES["hi_kia"] * 15 + EXAMPLES["original"]
    for seed in range(10):
        random.Random(seed).shuffle(names)
        assert detected(names) == "hi_kia"


def test_names_that_nobody_understands_have_no_convention():
    assert detected(["recording 1.wav", "recording 2.wav"]) is None
    assert detected([]) is None
    assert detected(JUNK) is None


def test_below_one_half_nothing_is_recognised():
    assert detected(["1_1_N.wav"] * 5 + ["x.wav"] * 5) == "original"
    assert detected(["1_1_N.wav"] * 5 + ["x.wav"] * 6) is None


def test_names_without_any_extension_are_looked_at_when_there_is_nothing_else():
    assert detected(["1_1_N", "1_2_A"]) == "original"
    assert detected(["folder.d/1_1_N", "folder.d/1_2_A"]) == "original"


def test_emodb_and_savee_are_told_apart_by_their_folders():
    assert detected(["DC/a01.wav", "03a01Fa.wav", "03a02Nc.wav", "08a01Wa.wav"]) == "emodb"
    assert detected(["DC/a01.wav", "DC/a02.wav", "JE/n30.wav", "03a01Fa.wav"]) == "savee"
    assert detected(["wav/a01.wav", "wav/b02.wav"]) is None


def test_hi_kia_names_that_the_original_naming_could_read_too_are_hi_kia():
    names = ["F5_1_2_a.wav", "M1_2_1_n.wav"]
    assert conventions.by_id("original").parse_name(names[0]) is not None
    assert detected(names) == "hi_kia"


def test_tess_in_its_emotion_folders_is_tess_and_not_folders():
    assert all(conventions.by_id("folder").parse_name(n) for n in EXAMPLES["tess"])
    assert all(conventions.by_id("original").parse_name(n) for n in EXAMPLES["tess"])
    assert detected(EXAMPLES["tess"]) == "tess"


def test_a_particular_convention_wins_with_nearly_the_best_share_but_not_with_less():
    hi_kia, original = ["F5_1_2_a.wav"], ["1_1_A.wav"]  # the original naming reads both
    assert detected(hi_kia * 9 + original) == "hi_kia"
    assert detected(hi_kia * 8 + original * 2) == "original"


def test_original_names_in_emotion_folders_that_agree_keep_sentence_and_speaker():
    assert detected(["기쁨/1_1_J.wav", "슬픔/1_1_S.wav"]) == "original"


def test_folders_are_believed_where_a_last_letter_is_only_a_version():
    names = [f"{folder}/take_{i}_a.wav" for folder in ("happy", "sad", "angry") for i in range(5)]
    assert conventions.by_id("original").parse_name(names[0]).emotion == "angry"
    assert detected(names) == "folder"


def test_one_misplaced_clip_does_not_make_letters_into_versions():
    names = [f"happy/{i}_1_J.wav" for i in range(9)] + ["happy/9_1_S.wav"]
    assert detected(names) == "original"


def test_of_very_many_names_all_parts_of_the_list_are_looked_at():
    names = [f"x{i}.wav" for i in range(9_000)] + ["1_1_N.wav"] * 11_000
    assert detected(names) == "original"
    assert detected(names[:-3_000]) is None
