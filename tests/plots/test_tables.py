import numpy as np
import pytest

from core.emotions import FOUR_EMOTIONS
from core.plots import (
    SpeakerScore,
    confusion_figure,
    cross_table_figure,
    per_speaker_figure,
)

CAPTIONS = {"sad": "슬픔", "neutral": "중립", "happy": "기쁨", "angry": "화남"}
MATRIX = np.array([[8, 2, 0, 0], [1, 3, 0, 0], [0, 0, 5, 5], [0, 0, 0, 0]])


def test_a_confusion_row_shows_its_share_and_its_count():
    figure = confusion_figure(MATRIX, FOUR_EMOTIONS, captions=CAPTIONS)
    heatmap, cells = figure.data
    assert heatmap.z.tolist() == [[80, 20, 0, 0], [25, 75, 0, 0], [0, 0, 50, 50], [0, 0, 0, 0]]
    assert cells.text[:3] == ("<b>80 %</b><br>8", "<b>20 %</b><br>2", "·")
    assert (heatmap.zmin, heatmap.zmax) == (0, 100)


def test_a_confusion_cell_knows_what_was_meant_and_what_was_heard():
    cells = confusion_figure(MATRIX, FOUR_EMOTIONS, captions=CAPTIONS).data[1]
    assert list(cells.customdata[11]) == ["happy", "angry", 5]
    assert cells.hovertext[11] == "meant as 기쁨, heard as 화남: 5 of 10"


def test_rows_are_what_was_meant_from_the_top():
    figure = confusion_figure(MATRIX, FOUR_EMOTIONS, captions=CAPTIONS)
    assert figure.layout.yaxis.ticktext == tuple(CAPTIONS[i] for i in FOUR_EMOTIONS)
    assert figure.layout.yaxis.range == (3.5, -0.5)
    assert figure.layout.yaxis.title.text == "Meant as"
    assert figure.layout.xaxis.title.text == "Heard as"


def test_a_matrix_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"expected \(2, 2\)"):
        confusion_figure(MATRIX, ("sad", "happy"), captions=CAPTIONS)


def test_a_cross_table_counts_clips_of_each_row_and_emotion():
    figure = cross_table_figure(
        np.array([[4, 0], [1, 2]]),
        rows=[("1", "화자 1"), ("2", "<img src=x>")],
        emotions=("sad", "angry"),
        captions=CAPTIONS,
    )
    heatmap, cells = figure.data
    assert heatmap.z.tolist() == [[55, 0], [14, 28]]
    assert cells.text == ("4", "·", "1", "2")
    assert list(cells.customdata[3]) == ["2", "angry", 2]
    assert figure.layout.yaxis.ticktext[1] == "&lt;img src=x&gt;"


def test_an_empty_cross_table_is_drawn():
    figure = cross_table_figure(
        np.zeros((1, 2), int), rows=[("1", "1")], emotions=("sad", "angry"), captions=CAPTIONS
    )
    assert figure.data[0].z.tolist() == [[0, 0]]


def test_speakers_are_dots_on_a_fixed_axis_with_chance_and_the_whole():
    figure = per_speaker_figure(
        [SpeakerScore("1", 40, 0.7, (0.5, 0.8)), SpeakerScore("2", 38, 0.4)],
        chance=0.25,
        overall=0.6,
        overall_interval=(0.5, 0.7),
    )
    (dots,) = figure.data
    assert dots.x == (0.7, 0.4)
    assert dots.error_x.array == pytest.approx((0.1, 0))
    assert dots.error_x.arrayminus == pytest.approx((0.2, 0))
    assert figure.layout.xaxis.range == (0, 1)
    assert [(s.x0, s.x1) for s in figure.layout.shapes] == [(0.5, 0.7), (0.25, 0.25), (0.6, 0.6)]
