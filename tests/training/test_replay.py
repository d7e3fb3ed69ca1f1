"""A run told again: every epoch's scores, confusions and answers."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from core.corpus import Catalog, import_path
from core.settings import MlpSpec
from core.training.events import EpochEnded, FoldEnded, pack_proba, unpack_proba
from core.training.history import read_run
from core.training.replay import NoEpochsError, make_replay
from tests.corpora import write_tones
from tests.training.keeping import run_and_keep

SAD, ANGRY = (0.9, 0.1), (0.2, 0.8)


def kept(*epochs: EpochEnded):
    """Two folds of one and two clips: a sad one; a sad and an angry one."""
    answers = (
        FoldEnded(0, "a", (7,), (0,), (SAD,), 1.0),
        FoldEnded(1, "b", (8, 9), (0, 1), (SAD, ANGRY), 1.0),
    )
    spec = SimpleNamespace(scheme=("sad", "angry"))
    return SimpleNamespace(
        run=SimpleNamespace(id="r"), spec=spec, answers=answers, epochs=tuple(epochs)
    )


def epoch(fold: int, number: int, loss: float, *proba) -> EpochEnded:
    return EpochEnded(fold, number, loss, 0.5, 0.5, pack_proba(np.array(proba)))


TWO_EPOCHS = (
    epoch(0, 1, 2.0, ANGRY),
    epoch(1, 1, 1.0, SAD, SAD),
    epoch(1, 2, 0.5, SAD, ANGRY),
)


def test_a_fold_that_stopped_stands_still():
    replay = make_replay(kept(*TWO_EPOCHS))
    assert replay.n_epochs == 2
    assert replay.loss.tolist() == [1.5, 1.25]
    assert replay.fate(7).round(1).tolist() == [list(ANGRY), list(ANGRY)]


def test_scores_and_confusions_are_those_of_the_epoch():
    replay = make_replay(kept(*TWO_EPOCHS))
    assert replay.confusion(1).tolist() == [[1, 1], [1, 0]]
    assert replay.confusion(2).tolist() == [[1, 1], [0, 1]]
    assert replay.held_out.tolist() == [0.25, 0.75]


def test_a_clip_whose_answer_changed_is_found():
    replay = make_replay(kept(*TWO_EPOCHS))
    assert dict(zip(replay.utterances, replay.turns().tolist(), strict=True)) == {7: 0, 8: 0, 9: 1}


def test_a_run_without_answers_by_epoch_says_what_can_be_replayed():
    with pytest.raises(NoEpochsError, match="r kept no epochs"):
        make_replay(kept())
    old = [dataclasses.replace(e, answers="") for e in TWO_EPOCHS]
    with pytest.raises(NoEpochsError):
        make_replay(kept(*old))


def test_packed_probabilities_come_back_to_a_five_hundredth():
    proba = np.random.default_rng(0).dirichlet(np.ones(9), size=50)
    assert np.abs(unpack_proba(pack_proba(proba), 9) - proba).max() <= 0.002


def test_the_last_epoch_of_a_real_run_is_its_report(workspace_home, tmp_path):
    write_tones(tmp_path / "tones")
    with Catalog() as catalog:
        import_path(catalog, tmp_path / "tones", corpus="tones", convention="original")
        run_and_keep(catalog, "r1", MlpSpec(hidden_layer_sizes=(8,), max_epochs=3))
        run = read_run(catalog, "r1")
    replay = make_replay(run)
    assert replay.n_epochs == 3
    assert replay.confusion(3).tolist() == run.run.report["confusion"]
    assert replay.held_out[-1] == pytest.approx(run.run.report["uar"])
