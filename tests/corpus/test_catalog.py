"""The catalog: what goes in comes out, page by page, and every label change can be taken back."""

import sqlite3
import threading

import numpy as np
import pytest

from core.corpus import Catalog, CorpusFacts
from core.errors import (
    ChangedSinceError,
    UnknownCorpusError,
    UnknownEmotionError,
    UnknownUtteranceError,
    UnreadableFileError,
)
from tests.corpus.builders import add_clips


def names(utterances):
    return [u.name.removesuffix(".wav") for u in utterances]


def test_a_new_catalog_is_empty(catalog):
    assert catalog.corpora() == []
    with pytest.raises(UnknownCorpusError, match="team"):
        catalog.utterances("team")


def test_an_utterance_comes_out_as_it_went_in(catalog):
    (number,) = add_clips(catalog, ["10_6_A"], flags=("clipped",))
    clip = catalog.utterance(number)
    assert (clip.name, clip.sentence, clip.speaker, clip.emotion) == (
        "10_6_A.wav",
        "10",
        "6",
        "angry",
    )
    assert (clip.start, clip.end, clip.duration, clip.take) == (0.0, None, 1.0, 1)
    assert (clip.status, clip.flags, clip.correction) == ("active", ("clipped",), "")
    assert catalog.read_bytes(clip) == b"10_6_A"


def test_a_corpus_counts_its_active_clips(catalog):
    ids = add_clips(catalog, ["1_1_N", "1_2_N", "2_1_A", "2_1_S"])
    catalog.set_status(ids[3:], "disabled")
    info = catalog.corpus("team")
    assert (info.n_utterances, info.n_speakers, info.n_sentences) == (3, 2, 2)
    assert info.emotions == {"neutral": 2, "angry": 1}
    assert info.duration == 3.0
    assert info.title == "Test corpus"


def test_names_sort_as_people_count(catalog):
    add_clips(catalog, ["10_1_N", "2_1_N", "1_10_N", "1_9_N"])
    assert names(catalog.utterances("team")) == ["1_9_N", "1_10_N", "2_1_N", "10_1_N"]
    by_speaker = catalog.utterances("team", sort="speaker", descending=True)
    assert [u.speaker for u in by_speaker] == ["10", "9", "1", "1"]


def test_clips_with_more_flags_can_come_first(catalog):
    add_clips(catalog, ["1_1_N"])
    add_clips(catalog, ["1_2_N"], flags=("clipped", "dc"))
    add_clips(catalog, ["1_3_N"], flags=("dc",))
    by_flags = catalog.utterances("team", sort="flags", descending=True)
    assert names(by_flags) == ["1_2_N", "1_3_N", "1_1_N"]


def test_pages_neither_overlap_nor_leave_a_clip_out(catalog):
    ids = add_clips(catalog, [f"{i}_1_{'SNJA'[i % 4]}" for i in range(23)])
    pages = [catalog.utterances("team", sort="emotion", offset=k, limit=5) for k in range(0, 25, 5)]
    seen = [u.id for page in pages for u in page]
    assert sorted(seen) == sorted(ids)
    assert len(pages[-1]) == 3


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"emotions": ["sad", "angry"]}, ["1_1_A", "2_3_S"]),
        ({"speakers": ["3"]}, ["2_3_S"]),
        ({"sentences": ["1"], "emotions": ["neutral"]}, ["1_2_N"]),
        ({"emotions": [None]}, ["4_4_X"]),
        ({"emotions": [None, "sad"]}, ["2_3_S", "4_4_X"]),
        ({"emotions": []}, []),
        ({"search": "2_3"}, ["2_3_S"]),
        ({"search": "%"}, []),
        ({"search": "_n.W"}, ["1_2_N"]),
        ({"flags": ["silent"]}, []),
        ({"durations": (1.0, 1.0)}, ["1_1_A", "1_2_N", "2_3_S", "4_4_X"]),
        ({"durations": (1.01, 9.0)}, []),
        ({}, ["1_1_A", "1_2_N", "2_3_S", "4_4_X"]),
    ],
)
def test_filters_leave_in_what_they_say(catalog, filters, expected):
    add_clips(catalog, ["1_1_A", "1_2_N", "2_3_S", "4_4_X"])
    assert names(catalog.utterances("team", **filters)) == expected
    assert catalog.count("team", **filters) == len(expected)


def test_disabled_clips_are_out_of_sight_unless_asked_for(catalog):
    ids = add_clips(catalog, ["1_1_A", "1_2_N"])
    catalog.set_status(ids[:1], "disabled")
    assert names(catalog.utterances("team")) == ["1_2_N"]
    assert names(catalog.utterances("team", status="disabled")) == ["1_1_A"]
    assert catalog.count("team", status=None) == 2


def test_facets_count_every_value_in_its_order(catalog):
    add_clips(catalog, ["10_1_A", "2_1_S", "2_2_S", "3_2_X"], flags=("dc",))
    facets = catalog.facets("team")
    assert list(facets["emotion"].items()) == [("sad", 2), ("angry", 1), (None, 1)]
    assert list(facets["sentence"].items()) == [("2", 2), ("3", 1), ("10", 1)]
    assert facets["speaker"] == {"1": 2, "2": 2}
    assert facets["flag"] == {"dc": 4}
    assert facets["status"] == {"active": 4}


def test_the_words_of_sentences_are_known_by_their_codes(catalog):
    facts = CorpusFacts(title="Team", sentences={"1": "안녕하세요", "2": "괜찮아요"})
    catalog.add("team", facts, [])
    add_clips(catalog, ["1_1_N"], corpus="other")
    assert catalog.sentence_texts("team") == {"1": "안녕하세요", "2": "괜찮아요"}
    assert catalog.sentence_texts("other") == {}


def test_a_cross_table_counts_what_meets(catalog):
    add_clips(catalog, ["1_1_A", "2_1_A", "1_2_S"])
    table = catalog.cross_table("team", "speaker", "emotion")
    assert (table.rows, table.columns) == (("1", "2"), ("sad", "angry"))
    np.testing.assert_array_equal(table.counts, [[0, 2], [1, 0]])


def test_the_same_content_is_in_a_corpus_once_and_may_be_in_two_corpora(catalog):
    assert None not in add_clips(catalog, ["1_1_A"])
    assert add_clips(catalog, ["1_1_A", "1_2_A"])[0] is None
    assert None not in add_clips(catalog, ["1_1_A"], corpus="other")
    assert [info.n_utterances for info in catalog.corpora()] == [1, 2]


def test_relabelling_is_noted_with_who_and_from_and_to(catalog):
    (number,) = add_clips(catalog, ["1_1_A"])
    change = catalog.relabel([number], emotion="sad", speaker="7", by="민지")
    assert (catalog.utterance(number).emotion, catalog.utterance(number).speaker) == ("sad", "7")
    entries = {e.field: e for e in catalog.history(number)}
    assert (entries["emotion"].before, entries["emotion"].after) == ("angry", "sad")
    assert (entries["speaker"].before, entries["speaker"].after) == ("1", "7")
    assert {(e.change, e.by, e.undoes) for e in entries.values()} == {(change, "민지", None)}


def test_a_label_that_stays_the_same_is_no_change(catalog):
    ids = add_clips(catalog, ["1_1_A"])
    assert catalog.relabel(ids, emotion="angry") is None
    assert catalog.history(ids[0]) == []


def test_a_decomposed_or_empty_label_is_put_right(catalog):
    ids = add_clips(catalog, ["1_1_A"])
    catalog.relabel(ids, speaker="\u1100\u1161 ", sentence="  ")  # decomposed 가
    assert catalog.utterance(ids[0]).speaker == "가"
    assert catalog.utterance(ids[0]).sentence is None


def test_undo_goes_back_step_by_step_and_is_itself_in_the_history(catalog):
    ids = add_clips(catalog, ["1_1_A", "1_2_A"])
    first = catalog.relabel(ids, emotion="sad")
    second = catalog.set_status(ids[:1], "disabled")
    assert catalog.undo() == second
    assert catalog.utterance(ids[0]).status == "active"
    assert catalog.undo() == first
    assert [u.emotion for u in catalog.utterances("team")] == ["angry", "angry"]
    assert catalog.undo() is None
    assert [e.undoes for e in catalog.history(ids[0])] == [None, None, second, first]


def test_undo_can_be_kept_to_ones_own_changes(catalog):
    ids = add_clips(catalog, ["1_1_A", "1_2_A"])
    mine = catalog.relabel(ids[:1], emotion="sad", by="me")
    catalog.relabel(ids[1:], emotion="sad", by="you")
    assert catalog.undo(by="me") == mine
    assert [u.emotion for u in catalog.utterances("team")] == ["angry", "sad"]


def test_undo_never_takes_away_what_somebody_did_later(catalog):
    ids = add_clips(catalog, ["1_1_A"])
    catalog.relabel(ids, emotion="sad", by="me")
    catalog.relabel(ids, emotion="happy", by="you")
    with pytest.raises(ChangedSinceError, match="1 of these clips"):
        catalog.undo(by="me")
    assert catalog.utterance(ids[0]).emotion == "happy"


def test_an_unknown_clip_or_emotion_changes_nothing(catalog):
    ids = add_clips(catalog, ["1_1_A"])
    with pytest.raises(UnknownUtteranceError, match="999"):
        catalog.relabel([*ids, 999], emotion="sad")
    with pytest.raises(UnknownEmotionError, match="furious"):
        catalog.relabel(ids, emotion="furious")
    assert catalog.utterance(ids[0]).emotion == "angry"


def test_the_history_itself_cannot_be_changed(catalog):
    ids = add_clips(catalog, ["1_1_A"])
    catalog.relabel(ids, emotion="sad")
    for sql in ("DELETE FROM label_changes", "UPDATE label_changes SET before = 'happy'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            catalog.database.connection.execute(sql)


def test_a_removed_corpus_can_be_brought_back_and_its_name_is_free(catalog):
    add_clips(catalog, ["1_1_A"])
    tombstone = catalog.remove_corpus("team")
    assert catalog.corpora() == []
    add_clips(catalog, ["1_1_A", "1_2_A"])
    assert not catalog.restore_corpus(tombstone)
    catalog.remove_corpus("team")
    assert catalog.restore_corpus(tombstone)
    assert catalog.corpus("team").n_utterances == 1


def test_a_recording_that_vanished_or_changed_on_disk_is_never_passed_off_as_itself(catalog):
    (number,) = add_clips(catalog, ["1_1_A"])
    clip = catalog.utterance(number)
    catalog.audio_path(clip.content).write_bytes(b"1_1_S")
    with pytest.raises(UnreadableFileError, match="not what it was"):
        catalog.read_bytes(clip)
    catalog.audio_path(clip.content).unlink()
    with pytest.raises(UnreadableFileError, match="is gone"):
        catalog.read_bytes(clip)


def test_two_catalogs_at_once_see_each_others_work(workspace_home):
    with Catalog() as mine, Catalog() as yours:
        ids = add_clips(mine, ["1_1_A"])
        yours.relabel(ids, emotion="sad")
        assert mine.utterance(ids[0]).emotion == "sad"
        assert mine.undo() is not None
        assert yours.utterance(ids[0]).emotion == "angry"


def test_threads_that_write_at_once_all_get_through(catalog):
    ids = add_clips(catalog, [f"{i}_1_A" for i in range(8)])

    def work(number):
        for emotion in ("sad", "happy", "neutral"):
            catalog.relabel([number], emotion=emotion)
        catalog.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {u.emotion for u in catalog.utterances("team")} == {"neutral"}
    assert [len(catalog.history(number)) for number in ids] == [3] * 8
