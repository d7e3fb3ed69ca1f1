"""A snapshot's digest changes when clips, contents or labels change, and only then."""

import pytest

from core.corpus import Catalog
from core.errors import UnknownCorpusError, UnusableSchemeError
from core.settings import Workspace
from tests.corpus.builders import add_clips

FOUR = ("sad", "neutral", "happy", "angry")
NAMES = ["1_1_A", "1_1_S", "2_1_A", "2_1_N"]


def test_the_same_clips_give_the_same_digest_in_every_workspace_and_order(catalog, tmp_path):
    add_clips(catalog, NAMES)
    with Catalog(Workspace(root=tmp_path / "other", models=tmp_path)) as other:
        add_clips(other, ["9_9_J"], corpus="before")  # so that ids differ
        add_clips(other, NAMES[::-1])
        here, there = catalog.snapshot("team", FOUR), other.snapshot("team", FOUR)
    assert here.digest == there.digest
    assert [u.name for u in here.utterances] == [u.name for u in there.utterances]
    assert [u.id for u in here.utterances] != [u.id for u in there.utterances]


def test_the_order_of_the_emotions_does_not_matter(catalog):
    add_clips(catalog, NAMES)
    assert catalog.snapshot("team", FOUR) == catalog.snapshot("team", FOUR[::-1])
    assert catalog.snapshot("team", ["angry", "sad"]).emotions == ("sad", "angry")


@pytest.mark.parametrize(
    "act",
    [
        lambda catalog, ids: catalog.relabel(ids[:1], emotion="sad"),
        lambda catalog, ids: catalog.relabel(ids[:1], speaker="2"),
        lambda catalog, ids: catalog.relabel(ids[:1], sentence=None),
        lambda catalog, ids: catalog.set_status(ids[:1], "disabled"),
        lambda catalog, ids: add_clips(catalog, ["3_1_J"]),
    ],
)
def test_a_change_gives_another_digest_and_undoing_it_the_first_again(catalog, act):
    ids = add_clips(catalog, NAMES)
    before = catalog.snapshot("team", FOUR).digest
    act(catalog, ids)
    assert catalog.snapshot("team", FOUR).digest != before
    if catalog.undo() is not None:
        assert catalog.snapshot("team", FOUR).digest == before


def test_clips_of_other_emotions_do_not_matter(catalog):
    ids = add_clips(catalog, NAMES)
    before = catalog.snapshot("team", ["angry", "sad"]).digest
    catalog.relabel(ids[3:], speaker="7")  # the neutral one
    assert catalog.snapshot("team", ["angry", "sad"]).digest == before


def test_a_snapshot_remembers_its_clips_whatever_becomes_of_them(catalog):
    ids = add_clips(catalog, NAMES)
    digest = catalog.snapshot("team", FOUR).digest
    catalog.relabel(ids, emotion="happy")
    remembered = {m["id"]: m["emotion"] for m in catalog.snapshot_members(digest)}
    assert [remembered[i] for i in ids] == ["angry", "sad", "angry", "neutral"]
    assert catalog.snapshot_members("0" * 16) is None


def test_a_snapshot_needs_a_corpus_and_two_emotions(catalog):
    add_clips(catalog, NAMES)
    with pytest.raises(UnknownCorpusError):
        catalog.snapshot("nothing", FOUR)
    with pytest.raises(UnusableSchemeError):
        catalog.snapshot("team", ["sad"])
