"""How well one colour reads on another, after WCAG 2, and colours along a scale."""

import numpy as np

__all__ = ["color_at", "contrast", "luminance"]


def _channels(color: str) -> np.ndarray:
    """Red, green and blue in [0, 1] of ``#RRGGBB`` or ``rgb(r, g, b)``."""
    if color.startswith("#"):
        return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.array([float(part) for part in color[4:-1].split(",")]) / 255


def luminance(color: str) -> float:
    """Relative luminance, 0 for black and 1 for white.

    Parameters
    ----------
    color : str
        ``#RRGGBB`` or ``rgb(r, g, b)``, sRGB.

    Returns
    -------
    luminance : float

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.2, "relative luminance".
    """
    c = _channels(color)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21; text needs 4.5 (AA).

    Parameters
    ----------
    one, other : str
        ``#RRGGBB`` or ``rgb(r, g, b)``.

    Returns
    -------
    ratio : float

    Examples
    --------
    >>> round(contrast("#000000", "rgb(255, 255, 255)"), 3)
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def color_at(scale: list[list], place: float) -> str:
    """The colour at a place of a colour scale.

    Parameters
    ----------
    scale : list of [position in [0, 1], color]
    place : float in [0, 1]

    Returns
    -------
    color : str
        ``rgb(r, g, b)``.

    Examples
    --------
    >>> color_at([[0, "rgb(0, 0, 0)"], [1, "rgb(200, 100, 0)"]], 0.5)
    'rgb(100, 50, 0)'
    """
    positions = [stop for stop, _ in scale]
    channels = np.array([_channels(color) for _, color in scale]) * 255
    at = [np.interp(place, positions, channels[:, i]) for i in range(3)]
    return "rgb({:.0f}, {:.0f}, {:.0f})".format(*at)
