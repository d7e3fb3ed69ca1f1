"""What the learning curve of a run under way sends to the browser."""

import math
from dataclasses import dataclass

from core.plots import learning_curves
from pages.parts.live_curve import curves_data


@dataclass(frozen=True)
class Epoch:
    fold: int
    epoch: int
    loss: float
    train: float
    held_out: float


def test_the_folds_of_an_epoch_are_averaged_and_their_spread_is_kept():
    records = [Epoch(0, 1, 1.0, 0.5, 0.4), Epoch(1, 1, 2.0, 0.7, 0.6), Epoch(0, 2, 0.5, 0.9, 0.5)]
    assert curves_data(learning_curves(records)) == {
        "epochs": [1, 2],
        "loss": [1.5, 0.5],
        "train": [0.6, 0.9],
        "held_out": [0.5, 0.5],
        "low": [0.4, 0.5],
        "high": [0.6, 0.5],
    }


def test_a_loss_that_is_no_number_leaves_a_gap():
    data = curves_data(learning_curves([Epoch(0, 1, math.inf, 0.5, 0.4)]))
    assert data["loss"] == [None]


def test_before_the_first_epoch_there_is_nothing():
    assert not any(curves_data(learning_curves([])).values())
