"""Pages tell settings, features, models and emotions by name, the command line by what is typed."""

import dataclasses

import pytest

from core.errors import (
    ConfoundedSplitError,
    EmotionLeftOutError,
    ImpossibleSplitError,
    KnobError,
    MisfitError,
    NetworkMemoryError,
    SequenceNormError,
    TooFewUtterancesError,
    UnknownKnobError,
    UnusableSchemeError,
)
from core.i18n import captions, written
from core.names import FEATURES, MODELS, SEQUENCES, SETTINGS, SPLITS
from core.settings import (
    FEATURE_SPECS,
    MODEL_SPECS,
    AugmentSpec,
    ExperimentSpec,
    LogregSpec,
    MlpSpec,
    SplitSpec,
    spec_from_json,
    spec_to_json,
)

KO, EN = captions("ko"), captions("en")


def test_every_setting_feature_set_model_and_split_has_a_name():
    specs = [*MODEL_SPECS.values(), *FEATURE_SPECS.values(), AugmentSpec, SplitSpec]
    knobs = {f.name for spec in specs for f in dataclasses.fields(spec) if f.metadata.get("knob")}
    assert knobs <= set(SETTINGS)
    assert {f.name for f in dataclasses.fields(ExperimentSpec)} - {"split"} <= set(SETTINGS)
    assert set(MODELS) == set(MODEL_SPECS)
    assert set(FEATURES) | set(SEQUENCES) == set(FEATURE_SPECS)
    assert set(SPLITS) == set(SplitSpec.__dataclass_fields__["mode"].metadata["choices"])


def test_a_setting_out_of_range_is_told_as_the_page_labels_and_writes_it():
    with pytest.raises(KnobError) as caught:
        MlpSpec(alpha=1e9)
    assert "“가중치 벌점 (alpha)” 설정값이 1,000,000,000인데" in caught.value.describe(KO)
    assert "“Weight penalty (alpha)” is 1,000,000,000; 0…100" in caught.value.describe(EN)
    assert "“alpha” is 1,000,000,000; 0…100" in caught.value.describe(EN, typed=True)
    assert "“alpha” 설정값이" in caught.value.describe(KO, typed=True)


def test_a_setting_of_another_type_is_told_in_the_readers_words():
    document = spec_to_json(LogregSpec()) | {"max_iter": "many"}
    with pytest.raises(KnobError) as caught:
        spec_from_json(document)
    assert "“반복” 설정값이 many인데, 쓸 수 있는 값은 이래요: 정수." in caught.value.describe(KO)
    assert "“Iterations” is many; a whole number" in caught.value.describe(EN)


def test_a_setting_that_another_version_had_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(UnknownKnobError) as caught:
        spec_from_json(spec_to_json(LogregSpec()) | {"warmth": 2})
    assert "Freedom (C), Iterations, Standardise" in caught.value.describe(EN)
    assert "C, max_iter, standardise" in caught.value.describe(EN, typed=True)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TooFewUtterancesError("Angry", 2, 3), "“화남” 클립이 2개뿐이에요"),
        (UnusableSchemeError(["Angry"]), "지금 있는 것: 화남."),
        (UnusableSchemeError([]), "지금 있는 것: –."),
        (EmotionLeftOutError("1_1_A.wav", "Angry"), "“화남”"),
        (ConfoundedSplitError("speaker", "Angry", "speakers"), "“처음 듣는 목소리” 나누기에서는"),
        (ConfoundedSplitError("speaker", "Angry", "speakers"), "“화남” 감정이"),
        (ImpossibleSplitError("speaker", "speakers", 1, 2), "“아는 목소리” 나누기를 골라"),
        (
            MisfitError("cnn", "functionals", ["melspec", "stft"]),
            "“CNN” 모델은 “목소리 측정값 (592)”",
        ),
        (NetworkMemoryError("cnn-original", 9.0, 1.0), "“원본 CNN” 모델"),
        (SequenceNormError("mfcc-frames"), "MFCC 프레임"),
    ],
)
def test_a_refusal_names_things_as_the_korean_pages_do(error, said):
    told = error.describe(KO)
    assert said in told
    for key in ("angry", "speaker", "cnn-original", "functionals", "melspec", "mfcc-frames"):
        assert key not in told


def test_a_refusal_kept_with_a_job_is_told_the_same_after_its_way_through_json():
    error = MisfitError("cnn", "functionals", ("melspec", "stft"))
    again = MisfitError.__new__(MisfitError)
    super(MisfitError, again).__init__(**{**error.values, "fitting": list(error.fitting)})
    assert again.describe(KO) == error.describe(KO)


def test_values_are_written_as_on_the_pages():
    assert [written(v, KO) for v in (True, None, (128, 64), 0.30000000000000004, "rbf")] == [
        "켬",
        "–",
        "128, 64",
        "0.3",
        "rbf",
    ]
