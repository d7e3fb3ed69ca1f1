"""What each naming convention reads out of a name."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corpus import conventions
from core.corpus.conventions import ParsedName
from core.emotions import EMOTION_IDS, EMOTIONS
from core.errors import UnknownConventionError
from core.i18n import captions


def parse(convention: str, name: str) -> ParsedName | None:
    return conventions.by_id(convention).parse_name(name)


def said(convention: str, name: str) -> tuple | None:
    """Sentence, speaker, emotion and take."""
    parsed = parse(convention, name)
    return parsed and (parsed.sentence, parsed.speaker, parsed.emotion, parsed.take)


# --- the original naming -----------------------------------------------------------------------

ORIGINAL = {
    "1_1_N.wav": ("1", "1", "neutral", None),
    "10_6_A.wav": ("10", "6", "angry", None),
    "2_3_J.wav": ("2", "3", "happy", None),
    "2_3_S.wav": ("2", "3", "sad", None),
    "2_3_C.wav": ("2", "3", "calm", None),
    "2_3_F.wav": ("2", "3", "fearful", None),
    "2_3_D.wav": ("2", "3", "disgust", None),
    "2_3_U.wav": ("2", "3", "surprised", None),
    "2_3_B.wav": ("2", "3", "bored", None),
    "1_1_n.wav": ("1", "1", "neutral", None),
    "1_1_N.WAV": ("1", "1", "neutral", None),
    "1_1_N.Flac": ("1", "1", "neutral", None),
    "1_1_N.mp3": ("1", "1", "neutral", None),
    "1_1_N.m4a": ("1", "1", "neutral", None),
    "1_1_N.webm": ("1", "1", "neutral", None),
    "1_1_N": ("1", "1", "neutral", None),
    "good_morning_kim_J.wav": ("good_morning", "kim", "happy", None),
    "a_b_c_d_e_S.wav": ("a_b_c_d", "e", "sad", None),
    "안녕하세요_김철수_A.wav": ("안녕하세요", "김철수", "angry", None),
    "안녕_하세요_김철수_A.wav": ("안녕_하세요", "김철수", "angry", None),
    "1_1_기쁨.wav": ("1", "1", "happy", None),
    "1_1_화남.wav": ("1", "1", "angry", None),
    "1_1_happy.wav": ("1", "1", "happy", None),
    "1_1_Sadness.wav": ("1", "1", "sad", None),
    "1_1_N (2).wav": ("1", "1", "neutral", 2),
    "1_1_N(3).wav": ("1", "1", "neutral", 3),
    "1_1_N-2.wav": ("1", "1", "neutral", 2),
    "1_1_N-12.wav": ("1", "1", "neutral", 12),
    "1_1_N (0).wav": ("1", "1", "neutral", None),
    "1_1_기쁨 (2).wav": ("1", "1", "happy", 2),
    "1_1_N - Copy.wav": ("1", "1", "neutral", None),
    "1_1_N - 복사본.wav": ("1", "1", "neutral", None),
    "1_1_N - 복사본 (2).wav": ("1", "1", "neutral", 2),
    "clips/day 1/1_1_N.wav": ("1", "1", "neutral", None),
    "clips\\day 1\\1_1_N.wav": ("1", "1", "neutral", None),
    "./1_1_N.wav": ("1", "1", "neutral", None),
    "other_folder_A/1_1_N.wav": ("1", "1", "neutral", None),
    " 1_1_N .wav": ("1", "1", "neutral", None),
    "1 _ 1 _ N.wav": ("1", "1", "neutral", None),
    "1.5_kim.lee_N.wav": ("1.5", "kim.lee", "neutral", None),
    "v1.0_kim_N.wav": ("v1.0", "kim", "neutral", None),
    "01_02_N.wav": ("01", "02", "neutral", None),
    "_1_1_N.wav": ("_1", "1", "neutral", None),
    "1_\u200b1_N.wav": ("1", "1", "neutral", None),
    "\ufeff1_1_N.wav": ("1", "1", "neutral", None),
    "1_\u202e1_N.wav": ("1", "1", "neutral", None),
    "1_😀_N.wav": ("1", "😀", "neutral", None),
    "what?_<b>kim</b>_N": None,  # a slash divides folders
    "=1+1_kim_N.wav": ("=1+1", "kim", "neutral", None),
    "N.wav": None,
    "_N.wav": None,
    "__N.wav": None,
    "1_N.wav": None,
    "1__N.wav": None,
    "_1_N.wav": None,
    "1_1_.wav": None,
    "1_1.wav": None,
    "1_1_X.wav": None,
    "1_1_NN.wav": None,
    "1_1_1.wav": None,
    "1_1_N_.wav": None,
    "1_1_N_2.wav": None,
    "1-1-N.wav": None,
    "11N.wav": None,
    "1_1_Ｎ.wav": None,  # full width: another letter
    "1_1_N.txt": None,
    "1_1_N.wav.txt": None,
    "1_1_N (x).wav": None,
    "1_1_N (12345).wav": None,
    "1_1_N-.wav": None,
    "1_1_N/": ("1", "1", "neutral", None),
    "": None,
    ".wav": None,
    "/": None,
    "_.wav": None,
    "____.wav": None,
    "기쁨.wav": None,
}


@pytest.mark.parametrize(("name", "expected"), ORIGINAL.items(), ids=map(ascii, ORIGINAL))
def test_an_original_name_says_sentence_speaker_and_emotion(name, expected):
    assert said("original", name) == expected


def test_the_words_of_a_sentence_are_given_only_where_they_are_known():
    assert parse("original", "1_1_N.wav").text == "안녕하세요"
    assert parse("original", "2_1_N.wav").text == "괜찮아요"
    assert parse("original", "3_1_N.wav").text is None


@pytest.mark.parametrize("name", ["안녕_김철수_기쁨.wav", "1_박영희_화남 (2).wav", "뷁_똠_J.wav"])
def test_a_decomposed_name_says_the_same_as_a_composed_one(name):
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    assert parse("original", decomposed) == parse("original", name)


PART = st.text(
    st.characters(categories=("Lu", "Ll", "Lo", "Nd"), include_characters="-. "), min_size=1
).map(lambda text: unicodedata.normalize("NFC", text))


@given(
    sentence=st.lists(PART, min_size=1, max_size=4).map("_".join),
    speaker=PART,
    emotion=st.sampled_from(EMOTIONS),
    take=st.none() | st.integers(1, 9999),
    form=st.sampled_from(["NFC", "NFD"]),
)
def test_what_is_written_in_the_original_naming_is_read_again(
    sentence, speaker, emotion, take, form
):
    suffix = f" ({take})" if take else ""
    name = unicodedata.normalize(form, f"{sentence}_{speaker}_{emotion.code}{suffix}.wav")
    if not sentence.strip("_ ") or not speaker.strip():
        assert said("original", name) is None
    else:
        expected = (sentence.strip(), speaker.strip(), emotion.id, take)
        assert said("original", name) == expected


# --- published corpora -------------------------------------------------------------------------

PUBLISHED = {
    "emodb": {
        "03a01Fa.wav": ("a01", "03", "happy", 1),
        "wav/16b10Td.wav": ("b10", "16", "sad", 4),
        "08a01Wc.wav": ("a01", "08", "angry", 3),
        "08a01Lc.wav": ("a01", "08", "bored", 3),
        "08a01Ec.wav": ("a01", "08", "disgust", 3),
        "08a01Aa.wav": ("a01", "08", "fearful", 1),
        "08a01Na.wav": ("a01", "08", "neutral", 1),
        "03a01Xa.wav": None,
        "03a01fa.wav": None,
        "3a01Fa.wav": None,
        "03c01Fa.wav": None,
        "03a01F.wav": None,
        "03a01Fa_2.wav": None,
    },
    "ravdess": {
        "03-01-06-01-02-01-12.wav": ("02", "12", "fearful", 1),
        "Actor_24/03-01-08-02-01-02-24.wav": ("01", "24", "surprised", 4),
        "03-01-01-01-01-02-01.wav": ("01", "01", "neutral", 2),
        "03-02-03-02-01-01-05.wav": ("song-01", "05", "happy", 3),
        "03-01-09-01-02-01-12.wav": None,
        "03-01-06-01-02-01-25.wav": None,
        "03-01-06-01-02-01-00.wav": None,
        "03-01-06-01-02-01.wav": None,
        "3-1-6-1-2-1-12.wav": None,
    },
    "crema_d": {
        "1001_DFA_ANG_XX.wav": ("DFA", "1001", "angry", None),
        "AudioWAV/1091_IEO_HAP_HI.wav": ("IEO", "1091", "happy", 3),
        "1002_IEO_FEA_LO.wav": ("IEO", "1002", "fearful", 1),
        "1002_IEO_SAD_MD.wav": ("IEO", "1002", "sad", 2),
        "1040_ITH_SAD_X.wav": ("ITH", "1040", "sad", None),
        "1001_DFA_NEU_XX.flv": None,
        "1001_DFA_XXX_XX.wav": None,
        "1001_ABC_ANG_XX.wav": None,
        "2001_DFA_ANG_XX.wav": None,
    },
    "tess": {
        "OAF_back_angry.wav": ("back", "OAF", "angry", None),
        "YAF_pleasant_surprised/YAF_dog_ps.wav": ("dog", "YAF", "surprised", None),
        "OA_bite_neutral.wav": ("bite", "OAF", "neutral", None),
        "YAF_youth_fear.wav": ("youth", "YAF", "fearful", None),
        "XAF_back_angry.wav": None,
        "OAF_back_calm.wav": None,
    },
    "savee": {
        "DC_a01.wav": ("a01", "DC", "angry", None),
        "KL_sa15.wav": ("sa15", "KL", "sad", None),
        "AudioData/JE/su03.wav": ("su03", "JE", "surprised", None),
        "JK/n30.wav": ("n30", "JK", "neutral", None),
        "JK/DC_n30.wav": ("n30", "DC", "neutral", None),
        "a01.wav": None,
        "happy/a01.wav": None,
        "XX_a01.wav": None,
        "DC_x01.wav": None,
        "DC/a1.wav": None,
    },
    "urdu": {
        "SM1_F10_A010.wav": (None, "SM1", "angry", 10),
        "Happy/SF6_F14_H038.wav": (None, "SF6", "happy", 14),
        "Neutral/SM5_F72_N0100.wav": (None, "SM5", "neutral", 72),
        "Sad/SF10_F1_S01.wav": (None, "SF10", "sad", 1),
        "SM1_F10_X010.wav": None,
        "SX1_F10_A010.wav": None,
    },
    "hi_kia": {
        "F5_3_2_d.wav": ("hi-kia", "F5", "sad", 2),
        "M1_scene1_trial2_a.wav": ("hi-kia", "M1", "angry", 2),
        "F8_1_1_e.wav": ("hi-kia", "F8", "happy", 1),
        "F8_1_first_n.wav": ("hi-kia", "F8", "neutral", None),
        "M5_1_1_e.wav": None,
        "F5_1_1_x.wav": None,
    },
    "folder": {
        "happy/1.wav": (None, None, "happy", None),
        "Anger/1.wav": (None, None, "angry", None),
        "기쁨/1.wav": (None, None, "happy", None),
        "2. 슬픔/1.wav": (None, None, "sad", None),
        "중립 (30개)/1.wav": (None, None, "neutral", None),
        "차분함/1.wav": (None, None, "calm", None),
        "두려움/1.wav": (None, None, "fearful", None),
        "혐오/1.wav": (None, None, "disgust", None),
        "놀람/1.wav": (None, None, "surprised", None),
        "지루함/1.wav": (None, None, "bored", None),
        "OAF_Pleasant_surprise/1.wav": (None, None, "surprised", None),
        "data/kim/01_fear/take 1/1.wav": (None, None, "fearful", None),
        "happy/sad/1.wav": (None, None, "sad", None),
        "happy or sad/1.wav": None,
        "A/1.wav": None,
        "1.wav": None,
        "happy.wav": None,
        "happy/notes.txt": None,
    },
}
CASES = [(c, name, expected) for c, names in PUBLISHED.items() for name, expected in names.items()]


@pytest.mark.parametrize(("convention", "name", "expected"), CASES)
def test_a_published_name_says_who_speaks_what_and_how(convention, name, expected):
    assert said(convention, name) == expected


def test_a_folder_with_a_decomposed_name_is_the_same_emotion():
    assert parse("folder", unicodedata.normalize("NFD", "기쁨/1.wav")).emotion == "happy"


def test_each_caption_of_an_emotion_is_understood_as_a_folder():
    for emotion in EMOTIONS:
        for caption in (emotion.id, emotion.caption, captions("ko")(emotion.caption)):
            if captions("ko")(emotion.caption) == emotion.caption and caption != emotion.id:
                continue  # no Korean caption in the catalogue
            assert parse("folder", f"{caption}/1.wav").emotion == emotion.id


def test_the_words_of_the_published_sentences_are_known():
    assert parse("emodb", "03a01Fa.wav").text == "Der Lappen liegt auf dem Eisschrank."
    assert parse("ravdess", "03-01-06-01-02-01-12.wav").text == "Dogs are sitting by the door."
    assert parse("crema_d", "1001_TSI_ANG_XX.wav").text == "The surface is slick."
    assert parse("tess", "OAF_back_angry.wav").text == "Say the word back."


# --- all conventions ---------------------------------------------------------------------------


@pytest.mark.parametrize("convention", conventions.CONVENTIONS, ids=lambda c: c.id)
def test_a_convention_says_what_it_is(convention):
    assert convention.title
    assert set(convention.codes.values()) <= set(EMOTION_IDS)
    assert conventions.by_id(convention.id) is convention
    if convention.expected:
        assert re.search(r"(19|20)\d\d", convention.citation)
        assert convention.licence
        assert convention.language


@pytest.mark.parametrize("convention", conventions.CONVENTIONS, ids=lambda c: c.id)
@given(name=st.text() | st.text("_-/.NSJA019aF가힣 ()\\", max_size=30))
def test_any_text_is_read_or_is_not_but_never_fails(convention, name):
    parsed = convention.parse_name(name)
    if parsed is not None:
        assert parsed.emotion in EMOTION_IDS
        assert parsed.take is None or parsed.take >= 1
        for part in (parsed.sentence, parsed.speaker):
            assert part is None or (part and part == part.strip())
            assert part is None or unicodedata.is_normalized("NFC", part)


def test_an_unknown_convention_names_the_known_ones():
    with pytest.raises(UnknownConventionError, match="emodb"):
        conventions.by_id("nothing")


@pytest.mark.corpus
@pytest.mark.parametrize(("folder", "clips", "emotions"), [("emodb4", 339, 4), ("emodb7", 535, 7)])
def test_each_name_of_the_real_emodb_is_read(corpora, folder, clips, emotions):
    names = [path.name for path in (corpora / folder).glob("*.wav")]
    parsed = [parse("emodb", name) for name in names]
    assert None not in parsed
    assert len(parsed) == clips
    assert len({p.speaker for p in parsed}) == 10
    assert len({p.text for p in parsed}) == 10
    assert None not in {p.text for p in parsed}
    assert len(Counter(p.emotion for p in parsed)) == emotions
    assert conventions.detect(names).id == "emodb"
