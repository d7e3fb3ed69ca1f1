"""Colours and Plotly templates of the two themes: paper by day, stage by night.

Conventions
-----------
A theme is known by ``"light"`` or ``"dark"``. Surfaces of figures are transparent, so a figure
lies on the page's own paper. ``.streamlit/config.toml`` repeats the page colours; a test compares.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import plotly.graph_objects as go

__all__ = [
    "DARK",
    "FONT_STACK",
    "LIGHT",
    "Palette",
    "Theme",
    "faded",
    "level_scale",
    "literal",
    "new_figure",
    "palette",
    "plain",
    "share_scale",
    "template",
]

Theme = Literal["light", "dark"]

FONT_STACK = (
    "Pretendard, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', "
    "'Noto Sans CJK KR', sans-serif"
)


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, sRGB ``#RRGGBB``; text colours keep WCAG AA on both surfaces."""

    surface: str  # the page
    raised: str  # cards, fields, the sidebar's fields
    line: str  # hairlines and borders
    ink: str  # text
    muted: str  # captions and axes
    accent: str  # fill of the one next action
    on_accent: str  # text on that fill
    accent_text: str  # the accent as text or line
    good: str  # text of calm notices
    caution: str
    wrong: str
    ghost: str  # what was before: earlier runs, chance
    series: tuple[str, ...]  # lines that are not emotions; ten


LIGHT = Palette(
    surface="#FAF8F4",
    raised="#F1EDE4",
    line="#DCD6CA",
    ink="#1E2430",
    muted="#5C626E",
    accent="#1F5D4C",
    on_accent="#FFFFFF",
    accent_text="#1F5D4C",
    good="#1F5D4C",
    caution="#8A4B12",
    wrong="#9C3A2E",
    ghost="#A29C90",
    series=(
        "#1F5D4C",
        "#C8862A",
        "#3F6FB5",
        "#B5524A",
        "#7A6AB0",
        "#5B8C2A",
        "#9A7B5C",
        "#B0628C",
        "#4E8F8A",
        "#6E7480",
    ),
)
DARK = Palette(
    surface="#14161B",
    raised="#1E2128",
    line="#343944",
    ink="#ECE9E2",
    muted="#A7ABB5",
    accent="#5DAE93",
    on_accent="#0E1714",
    accent_text="#7CC4A8",
    good="#7CC4A8",
    caution="#E9B872",
    wrong="#F0958A",
    ghost="#6F7580",
    series=(
        "#7CC4A8",
        "#F0B33A",
        "#6A9BE0",
        "#E5705F",
        "#A690DB",
        "#93AE4B",
        "#BC9A7B",
        "#F09CC5",
        "#5FB6B0",
        "#A8A59D",
    ),
)

# Stops in rgb(): Streamlit reads #000001 to #000010 as places for its own palette, so that a scale
# written in hexadecimal may come out with a pink floor. Lightness runs one way from floor to peak.
_LEVEL_STOPS: dict[str, tuple[tuple[float, tuple[int, int, int]], ...]] = {
    "light": (
        (0.0, (247, 244, 237)),
        (0.2, (228, 231, 219)),
        (0.4, (176, 206, 189)),
        (0.6, (96, 160, 137)),
        (0.8, (31, 93, 76)),
        (1.0, (16, 26, 34)),
    ),
    "dark": (
        (0.0, (24, 27, 33)),
        (0.2, (27, 43, 45)),
        (0.4, (32, 79, 68)),
        (0.6, (46, 128, 104)),
        (0.8, (132, 200, 168)),
        (1.0, (250, 242, 216)),
    ),
}
_SHARE_STOPS: dict[str, tuple[tuple[float, tuple[int, int, int]], ...]] = {
    "light": ((0.0, (244, 240, 232)), (0.5, (141, 185, 163)), (1.0, (31, 93, 76))),
    "dark": ((0.0, (30, 33, 40)), (0.5, (35, 83, 69)), (1.0, (124, 196, 168))),
}


def palette(theme: Theme) -> Palette:
    """The colours of a theme.

    Parameters
    ----------
    theme : {"light", "dark"}

    Returns
    -------
    palette : Palette
    """
    return DARK if theme == "dark" else LIGHT


def level_scale(theme: Theme) -> list[list]:
    """The colour scale of sound level, floor to peak, as Plotly takes it.

    Parameters
    ----------
    theme : {"light", "dark"}

    Returns
    -------
    scale : list of [position in [0, 1], "rgb(...)"]
    """
    return _scale(_LEVEL_STOPS[theme])


def share_scale(theme: Theme) -> list[list]:
    """The colour scale of shares and counts, none to all, as Plotly takes it.

    Parameters
    ----------
    theme : {"light", "dark"}

    Returns
    -------
    scale : list of [position in [0, 1], "rgb(...)"]
    """
    return _scale(_SHARE_STOPS[theme])


def _scale(stops: tuple[tuple[float, tuple[int, int, int]], ...]) -> list[list]:
    return [[position, "rgb({}, {}, {})".format(*rgb)] for position, rgb in stops]


def faded(color: str, opacity: float) -> str:
    """A colour as ``rgba(...)`` with an opacity.

    Parameters
    ----------
    color : str
        ``#RRGGBB``.
    opacity : float in [0, 1]

    Returns
    -------
    color : str

    Examples
    --------
    >>> faded("#1E2430", 0.5)
    'rgba(30, 36, 48, 0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def plain(message: str) -> str:
    """The message unchanged: the translation in force when none is given.

    Parameters
    ----------
    message : str

    Returns
    -------
    message : str
    """
    return message


def literal(text: str) -> str:
    """Text that Plotly draws letter by letter: its labels read a little HTML.

    Parameters
    ----------
    text : str
        From anywhere, such as a file name.

    Returns
    -------
    text : str

    Examples
    --------
    >>> literal("<b>&")
    '&lt;b&gt;&amp;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=2)
def template(theme: Theme) -> go.layout.Template:
    """The Plotly template of a theme: transparent paper, hairline axes, the page's type.

    Parameters
    ----------
    theme : {"light", "dark"}

    Returns
    -------
    template : plotly.graph_objects.layout.Template
        Shared; not to be changed.
    """
    colors = palette(theme)
    axis = {
        "gridcolor": faded(colors.line, 0.6),
        "linecolor": colors.line,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": colors.muted, "size": 14},
        "title": {"font": {"color": colors.muted, "size": 14}, "standoff": 8},
        "automargin": True,
    }
    layout = go.Layout(
        font={"family": FONT_STACK, "size": 14, "color": colors.ink},
        colorway=colors.series,
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        xaxis=axis,
        yaxis=axis,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hoverlabel={
            "bgcolor": colors.raised,
            "bordercolor": colors.line,
            "font": {"family": FONT_STACK, "size": 14, "color": colors.ink},
        },
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 14, "color": colors.muted},
            "bgcolor": "rgba(0, 0, 0, 0)",
        },
        dragmode=False,
        modebar={"remove": ["lasso2d", "select2d", "autoScale2d"]},
    )
    return go.layout.Template(layout=layout)


def new_figure(theme: Theme, *, height: int) -> go.Figure:
    """An empty figure in a theme.

    Parameters
    ----------
    theme : {"light", "dark"}
    height : int
        Pixels.

    Returns
    -------
    figure : plotly.graph_objects.Figure
    """
    return go.Figure(layout={"template": template(theme), "height": height})
