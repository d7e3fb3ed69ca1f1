import ast
from pathlib import Path

import pytest

import core.evaluation
from core.evaluation import (
    majority_accuracy,
    single_class_speakers,
    speaker_only_accuracy,
)


def test_the_majority_is_the_biggest_class():
    assert majority_accuracy(["sad", "sad", "happy", "angry"]) == 0.5


def test_speakers_with_one_emotion_each_give_everything_away():
    y, speakers = "aaabbb", ["kim"] * 3 + ["lee"] * 3
    assert speaker_only_accuracy(y, speakers) == 1.0
    assert single_class_speakers(y, speakers) == ("kim", "lee")


def test_speakers_with_all_emotions_give_nothing_away():
    y, speakers = "abab", ["kim", "kim", "lee", "lee"]
    assert speaker_only_accuracy(y, speakers) == 0.5
    assert single_class_speakers(y, speakers) == ()


def test_a_speaker_heard_once_is_answered_with_the_biggest_class():
    # kim: 2 of 3 right by "a"; lee and the unknown one by "a", the biggest: 1 of 2
    assert speaker_only_accuracy("aabab", ["kim", "kim", "kim", "lee", None]) == 3 / 5


def test_nobody_known_leaves_the_majority():
    assert speaker_only_accuracy("aab", [None, None, None]) == pytest.approx(2 / 3)


def test_an_audit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing to score"):
        majority_accuracy([])
    with pytest.raises(ValueError, match="differ in length"):
        speaker_only_accuracy("ab", ["kim"])


def test_emodb_speakers_do_not_give_their_emotion_away(corpora):
    names = sorted(path.stem for path in (corpora / "emodb7").glob("*.wav"))
    assert len(names) == 535
    y, speakers = [name[5] for name in names], [name[:2] for name in names]
    assert majority_accuracy(y) == pytest.approx(127 / 535)
    assert single_class_speakers(y, speakers) == ()
    assert speaker_only_accuracy(y, speakers) == pytest.approx(127 / 535)


def test_scores_need_nothing_but_numpy_and_a_distribution_of_scipy():
    allowed = {"numpy", "scipy", "core", "collections", "dataclasses", "typing"}
    for path in Path(core.evaluation.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            assert {name.split(".")[0] for name in names} <= allowed, path.name
            assert {n for n in names if n.startswith("scipy")} <= {"scipy.special"}, path.name
