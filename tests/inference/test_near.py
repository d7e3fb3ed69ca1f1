"""The training clips that sound most alike, and the same sentence elsewhere."""

import dataclasses

import pytest

from core.corpus import Catalog, import_path
from core.corpus.clips import read_clip
from core.inference import nearest_clips, same_sentence
from tests.corpora import write_tones
from tests.inference.builders import bundle, hum, sound


@pytest.fixture
def place(workspace_home, tmp_path):
    """A corpus of tones and a model that says it learnt from it."""
    write_tones(tmp_path / "tones")
    with Catalog() as catalog:
        import_path(catalog, tmp_path / "tones", corpus="tones")
        emotions = tuple(catalog.corpus("tones").emotions)
        digest = catalog.snapshot("tones", emotions).digest
        manifest = {"snapshot": digest, "corpus": {"name": "tones", "n_utterances": 40}}
        yield catalog, dataclasses.replace(bundle(), manifest=manifest), emotions


def test_a_training_clip_is_nearest_to_itself_and_says_so(place):
    catalog, model, emotions = place
    clip = catalog.utterances("tones")[5]
    near = nearest_clips(catalog, read_clip(catalog, clip), model, emotions, n=2)
    assert near.missing is None
    first = near.clips[clip.emotion][0]
    assert (first.utterance.id, first.rank, first.same) == (clip.id, 1, True)
    assert first.distance == pytest.approx(0.0, abs=1e-6)
    assert all(len(clips) == 2 for clips in near.clips.values())
    assert near.n_known == near.n_learnt == catalog.corpus("tones").n_utterances


def test_clips_are_in_the_order_of_their_distance(place):
    catalog, model, emotions = place
    near = nearest_clips(catalog, sound(hum(0.5)), model, emotions)
    for clips in near.clips.values():
        assert [c.distance for c in clips] == sorted(c.distance for c in clips)
        assert all(not c.same for c in clips)
    best = min((c for clips in near.clips.values() for c in clips), key=lambda c: c.rank)
    assert best.rank == 1


def test_the_label_is_the_one_that_was_learnt(place):
    catalog, model, emotions = place
    clip = catalog.utterances("tones")[0]
    other = next(e for e in emotions if e != clip.emotion)
    catalog.relabel([clip.id], emotion=other)
    near = nearest_clips(catalog, read_clip(catalog, clip), model, emotions, n=1)
    assert near.clips[clip.emotion][0].utterance.id == clip.id


def test_a_model_from_elsewhere_says_that_its_clips_are_not_here(place):
    catalog, model, _ = place
    foreign = dataclasses.replace(model, manifest={"snapshot": "0" * 16})
    near = nearest_clips(catalog, sound(hum(0.5)), foreign, ["sad"])
    assert near.clips == {"sad": ()}
    assert "not in this workspace" in near.missing


def test_a_removed_corpus_is_no_longer_compared_with(place):
    catalog, model, emotions = place
    catalog.remove_corpus("tones")
    assert nearest_clips(catalog, sound(hum(0.5)), model, emotions).missing


def test_measuring_can_be_stopped(place):
    catalog, model, emotions = place
    near = nearest_clips(catalog, sound(hum(0.5)), model, emotions, go_on=lambda d, n: False)
    assert near.n_known <= 24


def test_the_same_sentence_is_found_by_its_letters(place):
    catalog, _, _ = place
    texts = catalog.sentence_texts("tones")
    sentence, text = next(iter(texts.items()))
    found = same_sentence(catalog, f" {text}!! ".replace(" ", ""))
    assert (found.sentence, found.likeness) == (sentence, 1.0)
    assert found.utterances
    assert {u.sentence for u in found.utterances} == {sentence}


def test_another_sentence_is_not_the_same(place):
    catalog, _, _ = place
    assert same_sentence(catalog, "오늘 날씨가 참 맑고 시원하네요") is None
    assert same_sentence(catalog, "…") is None
