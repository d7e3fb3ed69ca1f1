import numpy as np

from core.plots import Curve, overlay_figure


def curve(caption="Sad", color="#6A9BE0", dash="solid"):
    values = np.array([100.0, np.nan, 120.0])
    return Curve(caption, color, np.array([0.0, 0.1, 0.2]), values, dash)


def test_every_take_is_a_line_of_its_emotions_colour():
    figure = overlay_figure(
        [curve(), curve("Angry", "#E5705F", "dash")], y_title="Pitch (Hz)", unit="Hz"
    )
    assert [t.name for t in figure.data] == ["Sad", "Angry"]
    assert [t.line.color for t in figure.data] == ["#6A9BE0", "#E5705F"]
    assert figure.data[1].line.dash == "dash"


def test_a_pause_in_the_voice_is_a_gap_in_the_line():
    (line,) = overlay_figure([curve()], y_title="Pitch (Hz)", unit="Hz").data
    assert line.connectgaps is False
    assert np.isnan(line.y[1])


def test_axes_carry_their_units():
    figure = overlay_figure([curve()], y_title="Pitch (Hz)", unit="Hz")
    assert figure.layout.xaxis.title.text == "Time (s)"
    assert figure.layout.yaxis.title.text == "Pitch (Hz)"


def test_a_caption_is_shown_letter_by_letter():
    (line,) = overlay_figure([curve("<b>")], y_title="", unit="").data
    assert line.name == "&lt;b&gt;"
