"""What quality says of corpora made for it: each fault has its finding, its clips, its advice."""

import numpy as np
import pytest
import soundfile

from core.corpus import import_path
from core.corpus.balance import Gap, balance_findings, gaps
from core.corpus.finding import FINDING_IDS, Finding
from core.corpus.quality import Examining, QualityReport, examine
from core.corpus.results import find_result
from core.emotions import EMOTION_IDS, EMOTIONS
from core.errors import UnknownCorpusError
from core.features import FeatureStore
from core.i18n import captions
from core.settings import QualityThresholds
from tests.corpus.builders import grid, utterance
from tests.signal.signals import SR, noise, silence, voice

T = QualityThresholds()


def clip(seed, duration=1.2):
    """A good clip: a voice with some room before and after, in a quiet room."""
    y = np.concatenate([silence(0.15), voice(duration, seed=seed), silence(0.15)])
    return y + noise(len(y) / SR, rms=1e-4, seed=seed)


def write(folder, signals, **kind):
    folder.mkdir(exist_ok=True)
    for name, y in signals.items():
        soundfile.write(folder / name, y, SR, **({"subtype": "PCM_16"} | kind))
    return folder


def good(n_speakers=2, n_sentences=2, codes="SNJA"):
    names = [
        f"{sentence}_{speaker}_{code}.wav"
        for speaker in range(1, n_speakers + 1)
        for sentence in range(1, n_sentences + 1)
        for code in codes
    ]
    return {name: clip(seed) for seed, name in enumerate(names)}


def report_on(catalog, folder, corpus="team") -> QualityReport:
    import_path(catalog, folder, corpus=corpus, convention="original")
    *_, report = examine(catalog, corpus)
    return report


def found(report: QualityReport) -> dict[str, list[str]]:
    return {f.id: report.names(f.clips) for f in report.findings}


def test_a_good_corpus_has_nothing_to_complain_about(catalog, tmp_path):
    report = report_on(catalog, write(tmp_path / "a", good()))
    assert set(found(report)) <= {"label-doubt", "shortcut"}  # 16 clips of chance
    assert all(c.flags == () for c in report.clips)
    assert [c.name for c in report.clips][:2] == ["1_1_A.wav", "1_1_J.wav"]


def test_each_fault_of_a_clip_has_its_finding(catalog, tmp_path):
    signals = good()
    names = list(signals)
    signals[names[0]] = np.clip(30 * signals[names[0]], -0.9, 0.9)
    signals[names[1]] = signals[names[1]] + noise(len(signals[names[1]]) / SR, rms=0.05)
    signals[names[2]] = silence(1.5)
    signals[names[3]] = np.concatenate([silence(0.4), voice(0.2), silence(0.4)])
    y = signals[names[4]]
    late = len(y) // 2
    signals[names[4]] = y[: late + int(np.argmax(np.abs(y[late:-4_000])))]
    listed = found(report_on(catalog, write(tmp_path / "a", signals)))
    assert listed["clipped"] == [names[0]]
    assert names[1] in listed["noisy"]
    assert listed["silent"] == [names[2]]
    assert listed["too-short"] == [names[3]]
    assert names[4] in listed["truncated"]


def test_equal_samples_in_different_files_are_exact_duplicates(catalog, tmp_path):
    folder = write(tmp_path / "a", good())
    samples, _ = soundfile.read(folder / "1_1_S.wav", dtype="int16")
    soundfile.write(folder / "3_1_S.flac", samples, SR)
    report = report_on(catalog, folder)
    assert found(report)["exact-duplicate"] == ["1_1_S.wav", "3_1_S.flac"]
    assert "near-duplicate" not in found(report)
    assert found(report)["mixed-format"] == ["3_1_S.flac"]


def test_copies_with_different_emotions_are_said_to_be_disputed(catalog, tmp_path):
    signals = good()
    signals["3_1_A.wav"] = 0.4 * signals["1_1_S.wav"]
    signals["3_2_N.wav"] = signals["2_2_N.wav"][1_600:]
    report = report_on(catalog, write(tmp_path / "a", signals))
    finding = next(f for f in report.findings if f.id == "near-duplicate")
    groups = [set(report.names(group)) for group in finding.groups]
    assert groups == [{"1_1_S.wav", "3_1_A.wav"}, {"2_2_N.wav", "3_2_N.wav"}]
    assert (finding.severity, finding.measure["disputed"]) == ("high", 1)


def test_telephone_and_stereo_files_are_another_format(catalog, tmp_path):
    folder = write(tmp_path / "a", good())
    y = clip(99)
    soundfile.write(folder / "3_1_S.wav", np.stack([y, 0.9 * y], axis=1), SR)
    report = report_on(catalog, folder)
    assert found(report)["mixed-format"] == ["3_1_S.wav"]
    assert "stereo" in next(f for f in report.findings if f.id == "mixed-format").describe(str)[0]


def test_clipping_is_seen_at_the_rate_of_the_file(catalog, tmp_path):
    from core.audio import resample

    signals = good(n_speakers=1)
    folder = write(tmp_path / "a", signals)
    loud = resample(clip(77), SR, 44_100)
    soundfile.write(folder / "3_1_S.wav", np.clip(30 * loud, -0.9, 0.9), 44_100)
    assert found(report_on(catalog, folder))["clipped"] == ["3_1_S.wav"]


# --- bad corpora -------------------------------------------------------------------------------


def test_one_emotion_is_said_and_nothing_is_judged(catalog, tmp_path):
    report = report_on(catalog, write(tmp_path / "a", good(codes="S")))
    assert list(found(report)) == ["unbalanced"]
    assert report.findings[0].severity == "high"
    assert all(c.doubt is None for c in report.clips)


def test_one_speaker_is_neither_confounded_nor_wrong(catalog, tmp_path):
    report = report_on(catalog, write(tmp_path / "a", good(n_speakers=1, n_sentences=4)))
    assert not {"confounded-speaker", "wrong-speaker", "unbalanced"} & set(found(report))


def test_two_clips_are_examined(catalog, tmp_path):
    signals = {"1_1_S.wav": clip(0), "1_2_A.wav": clip(1)}
    report = report_on(catalog, write(tmp_path / "a", signals))
    assert len(report.clips) == 2
    assert "unbalanced" in found(report)  # each voice lacks an emotion


def test_nine_emotions_are_examined(catalog, tmp_path):
    codes = "".join(e.code for e in EMOTIONS)
    report = report_on(catalog, write(tmp_path / "a", good(n_sentences=2, codes=codes)))
    assert len(report.clips) == 36
    assert {c.doubt.suggested for c in report.clips} <= set(EMOTION_IDS)


def test_clips_without_labels_are_examined(catalog, tmp_path):
    folder = write(tmp_path / "a", good())
    import_path(catalog, folder, corpus="team", convention="original")
    ids = [u.id for u in catalog.utterances("team")]
    catalog.relabel(ids, emotion=None, speaker=None)
    *_, report = examine(catalog, "team")
    assert report.findings == ()


def test_an_empty_corpus_has_an_empty_report(catalog, tmp_path):
    import_path(catalog, write(tmp_path / "a", good()), corpus="team", convention="original")
    catalog.set_status([u.id for u in catalog.utterances("team")], "disabled")
    *_, report = examine(catalog, "team")
    assert (report.clips, report.findings) == ((), ())


def test_an_unknown_corpus_is_said(catalog):
    with pytest.raises(UnknownCorpusError, match="nobody"):
        list(examine(catalog, "nobody"))


def test_a_file_that_is_gone_costs_only_its_own_clip(catalog, tmp_path):
    import_path(catalog, write(tmp_path / "a", good()), corpus="team", convention="original")
    lost = catalog.utterances("team")[3]
    catalog.audio_path(lost.content).unlink()
    *_, report = examine(catalog, "team")
    assert list(report.unreadable) == [lost.id]
    assert [c.name for c in report.clips if c.measures is None] == [lost.name]
    assert len(report.clips) == 16


def test_many_clips_in_processes_give_the_same_report(catalog, tmp_path, monkeypatch):
    import_path(catalog, write(tmp_path / "a", good()), corpus="team")
    catalog.audio_path(catalog.utterances("team")[3].content).unlink()
    *_, in_threads = examine(catalog, "team")
    for room in ("listening", "quality"):
        monkeypatch.setattr(f"core.corpus.{room}.MANY", 2)
    with catalog.database.write() as connection:
        connection.execute("DELETE FROM heard")
    store = FeatureStore(tmp_path / "features")
    *_, in_processes = examine(catalog, "team", store=store)
    assert list(in_processes.unreadable) == list(in_threads.unreadable) != []
    assert (in_processes.clips, in_processes.findings) == (in_threads.clips, in_threads.findings)


# --- keeping -----------------------------------------------------------------------------------


def test_the_second_time_nothing_is_heard_again(catalog, tmp_path):
    first = report_on(catalog, write(tmp_path / "a", good()))
    items = list(examine(catalog, "team"))
    assert items == [first]


def test_a_correction_makes_a_new_report_without_listening(catalog, tmp_path, monkeypatch):
    report_on(catalog, write(tmp_path / "a", good()))
    catalog.relabel([catalog.utterances("team")[0].id], emotion="sad")
    monkeypatch.setattr("core.corpus.listening._hear", None)  # would fail if it were called
    *steps, report = examine(catalog, "team")
    assert [s.done for s in steps if s.stage == "listening"] == [16]
    assert isinstance(report, QualityReport)


def test_what_was_heard_before_a_stop_is_kept(catalog, tmp_path, monkeypatch):
    monkeypatch.setattr("core.corpus.listening._BATCH", 4)
    import_path(catalog, write(tmp_path / "a", good()), corpus="team", convention="original")
    steps = examine(catalog, "team")
    assert [next(steps).done for _ in range(3)] == [0, 4, 8]
    steps.close()
    assert next(examine(catalog, "team")) == Examining("listening", 8, 16, None)


def test_flags_and_measures_are_where_the_grid_looks(catalog, tmp_path):
    signals = good()
    signals["1_1_S.wav"] = silence(1.5)
    report_on(catalog, write(tmp_path / "a", signals))
    assert [u.name for u in catalog.utterances("team", flags=["silent"])] == ["1_1_S.wav"]
    row = catalog.database.row(
        "SELECT json_extract(measures, '$.duration') AS d FROM utterances WHERE name = '1_1_S.wav'"
    )
    assert row["d"] == 1.5


def test_pieces_of_one_recording_are_heard_by_themselves(catalog, tmp_path):
    from core.corpus.records import CorpusFacts, NewUtterance

    take = np.concatenate([clip(1), clip(2), silence(1.0)])
    folder = write(tmp_path / "a", {"1_1_S.wav": take})
    import_path(catalog, folder, corpus="long", convention="original")
    recording = catalog.recording(catalog.utterances("long")[0].content)
    pieces = [
        NewUtterance(recording, "take.wav", "1", "1", "sad", start=0.0, end=1.5),
        NewUtterance(recording, "take.wav", "2", "1", "sad", start=3.0, end=4.0),
    ]
    catalog.add("cut", CorpusFacts(title="cut"), pieces)
    *_, report = examine(catalog, "cut")
    assert [c.measures.duration for c in report.clips] == [1.5, 1.0]
    assert [c.flags for c in report.clips] == [(), ("silent",)]


def test_a_kept_result_of_another_digest_is_none(catalog, tmp_path):
    report_on(catalog, write(tmp_path / "a", good()))
    assert find_result(catalog.database, "team", "report", "another") is None


# --- balance -----------------------------------------------------------------------------------


def ids_of(findings):
    return [f.id for f in findings]


def test_every_combination_recorded_leaves_no_gap():
    assert gaps(grid()) == []
    assert balance_findings(grid(), T) == []


def test_what_is_missing_is_named_by_voice_first():
    clips = [u for u in grid(speakers=2, sentences=2) if (u.speaker, u.emotion) != ("2", "sad")]
    clips = [u for u in clips if (u.speaker, u.sentence, u.emotion) != ("1", "1", "happy")]
    assert gaps(clips) == [Gap("2", None, "sad"), Gap("1", "1", "happy")]
    (finding,) = balance_findings(clips, T)
    assert finding.describe(str)[1] == "Record first: 2 (Sad)."
    assert "2 (슬픔)" in finding.describe(captions("ko"))[1]


@pytest.mark.parametrize(("many", "ids"), [(15, []), (16, ["unbalanced"])])
def test_from_one_and_a_half_times_as_many_on_the_classes_are_unbalanced(many, ids):
    clips = [utterance(i, emotion="sad") for i in range(10)]
    clips += [utterance(100 + i, emotion="angry") for i in range(many)]
    findings = balance_findings(clips, T)
    assert ids_of(findings) == ids
    if findings:
        assert findings[0].measure["ratio"] == 1.6
        assert findings[0].clips == tuple(range(10))


def test_voices_with_one_emotion_each_are_confounded():
    clips = [utterance(i, emotion=EMOTION_IDS[i % 4], speaker=str(i % 8)) for i in range(80)]
    finding = next(f for f in balance_findings(clips, T) if f.id == "confounded-speaker")
    assert finding.measure["accuracy"] == 1.0
    assert finding.measure["majority"] == 0.25
    assert len(finding.clips) == 80
    assert "100\u00a0%" in finding.describe(str)[0]


def test_few_clips_a_voice_are_not_confounded_by_chance():
    # 20 voices of 4 clips: the most frequent emotion of each is right far more often than 1 in 4.
    rng = np.random.default_rng(0)
    clips = [
        utterance(i, emotion=EMOTION_IDS[rng.integers(4)], speaker=str(i % 20)) for i in range(80)
    ]
    assert "confounded-speaker" not in ids_of(balance_findings(clips, T))


def test_every_id_of_a_finding_is_known():
    assert len(set(FINDING_IDS)) == 13
    assert Finding(
        "noisy", "low", "{n} of {what}", "-", values={"n": 1, "what": "length"}
    ).describe(captions("ko")) == ("1 of 길이", "-")
