import numpy as np
import pytest

from core.errors import NonFiniteSignalError
from core.features import FeatureKey, FeatureStore, extract, features_of
from core.settings import FEATURE_SPECS, OriginalSpec
from tests.conftest import sine

SPEC = OriginalSpec()


class Clip:
    """A clip that counts how often it is loaded."""

    def __init__(self, n: int):
        self.key = FeatureKey(content=f"clip {n}")
        self.y = sine(100 + 20 * n, duration=0.3)
        self.loads = 0

    def __call__(self) -> np.ndarray:
        self.loads += 1
        return self.y


def pairs(clips):
    return [(clip.key, clip) for clip in clips]


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
@pytest.mark.parametrize("spec", [cls() for cls in FEATURE_SPECS.values()], ids=lambda s: s.kind)
def test_rows_come_in_the_order_of_the_clips(tmp_path, spec, n_jobs):
    clips = [Clip(n) for n in (4, 0, 9, 2)]
    X = features_of(pairs(clips), spec, FeatureStore(tmp_path), n_jobs=n_jobs)
    assert X.dtype == np.float32
    for features, clip in zip(X, clips, strict=True):
        assert np.array_equal(features, extract(clip.y, spec))


def test_what_is_stored_is_not_loaded_again(tmp_path):
    clips = [Clip(n) for n in range(5)]
    first = features_of(pairs(clips[:3]), SPEC, FeatureStore(tmp_path))
    again = features_of(pairs(clips), SPEC, FeatureStore(tmp_path))
    assert [clip.loads for clip in clips] == [1, 1, 1, 1, 1]
    assert np.array_equal(again[:3], first)


def test_a_clip_given_twice_is_loaded_once(tmp_path):
    clip = Clip(1)
    X = features_of(pairs([clip, clip, clip]), SPEC, FeatureStore(tmp_path))
    assert clip.loads == 1
    assert X.shape == (3, 128)
    assert np.array_equal(X[0], X[2])


def test_no_clips_are_no_rows(tmp_path):
    assert features_of([], SPEC, FeatureStore(tmp_path)).shape == (0, 128)


def test_progress_counts_up_to_all_and_starts_from_what_is_stored(tmp_path):
    store = FeatureStore(tmp_path)
    clips = [Clip(n) for n in range(150)]
    features_of(pairs(clips[:10]), SPEC, store)
    seen = []
    features_of(pairs(clips), SPEC, store, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(10, 150), (74, 150), (138, 150), (150, 150)]


def test_what_was_computed_before_a_bad_clip_stays_stored(tmp_path):
    clips = [Clip(n) for n in range(100)]
    clips[80].y = np.full(16_000, np.nan, dtype=np.float32)
    with pytest.raises(NonFiniteSignalError):
        features_of(pairs(clips), SPEC, FeatureStore(tmp_path))
    found = FeatureStore(tmp_path).get_many([clip.key for clip in clips], SPEC)
    assert len(found) == 64


def test_a_store_that_cannot_be_written_costs_no_result(tmp_path):
    (tmp_path / "file").write_text("in the way")
    clips = [Clip(n) for n in range(3)]
    X = features_of(pairs(clips), SPEC, FeatureStore(tmp_path / "file"))
    assert np.array_equal(X[2], extract(clips[2].y, SPEC))


def load_sine():
    return sine(300, duration=0.3)


def test_processes_give_the_same_rows(tmp_path):
    keys = [FeatureKey(content=str(n)) for n in range(3)]
    loads = [(key, load_sine) for key in keys]
    X = features_of(loads, SPEC, FeatureStore(tmp_path), n_jobs=2, apart=True)
    assert np.array_equal(X[0], extract(load_sine(), SPEC))
    assert np.array_equal(X[0], X[2])
