"""An import can be taken back in one go, and brought back again."""

import pytest

from core.corpus import import_path
from tests.corpus.sounds import wav, write_clips


@pytest.fixture
def two_imports(catalog, tmp_path):
    place = write_clips(tmp_path / "a", "1_1_N.wav", "1_1_A.wav")
    first = import_path(catalog, place, corpus="team")
    place = tmp_path / "b"
    place.mkdir()
    (place / "2_1_S.wav").write_bytes(wav(50))
    second = import_path(catalog, place, corpus="team")
    return first, second


def test_an_import_leaves_its_record(catalog, two_imports):
    first, second = two_imports
    records = catalog.imports("team")
    assert [(r.id, r.place, r.convention, r.n, r.removed) for r in records] == [
        (second.import_id, "b", "original", 1, None),
        (first.import_id, "a", "original", 2, None),
    ]
    assert catalog.imports("another") == []


def test_an_import_that_brought_nothing_leaves_none(catalog, two_imports, tmp_path):
    assert import_path(catalog, tmp_path / "a", corpus="team").import_id is None
    assert len(catalog.imports("team")) == 2


def test_undo_takes_away_what_that_import_brought_and_nothing_else(catalog, two_imports):
    first, _ = two_imports
    assert catalog.undo_import(first.import_id) == 2
    assert [clip.name for clip in catalog.utterances("team", status=None)] == ["2_1_S.wav"]
    assert catalog.undo_import(first.import_id) == 0
    assert catalog.imports("team")[1].removed is not None


def test_restore_brings_labels_and_history_back(catalog, two_imports):
    first, _ = two_imports
    clip = catalog.utterances("team", emotions=["angry"])[0]
    catalog.relabel([clip.id], emotion="happy", by="minji")
    catalog.set_status([clip.id], "disabled")
    catalog.undo_import(first.import_id)
    assert catalog.restore_import(first.import_id) == 2
    again = catalog.utterance(clip.id)
    assert (again.corpus, again.emotion, again.status) == ("team", "happy", "disabled")
    assert [change.field for change in catalog.history(clip.id)] == ["emotion", "status"]
    assert catalog.restore_import(first.import_id) == 0


def test_a_corpus_of_one_import_goes_and_comes_with_it(catalog, tmp_path):
    done = import_path(catalog, write_clips(tmp_path / "a", "1_1_N.wav"), corpus="team")
    catalog.undo_import(done.import_id)
    assert catalog.corpora() == []
    assert [record.removed is None for record in catalog.imports()] == [False]
    catalog.restore_import(done.import_id)
    assert catalog.corpus("team").n_utterances == 1


def test_the_same_files_can_come_in_again_after_an_undo(catalog, tmp_path):
    place = write_clips(tmp_path / "a", "happy/1_1_N.wav", "happy/1_2_N.wav")
    wrong = import_path(catalog, place, corpus="team", convention="original")
    catalog.undo_import(wrong.import_id)
    right = import_path(catalog, place, corpus="team", convention="folder")
    assert (right.imported, right.duplicates) == (2, 0)
    assert catalog.corpus("team").emotions == {"happy": 2}
    assert catalog.restore_import(wrong.import_id) == 0
    assert [record.removed is None for record in catalog.imports("team")] == [True, False]
    assert catalog.count("team") == 2
    for clip in catalog.utterances("team"):
        assert catalog.read_bytes(clip) == (place / clip.name).read_bytes()


def test_the_sounds_of_an_undone_import_survive_a_sweep(catalog, tmp_path):
    done = import_path(catalog, write_clips(tmp_path / "a", "1_1_N.wav"), corpus="team")
    catalog.undo_import(done.import_id)
    assert catalog.sweep(min_age=0.0).quarantined == ()
    catalog.restore_import(done.import_id)
    assert catalog.read_bytes(catalog.utterances("team")[0]) == wav(0)


def test_an_unknown_import_changes_nothing(catalog, two_imports):
    assert (catalog.undo_import(999), catalog.restore_import(999)) == (0, 0)
    assert catalog.count("team") == 3
