"""A voice that is withdrawn leaves nothing behind: files and databases are searched for it."""

import json
import sqlite3

import numpy as np
import pytest

from core.corpus import Catalog
from core.corpus.clip_features import feature_key, feature_store
from core.corpus.clips import read_clip
from core.corpus.consents import agreement_of, consents, note_consent, speakers_of
from core.corpus.corrections import set_correction
from core.corpus.cutting import Cut, read_take, save_cuts
from core.corpus.sheets import ORIGINAL_SHEET, save_sheet, sheet_of
from core.corpus.withdrawal import plan_withdrawal, withdraw
from core.errors import TrainingUnderWayError, UnknownSpeakerError, UnreadableFileError
from core.settings import FunctionalsSpec
from core.signal import chain_of_text
from tests.corpus.test_recording import said

LEAVER, STAYER = "나간다리아", "남는하준"
SPEC = FunctionalsSpec()


def take_of(catalog: Catalog, speaker: str, seed: int) -> bytes:
    data = said(0.8, 1.0, 0.7, seed=seed)
    sound = read_take(data, f"{speaker}.wav")
    cuts = [
        Cut(0.4, 1.4, ("1", "sad")),
        Cut(1.7, 2.9, ("1", "happy")),
        Cut(3.2, 4.2, ("2", "sad")),
    ]
    save_cuts(catalog, "ours", data, sound, cuts, sheet=ORIGINAL_SHEET, speaker=speaker)
    return data


def left_over(home, needles: list[bytes]) -> list[str]:
    """Files of the workspace whose name or bytes hold one of the needles."""
    found = []
    for file in home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found += [
                f"{file.relative_to(home)}: {n[:20]!r}"
                for n in needles
                if n in content or n in str(file).encode()
            ]
    return found


def learnt_from(catalog: Catalog, run_id: str) -> None:
    """A finished run, its files and its model, as training leaves them."""
    snapshot = catalog.snapshot("ours", ("sad", "happy"))
    spec = {"corpus": "ours", "snapshot": snapshot.digest}
    catalog.runs.add(run_id, spec=spec, report={"n": len(snapshot.utterances)})
    folder = catalog.place.runs / run_id
    folder.mkdir(parents=True)
    names = [u.name for u in snapshot.utterances]
    (folder / "predictions.json").write_text(json.dumps(names, ensure_ascii=False))
    catalog.runs.add_model(run_id, "0" * 64, run_id=run_id)
    catalog.jobs.queue_job(spec)


def test_nothing_of_a_withdrawn_voice_is_left(catalog, workspace_home):
    stays = take_of(catalog, STAYER, seed=1)
    learnt_from(catalog, "before")
    goes = take_of(catalog, LEAVER, seed=2)
    clips = catalog.utterances("ours", speakers=[LEAVER])
    catalog.set_status([clips[0].id], "disabled", by=LEAVER)
    catalog.undo(by=LEAVER)
    set_correction(catalog, [clips[1].id], chain_of_text("dc"))
    note_consent(catalog, LEAVER, ["train"], note="서류 " + LEAVER)
    note_consent(catalog, STAYER, ["train"])
    save_sheet(catalog, "ours", sheet_of(catalog, "ours"))
    learnt_from(catalog, "after")
    row = np.ones(4, np.float32)
    store = feature_store(catalog.place)
    store.put_many({feature_key(u): row for u in catalog.utterances("ours")}, SPEC)
    picture = catalog.place.cache / "thumbnails" / "ab" / "x.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture of a voice")
    content = clips[0].content
    needles = [LEAVER.encode(), content.encode(), goes[200:400], b"a picture of a voice"]
    assert left_over(workspace_home, needles)

    plan = plan_withdrawal(catalog, LEAVER)
    assert (len(plan.clips), plan.contents, plan.runs) == (3, (content,), ("after",))
    assert plan.models == ("after",)
    assert plan.shared == ()
    done = withdraw(catalog, LEAVER)
    assert done == plan

    catalog.close()
    assert left_over(workspace_home, needles) == []
    assert [u.speaker for u in catalog.utterances("ours")] == [STAYER] * 3
    assert catalog.read_bytes(catalog.utterances("ours")[0]) == stays
    assert [r.id for r in catalog.runs.runs()] == ["before"]
    assert len(store.get_many([feature_key(u) for u in catalog.utterances("ours")], SPEC)) == 3
    assert agreement_of(catalog, STAYER) is not None
    gone = next(c for c in consents(catalog) if c.speaker is None)
    assert gone.withdrawn is not None
    assert LEAVER not in speakers_of(catalog)
    with pytest.raises(UnknownSpeakerError):
        withdraw(catalog, LEAVER)


def test_a_clip_withdrawn_since_it_was_listed_is_said_to_be_gone(catalog):
    take_of(catalog, LEAVER, seed=2)
    listed = catalog.utterances("ours")[0]
    withdraw(catalog, LEAVER)
    with pytest.raises(UnreadableFileError, match="is gone"):
        catalog.read_bytes(listed)


def test_the_history_is_append_only_again_afterwards(catalog):
    take_of(catalog, LEAVER, seed=2)
    take_of(catalog, STAYER, seed=1)
    clip = catalog.utterances("ours", speakers=[STAYER])[0]
    catalog.relabel([clip.id], emotion="angry")
    withdraw(catalog, LEAVER)
    assert len(catalog.history(clip.id)) == 1
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), catalog.database.write() as c:
        c.execute("DELETE FROM label_changes")


def test_who_else_speaks_in_the_same_recording_keeps_every_sample(catalog, workspace_home):
    take_of(catalog, LEAVER, seed=2)
    clips = catalog.utterances("ours")
    catalog.relabel([clips[1].id], speaker=STAYER)
    before = read_clip(catalog, catalog.utterance(clips[1].id)).y
    old = clips[0].content
    plan = withdraw(catalog, LEAVER)
    assert plan.shared == (old,)
    (kept,) = catalog.utterances("ours")
    assert kept.speaker == STAYER
    assert kept.content != old
    assert np.allclose(read_clip(catalog, kept).y, before, atol=1e-4)
    from core.corpus.clips import read_pieces

    whole = read_pieces(
        catalog.read_bytes(kept), [type(kept)(**{**vars(kept), "start": 0.0, "end": None})], {}
    )[0].y
    outside = np.r_[whole[: int(kept.start * 16_000)], whole[int(kept.end * 16_000) + 1 :]]
    assert not outside.any()
    catalog.close()
    assert left_over(workspace_home, [old.encode()]) == []


def test_a_run_on_another_piece_of_a_shared_recording_goes_as_well(catalog):
    take_of(catalog, LEAVER, seed=2)
    first, second, third = catalog.utterances("ours")
    catalog.relabel([first.id, second.id], speaker=STAYER)
    catalog.set_status([third.id], "disabled")
    learnt_from(catalog, "run-1")  # from the stayer's pieces alone, of bytes that will be gone
    plan = plan_withdrawal(catalog, LEAVER)
    assert plan.clips == (("ours", third.name),)
    assert plan.runs == ("run-1",)


def test_a_running_training_is_stopped_by_hand_first(catalog):
    take_of(catalog, LEAVER, seed=2)
    learnt_from(catalog, "now")
    with catalog.database.write() as connection:
        connection.execute("UPDATE jobs SET state = 'running'")
    with pytest.raises(TrainingUnderWayError):
        withdraw(catalog, LEAVER)
    assert len(catalog.utterances("ours")) == 3


def test_a_number_may_be_another_person_elsewhere_and_a_synthesised_voice_is_none(catalog):
    for corpus, synthesised in (("ours", 0), ("theirs", 0), ("demo", 1)):
        data = said(0.8, seed=len(corpus))
        save_cuts(
            catalog,
            corpus,
            data,
            read_take(data, "take.wav"),
            [Cut(0.4, 1.4, ("1", "sad"))],
            sheet=ORIGINAL_SHEET,
            speaker="1",
        )
        with catalog.database.write() as connection:
            connection.execute(
                "UPDATE corpora SET synthesised = ? WHERE name = ?", (synthesised, corpus)
            )
    assert len(plan_withdrawal(catalog, "1").clips) == 2
    withdraw(catalog, "1", "theirs")
    assert [c.n_utterances for c in catalog.corpora() if c.name != "theirs"] == [1, 1]
    with pytest.raises(UnknownSpeakerError):
        plan_withdrawal(catalog, "1", "theirs")
