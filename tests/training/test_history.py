"""Runs are read back, compared over the same folds, and run again."""

import shutil

import numpy as np
import pytest

from core.corpus import Catalog, import_path
from core.errors import UnknownCorpusError
from core.settings import LogregSpec, MlpSpec, SplitSpec, spec_from_json, spec_to_json
from core.training import history
from core.training.comparison import DifferentClipsError, DifferentFoldsError, compare_runs
from core.training.data import SnapshotChangedError
from core.training.history import (
    RunFilesError,
    SettingDifference,
    UnknownRunError,
    kept_run,
    owner_of,
    read_run,
    rerun,
    settings_diff,
)
from tests.corpora import write_tones
from tests.training.keeping import keep_answers, run_and_keep

QUICK_MLP = MlpSpec(hidden_layer_sizes=(8,), max_epochs=3)


@pytest.fixture(scope="module")
def heard_home(tmp_path_factory):
    """A workspace whose clips are imported and measured once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("history")
    write_tones(folder / "tones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(folder / "home"))
        with Catalog() as opened:
            import_path(opened, folder / "tones", corpus="tones", convention="original")
            run_and_keep(opened, "warm")
            opened.runs.remove("warm")
    return folder / "home"


@pytest.fixture
def catalog(heard_home, workspace_home):
    shutil.copytree(heard_home, workspace_home)
    with Catalog() as opened:
        yield opened


@pytest.fixture
def queued(monkeypatch):
    """No worker is started: what was asked for is looked at in the queue."""
    monkeypatch.setattr("core.training.jobs.ensure_worker", lambda place: None)


def test_a_run_comes_back_with_its_answers_and_epochs(catalog):
    run_and_keep(catalog, "r1", QUICK_MLP, split=SplitSpec("speaker", 0))
    kept = read_run(catalog, "r1")
    assert kept.spec.model == QUICK_MLP
    assert sorted(i for a in kept.answers for i in a.utterances) == sorted(
        u.id for u in catalog.utterances("tones")
    )
    assert {(e.fold, e.epoch) for e in kept.epochs} == {(f, e) for f in range(4) for e in (1, 2, 3)}


def test_a_run_that_learnt_in_one_go_has_no_epochs(catalog):
    run_and_keep(catalog, "r1")
    assert read_run(catalog, "r1").epochs == ()


def test_a_run_that_is_not_there_names_those_that_are(catalog):
    run_and_keep(catalog, "r1")
    with pytest.raises(UnknownRunError, match=r"no run “r9”\. The latest are: r1"):
        kept_run(catalog, "r9")


@pytest.mark.parametrize("content", [None, "", "{", '{"event": "FoldEnded", "fold": 0}\n', "[]\n"])
def test_answers_that_are_gone_or_damaged_are_said_to_be(catalog, content):
    run_and_keep(catalog, "r1")
    file = catalog.place.runs / "r1" / "predictions.jsonl"
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(RunFilesError, match="r1"):
        read_run(catalog, "r1")


def test_a_run_against_itself_run_again_is_no_difference_at_all(catalog):
    run_and_keep(catalog, "r1")
    run_and_keep(catalog, "r2")
    found = compare_runs(catalog, "r1", "r2")
    assert (found.verdict.verdict, found.verdict.interval) == ("no-difference", (0.0, 0.0))
    assert (found.settings, found.n, found.n_speakers) == ((), 48, 4)
    assert (found.only_old, found.only_new) == ((), ())


def test_a_run_that_is_wrong_on_every_third_clip_is_worse_and_the_other_better(catalog):
    run_and_keep(catalog, "good", split=SplitSpec("speaker", 0))
    ids = sorted(u.id for u in catalog.utterances("tones"))
    by_label = {}
    for u in catalog.utterances("tones"):
        by_label.setdefault((u.speaker, u.emotion), []).append(u.id)
    wrong = sorted(clips[0] for clips in by_label.values())  # one of three in every cell
    keep_answers(catalog, "bad", "good", wrong)
    found = compare_runs(catalog, "good", "bad")
    assert found.verdict.verdict == "worse"
    assert found.verdict.difference == pytest.approx(-1 / 3)
    assert found.verdict.over_folds == pytest.approx((-1 / 3, -1 / 3))  # each fold loses a third
    assert (found.only_old, found.only_new) == (tuple(wrong), ())
    assert compare_runs(catalog, "bad", "good").verdict.verdict == "better"
    assert len(ids) == found.n


def test_three_wrong_clips_of_48_are_no_difference(catalog):
    run_and_keep(catalog, "good", split=SplitSpec("speaker", 0))
    some = sorted(u.id for u in catalog.utterances("tones") if u.speaker == "1")[:3]
    keep_answers(catalog, "near", "good", some)
    found = compare_runs(catalog, "good", "near")
    assert found.verdict.verdict == "no-difference"
    assert found.verdict.interval[0] < found.verdict.difference < 0 <= found.verdict.interval[1]


def test_folds_share_the_variance_that_their_sizes_say(catalog):
    """Four folds of twelve: each learns from 36, so the correction is 1/4 + 12/36."""
    run_and_keep(catalog, "good", split=SplitSpec("speaker", 0))
    clips = sorted(u.id for u in catalog.utterances("tones", speakers=["1"]))
    keep_answers(catalog, "near", "good", clips[:12])  # one fold all wrong: differences -1, 0, 0, 0
    low, high = compare_runs(catalog, "good", "near").verdict.over_folds
    s2 = (0.75**2 + 3 * 0.25**2) / 3
    reach = 3.182446 * np.sqrt((1 / 4 + 12 / 36) * s2)  # t, 3 degrees of freedom, from tables
    assert (low, high) == pytest.approx((-0.25 - reach, -0.25 + reach), abs=1e-5)


def test_where_both_are_new_only_clips_that_share_neither_were_learnt_from(catalog):
    """A speaker and a sentence out: 4 clips held out, 3 * 2 * 4 = 24 learnt from."""
    from core.training import comparison

    run_and_keep(catalog, "both", split=SplitSpec("speaker+sentence", 0))
    kept = read_run(catalog, "both")
    members = comparison._members(catalog, kept)
    assert comparison._test_to_train(kept, members) == pytest.approx(4 / 24)


def test_other_folds_cannot_be_compared_and_what_to_do_is_said(catalog, queued):
    run_and_keep(catalog, "r1", split=SplitSpec("speaker", 0))
    run_and_keep(catalog, "r2", split=SplitSpec("random", 4), seed=3)
    with pytest.raises(DifferentFoldsError, match="with the split, number of folds and seed"):
        compare_runs(catalog, "r1", "r2")
    job = catalog.jobs.job(rerun(catalog, "r2", like="r1"))
    asked, first = spec_from_json(job.spec), read_run(catalog, "r1").spec
    assert (asked.split, asked.seed, asked.snapshot) == (first.split, 0, first.snapshot)


def test_other_clips_cannot_be_compared(catalog):
    run_and_keep(catalog, "r1")
    catalog.set_status([catalog.utterances("tones", limit=1)[0].id], "disabled", by="test")
    run_and_keep(catalog, "r2")
    with pytest.raises(DifferentClipsError, match="r1 and r2"):
        compare_runs(catalog, "r1", "r2")


def test_other_emotions_are_other_clips(catalog):
    run_and_keep(catalog, "r1", scheme=("sad", "happy"))
    run_and_keep(catalog, "r2", scheme=("sad", "angry"))
    with pytest.raises(DifferentClipsError):
        compare_runs(catalog, "r1", "r2")


def test_only_settings_that_differ_are_named_with_both_values(catalog):
    run_and_keep(catalog, "r1", LogregSpec(C=10.0), class_weight=False)
    run_and_keep(catalog, "r2", LogregSpec(C=1.0), class_weight=True)
    assert set(compare_runs(catalog, "r1", "r2").settings) == {
        SettingDifference("model.C", 10.0, 1.0),
        SettingDifference("class_weight", False, True),
    }


def test_a_setting_that_one_model_does_not_have_is_none_there():
    old = {"kind": "experiment", "model": {"kind": "svm", "C": 1.0}}
    new = {"kind": "experiment", "model": {"kind": "mlp", "alpha": 1.0}}
    assert settings_diff(old, new) == (
        SettingDifference("model.kind", "svm", "mlp"),
        SettingDifference("model.C", 1.0, None),
        SettingDifference("model.alpha", None, 1.0),
    )


def test_a_run_is_asked_for_again_exactly_and_its_owner_is_known(catalog, queued):
    run_and_keep(catalog, "r1", seed=7)
    job_id = rerun(catalog, "r1", owner="지우")
    assert catalog.jobs.job(job_id).spec == kept_run(catalog, "r1").spec
    assert owner_of(catalog, job_id) == "지우"
    assert owner_of(catalog, "r1") is None


def test_a_run_on_clips_that_have_changed_is_not_run_again_under_the_old_name(catalog, queued):
    run_and_keep(catalog, "r1")
    clip = catalog.utterances("tones", limit=1)[0]
    catalog.relabel([clip.id], emotion="angry" if clip.emotion != "angry" else "sad", by="test")
    with pytest.raises(SnapshotChangedError):
        rerun(catalog, "r1")
    assert catalog.jobs.jobs() == []


def test_every_error_of_a_run_is_a_users_error():
    for error in (UnknownRunError("r", []), RunFilesError("r"), DifferentClipsError("a", "b")):
        assert isinstance(error, history.HistoryError)
        assert error.describe(str).endswith((".", "–."))


def test_a_run_whose_corpus_is_gone_says_so(catalog, queued):
    run_and_keep(catalog, "r1")
    catalog.remove_corpus("tones")
    with pytest.raises(UnknownCorpusError):
        rerun(catalog, "r1")


def test_the_run_before_lends_its_curve_and_one_without_epochs_does_not(catalog):
    run_and_keep(catalog, "r1", QUICK_MLP)
    run_and_keep(catalog, "r2")
    run_and_keep(catalog, "r3", QUICK_MLP)
    assert history.epochs_before(catalog, "r3") == read_run(catalog, "r1").epochs
    assert history.epochs_before(catalog, "r1") == ()


def test_a_setting_that_came_later_is_no_difference_from_its_default():
    new = spec_to_json(SplitSpec())
    old = {k: v for k, v in new.items() if k in ("kind", "mode", "n_folds")}
    assert settings_diff(old, new) == ()


def test_a_run_that_is_repeated_gives_the_same_numbers_and_that_is_said(catalog):
    run_and_keep(catalog, "r1", QUICK_MLP)
    run_and_keep(catalog, "r2", QUICK_MLP, seed=1)
    run_and_keep(catalog, "r3", QUICK_MLP)
    assert history.twin_of(catalog, "r1") is None
    assert history.twin_of(catalog, "r2") is None
    assert history.twin_of(catalog, "r3") == history.TwinRun("r1", same=True, n=48)
    ids = [u.id for u in catalog.utterances("tones")]
    keep_answers(catalog, "r4", "r1", ids[:1])
    assert history.twin_of(catalog, "r4").same is False
