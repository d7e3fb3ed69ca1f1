import numpy as np
import pytest

from core.audio import encode_wav
from core.corpus.clip_features import feature_key, feature_rows, feature_store, measure_clips
from core.corpus.clips import ClipLoad
from core.corpus.records import NewUtterance
from core.errors import AudioError
from core.features import FeatureStore, extract, features_of
from core.settings import OriginalSpec, workspace
from tests.conftest import sine
from tests.corpus.builders import FACTS, add_clips, recording

SPEC = OriginalSpec()


def add_sounds(catalog, *frequencies):
    new = []
    for hz in frequencies:
        data = encode_wav(sine(hz, duration=0.5))
        stored = recording(data, duration=0.5)
        catalog.store.put(stored.content, "wav", data)
        new.append(NewUtterance(stored, f"{hz:g}.wav"))
    return catalog.add("team", FACTS, new)


def test_nothing_is_at_hand_before_it_was_measured(catalog):
    add_sounds(catalog, 200, 300)
    store = feature_store(workspace())
    assert feature_rows(catalog.utterances("team"), SPEC, store) == {}


def test_measured_clips_have_the_features_of_their_sound(catalog):
    low, _high = add_sounds(catalog, 200, 300)
    store, clips = feature_store(workspace()), catalog.utterances("team")
    assert measure_clips(catalog, clips, SPEC, store) == ()
    rows = feature_rows(clips, SPEC, store)
    assert len(rows) == 2
    heard = sine(200, duration=0.5)
    assert np.allclose(rows[low], extract(heard, SPEC), rtol=0.02, atol=1e-4)


def test_an_unreadable_clip_costs_only_itself(catalog):
    add_sounds(catalog, 200, 300)
    (bad,) = add_clips(catalog, ["1_1_N"])  # its bytes are its name, which is no sound
    store, clips = feature_store(workspace()), catalog.utterances("team")
    assert measure_clips(catalog, clips, SPEC, store) == (bad,)
    assert len(feature_rows(clips, SPEC, store)) == 2


def test_measuring_can_be_stopped_and_keeps_what_it_has(catalog):
    add_sounds(catalog, *range(200, 230))
    store, clips = feature_store(workspace()), catalog.utterances("team")
    seen = []
    measure_clips(catalog, clips, SPEC, store, go_on=lambda *said: seen.append(said))
    assert seen == [(24, 30)]
    assert len(feature_rows(clips, SPEC, store)) == 24


def test_a_recording_that_is_gone_is_told_by_the_process_that_wanted_it(catalog, tmp_path):
    add_sounds(catalog, 200, 300)
    clips = catalog.utterances("team")
    catalog.audio_path(clips[0].content).unlink()
    loads = [(feature_key(u), ClipLoad(catalog, u)) for u in clips]
    with pytest.raises(AudioError, match=clips[0].name):
        features_of(loads, SPEC, FeatureStore(tmp_path), n_jobs=2, apart=True)
