import numpy as np
import pytest

from core.plots import MapGroup, map_figure

XY = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
IDS, HOVERS = [7, 8, 9], ["a", "<b>b", "c"]
GROUPS = [MapGroup("Sad", "#6A9BE0", (0, 2)), MapGroup("<i>Angry", "#E5705F", (1,))]


def test_each_group_is_a_trace_of_its_own_dots():
    sad, angry = map_figure(XY, IDS, HOVERS, GROUPS).data
    assert list(sad.x) == [0.0, 4.0] and list(sad.y) == [1.0, 5.0]
    assert list(sad.customdata) == [7, 9] and list(angry.customdata) == [8]
    assert (sad.marker.color, angry.marker.color) == ("#6A9BE0", "#E5705F")


def test_names_and_texts_are_shown_letter_by_letter():
    _sad, angry = map_figure(XY, IDS, HOVERS, GROUPS).data
    assert angry.name == "&lt;i&gt;Angry"
    assert list(angry.text) == ["&lt;b&gt;b"]


def test_chosen_clips_are_ringed():
    sad, angry = map_figure(XY, IDS, HOVERS, GROUPS, chosen=[9]).data
    assert list(sad.marker.line.width) == [0.5, 2.0]
    assert list(angry.marker.line.width) == [0.5]


def test_the_lasso_is_at_hand():
    figure = map_figure(XY, IDS, HOVERS, GROUPS)
    assert figure.layout.dragmode == "lasso"
    assert "lasso2d" not in figure.layout.modebar.remove


def test_many_dots_are_drawn_by_the_graphics_card():
    n = 2_000
    group = [MapGroup("all", "#6A9BE0", tuple(range(n)))]
    figure = map_figure(np.zeros((n, 2)), list(range(n)), [""] * n, group)
    assert figure.data[0].type == "scattergl"


def test_places_without_ids_are_refused():
    with pytest.raises(ValueError, match="3 places, 2 ids and 3 texts"):
        map_figure(XY, [7, 8], HOVERS, GROUPS)
