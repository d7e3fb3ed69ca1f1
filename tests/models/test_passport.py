import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import core.models
from core.i18n import LOCALE_FOLDER, captions
from core.models import build_passport
from core.models.passport import _FEATURE_NAMES, _MODEL_NAMES, plain
from core.settings import FEATURE_SPECS, MODEL_SPECS, feature_spec, spec_to_json
from tests.models.making import bundle, facts


def passport(language="en", **changes):
    return build_passport(bundle(**changes).manifest, language)


def test_the_score_stands_with_its_interval_its_protocol_and_chance():
    text = passport()
    assert "0.84 (95 % interval 0.77 to 0.88); guessing would give 0.25" in text
    assert "unseen speakers, 10 folds" in text
    assert "처음 듣는 목소리, 10겹" in passport("ko")


def test_a_training_score_is_never_shown():
    metrics = {**facts()["metrics"], "train_uar": 0.9823}
    assert "0.98" not in passport(metrics=metrics)


@pytest.mark.parametrize(
    "fact",
    [
        "Berlin Database of Emotional Speech",
        "German",
        "CC0",
        "Burkhardt et al. (2005)",
        "339 clips · 10 speakers · 10 sentences",
        "`0123456789abcdef`",
        "Logistic regression",
        "| 03 | 34 | 0.90 | 0.91 |",
        "**Seed:** 0",
        "sklearn 1.",
        "**Temperature:** 1.50",
        "below:** 55\xa0%",
    ],
)
def test_every_number_can_be_traced(fact):
    assert fact in passport()


@pytest.mark.parametrize("use", ["hiring", "grading", "policing", "medical", "laws forbid"])
def test_what_the_model_is_not_for_is_said(use):
    assert use in passport()


def test_a_model_of_another_language_says_so():
    assert "Learnt from German speech" in passport()
    korean = {**facts()["corpus"], "language": "ko"}
    assert "nobody has measured" not in passport(corpus=korean)


def test_a_model_of_synthesised_speech_says_so():
    corpus = {**facts()["corpus"], "language": "ko", "synthesised": True}
    assert "synthesised speech" in passport(corpus=corpus)
    assert "합성" in passport("ko", corpus=corpus)


def test_a_model_that_was_never_measured_says_so():
    assert "never measured on held-out clips" in passport(metrics={})


def test_a_corpus_without_a_licence_says_so():
    assert "**Licence:** not stated" in passport(corpus={"title": "mine"})


def as_html(markdown):
    return (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    )


HOSTILE = [
    "![x](http://example.org/a.png)",
    "[click](javascript:alert)",
    "<img src=x onerror=y>",
    "http://example.org",
    "www.example.org",
    "a@example.org",
    "a | b\n# heading",
    "`code` *b* _i_ ~s~ $x^2$ :red[x] &lt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_strangers_is_shown_as_it_stands(text):
    rendered = as_html(f"- **x:** {plain(text)}\n")
    assert not re.search(r"<(a|img|h\d|code|em|s|table)\b", rendered)
    for fragment in re.findall(r"\w+", text):
        assert fragment in rendered


@pytest.mark.parametrize("text", HOSTILE)
def test_no_word_of_a_foreign_manifest_becomes_markup(text):
    corpus = {"title": text, "language": text, "licence": text, "citation": text}
    speakers = [{"speaker": text, "n": 1, "uar": 1.0, "accuracy": 1.0}]
    page = passport(
        name=text,
        snapshot=text,
        protocol=text,
        created=text,
        corpus=corpus,
        metrics={**facts()["metrics"], "per_speaker": speakers},
        versions={text: text},
    )
    rendered = as_html(page)
    assert not re.search(r"<(a|img|script|em|s)\b", rendered)
    assert rendered.count("<h") == as_html(passport()).count("<h")
    assert rendered.count("<tr>") == 2


def test_every_caption_of_models_has_a_korean_one():
    from babel.messages.extract import extract_from_dir

    folder = Path(core.models.__file__).parent
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            str(folder), method_map=[("**.py", "python")], keywords={"_": None, "N_": None}
        )
    }
    translate = captions("ko")
    assert len(found) > 60
    missing = sorted(m for m in found if translate(m) == m)
    assert missing == [], f"add them to {LOCALE_FOLDER.name}"


def test_a_korean_passport_is_korean():
    text = passport("ko")
    assert "모델 여권: " in text and "쓰지 마세요" in text
    assert not re.search(r"\b(the|and|which|learnt|made|says)\b", text.lower())


def test_every_model_and_feature_set_has_a_name_in_words():
    assert set(_MODEL_NAMES) == set(MODEL_SPECS)
    assert set(_FEATURE_NAMES) == set(FEATURE_SPECS)


def test_a_model_that_gets_to_know_voices_says_how_well():
    manifest = {**bundle().manifest, "guest": {"uar": 0.9123, "calibration": {}}}
    assert "0.91, all clips of the voice known" in build_passport(manifest, "en")
    assert "익힌 목소리" in build_passport(manifest, "ko")


def test_several_feature_sets_are_named_with_how_they_are_joined():
    spec = spec_to_json(feature_spec("functionals+whisper", fuse="stack"))
    text = build_passport({**bundle().manifest, "features": spec}, "en")
    assert "Whisper's encoder" in text
    assert "weighed by a regression" in text


def test_settings_are_called_as_on_the_pages():
    text = passport()
    assert "Weight penalty" in text or "Freedom (C)" in text
    assert "standardise True" not in text
