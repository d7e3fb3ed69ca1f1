"""What nothing can come of is refused before anything is measured or waited for."""

import numpy as np
import pytest
import soundfile

from core.corpus import import_path
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clips import ClipLoad
from core.corpus.listening import listen
from core.errors import LearningMemoryError
from core.settings import AugmentSpec, LogregSpec, MlpSpec, OriginalSpec, SplitSpec, workspace
from core.training.beforehand import check_memory, memory_needed
from core.training.clip_rows import SameClipsError, UnusableFeaturesError, check_rows
from core.training.data import read_data
from core.training.events import FeaturesRead
from core.training.setup import new_experiment
from tests.corpora import write_tones
from tests.corpus.builders import utterance


def set_up(catalog, **choices):
    return new_experiment(catalog, "tones", features=OriginalSpec(), **choices)


def store_rows(catalog, rows):
    clips = catalog.utterances("tones")
    keys = [feature_key(u) for u in clips]
    feature_store(workspace()).put_many(dict(zip(keys, rows, strict=True)), OriginalSpec())
    return clips


def test_a_stored_row_of_no_numbers_is_named_when_the_run_is_set_up(catalog):
    rows = np.random.default_rng(0).random((len(catalog.utterances("tones")), 128))
    rows[7, :2] = np.nan
    clips = store_rows(catalog, rows)
    with pytest.raises(UnusableFeaturesError, match="gives 2 features that are no numbers") as told:
        set_up(catalog, model=LogregSpec())
    assert told.value.values["clip"] == clips[7].name
    rows[7, :2] = 0.5  # measured anew: what was found before is not kept for ever
    store_rows(catalog, rows)
    set_up(catalog, model=LogregSpec())


def test_stored_rows_that_are_all_alike_are_said_to_be(catalog):
    store_rows(catalog, np.ones((len(catalog.utterances("tones")), 128)))
    with pytest.raises(SameClipsError, match="sound the same"):
        set_up(catalog, model=LogregSpec())


def test_one_recording_in_many_files_is_seen_without_measuring_it(catalog):
    for _ in listen(catalog, catalog.utterances("tones")):
        pass
    with catalog.database.write() as connection:
        connection.execute("UPDATE heard SET samples = 'the same'")
    with pytest.raises(SameClipsError, match="sound the same"):
        set_up(catalog, model=LogregSpec())
    assert not feature_store(workspace()).path.exists()


def test_one_recording_in_many_files_is_heard_before_anything_listened_to_them(catalog, tmp_path):
    write_tones(tmp_path / "same")
    files = sorted((tmp_path / "same").glob("*.wav"))
    y, sr = soundfile.read(files[0])
    for number, file in enumerate(files):  # the same samples, in files that differ
        with soundfile.SoundFile(file, "w", sr, 1) as out:
            out.title = f"take {number}"
            out.write(y)
    import_path(catalog, tmp_path / "same", corpus="same", convention="original")
    with pytest.raises(SameClipsError, match="sound the same"):
        new_experiment(catalog, "same", features=OriginalSpec(), model=LogregSpec())
    assert not feature_store(workspace()).path.exists()


def test_no_more_clips_are_read_beforehand_than_until_two_differ(catalog, monkeypatch):
    read = []
    load = ClipLoad.__call__
    monkeypatch.setattr(ClipLoad, "__call__", lambda self: read.append(self) or load(self))
    set_up(catalog, model=LogregSpec())
    set_up(catalog, model=MlpSpec())
    assert len(read) == 2


def test_the_first_clip_of_no_numbers_ends_the_reading(catalog, monkeypatch):
    spec = set_up(catalog, model=LogregSpec())
    monkeypatch.setattr("core.training.clip_rows._BATCH", 4)
    asked = []

    def broken(clips, *_rest, **_choices):
        asked.append(len(clips))
        return np.full((len(clips), 128), np.nan)

    monkeypatch.setattr("core.training.clip_rows.features_of", broken)
    with pytest.raises(UnusableFeaturesError, match="128 features"):
        list(read_data(spec, catalog, feature_store(workspace())))
    assert asked == [4]


def test_what_is_at_hand_is_read_in_one_go_and_the_rest_in_its_place(catalog):
    spec = set_up(catalog, model=LogregSpec())
    store = feature_store(workspace())
    *read, whole = read_data(spec, catalog, store)
    *again, same = read_data(spec, catalog, store)
    assert read[0].done == 0 and read[-1].done == read[-1].total == len(whole.y)
    assert [e.done for e in again if isinstance(e, FeaturesRead)] == [len(whole.y)]
    store.forget([whole.utterances[3].content])
    *some, filled = read_data(spec, catalog, store)
    assert [e.done for e in some] == [len(whole.y) - 1, len(whole.y)]
    np.testing.assert_array_equal(whole.X, same.X)
    np.testing.assert_array_equal(whole.X, filled.X)


def test_rows_are_refused_by_what_they_hold():
    clips, rows = [utterance(i) for i in range(3)], np.ones((3, 4))
    with pytest.raises(SameClipsError, match="All 3 clips sound the same"):
        check_rows(rows, clips)
    rows[1, 2:] = np.nan
    with pytest.raises(UnusableFeaturesError, match="gives 2 features that are no numbers"):
        check_rows(rows, clips)


def test_memory_counts_clips_copies_features_and_the_folds_that_learn_at_once(catalog):
    one = set_up(catalog, model=LogregSpec(), split=SplitSpec("speaker", 4))
    assert memory_needed(one, 1_000) == 1_000 * 128 * (12 + 16)
    all_folds = set_up(catalog, model=MlpSpec(), split=SplitSpec("speaker", 4))
    assert memory_needed(all_folds, 1_000) == 1_000 * 128 * (12 + 4 * 16)
    twice = set_up(catalog, model=LogregSpec(), augment=AugmentSpec(copies=2, noise=20.0))
    assert memory_needed(twice, 1_000) == 3 * memory_needed(one, 1_000)


def test_a_run_that_would_not_fit_into_memory_is_refused_with_both_figures(catalog):
    spec = set_up(catalog, model=LogregSpec())
    clips = catalog.utterances("tones")
    needed = memory_needed(spec, len(clips))
    check_memory(spec, clips, free=needed)
    with pytest.raises(LearningMemoryError, match=r"0\.0 GB are free"):
        check_memory(spec, clips, free=needed - 1)
