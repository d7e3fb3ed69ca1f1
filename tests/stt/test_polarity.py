"""Good and bad news by the words alone, with negation, and honest where there is neither."""

import unicodedata

import pytest

from core.stt.lexicon import ENGLISH, GERMAN, KOREAN
from core.stt.polarity import text_polarity


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("오늘 정말 행복해요", "positive"),
        ("너무 기뻐서 눈물이 났어", "mixed"),
        ("짜증 나 죽겠어", "negative"),
        ("네가 너무 미워", "negative"),
        ("안녕하세요", "none"),
        ("괜찮아요", "none"),
        ("밥 먹었어", "none"),
        ("이게 뭐야", "none"),
        ("", "none"),
    ],
)
def test_korean_words_are_glad_sorry_or_neither(text, sign):
    assert text_polarity(text).sign == sign


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("기분이 안 좋아", "negative"),
        ("기분이 안좋아", "negative"),
        ("별로 좋지 않아요", "negative"),
        ("좋지는 않네", "negative"),
        ("좋지않아", "negative"),
        ("나쁘지 않아요", "positive"),
        ("걱정 없어", "none"),  # a weak word, and less than that once negated
        ("최악은 아니야", "positive"),
        ("안 싫어", "positive"),
        ("슬퍼하지 마", "positive"),
        ("안 좋지 않아", "positive"),  # twice is not at all
        ("안녕 사랑해", "positive"),
        ("사랑해 안녕", "positive"),
    ],
)
def test_a_korean_negation_turns_the_sign(text, sign):
    assert text_polarity(text, "ko").sign == sign


def test_words_that_only_begin_alike_do_not_count():
    assert text_polarity("그 화가는 유명해").sign == "none"
    assert text_polarity("사랑니를 뽑았어").sign == "none"


@pytest.mark.parametrize(
    ("text", "language", "sign"),
    [
        ("I am so happy today", "en", "positive"),
        ("I'm not happy about it", "en", "negative"),
        ("That isn't bad", "en", "positive"),
        ("The cat is on the table", "en", "none"),
        ("Das ist wunderbar", "de", "positive"),
        ("Das gefällt mir nicht, es ist schlecht", "de", "negative"),
        ("Ich bin nicht glücklich", "de", "negative"),
        ("Ich bin unglücklich", "de", "negative"),
        ("Der Lappen liegt auf dem Eisschrank", "de", "none"),
        ("Ich habe keine Angst", "de", "positive"),
    ],
)
def test_english_and_german_words_and_negations_have_their_sign(text, language, sign):
    assert text_polarity(text, language).sign == sign


def test_the_words_that_decided_are_named_with_their_place():
    text = "오늘은 기분이 안 좋아."
    (word,) = text_polarity(text).words
    assert text[word.start : word.end] == word.text == "좋아"
    assert word.negated
    assert word.value == -1.0


def test_decomposed_hangul_is_the_same_text():
    assert text_polarity(unicodedata.normalize("NFD", "행복해요")).sign == "positive"


def test_no_word_is_both_good_and_bad():
    from core.stt import lexicon

    for words in (KOREAN, ENGLISH, GERMAN):
        assert set(words.values()) == {2, 1, -1, -2}
    source = lexicon.KOREAN
    for stem, value in source.items():
        longer = {s: v for s, v in source.items() if s.startswith(stem) and s != stem}
        assert all(v * value > 0 for v in longer.values()), (stem, longer)
