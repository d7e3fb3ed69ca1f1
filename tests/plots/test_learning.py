from dataclasses import dataclass

import pytest

from core.plots import learning_figure


@dataclass(frozen=True)
class Record:
    fold: int
    epoch: int
    loss: float
    train: float
    held_out: float


RUN = [
    Record(0, 1, 1.0, 0.5, 0.4),
    Record(1, 1, 2.0, 0.7, 0.6),
    Record(0, 2, 0.5, 0.8, 0.5),
    Record(1, 2, 0.7, 0.9, 0.9),
]


def trace(figure, name):
    (found,) = [t for t in figure.data if t.name == name]
    return found


def test_folds_are_averaged_epoch_by_epoch():
    figure = learning_figure(RUN, chance=0.25)
    assert trace(figure, "Loss").y == pytest.approx((1.5, 0.6))
    assert trace(figure, "Clips learnt from").y == pytest.approx((0.6, 0.85))
    assert trace(figure, "Clips held out").y == pytest.approx((0.5, 0.7))


def test_the_spread_of_the_folds_is_shaded_where_there_are_several():
    bands = [t for t in learning_figure(RUN, chance=0.25).data if t.hoverinfo == "skip"]
    assert [t.y for t in bands] == [(0.4, 0.5), (0.6, 0.9)]
    one_fold = [r for r in RUN if r.fold == 0]
    assert not [t for t in learning_figure(one_fold, chance=0.25).data if t.hoverinfo == "skip"]


def test_scores_stand_on_a_fixed_axis_with_chance():
    figure = learning_figure(RUN, chance=0.25, max_epochs=60)
    assert tuple(figure.layout.yaxis2.range) == (0, 1)
    assert tuple(figure.layout.xaxis2.range) == (0.5, 60.5)
    (line,) = figure.layout.shapes
    assert (line.y0, line.y1) == (0.25, 0.25)
    assert figure.layout.annotations[0].text == "chance 0.25"


def test_the_run_before_is_a_ghost_in_dots():
    figure = learning_figure(RUN[:2], chance=0.25, previous=RUN)
    ghost = trace(figure, "Clips held out, run before")
    assert ghost.line.dash == "dot"
    assert ghost.y == pytest.approx((0.5, 0.7))
    assert tuple(figure.layout.xaxis2.range) == (0.5, 2.5)


def test_a_zoom_survives_each_redraw():
    before, after = (learning_figure(RUN[:n], chance=0.25) for n in (2, 4))
    assert before.layout.uirevision == after.layout.uirevision == "learning"


def test_a_run_that_has_not_begun_is_an_empty_figure():
    assert trace(learning_figure([], chance=0.5), "Loss").y == ()


def test_the_first_epoch_is_a_dot_because_a_line_needs_two():
    assert trace(learning_figure(RUN[:2], chance=0.25), "Loss").mode == "markers"


def test_before_the_first_epoch_only_chance_is_drawn_and_loss_has_no_scale():
    figure = learning_figure((), chance=0.25, max_epochs=200)
    assert all(len(trace.x) == 0 for trace in figure.data)
    assert figure.layout.shapes[0].y0 == 0.25
    assert figure.layout.yaxis.showticklabels is False
    assert tuple(figure.layout.xaxis2.range) == (0.5, 200.5)
