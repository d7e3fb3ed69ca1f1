"""A user's own naming rule: what it reads, and what it refuses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corpus.naming_rules import MAX_PATTERN, RulePreview, naming_rule, preview
from core.emotions import EMOTION_IDS
from core.errors import NamingRuleError


def said(pattern: str, name: str, codes=None) -> tuple | None:
    parsed = naming_rule(pattern, codes or {}).parse_name(name)
    return parsed and (parsed.sentence, parsed.speaker, parsed.emotion, parsed.take, parsed.text)


def test_named_groups_say_what_is_what():
    pattern = r"^(?P<speaker>[^-]+)-(?P<sentence>\d+)-(?P<emotion>\w+)-t(?P<take>\d+)$"
    assert said(pattern, "김철수-07-기쁨-t2.wav") == ("07", "김철수", "happy", 2, None)


def test_folders_can_be_used():
    pattern = r"(?P<speaker>[^/]+)/(?P<emotion>[^/]+)/(?P<text>[^/]+)$"
    assert said(pattern, "day1\\kim\\02_angry\\hello.WAV") == (
        None,
        "kim",
        "angry",
        None,
        "hello",
    )


def test_a_rule_is_searched_and_need_not_fit_the_whole_name():
    assert said(r"_(?P<emotion>[A-Z])_", "x_S_y.wav") == (None, None, "sad", None, None)
    assert said(r"^_(?P<emotion>[A-Z])_", "x_S_y.wav") is None


def test_own_codes_come_before_letters_and_words():
    assert said(r"(?P<emotion>.)$", "1.wav", {"1": "bored"}) == (None, None, "bored", None, None)
    assert said(r"(?P<emotion>.)$", "S.wav", {"S": "surprised"})[2] == "surprised"


def test_what_is_empty_or_no_number_or_no_emotion_is_unknown():
    pattern = r"(?P<speaker>[^_]*)_(?P<take>[^_]*)_(?P<emotion>.*)"
    assert said(pattern, " _two_puzzled.wav") == (None, None, None, None, None)


def test_a_decomposed_name_says_the_same():
    name = "김철수_기쁨.wav"
    rule = naming_rule("^(?P<speaker>[가-힣]+)_(?P<emotion>[가-힣]+)$")
    assert rule.parse_name(unicodedata.normalize("NFD", name)) == rule.parse_name(name)
    assert rule.parse_name(name).speaker == "김철수"


@pytest.mark.parametrize(
    ("pattern", "name", "speaker"),
    [
        (r"(?P<speaker>\w+)", "김철수.wav", "김철수"),
        (r"(?P<speaker>[\w-]+)", "김-철수 1.wav", "김-철수"),
        (r"-\W(?P<speaker>\w)", "--김.wav", "김"),
        (r"(?P<speaker>[^\w]+)", "김!.wav", "!"),
        (r"(?P<speaker>\w\d+)", "김12.wav", "김12"),
        (r"(?P<speaker>[\]\w]+)", "김]x-.wav", "김]x"),
    ],
)
def test_letters_are_those_of_every_script(pattern, name, speaker):
    assert naming_rule(pattern).parse_name(name).speaker == speaker


def test_a_preview_says_for_each_name_what_would_happen():
    rule = naming_rule(r"(?P<speaker>\w+)-(?P<emotion>\w+)")
    first, second, third = preview(rule, ["kim-sad.wav", "kim-huh.wav", "other.wav"])
    assert (first.parsed.emotion, first.unknown_emotion) == ("sad", None)
    assert (second.parsed.speaker, second.parsed.emotion) == ("kim", None)
    assert second.unknown_emotion == "huh"
    assert third == RulePreview("other.wav", None, None)


def test_a_rule_serves_as_a_convention():
    convention = naming_rule(r"(?P<emotion>\w+)$").convention()
    assert convention.parse_name("x/happy.wav").emotion == "happy"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?P<speaker>", "no expression"),
        ("[", "no expression"),
        ("(?P<speaker>a)(?P<speaker>b)", "twice: speaker"),
        ("(?<=a)(?P<speaker>b)", "no expression"),
        (r"(?P<speaker>a)\1", "no expression"),
        ("(?P<speaker>a{100000000})", "no expression"),
        ("(?P<speaker>((((a{1,500}){1,500}){1,500}){1,500}))", "no expression"),
        ("(?P<speaker>\ud800)", "no expression"),
        (".+", "none of the parts"),
        ("", "none of the parts"),
        ("(?P<colour>.+)", "not known: colour"),
        ("(?P<speaker>" + "a" * MAX_PATTERN + ")", "too long"),
    ],
)
def test_a_bad_rule_is_refused_with_its_reason(pattern, reason):
    with pytest.raises(NamingRuleError, match=reason):
        naming_rule(pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"^(?P<speaker>(a+)+)$", r"^(?P<speaker>(a|aa)+)$", r"^(?P<speaker>(.*)*)!$", "(a?){99}a{99}"],
)
def test_expressions_that_make_backtracking_hang_are_answered(pattern):
    name = "a" * 500 + "!x"
    if "speaker" not in pattern:
        pattern = f"(?P<speaker>{pattern})$"
    assert said(pattern, name) is None


@given(st.text(max_size=30) | st.text(r"()[]{}?P<>speakr|*+.\^$0123", max_size=30), st.text())
def test_any_expression_reads_or_is_refused_but_never_fails(pattern, name):
    try:
        rule = naming_rule(f"(?P<speaker>.){pattern}")
    except NamingRuleError:
        return
    parsed = rule.parse_name(name)
    assert parsed is None or parsed.emotion in {None, *EMOTION_IDS}
