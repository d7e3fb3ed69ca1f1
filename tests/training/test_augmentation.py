"""Copies serve learning alone: held-out clips stay as they are, and copies stay with their clip."""

import dataclasses

import numpy as np
import pytest

from core.corpus.clip_features import feature_store
from core.corpus.splits import make_folds
from core.settings import (
    AugmentSpec,
    LogmelSpec,
    LogregSpec,
    SplitSpec,
    spec_from_json,
    spec_to_json,
)
from core.training.data import TrainingData, read_data
from core.training.events import Finished
from core.training.parts import training_part
from core.training.run import Experiment
from core.training.setup import new_experiment

NOISE = AugmentSpec(copies=2, noise=10.0)


def spec(catalog, **choices):
    model = choices.pop("model", LogregSpec())
    return new_experiment(catalog, "tones", features=LogmelSpec(), model=model, **choices)


def data_of(catalog, chosen):
    *_, data = read_data(chosen, catalog, feature_store(catalog.place))
    assert isinstance(data, TrainingData)
    return data


def test_copies_are_measured_beside_the_clips_and_kept_in_the_store(catalog):
    chosen = spec(catalog, augment=NOISE)
    data, plain = data_of(catalog, chosen), data_of(catalog, spec(catalog))
    assert data.copies.shape == (2, *plain.X.shape)
    assert np.array_equal(data.X, plain.X)
    assert not np.allclose(data.copies[0], data.X, atol=1e-3)
    assert not np.allclose(data.copies[0], data.copies[1], atol=1e-3)
    assert np.array_equal(data_of(catalog, chosen).copies, data.copies)
    contents = sorted({u.content for u in data.utterances})
    assert feature_store(catalog.place).forget(contents) >= 3 * len(contents)


@pytest.mark.parametrize("mode", ["speaker", "random"])
def test_no_copy_of_a_held_out_clip_is_learnt_from(catalog, mode):
    chosen = spec(catalog, augment=NOISE, split=SplitSpec(mode, 4))
    data = data_of(catalog, chosen)
    for fold in make_folds(data.utterances, chosen.split, 0):
        X, y, groups = training_part(chosen, data, fold.train)
        _, origin = data.learnt_from(fold.train)
        assert len(X) == len(y) == len(groups) == 3 * len(fold.train)
        assert not set(origin) & set(fold.test)
        assert np.array_equal(y, data.y[origin])
        assert all(len(set(groups[origin == clip])) == 1 for clip in fold.train)


def test_copies_are_set_against_the_voice_of_their_clip(catalog):
    data = data_of(catalog, spec(catalog, augment=AugmentSpec(gain=1e-6)))
    relative = data.relative_to_voices()
    assert np.allclose(relative.copies[0], relative.X, atol=1e-2)


def test_a_run_with_copies_can_be_told_and_repeated_from_its_json(catalog):
    chosen = spec(catalog, augment=NOISE)
    again = spec_from_json(spec_to_json(chosen))
    assert again == chosen
    reports = []
    for each in (chosen, again):
        experiment = Experiment(each, catalog, feature_store(catalog.place))
        (finished,) = [e for e in experiment.events() if isinstance(e, Finished)]
        reports.append({k: v for k, v in finished.report.items() if k != "seconds"})
    assert reports[0] == reports[1]
    assert reports[0]["spec"]["augment"]["noise"] == 10.0


def test_a_run_from_before_augmentation_is_still_read(catalog):
    document = spec_to_json(spec(catalog))
    del document["augment"]
    assert spec_from_json(document) == dataclasses.replace(spec(catalog), augment=None)
