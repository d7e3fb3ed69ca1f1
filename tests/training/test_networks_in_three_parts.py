"""Networks in train, validation and test: stopped by the validation part, the test opened once."""

import dataclasses

import pytest

from core.corpus.clip_features import feature_store
from core.settings import CrnnSpec, LstmSpec, MelspecSpec, MfccFramesSpec, SplitSpec, workspace
from core.training.events import EpochEnded
from core.training.learning import fit_final
from core.training.network_cost import network_cost
from core.training.run import Experiment
from core.training.setup import new_experiment

THREE_PARTS = SplitSpec("speaker", three_way=True, test_share=0.25)
QUICK = LstmSpec(
    units=8, bidirectional=False, batch_size=16, max_epochs=60, patience=2, learning_rate_init=0.03
)


def test_the_validation_part_stops_a_network_and_the_test_is_opened_once(catalog):
    spec = new_experiment(
        catalog, "tones", features=MfccFramesSpec(length=1.0), model=QUICK, split=THREE_PARTS
    )
    run = Experiment(spec, catalog, feature_store(workspace()))
    events = list(run.events())
    report = events[-1].report
    (answer,) = run.answers
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    assert report["n"] == len(answer.utterances) == 12  # one of four speakers
    assert len(epochs) < QUICK.max_epochs
    assert not any(e.answers for e in epochs)  # nothing of the test is told before its end
    scores = [e.held_out for e in epochs]
    assert max(scores) == pytest.approx(report["validation_uar"])  # its best weights answered
    assert len(scores) - scores.index(max(scores)) > QUICK.patience
    kept = fit_final(spec, run.data)
    assert kept.spec == dataclasses.replace(QUICK, early_stopping=True)


def test_three_parts_cost_one_network_and_its_share_of_the_clips(catalog):
    def cost_of(split):
        spec = new_experiment(
            catalog, "tones", features=MelspecSpec(), model=CrnnSpec(), split=split
        )
        return network_cost(spec, catalog.snapshot("tones", spec.scheme).utterances)

    parts, folds = cost_of(THREE_PARTS), cost_of(SplitSpec("speaker", 4))
    assert folds.seconds_an_epoch / parts.seconds_an_epoch == pytest.approx(
        4 * 36 / 26, rel=0.01
    )  # of 48 clips: four times three quarters, against 55 % once
    assert parts.memory < folds.memory
