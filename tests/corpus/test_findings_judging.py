"""Judges of labels, voices and shortcuts, on numbers whose answer is known."""

import numpy as np
import pytest

from core.corpus.duplicates import joined
from core.corpus.judging import judge, shortcut_findings
from core.corpus.label_doubts import judge_labels
from core.corpus.shortcuts import probe
from core.settings import QualityThresholds
from core.signal import ClipMeasures
from tests.corpus.builders import grid, utterance

EMOTIONS = ("sad", "neutral", "happy", "angry")
T = QualityThresholds()


def clusters(labels, *, seed=0, n_features=12, spread=0.5) -> np.ndarray:
    """A point near its label's own corner for each clip."""
    rng = np.random.default_rng(seed)
    corner = {label: rng.standard_normal(n_features) for label in sorted(set(labels))}
    return np.array([corner[x] + spread * rng.standard_normal(n_features) for x in labels])


def test_wrong_labels_come_first():
    true = list(EMOTIONS) * 25
    given = list(true)
    for row in (3, 40, 77):
        given[row] = EMOTIONS[(EMOTIONS.index(true[row]) + 1) % 4]
    found = judge_labels([clusters(true)], given)
    assert set(found.rows[found.ranked()[:3]]) == {3, 40, 77}
    assert [found.suggested[p] for p in found.ranked()[:3]] == [
        true[found.rows[p]] for p in found.ranked()[:3]
    ]


def test_clips_without_a_label_and_rare_labels_are_not_judged():
    labels = ["sad"] * 8 + ["happy"] * 8 + ["angry"] * 3 + [None]
    found = judge_labels([clusters([str(x) for x in labels])], labels, min_clips=4)
    assert found.labels == ("happy", "sad")
    assert list(found.rows) == list(range(16))


@pytest.mark.parametrize("labels", [[], ["sad"] * 9, ["sad"] * 9 + ["happy"], [None] * 5])
def test_one_label_cannot_be_doubted(labels):
    assert judge_labels([np.zeros((len(labels), 3))], labels) is None


def test_a_copy_does_not_vouch_for_its_twin():
    true = list(EMOTIONS) * 12
    X = clusters(true)
    X[1] = X[0]  # two copies of a sad clip, both labelled as happy
    given = ["happy", "happy", *true[2:]]
    blocks = np.array([0, 0, *range(2, len(true))])
    assert judge_labels([X], given, blocks=blocks).given[0] < 0.3


def test_labels_that_mean_nothing_give_no_finding():
    clips = [utterance(i, emotion=EMOTIONS[i % 4], speaker=str(i % 3)) for i in range(120)]
    X = np.random.default_rng(0).standard_normal((120, 10))
    assert judge(clips, X, [], T).findings == ()


def test_doubts_about_labels_and_voices_name_their_clips_worst_first():
    true = grid(speakers=4, sentences=10)
    wrong = {5: {"emotion": "angry"}, 90: {"speaker": "1"}}
    assert true[5].emotion != "angry"
    assert true[90].speaker != "1"
    X = np.hstack(
        [clusters([u.emotion for u in true]), clusters([u.speaker for u in true], seed=1)]
    )
    clips = [
        utterance(u.id, **{"emotion": u.emotion, "speaker": u.speaker, **wrong.get(u.id, {})})
        for u in true
    ]
    doubts = judge(clips, X, [], T)
    found = {f.id: f for f in doubts.findings}
    assert found["label-doubt"].clips[0] == 5
    assert found["wrong-speaker"].clips[0] == 90
    assert doubts.by_clip[5].label_rank == 1
    assert doubts.by_clip[5].suggested == true[5].emotion
    assert sorted(d.label_rank for d in doubts.by_clip.values()) == list(range(1, 161))


# --- shortcuts ---------------------------------------------------------------------------------


def test_a_value_that_says_the_label_is_found():
    y = np.arange(80) % 4
    found = probe(y[:, None] + 0.0, y, ["1", "2"] * 40)
    assert found.uar == 1.0
    assert found.p == pytest.approx(1 / 200)


def test_a_value_that_says_nothing_is_not():
    # Of 20 such values, hardly any may look like a shortcut.
    y = np.arange(120) % 4
    speakers = [str(i // 30) for i in range(120)]
    rng = np.random.default_rng(0)
    p = [probe(rng.standard_normal((120, 2)), y, speakers, seed=s).p for s in range(20)]
    assert sum(x <= T.significance for x in p) <= 1
    assert np.median(p) > 0.2


def test_clips_of_a_voice_are_answered_by_what_others_taught():
    # Loudness tells the emotion of each voice, but the other way round for every second one.
    y = np.tile([0, 1], 40)
    speakers = [str(i // 10) for i in range(80)]
    sign = np.array([1 if int(s) % 2 else -1 for s in speakers])
    found = probe((sign * (2 * y - 1))[:, None] + 0.0, y, speakers)
    assert found.by_speaker
    assert found.uar < 0.7


def test_voices_with_one_label_each_are_probed_by_clips():
    y = np.repeat([0, 1], 20)
    found = probe(y[:, None] + 0.0, y, ["a"] * 20 + ["b"] * 20)
    assert not found.by_speaker
    assert found.uar == 1.0


@pytest.mark.parametrize("y", [[], [0, 0, 0], [0, 0, 1]])
def test_too_little_cannot_be_probed(y):
    assert probe(np.zeros((len(y), 1)), np.array(y, dtype=int), ["1"] * len(y)) is None


def measures(**known) -> ClipMeasures:
    values = dict.fromkeys(ClipMeasures.__dataclass_fields__, 1.0)
    return ClipMeasures(**{**values, **known})


def test_a_class_recorded_louder_is_a_shortcut_and_lists_the_clips_it_gives_away():
    clips = grid(speakers=4, sentences=6)
    rng = np.random.default_rng(0)
    heard = {
        u.id: measures(
            rms=-10.0 if u.emotion == "angry" else -20 + rng.standard_normal(),
            lufs=None,
            duration=2 + rng.standard_normal(),
        )
        for u in clips
    }
    findings, probes = shortcut_findings(clips, heard, T)
    assert [f.values["what"] for f in findings] == ["loudness"]
    angry = {u.id for u in clips if u.emotion == "angry"}
    assert set(findings[0].clips[: len(angry)]) == angry
    assert probes["duration"].p > T.significance


def test_groups_that_share_a_clip_are_one():
    assert joined([(1, 2), (4, 5), (2, 3), (9, 5)]) == [(1, 2, 3), (4, 5, 9)]
    assert joined([]) == []
